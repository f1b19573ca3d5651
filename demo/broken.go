package demo

import "strings"

// spoil adds the damage of a real export to the last quarter of the ERP: a handful of documents once more, each garbled in
// another way. The good copies are all there, so losing the garbled ones costs nothing.
func spoil(text string) string {
	lines := strings.SplitAfter(text, "\r\n")
	row := func(i int) []string { return strings.Split(strings.TrimSuffix(lines[i], "\r\n"), ",") }
	garbled := []func([]string) []string{
		func(f []string) []string { f[3] = "31/10/2026"; return f },                        // the day before the month
		func(f []string) []string { f[3] = "10/32/2026"; return f },                        // no such day
		func(f []string) []string { f[4] = "TBD"; return f },                               // a word for a date
		func(f []string) []string { return append(f[:6:6], f[7:]...) },                     // the currency is missing, the rest moves up
		func(f []string) []string { f[5] = "1.234,56"; f[5] = `"` + f[5] + `"`; return f }, // European signs
		func(f []string) []string { f[10] = `Pipe 2" x 3"`; return f },                     // inch signs nobody quoted
	}
	picked := plainLines(lines, row)
	step := max(1, len(picked)/len(garbled))
	bad := map[int]string{}
	for i := range min(len(garbled), len(picked)) {
		line := picked[i*step]
		bad[line] = strings.Join(garbled[i](row(line)), ",") + "\r\n"
	}
	var b strings.Builder
	for i, line := range lines {
		b.WriteString(line)
		b.WriteString(bad[i])
	}
	return b.String()
}

// plainLines are lines in which a comma is always a delimiter.
func plainLines(lines []string, row func(int) []string) []int {
	var picked []int
	for i := 1; i < len(lines); i++ {
		if strings.HasPrefix(lines[i], "Invoice,") && !strings.Contains(lines[i], `"`) && len(row(i)) == 14 {
			picked = append(picked, i)
		}
	}
	return picked
}
