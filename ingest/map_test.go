package ingest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"

	"arrears/config"
)

func value(text string) config.Column { return config.Column{Value: &text} }
func from(name string) config.Column  { return config.Column{From: name} }
func computed(e string) config.Column { return config.Column{Expr: e} }

// listSource reads an invoice list that also says when each invoice was settled.
func listSource(dir string) config.Source {
	s := invoiceSource(dir)
	s.Name = "list"
	s.CSV.Date, s.CSV.Decimal, s.CSV.Thousands = "D.M.YYYY", ",", "."
	s.CSV.Delimiter = ";"
	s.Maps = []config.Map{
		{Dataset: "invoices", Where: `Type == "RE" && dec(row["Gross Amount"]) > 0`, Columns: map[string]config.Column{
			"invoice_id": from("No"), "customer_id": from("Customer"), "issued_on": from("Date"), "amount": from("Gross Amount"), "currency": value("EUR"),
			"due_on": computed(`addDays(date(Date), 30)`), "kind": computed(`upper(Customer)`), "po_no": computed(`nil`)}},
		{Dataset: "payments", Where: `Settled != "" && Type == "RE"`, Columns: map[string]config.Column{
			"payment_id": computed(`"P" + No`), "customer_id": from("Customer"), "received_on": from("Settled"),
			"amount": computed(`row["Gross Amount"]`), "currency": value("EUR")}},
		{Dataset: "credits", Where: `Type == "GU"`, Columns: map[string]config.Column{
			"credit_id": from("No"), "customer_id": from("Customer"), "issued_on": from("Date"), "amount": computed(`0 - dec(row["Gross Amount"])`), "currency": value("EUR")}},
	}
	return s
}

func TestOneFileFeedsSeveralDatasets(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "list.csv", "No;Customer;Date;Gross Amount;Type;Settled;Extra\n"+
		"01;ab;1.2.2024;1.234,50;RE;15.2.2024;\n"+
		"02;cd;1.2.2024;10;RE;;\n"+
		"03;;3.2.2024;-7,25;GU;;\n"+
		"04;ef;3.2.2024;0;RE;;\n"+ // selected by nothing
		"05;ef;3.2.2024;9;RE;32.2.2024;\n"+ // good invoice, bad payment: neither lands
		"06;ef;3.2.2024;nine;RE;;\n")
	cfg := stateFor(t, listSource(dir))
	r := mustLand(t, cfg).Landed[0]
	if r.Records != 6 || r.Landed != 3 || r.Rejected != 2 || r.NonData != 1 {
		t.Errorf("%+v", r)
	}
	if len(r.Notes) != 1 || r.Notes[0] != "columns that no map reads: Extra" {
		t.Errorf("notes %q", r.Notes)
	}
	got := strings.ReplaceAll(strings.Join(stateRows(t, cfg.State), "\n"), "_batch="+r.Batch+" ", "")
	want := `credits credit_id=03 customer_id=? issued_on=2024-02-03 amount=7.25 currency=EUR _line=4 
invoices invoice_id=01 customer_id=ab issued_on=2024-02-01 due_on=2024-03-02 amount=1234.5 currency=EUR kind=AB _line=2 
invoices invoice_id=02 customer_id=cd issued_on=2024-02-01 due_on=2024-03-02 amount=10 currency=EUR kind=CD _line=3 
payments payment_id=P01 customer_id=ab received_on=2024-02-15 amount=1234.5 currency=EUR _line=2 
`
	if rows, _, _ := strings.Cut(got, "reject"); rows != want {
		t.Errorf("got\n%s\nwant\n%s", rows, want)
	}
	rejects, err := Rejects(cfg.State)
	if err != nil || len(rejects) != 2 {
		t.Fatalf("%+v, %v", rejects, err)
	}
	if r := rejects[0]; r.Line != 6 || r.Column != "Settled" || r.Value != "32.2.2024" || r.Reason != "there is no day 32 in month 2 of year 2024" {
		t.Errorf("%+v", r)
	}
	if r := rejects[1]; r.Line != 7 || r.Column != "invoices.where" || !strings.Contains(r.Reason, `number "nine"`) {
		t.Errorf("%+v", r)
	}
}

