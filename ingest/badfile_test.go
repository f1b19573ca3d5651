package ingest

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"arrears/config"
)

const goodHeader = "invoice_id,customer_id,issued_on,due_on,amount,currency,po_no\n"

func goodLine(n int) string {
	return fmt.Sprintf("INV%d,C%d,2024-01-31,2024-02-29,%d.50,EUR,PO\n", n, n%3, n)
}

func TestBadRecordsAreRejectedWithTheirReason(t *testing.T) {
	wide := strings.Repeat("x", maxRecord+10)
	for _, c := range []struct {
		name, bad string
		line      int64
		column    string
		reason    string
		records   int64 // in all, with a good one before and one after
	}{
		{"a letter in the amount", "X,C,2024-01-31,,1x0,EUR,\n", 3, "amount", `'x' has no place in it; the source declares decimal sign '.' and no thousands sign`, 3},
		{"the wrong decimal sign", "X,C,2024-01-31,,\"12,50\",EUR,\n", 3, "amount", `',' has no place in it; the source declares decimal sign '.' and no thousands sign`, 3},
		{"four decimals", "X,C,2024-01-31,,1.2345,EUR,\n", 3, "amount", "it has more than 3 decimals, and money and rates are never rounded", 3},
		{"an amount that no column holds", "X,C,2024-01-31,,1234567890123456,EUR,\n", 3, "amount", "the number is too large", 3},
		{"a trailing minus", "X,C,2024-01-31,,12-,EUR,\n", 3, "amount", "the minus stands behind the number; where the system writes it so, declare csv.negative: trailing", 3},
		{"parentheses", "X,C,2024-01-31,,(12),EUR,\n", 3, "amount", "the number is in parentheses; where these mean a negative number, declare csv.negative: parentheses", 3},
		{"an exponent", "X,C,2024-01-31,,1e3,EUR,\n", 3, "amount", `'e' has no place in it; the source declares decimal sign '.' and no thousands sign`, 3},
		{"a day that is not there", "X,C,2023-02-29,,1,EUR,\n", 3, "issued_on", "there is no day 29 in month 2 of year 2023", 3},
		{"a date the other way", "X,C,31.01.2024,,1,EUR,\n", 3, "issued_on", "it is not written as YYYY-MM-DD, which the source declares", 3},
		{"swapped columns", "X,C,12.50,,2024-01-31,EUR,\n", 3, "issued_on", "it is not written as YYYY-MM-DD, which the source declares", 3},
		{"no id", " ,C,2024-01-31,,1,EUR,\n", 3, "invoice_id", "it is empty, and every row needs it", 3},
		{"too few columns", "X,C,2024-01-31\n", 3, "", "the record has 3 columns and the header 7; a value is missing, or a line end stands in one that is not quoted", 3},
		{"too many columns", "X,C,2024-01-31,,1,EUR,,\n", 3, "", "the record has 8 columns and the header 7; a value that holds the delimiter must be quoted", 3},
		{"a stray quote", "X,C,2024-01-31,,1,EUR,5\" pipe\n", 3, "po_no", `a " stands inside a value that does not begin with one; a value that holds it must be quoted, and it doubled`, 3},
		{"text behind a quote", "X,C,2024-01-31,,1,EUR,\"a\"b\n", 3, "po_no", `there is text behind the closing " of a quoted value; a quote inside it must be doubled`, 3},
		{"an open quote", "X,\"C,2024-01-31,,1,EUR,\n", 3, "customer_id", "a quoted value begins here and is never closed; the record is taken to end with this line, and the next line is read on its own", 3},
		{"an open quote behind a quoted line end", "\"X\nY\",C,2024-01-31,,1,EUR,\"z\n", 4, "po_no", "a quoted value begins here and is never closed; the record is taken to end with this line, and the next line is read on its own", 3},
		{"bytes that are no text", "X,C\xff,2024-01-31,,1,EUR,\n", 3, "customer_id", "there are bytes in it that are not utf-8; declare the encoding in which the file is written", 3},
		{"a zero byte", "X,C\x00,2024-01-31,,1,EUR,\n", 3, "customer_id", "there is a zero byte in it; the file is damaged or not in encoding utf-8", 3},
		{"a bare carriage return", "X,C\rD,2024-01-31,,1,EUR,\n", 3, "customer_id", "a carriage return without a line feed stands in a value that is not quoted", 3},
		{"a megabyte", "X,C,2024-01-31,,1,EUR," + wide + "\n", 3, "po_no", "the record is longer than 1048576 bytes; the delimiter or the quote may not be the declared one", 3},
		{"ten megabytes", "X,C,2024-01-31,,1,EUR," + strings.Repeat(wide, 10) + "\n", 3, "po_no", "the record is longer than 1048576 bytes; the delimiter or the quote may not be the declared one", 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			put(t, dir, "a.csv", goodHeader+goodLine(1)+c.bad+goodLine(2))
			cfg := stateFor(t, invoiceSource(dir))
			r := mustLand(t, cfg).Landed[0]
			if r.Records != c.records || r.Landed != 2 || r.Rejected != 1 || r.Failed != "" {
				t.Errorf("%d records, %d landed, %d rejected, %q", r.Records, r.Landed, r.Rejected, r.Failed)
			}
			rejects, err := Rejects(cfg.State)
			if err != nil {
				t.Fatal(err)
			}
			if len(rejects) == 0 {
				t.Fatal("no reject")
			}
			got := rejects[0]
			if got.Line != c.line || got.Column != c.column || got.Reason != c.reason {
				t.Errorf("line %d, column %q, value %q: %s", got.Line, got.Column, got.Value, got.Reason)
			}
		})
	}
}

