package ingest

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/xuri/excelize/v2"

	"arrears/config"
)

var threeInvoices = [][]string{
	{"0001", "C1", "2024-01-31", "2024-02-29", "10.5", "EUR", "1234567890123456"},
	{"0002", "Zoë", "2024-02-01", "", "-1234.56", "USD", "a|b"},
	{"0003", "", "2024-02-02", "2024-03-02", "0.1", "EUR", ""},
}

var canonicalHeader = strings.Split(strings.TrimSpace(goodHeader), ",")

// inFormat writes the three invoices in a format, with what the source must declare to read them.
func inFormat(t testing.TB, format string) (text []byte, source func(*config.Source)) {
	t.Helper()
	var b bytes.Buffer
	none := func(*config.Source) {}
	switch format {
	case "tsv":
		b.WriteString(strings.Join(canonicalHeader, "\t") + "\n")
		for _, row := range threeInvoices {
			b.WriteString(strings.Join(row, "\t") + "\n")
		}
		return b.Bytes(), func(s *config.Source) { s.CSV.Delimiter = "\t" }
	case "fixed":
		for _, row := range threeInvoices {
			fmt.Fprintf(&b, "%-6s%-5s %-10s %-10s %12s %3s %-20s\n", row[0], row[1], row[2], row[3], strings.ReplaceAll(row[4], ".", ","), row[5], row[6])
		}
		return b.Bytes(), func(s *config.Source) {
			s.CSV.Decimal = ","
			s.Fixed.Columns = map[string]string{"invoice_id": "1-6", "customer_id": "7-11", "issued_on": "13-22", "due_on": "24-33", "amount": "35-46",
				"currency": "48-50", "po_no": "52-71"}
		}
	case "bars":
		widths := []int{10, 11, 10, 10, 12, 8, 20}
		line := func(row []string) {
			for i, v := range row {
				fmt.Fprintf(&b, "|%-*s", widths[i], v)
			}
			b.WriteString("|\r\n")
		}
		rule := strings.Repeat("-", 89) + "\r\n"
		for page := range 2 {
			b.WriteString("Open items\r\n" + rule)
			line(canonicalHeader)
			b.WriteString(rule)
			for _, row := range threeInvoices[page*2 : min(3, page*2+2)] {
				line(row)
			}
			line([]string{"*", "", "", "", "99999.99", "", ""})
			b.WriteString("\f\r\n")
		}
		return b.Bytes(), func(s *config.Source) {
			s.Format, s.Fixed.Bars, s.CSV.Header = "fixed", true, 3
			s.NonData = []string{`^Open items`, `^-+$`, `^\|invoice_id`, `^\|\*`, `^\f$`}
		}
	case "json", "ndjson":
		for i, row := range threeInvoices {
			amount := row[4]
			if i == 1 {
				amount = "-1.23456E3"
			}
			record := fmt.Sprintf(`{"invoice_id":%q,"customer":{"id":%q},"issued_on":"%s","due_on":%s,"amount":%s,"currency":%q,"po_no":%q}`,
				row[0], row[1], row[2], strings.ReplaceAll(fmt.Sprintf("%q", row[3]), `""`, "null"), amount, row[5], row[6])
			if format == "ndjson" {
				b.WriteString(record + "\n")
				continue
			}
			b.WriteString([]string{`{"more":[[1],{"items":[0]}],"data":{"count":3,"items":[`, ",\n", ", "}[i] + record)
		}
		if format == "json" {
			b.WriteString("]},\"next\":null}\n")
		}
		return b.Bytes(), func(s *config.Source) {
			if format == "json" {
				s.Records = "data.items"
			}
			s.Maps[0].Columns = map[string]config.Column{"customer_id": {From: "customer.id"}}
		}
	case "xlsx":
		return workbookOf(t), func(s *config.Source) { s.Sheet, s.CSV.Header = "Open items", 3 }
	case "arrow", "arrow stream":
		return arrowOf(t, format == "arrow"), func(s *config.Source) { s.Format = "arrow" }
	}
	b.WriteString(goodHeader)
	for _, row := range threeInvoices {
		b.WriteString(strings.Join(row, ",") + "\n")
	}
	return b.Bytes(), none
}