func TestTwoMapsMayFeedOneDataset(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "a.csv", "id,sold,returned\n1,10,\n2,20,5\n3,x,\n")
	s := invoiceSource(dir)
	side := func(kind, column, suffix string) config.Map {
		return config.Map{Dataset: "invoices", Where: column + ` != ""`, Columns: map[string]config.Column{"invoice_id": computed("id + '" + suffix + "'"),
			"customer_id": value("C"), "issued_on": value("2024-01-01"), "amount": from(column), "currency": value("EUR"), "kind": value(kind)}}
	}
	s.Maps = []config.Map{side("invoice", "sold", ""), side("debit_memo", "returned", "-r")}
	cfg := stateFor(t, s)
	r := mustLand(t, cfg).Landed[0]
	if r.Landed != 2 || r.Rejected != 1 || len(r.Datasets) != 1 || r.Datasets[0].Rows != 3 || r.Datasets[0].Sums["EUR"] != "35.000" {
		t.Errorf("%+v", r)
	}
}

// An amount that a dataset does not require may be missing in a row, in all of them, or have no column at all.
func TestAnAmountMayBeMissing(t *testing.T) {
	for _, c := range []struct {
		amount config.Column
		rows   string
		sum    string
	}{
		{from("held"), "1,10\n2,\n3,5.5\n", "15.500"},
		{from("held"), "1,\n2,\n3,\n", ""},
		{config.Column{}, "1,10\n2,\n3,5.5\n", ""},
		{value("2"), "1,10\n2,\n3,5.5\n", "6.000"},
	} {
		dir := t.TempDir()
		put(t, dir, "a.csv", "id,held\n"+c.rows)
		s := invoiceSource(dir)
		s.Maps = []config.Map{{Dataset: "disputes", Columns: map[string]config.Column{"dispute_id": from("id"), "invoice_id": from("id"),
			"customer_id": value("C"), "opened_at": value("2024-01-01"), "amount": c.amount}}}
		if c.amount == (config.Column{}) {
			delete(s.Maps[0].Columns, "amount")
		}
		r := mustLand(t, stateFor(t, s)).Landed[0]
		if r.Failed != "" || r.Landed != 3 || r.Datasets[0].Rows != 3 || r.Datasets[0].Sums[""] != c.sum {
			t.Errorf("%+v", r)
		}
	}
}

func TestWrongExpressionsAreFoundWithoutAFile(t *testing.T) {
	s := listSource("")
	s.Maps[0].Line, s.Maps[0].Where = 7, `Type = "RE"`
	s.Maps[1].Columns["payment_id"] = config.Column{Expr: `No + 1`, Line: 9}
	s.Maps[2].Columns["issued_on"] = config.Column{Expr: `now()`, Line: 11}
	s.Maps[2].Columns["reason"] = config.Column{Expr: `dec(Amount) + dek(Amount)`, Line: 12}
	wrong := "31.1.2024"
	s.Maps[2].Columns["amount"] = config.Column{Value: &wrong, Line: 13}
	var lines []int
	for _, p := range Check(s) {
		t.Logf("%d: %s", p.Line, p.Text)
		lines = append(lines, p.Line)
	}
	if len(lines) != 5 || lines[0] != 7 || lines[1] != 9 {
		t.Errorf("problems on lines %v", lines)
	}
	if problems := Check(listSource("")); len(problems) > 0 {
		t.Errorf("%+v", problems)
	}
}

func TestMisspeltColumnOfAnExpressionFailsTheFile(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "a.csv", "id\n1\n")
	s := invoiceSource(dir)
	s.Maps[0].Columns = map[string]config.Column{"amount": computed(`row["Amuont"]`)}
	if r := mustLand(t, stateFor(t, s)).Landed[0]; !strings.Contains(r.Failed, `column "invoice_id" is missing`) {
		t.Errorf("%+v", r)
	}
}