func TestOneStrayQuoteCostsOneRecord(t *testing.T) {
	var text strings.Builder
	text.WriteString(goodHeader)
	for i := range 200_000 { // several blocks
		switch i {
		case 100_000:
			text.WriteString("X,\"C,2024-01-31,,1,EUR,\n")
		default:
			text.WriteString(goodLine(i))
		}
	}
	dir := t.TempDir()
	put(t, dir, "a.csv", text.String())
	if r := mustLand(t, stateFor(t, invoiceSource(dir))).Landed[0]; r.Landed != 199_999 || r.Rejected != 1 {
		t.Errorf("%+v", r)
	}
}

func TestRefusedFiles(t *testing.T) {
	sixteen := func(text string) string {
		var b strings.Builder
		for _, u := range utf16.Encode([]rune(text)) {
			b.Write([]byte{byte(u), byte(u >> 8)})
		}
		return b.String()
	}
	manyColumns := strings.Repeat("c,", maxColumns) + "invoice_id\n"
	for _, c := range []struct {
		name, text, failed string
		records            int64
	}{
		{"nothing", "", "line 1: the file is empty; have it sent again", 0},
		{"blank lines", "\n\r\n\n", "line 1: the file has nothing but blank lines; have it sent again", 0},
		{"undeclared UTF-16", "\xff\xfe" + sixteen(goodHeader+goodLine(1)), "line 1: the file is written in UTF-16 and the source declares utf-8; declare csv.encoding: utf-16le", 2},
		{"undeclared UTF-16 without its mark", sixteen(goodHeader + goodLine(1)), "line 1: the file is written in UTF-16 and the source declares utf-8; declare csv.encoding: utf-16le", 2},
		{"no required column", strings.Replace(goodHeader, "amount", "total", 1) + goodLine(1), `line 1: column "amount" is missing; the header has invoice_id, customer_id, issued_on, due_on, total, currency, po_no`, 1},
		{"another spelling", strings.Replace(goodHeader, "invoice_id", "Invoice ID", 1) + goodLine(1), `line 1: column "invoice_id" is missing; the header has "Invoice ID", and names must be the same to the letter`, 1},
		{"a column twice", strings.Replace(goodHeader, "po_no", "amount", 1) + goodLine(1), `line 1: column "amount" stands twice in the header, as column 5 and 7; have one of them renamed or left out`, 1},
		{"no header", "\n" + goodLine(1), "line 1: the header is empty; csv.header says which line it is on", 1},
		{"carriage returns only", strings.ReplaceAll(goodHeader+goodLine(1), "\n", "\r"), "line 1: lines end with a carriage return only; have them end with a line feed", 0},
		{"too many columns", manyColumns, "line 1: the header has 2001 columns, and no more than 2000 are read", 0},
		{"a packed file", "PK\x03\x04" + goodHeader, "line 1: the file is packed; declare packed: gzip, packed: zip or, for a workbook, format: xlsx", 0},
		{"Parquet", "PAR1" + goodHeader, "line 1: this is a Parquet file; declare format: parquet", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			put(t, dir, "bad.csv", c.text)
			put(t, dir, "good.csv", goodHeader+goodLine(1))
			cfg := stateFor(t, invoiceSource(dir))
			report := mustLand(t, cfg)
			if len(report.Landed) != 2 || report.Landed[1].Landed != 1 {
				t.Fatalf("the good file did not land: %+v", report.Landed)
			}
			r := report.Landed[0]
			if r.Failed != c.failed || r.Landed != 0 || r.Records != c.records || r.Rejected != r.Records {
				t.Errorf("%d records, %d landed, %d rejected: %s", r.Records, r.Landed, r.Rejected, r.Failed)
			}
			if again := mustLand(t, cfg); len(again.Landed) != 0 || len(again.Over) != 1 {
				t.Errorf("a refused file was tried again: %+v", again)
			}
		})
	}
}