func workbookOf(t testing.TB) []byte {
	t.Helper()
	book := excelize.NewFile()
	style, err := book.NewStyle(&excelize.Style{NumFmt: 14})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := book.NewSheet("Open items"); err != nil {
		t.Fatal(err)
	}
	set := func(place string, v any) {
		if err := book.SetCellValue("Open items", place, v); err != nil {
			t.Fatal(err)
		}
	}
	set("A1", "Open items of the month")
	for i, name := range canonicalHeader {
		set(fmt.Sprintf("%c3", 'A'+i), name)
	}
	serials := [][2]any{{45322, 45351}, {45323, nil}, {45324, 45353}}
	amounts := []any{10.5, -1234.56, 0.1}
	for i, row := range threeInvoices {
		at := 5 + i // a blank row lies between
		set(fmt.Sprintf("A%d", at), row[0])
		set(fmt.Sprintf("B%d", at), row[1])
		set(fmt.Sprintf("C%d", at), serials[i][0])
		if serials[i][1] != nil {
			set(fmt.Sprintf("D%d", at), serials[i][1])
		}
		set(fmt.Sprintf("E%d", at), amounts[i])
		set(fmt.Sprintf("F%d", at), row[5])
		set(fmt.Sprintf("G%d", at), row[6])
	}
	if err := book.SetCellStyle("Open items", "C5", "D7", style); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := book.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func arrowOf(t testing.TB, asFile bool) []byte {
	t.Helper()
	var fields []arrow.Field
	for _, name := range canonicalHeader {
		fields = append(fields, arrow.Field{Name: name, Type: arrow.BinaryTypes.String, Nullable: true})
	}
	fields[4].Type = &arrow.Decimal128Type{Precision: 18, Scale: 3}
	schema := arrow.NewSchema(fields, nil)
	var b bytes.Buffer
	var writer interface {
		Write(arrow.RecordBatch) error
		Close() error
	}
	if asFile {
		w, err := ipc.NewFileWriter(&b, ipc.WithSchema(schema))
		if err != nil {
			t.Fatal(err)
		}
		writer = w
	} else {
		writer = ipc.NewWriter(&b, ipc.WithSchema(schema))
	}
	for _, row := range threeInvoices { // a batch each
		builder := array.NewRecordBuilder(memory.DefaultAllocator, schema)
		for i, v := range row {
			if err := builder.Field(i).AppendValueFromString(v); err != nil {
				t.Fatal(err)
			}
		}
		if err := writer.Write(builder.NewRecordBatch()); err != nil {
			t.Fatal(err)
		}
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var batchAndLine = regexp.MustCompile(` _batch=\S+ _line=\d+`)

// landIn lands one file as the only one of a source, and gives its receipt and its rows without batch and line.
func landIn(t testing.TB, text []byte, format string, declare func(*config.Source)) (Receipt, []string, config.Config) {
	t.Helper()
	dir := t.TempDir()
	put(t, dir, "a.csv", string(text))
	source := invoiceSource(dir)
	source.Format = format
	declare(&source)
	cfg := stateFor(t, source)
	cfg.Worker.Ratio, cfg.Worker.Unpacked = 200, "50MB"
	r := mustLand(t, cfg).Landed[0]
	var rows []string
	for _, row := range stateRows(t, cfg.State) {
		rows = append(rows, strings.TrimSpace(batchAndLine.ReplaceAllString(row, "")))
	}
	return r, rows, cfg
}

func TestEveryFormatLandsTheSameRows(t *testing.T) {
	text, declare := inFormat(t, "csv")
	_, want, _ := landIn(t, text, "csv", declare)
	if len(want) != 3 || !strings.Contains(want[0], "po_no=1234567890123456") {
		t.Fatalf("want %q", want)
	}
	for _, format := range []string{"tsv", "fixed", "bars", "json", "ndjson", "xlsx", "arrow", "arrow stream"} {
		for _, packed := range []string{"none", "gzip", "zip"} {
			t.Run(format+" "+packed, func(t *testing.T) {
				text, declare := inFormat(t, format)
				r, got, cfg := landIn(t, pack(t, text, packed), format, func(s *config.Source) {
					declare(s)
					s.Packed = packed
				})
				if !slices.Equal(got, want) {
					rejects, _ := Rejects(cfg.State)
					t.Errorf("got %q\nwant %q\n%+v\n%+v", got, want, r, rejects)
				}
				if packed != "none" && r.Member != "items.txt" {
					t.Errorf("the receipt names the member %q", r.Member)
				}
			})
		}
	}
}

func pack(t testing.TB, text []byte, how string) []byte {
	t.Helper()
	var b bytes.Buffer
	var err error
	switch how {
	case "gzip":
		w := gzip.NewWriter(&b)
		w.Name = "items.txt"
		_, err = w.Write(text)
		if err == nil {
			err = w.Close()
		}
	case "zip":
		w := zip.NewWriter(&b)
		member, createErr := w.Create("items.txt")
		if createErr != nil {
			t.Fatal(createErr)
		}
		_, err = member.Write(text)
		if err == nil {
			err = w.Close()
		}
	default:
		return text
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestDeclaredNonDataIsCountedByPattern(t *testing.T) {
	text, declare := inFormat(t, "bars")
	r, rows, _ := landIn(t, text, "fixed", declare)
	if r.Landed != 3 || r.NonData != 9 || len(rows) != 3 || r.Patterns[`^\|\*`] != 2 || r.Patterns[`^Open items`] != 1 || r.Patterns[`^-+$`] != 3 {
		t.Errorf("%+v", r)
	}
	if sums := r.Datasets[0].Sums; sums["EUR"] != "10.600" || sums["USD"] != "-1234.560" {
		t.Errorf("a subtotal is in the sums %v", sums)
	}
}
