package main

import (
	"encoding/binary"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"arrears/ingest"
)

const invoiceHeader = "invoice_id,customer_id,issued_on,due_on,amount,currency,order_no\n"

// invoiceLine is a good invoice. Its amount is a power of two, so that a total names the invoices in it.
func invoiceLine(n int) string {
	return fmt.Sprintf("I%d,C1,2025-03-01,2025-03-31,%d.00,EUR,SO\n", n, 1<<n)
}

func utf16le(text string) string {
	b := []byte{0xff, 0xfe}
	for _, unit := range utf16.Encode([]rune(text)) {
		b = binary.LittleEndian.AppendUint16(b, unit)
	}
	return string(b)
}

// A badFile is what a sender got wrong, and what has to be said of it.
type badFile struct {
	name, text string
	landed     []int // the invoices in it that land
	records    int64
	line       int64 // 0 where the whole file is refused
	column     string
	value      string
	says       string
}

var badFiles = []badFile{
	{"row", invoiceHeader + invoiceLine(0) + "X,C1,2025-03-01,,ten,EUR,SO\n" + invoiceLine(1), []int{0, 1}, 3,
		3, "amount", "ten", "'t' has no place in it"},
	{"quote", invoiceHeader + invoiceLine(2) + "X,C1,2025-03-01,,1,EUR,2\" pipe\n" + invoiceLine(3), []int{2, 3}, 3,
		3, "order_no", "2\" pipe", "a value that holds it must be quoted"},
	{"open", invoiceHeader + invoiceLine(4) + "X,C1,2025-03-01,,1,EUR,\"pipe\n" + invoiceLine(5), []int{4, 5}, 3,
		3, "order_no", "", "never closed"},
	{"swapped", invoiceHeader + invoiceLine(6) + "X,C1,100.00,,2025-03-01,EUR,SO\n" + invoiceLine(7), []int{6, 7}, 3,
		3, "issued_on", "100.00", "not written as YYYY-MM-DD"},
	{"short", invoiceHeader + invoiceLine(8) + "X,C1,2025-03-01,,EUR,SO\n" + invoiceLine(9), []int{8, 9}, 3,
		3, "", "", "the record has 6 columns and the header 7"},
	{"decimal", invoiceHeader + "X,C1,2025-03-01,,\"12,50\",EUR,SO\n" + invoiceLine(10), []int{10}, 2,
		2, "amount", "12,50", "declares decimal sign '.'"},
	{"half", invoiceHeader + invoiceLine(11) + "X,C1,2025-03-", []int{11}, 2,
		3, "", "", "the record has 3 columns and the header 7"},
	// In an encoding nobody declared, records can only be counted as bytes: half of the last line end is one more.
	{"sixteen", utf16le(invoiceHeader + invoiceLine(30)), nil, 2, 0, "", "", "line 1: the file is written in UTF-16 and the source declares utf-8"},
	{"nothing", "", nil, 0, 0, "", "", "line 1: the file is empty"},
	{"missing", strings.Replace(invoiceHeader, "amount", "total", 1) + invoiceLine(30), nil, 1, 0, "", "", `line 1: column "amount" is missing`},
	{"renamed", strings.Replace(invoiceHeader, "amount", "Amount", 1) + invoiceLine(30), nil, 1, 0, "", "", `line 1: column "amount" is missing; the header has "Amount"`},
}

// Every damage is named with file, line and column, costs no record that was good, and stops nothing else.
func TestBadFilesAreNamedAndStopNothing(t *testing.T) {
	dir := t.TempDir()
	want := map[string]string{}
	for _, f := range badFiles {
		put(t, filepath.Join(dir, "invoices-"+f.name+".csv"), f.text)
		for _, n := range f.landed {
			want[fmt.Sprintf("I%d", n)] = fmt.Sprint(1 << n)
		}
	}
	put(t, filepath.Join(dir, "invoices-zz-good.csv"), "currency,amount,due_on,issued_on,customer_id,invoice_id\nEUR,4096,2025-04-30,2025-03-31,C1,I12\n")
	want["I12"] = "4096"
	putRows(t, dir, "payments", []row{{"payment_id": "P1", "customer_id": "C1", "received_on": "2025-03-31", "amount": "5", "currency": "EUR"}})

	said := must(t, exitWarnings, "run", "--data", dir, "--as-of", "2025-03-31").stdout
	open := map[string]string{}
	for _, r := range query(t, "select invoice_id, open_amount from mart.open_item", "--data", dir) {
		open[show(r["invoice_id"])] = number(t, show(r["open_amount"])).String()
	}
	if !maps.Equal(open, want) {
		t.Errorf("open are %v, want %v", open, want)
	}
	if net := kpis(t, "--data", dir)["ar_net"]; net.String() != "8186" { // 2^13 - 1 - 5
		t.Errorf("ar_net is %s, want 8186", net)
	}
	receipts, err := ingest.Receipts(filepath.Join(dir, ".arrears"), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	rejects := decode[ingest.Reject](t, must(t, exitDone, "rejects", "--data", dir, "-o", "json"))
	if len(receipts) != len(badFiles)+2 {
		t.Errorf("%d receipts, want one for each file", len(receipts))
	}
	for _, f := range badFiles {
		t.Run(f.name, func(t *testing.T) { f.check(t, said, receipts, rejects) })
	}
}

func (f badFile) check(t *testing.T, said string, receipts []ingest.Receipt, rejects []ingest.Reject) {
	name := "invoices-" + f.name + ".csv"
	at := slices.IndexFunc(receipts, func(r ingest.Receipt) bool { return r.File == name })
	if at < 0 {
		t.Fatal("it has no receipt")
	}
	if r := receipts[at]; r.Records != f.records || r.Landed != int64(len(f.landed)) || r.Landed+r.Rejected+r.NonData != r.Records {
		t.Errorf("%d landed and %d rejected of %d records, want %d of %d", r.Landed, r.Rejected, r.Records, len(f.landed), f.records)
	}
	if !strings.Contains(said, name) {
		t.Errorf("the run does not name the file: %s", said)
	}
	at = slices.IndexFunc(rejects, func(r ingest.Reject) bool { return r.File == name })
	if at < 0 {
		t.Fatal("nothing of it is in quarantine")
	}
	r := rejects[at]
	if r.Line != f.line || r.Column != f.column || f.value != "" && r.Value != f.value || !strings.Contains(r.Reason, f.says) {
		t.Errorf("line %d, column %q, value %q: %s", r.Line, r.Column, r.Value, r.Reason)
	}
}
