package ingest

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/xuri/excelize/v2"

	"arrears/config"
)

// benchRows is how many invoices each format holds.
const benchRows = 200_000

// invoicesInDuck makes the nth invoices in SQL.
var invoicesInDuck = fmt.Sprintf(`select 'INV' || i as invoice_id, 'C' || (i %% 997) as customer_id, date '2024-01-01' + cast(i %% 366 as integer) as issued_on,
	cast(i %% 100000 / 100.0 as decimal(18, 3)) as amount, 'EUR' as currency from range(%d) as t(i)`, benchRows)

// A formatBench is a format beside what it is measured against.
type formatBench struct {
	format  string
	declare func(*config.Source)
	make    func(b *testing.B, path string)
	load    func(b *testing.B, folder, path string) // the reference
}

// BenchmarkFormats lands the same invoices from every format beside the fastest load of them that there is: DuckDB's own of that format into a table, where
// it has one. It has none of fixed width: there it reads lines and cuts them. Its readers of Arrow and of workbooks are extensions that do not
// come with it: Arrow stands beside its load of the same rows from Parquet, and a workbook beside the library that reads it
// going over the rows alone, which makes no table of them.
func BenchmarkFormats(b *testing.B) {
	for _, f := range []formatBench{
		{"csv", nil, copyOut("format csv"), duckLoad(`from read_csv('%s', header=true, auto_detect=false, delim=',', quote='"', columns={'invoice_id': 'VARCHAR', 'customer_id': 'VARCHAR', 'issued_on': 'DATE', 'amount': 'DECIMAL(18,3)', 'currency': 'VARCHAR'})`)},
		{"ndjson", nil, copyOut("format json"), duckLoad(`from read_json('%s', format='newline_delimited', ` + jsonColumns)},
		{"json", nil, copyOut("format json, array true"), duckLoad(`from read_json('%s', format='array', ` + jsonColumns)},
		{"parquet", nil, copyOut("format parquet"), duckLoad("from read_parquet('%s')")},
		{"fixed", func(s *config.Source) {
			s.Fixed.Columns = map[string]string{"invoice_id": "1-12", "customer_id": "13-18", "issued_on": "19-28", "amount": "29-40", "currency": "41-43"}
		}, makeFixed, duckLoad(`select trim(line[1:12]) as invoice_id, trim(line[13:18]) as customer_id, cast(line[19:28] as date) as issued_on,
			cast(trim(line[29:40]) as decimal(18, 3)) as amount, line[41:43] as currency
			from read_csv('%s', header=false, auto_detect=false, delim='', quote='', columns={'line': 'VARCHAR'})`)},
		{"arrow", nil, makeArrow, func(b *testing.B, folder, path string) {
			b.Helper()
			duckLoad("from read_parquet('%s')")(b, folder, path+".parquet")
		}},
		{"xlsx", nil, makeWorkbook, readWorkbookAlone},
	} {
		b.Run(f.format, f.run)
	}
}

const jsonColumns = `columns={'invoice_id': 'VARCHAR', 'customer_id': 'VARCHAR', 'issued_on': 'DATE', 'amount': 'DECIMAL(18,3)', 'currency': 'VARCHAR'})`

