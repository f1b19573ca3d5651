package demo

import "strings"

// garbled are the ways in which a line of the ERP's documents goes wrong. Fields are as they are written, quotes and all.
var garbled = []func(fields []string) []string{
	func(f []string) []string { f[3] = "31/10/2026"; return f },    // the day before the month
	func(f []string) []string { f[3] = "10/32/2026"; return f },    // no such day
	func(f []string) []string { f[4] = "TBD"; return f },           // a word for a date
	func(f []string) []string { return append(f[:6:6], f[7:]...) }, // the currency is missing, the rest moves up
	func(f []string) []string { f[5] = `"1.234,56"`; return f },    // European signs
	func(f []string) []string { f[10] = `Pipe 2" x 3"`; return f }, // inch signs nobody quoted
	func(f []string) []string { f[10] = `"Flange DN80`; return f }, // a quote that never closes
}

// spoil adds the damage of a real export to a file of ERP documents: a handful of invoices once more, each garbled in
// another way. The good copies are all there, so losing the garbled ones costs nothing.
func spoil(content []byte, s sheet) []byte {
	var invoices []int
	for i, row := range s.rows {
		if row[0] == "Invoice" {
			invoices = append(invoices, i)
		}
	}
	after := map[int]int{} // row -> how its copy is garbled
	for i := range min(len(garbled), len(invoices)) {
		after[invoices[i*len(invoices)/len(garbled)]] = i
	}
	lines := strings.SplitAfter(string(content), erp.newline) // no field of the ERP holds a line end
	var b strings.Builder
	for i, line := range lines {
		b.WriteString(line)
		if how, ok := after[i-1]; ok {
			b.WriteString(strings.Join(garbled[how](erp.quoted(s.rows[i-1])), erp.delimiter) + erp.newline)
		}
	}
	return []byte(b.String())
}