func TestHalfWrittenLastLine(t *testing.T) {
	text := goodHeader + goodLine(1) + goodLine(2)
	for cut := len(goodHeader + goodLine(1)); cut < len(text); cut++ {
		dir := t.TempDir()
		put(t, dir, "a.csv", text[:cut])
		cfg := stateFor(t, invoiceSource(dir))
		r := mustLand(t, cfg).Landed[0]
		last := int64(1)
		if cut == len(goodHeader+goodLine(1)) {
			last = 0
		}
		if r.Records != 1+last || r.Landed+r.Rejected != r.Records {
			t.Errorf("cut at %d: %+v", cut, r)
		}
		if r.Landed == 2 && len(r.Notes) == 0 {
			t.Errorf("cut at %d: a short last line landed without a word", cut)
		}
	}
}

func TestDeclaredDialects(t *testing.T) {
	de := config.Dialect{Delimiter: ";", Quote: "'", Encoding: "windows-1252", Header: 3, Decimal: ",", Thousands: ".", Date: "dd.mm.yyyy", Negative: "trailing"}
	us := config.Dialect{Delimiter: "\t", Quote: "none", Encoding: "utf-16le", Header: 1, Decimal: ".", Thousands: ",", Date: "M/D/YYYY", Negative: "parentheses"}
	sixteen := func(text string) string {
		b := "\xff\xfe"
		for _, u := range utf16.Encode([]rune(text)) {
			b += string([]byte{byte(u), byte(u >> 8)})
		}
		return b
	}
	for _, c := range []struct {
		name    string
		dialect config.Dialect
		text    string
		want    string
	}{
		{"German", de, "Liste\n\ninvoice_id;customer_id;issued_on;amount;currency;po_no\n007;M\xfcller;31.12.2024;'1.234.567,89-';\x80;'a''b;c\nd'\n",
			"invoice_id=007 customer_id=Müller issued_on=2024-12-31 amount=-1234567.89 currency=€ po_no=a'b;c\nd _line=4"},
		{"American", us, sixteen("invoice_id\tcustomer_id\tissued_on\tamount\tcurrency\tpo_no\r\n1\tZoë\t2/9/2024\t(1,234.5)\tUSD\t\"x\r\n"),
			`invoice_id=1 customer_id=Zoë issued_on=2024-02-09 amount=-1234.5 currency=USD po_no="x _line=2`},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			put(t, dir, "a.csv", c.text)
			source := invoiceSource(dir)
			source.CSV = c.dialect
			cfg := stateFor(t, source)
			r := mustLand(t, cfg).Landed[0]
			if r.Landed != 1 {
				rejects, _ := Rejects(cfg.State)
				t.Fatalf("%+v %+v", r, rejects)
			}
			got := strings.Join(stateRows(t, cfg.State), "\n")
			got = strings.Replace(strings.TrimPrefix(strings.TrimSpace(got), "invoices "), "_batch="+r.Batch+" ", "", 1)
			if got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}