func (f formatBench) run(b *testing.B) {
	dir := b.TempDir()
	path := filepath.Join(dir, "in."+f.format)
	f.make(b, path)
	var landed, loaded []float64
	for range max(b.N, 3) {
		source := invoiceSource(dir)
		source.Files, source.Format = []string{path}, f.format
		if f.declare != nil {
			f.declare(&source)
		}
		cfg := config.Config{State: filepath.Join(dir, "state"), Worker: config.Worker{Deadline: time.Hour, Ratio: 200}, Sources: []config.Source{source}}
		begun := time.Now()
		report, err := Land(context.Background(), cfg, slog.New(slog.DiscardHandler), Options{})
		landed = append(landed, time.Since(begun).Seconds())
		if err != nil || report.Landed[0].Landed != benchRows {
			b.Fatalf("%+v, %v", report, err)
		}
		begun = time.Now()
		f.load(b, dir, path)
		loaded = append(loaded, time.Since(begun).Seconds())
		if err := os.RemoveAll(cfg.State); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(median(landed), "s/landing")
	b.ReportMetric(median(loaded), "s/reference")
	b.ReportMetric(median(landed)/median(loaded), "ratio")
	b.ReportMetric(0, "ns/op")
}

// copyOut has DuckDB write the invoices.
func copyOut(options string) func(*testing.B, string) {
	return func(b *testing.B, path string) {
		b.Helper()
		inDuck(b, filepath.Join(b.TempDir(), "made.db"), fmt.Sprintf("copy (%s) to '%s' (%s)", invoicesInDuck, path, options))
	}
}

// duckLoad has DuckDB make a table of a file, on disk.
func duckLoad(read string) func(*testing.B, string, string) {
	return func(b *testing.B, folder, path string) {
		b.Helper()
		inDuck(b, filepath.Join(folder, "duck.db"), "set preserve_insertion_order=false", "create or replace table invoices as "+fmt.Sprintf(read, path), "checkpoint")
	}
}

func makeFixed(b *testing.B, path string) {
	b.Helper()
	inDuck(b, filepath.Join(b.TempDir(), "made.db"), fmt.Sprintf(`copy (select rpad(invoice_id, 12, ' ') || rpad(customer_id, 6, ' ') || issued_on || lpad(cast(amount as varchar), 12, ' ') || currency from (%s))
		to '%s' (format csv, header false, delimiter '|', quote '')`, invoicesInDuck, path))
}

// benchInvoice is the nth invoice as Go values.
func benchInvoice(n int) (id, customer string, day time.Time, thousandths int64) {
	return "INV" + strconv.Itoa(n), "C" + strconv.Itoa(n%997), time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, n%366), int64(n%100_000) * 10
}

func makeArrow(b *testing.B, path string) {
	b.Helper()
	copyOut("format parquet")(b, path+".parquet")
	schema := arrow.NewSchema([]arrow.Field{{Name: "invoice_id", Type: arrow.BinaryTypes.String}, {Name: "customer_id", Type: arrow.BinaryTypes.String},
		{Name: "issued_on", Type: arrow.FixedWidthTypes.Date32}, {Name: "amount", Type: &arrow.Decimal128Type{Precision: 18, Scale: 3}},
		{Name: "currency", Type: arrow.BinaryTypes.String}}, nil)
	out, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	w, err := ipc.NewFileWriter(out, ipc.WithSchema(schema))
	if err != nil {
		b.Fatal(err)
	}
	for from := 0; from < benchRows; from += gatherRows {
		batch := array.NewRecordBuilder(memory.DefaultAllocator, schema)
		for n := from; n < min(from+gatherRows, benchRows); n++ {
			id, customer, day, thousandths := benchInvoice(n)
			batch.Field(0).(*array.StringBuilder).Append(id)
			batch.Field(1).(*array.StringBuilder).Append(customer)
			batch.Field(2).(*array.Date32Builder).Append(arrow.Date32FromTime(day))
			batch.Field(3).(*array.Decimal128Builder).Append(decimal128.FromI64(thousandths))
			batch.Field(4).(*array.StringBuilder).Append("EUR")
		}
		if err := w.Write(batch.NewRecordBatch()); err != nil {
			b.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	if err := out.Close(); err != nil {
		b.Fatal(err)
	}
}

func makeWorkbook(b *testing.B, path string) {
	b.Helper()
	book := excelize.NewFile()
	sheet, err := book.NewStreamWriter("Sheet1")
	if err != nil {
		b.Fatal(err)
	}
	write := func(row int, cells ...any) {
		if err := sheet.SetRow("A"+strconv.Itoa(row), cells); err != nil {
			b.Fatal(err)
		}
	}
	write(1, "invoice_id", "customer_id", "issued_on", "amount", "currency")
	for n := range benchRows {
		id, customer, day, thousandths := benchInvoice(n)
		write(n+2, id, customer, day.Unix()/86_400+serialOf1970, float64(thousandths)/1000, "EUR")
	}
	if err := sheet.Flush(); err != nil {
		b.Fatal(err)
	}
	if err := book.SaveAs(path); err != nil {
		b.Fatal(err)
	}
}

func readWorkbookAlone(b *testing.B, _, path string) {
	b.Helper()
	book, err := excelize.OpenFile(path, excelize.Options{RawCellValue: true})
	if err != nil {
		b.Fatal(err)
	}
	rows, err := book.Rows("Sheet1")
	if err != nil {
		b.Fatal(err)
	}
	read := -1 // without the header
	for rows.Next() {
		if _, err := rows.Columns(); err != nil {
			b.Fatal(err)
		}
		read++
	}
	if read != benchRows {
		b.Fatalf("the library reads %d rows", read)
	}
	if err := book.Close(); err != nil {
		b.Fatal(err)
	}
}
