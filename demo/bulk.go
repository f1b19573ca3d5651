package demo

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
)

// InvoiceCSV writes a canonical invoices file of many rows for measurements, with quoted fields, and with one row in
// every so many spoilt (0: none): the clean file is the same but for those rows. It returns how many are bad.
func InvoiceCSV(w io.Writer, rows, badEvery int, seed uint64) (bad int, err error) {
	out := bufio.NewWriterSize(w, 1<<20)
	draw := newDrawing(ScaleOptions{Invoices: rows, Months: 36, Seed: seed}, max(1, rows/200), 0)
	line := []byte("invoice_id,customer_id,issued_on,due_on,amount,currency,po_no\n")
	for n := range rows {
		if _, err := out.Write(line); err != nil {
			return bad, fmt.Errorf("write invoices: %w", err)
		}
		d := draw.invoice(n)
		fault := 0
		if badEvery > 0 && n%badEvery == badEvery-1 {
			fault = 1 + bad%5
			bad++
		}
		line = appendInvoice(line[:0], n, d, fault)
	}
	if _, err := out.Write(line); err != nil {
		return bad, fmt.Errorf("write invoices: %w", err)
	}
	if err := out.Flush(); err != nil {
		return bad, fmt.Errorf("write invoices: %w", err)
	}
	return bad, nil
}

// appendInvoice writes one row; each fault is one that no reader may accept.
func appendInvoice(b []byte, n int, d drawn, fault int) []byte {
	b = append(b, code('I', n)...)
	b = append(b, ',')
	if fault != 1 { // a field too few
		b = append(b, code('C', d.customer)...)
		b = append(b, ',')
	}
	issued := d.issued.Time()
	if fault == 2 {
		b = append(issued.AppendFormat(b, "2006"), "-13-01"...)
	} else {
		b = issued.AppendFormat(b, "2006-01-02")
	}
	b = append(b, ',')
	b = d.due.Time().AppendFormat(b, "2006-01-02")
	b = append(b, ',')
	switch fault {
	case 3:
		b = append(b, "n/a"...)
	case 4:
		b = append(b, "1.234.56"...)
	default:
		b = strconv.AppendInt(b, d.cents/100, 10)
		b = append(b, '.', byte('0'+d.cents/10%10), byte('0'+d.cents%10))
	}
	b = append(b, ',')
	if fault != 5 { // no currency
		b = append(b, massCurrencies[massCurrency(d.customer)]...)
	}
	b = append(b, `,"PO `...)
	b = strconv.AppendInt(b, int64(n%100000), 10)
	return append(b, ", line 1\"\n"...)
}