// invoiceParquet writes invoices as another system might.
func invoiceParquet(t *testing.T, path string, amounts arrow.Array) {
	t.Helper()
	pool := memory.DefaultAllocator
	text := func(values ...string) arrow.Array {
		b := array.NewStringBuilder(pool)
		b.AppendValues(values, nil)
		return b.NewArray()
	}
	days := array.NewDate32Builder(pool)
	days.AppendValues([]arrow.Date32{19753, 19754, 19755}, []bool{true, true, false})
	schema := arrow.NewSchema([]arrow.Field{{Name: "amount", Type: amounts.DataType()}, {Name: "invoice_id", Type: arrow.BinaryTypes.String},
		{Name: "customer_id", Type: arrow.BinaryTypes.String}, {Name: "issued_on", Type: arrow.FixedWidthTypes.Date32, Nullable: true},
		{Name: "currency", Type: arrow.BinaryTypes.String}}, nil)
	batch := array.NewRecordBatch(schema, []arrow.Array{amounts, text("001", "002", "003"), text("A", "", "C"), days.NewArray(), text("EUR", "EUR", "EUR")}, 3)
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w, err := pqarrow.NewFileWriter(schema, f, nil, pqarrow.DefaultWriterProps())
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(batch); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestParquetLandsByTheSameRules(t *testing.T) {
	decimals := array.NewDecimal128Builder(memory.DefaultAllocator, &arrow.Decimal128Type{Precision: 20, Scale: 2})
	decimals.AppendValues([]decimal128.Num{decimal128.FromI64(1050), decimal128.FromI64(-300), decimal128.FromI64(1)}, nil)
	floats := array.NewFloat64Builder(memory.DefaultAllocator)
	tenth := 0.1
	floats.AppendValues([]float64{tenth + 0.2, 12.5, 1}, nil)
	for _, c := range []struct {
		name     string
		amounts  arrow.Array
		rows     string
		rejected int64
		reason   string
	}{
		{"decimals", decimals.NewArray(), "invoice_id=001 customer_id=A issued_on=2024-01-31 amount=10.5 currency=EUR _line=1 |invoice_id=002 customer_id=? issued_on=2024-02-01 amount=-3 currency=EUR _line=2 ", 1,
			"it is empty, and every row needs it"},
		{"floats", floats.NewArray(), "invoice_id=002 customer_id=? issued_on=2024-02-01 amount=12.5 currency=EUR _line=2 ", 2,
			"it has more than 3 decimals, and money and rates are never rounded"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			invoiceParquet(t, filepath.Join(dir, "a.parquet"), c.amounts)
			s := invoiceSource(dir)
			s.Format, s.Files = "parquet", []string{filepath.Join(dir, "*.parquet")}
			cfg := stateFor(t, s)
			r := mustLand(t, cfg).Landed[0]
			if r.Records != 3 || r.Rejected != c.rejected {
				t.Fatalf("%+v", r)
			}
			rows := rowsOf(t, filepath.Join(cfg.State, r.Datasets[0].Path))
			if got := strings.ReplaceAll(strings.Join(rows, "|"), "_batch="+r.Batch+" ", ""); got != c.rows {
				t.Errorf("got %s", got)
			}
			rejects, err := Rejects(cfg.State)
			if err != nil || rejects[0].Reason != c.reason {
				t.Errorf("%+v, %v", rejects, err)
			}
		})
	}
}

func TestDamagedParquetIsRefusedOrWhole(t *testing.T) {
	dir := t.TempDir()
	decimals := array.NewDecimal128Builder(memory.DefaultAllocator, &arrow.Decimal128Type{Precision: 20, Scale: 2})
	decimals.AppendValues([]decimal128.Num{decimal128.FromI64(1050), decimal128.FromI64(-300), decimal128.FromI64(1)}, nil)
	path := filepath.Join(dir, "inbox", "a.parquet")
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	invoiceParquet(t, path, decimals.NewArray())
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i, size := range []int{0, 3, 8, len(whole) / 2, len(whole) - 1} {
		put(t, dir, string(rune('b'+i))+".parquet", string(whole[:size]))
	}
	s := invoiceSource(dir)
	s.Format, s.Files = "parquet", []string{filepath.Join(dir, "inbox", "*.parquet")}
	report := mustLand(t, stateFor(t, s))
	if len(report.Landed) != 6 || report.Landed[0].Landed != 2 {
		t.Fatalf("%+v", report)
	}
	for _, r := range report.Landed[1:] {
		if !strings.Contains(r.Failed, "have it sent again") {
			t.Errorf("%s: %q", r.File, r.Failed)
		}
	}
}
