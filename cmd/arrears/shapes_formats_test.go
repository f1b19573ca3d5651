package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
	"github.com/shopspring/decimal"
	"github.com/xuri/excelize/v2"
)

// The order of fields, decimal strings, null, bucket rows and the field of a dimension are a contract: others parse them.
func TestKPIsAsJSON(t *testing.T) {
	_, path := configured(t, "")
	must(t, exitDone, "run", "-c", path)
	for _, c := range []struct{ args, want string }{
		{"ar_net dispute_cycle_days pct_current", `
			{"kpi":"ar_net","as_of":"2025-03-31","entity":"*","currency":"EUR","value":"2100.50","unit":"amount"}
			{"kpi":"pct_current","as_of":"2025-03-31","entity":"*","currency":"EUR","value":"27.289252442627","unit":"percent"}
			{"kpi":"dispute_cycle_days","as_of":"2025-03-31","entity":"*","currency":"EUR","value":null,"unit":"days"}`},
		{"aging_due", `
			{"kpi":"aging_due","as_of":"2025-03-31","entity":"*","currency":"EUR","value":"600.50","unit":"amount","bucket":"current"}
			{"kpi":"aging_due","as_of":"2025-03-31","entity":"*","currency":"EUR","value":"600.00","unit":"amount","bucket":"1-30"}
			{"kpi":"aging_due","as_of":"2025-03-31","entity":"*","currency":"EUR","value":"1000.00","unit":"amount","bucket":"31-60"}
			{"kpi":"aging_due","as_of":"2025-03-31","entity":"*","currency":"EUR","value":"0.00","unit":"amount","bucket":"61-90"}
			{"kpi":"aging_due","as_of":"2025-03-31","entity":"*","currency":"EUR","value":"0.00","unit":"amount","bucket":"91+"}`},
		{"ar_net aging_invoice --by bucket", `
			{"kpi":"aging_invoice","as_of":"2025-03-31","entity":"*","currency":"EUR","value":"600.50","unit":"amount","bucket":"0-30"}
			{"kpi":"aging_invoice","as_of":"2025-03-31","entity":"*","currency":"EUR","value":"600.00","unit":"amount","bucket":"31-60"}
			{"kpi":"aging_invoice","as_of":"2025-03-31","entity":"*","currency":"EUR","value":"1000.00","unit":"amount","bucket":"61-90"}
			{"kpi":"aging_invoice","as_of":"2025-03-31","entity":"*","currency":"EUR","value":"0.00","unit":"amount","bucket":"91+"}`},
		{"ar_net --by entity", `
			{"kpi":"ar_net","as_of":"2025-03-31","entity":"N","currency":"EUR","value":"1600.50","unit":"amount"}
			{"kpi":"ar_net","as_of":"2025-03-31","entity":"S","currency":"EUR","value":"500.00","unit":"amount"}`},
		{"ar_net --by currency", `
			{"kpi":"ar_net","as_of":"2025-03-31","entity":"*","currency":"EUR","value":"2100.50","unit":"amount","document_currency":"EUR"}`},
		{"ar_net --by customer", `
			{"kpi":"ar_net","as_of":"2025-03-31","entity":"N","currency":"EUR","value":"1600.50","unit":"amount","customer":"C1"}
			{"kpi":"ar_net","as_of":"2025-03-31","entity":"S","currency":"EUR","value":"500.00","unit":"amount","customer":"C2"}`},
		{"ar_net --as-of 2025-02-15", `
			{"kpi":"ar_net","as_of":"2025-02-15","entity":"*","currency":"EUR","value":"1800.00","unit":"amount"}`},
	} {
		got := must(t, exitDone, append([]string{"kpi", "-c", path, "-o", "json"}, strings.Fields(c.args)...)...).stdout
		got = strings.Join(strings.Fields(got), "") // no value holds a blank
		want := "[" + strings.ReplaceAll(strings.Join(strings.Fields(c.want), ""), "}{", "},{") + "]"
		if got != want {
			t.Errorf("%s\ngot  %s\nwant %s", c.args, got, want)
		}
	}
	if all := kpis(t, "-c", path); len(all) < 39 {
		t.Errorf("%d figures, want all", len(all))
	}
}

// everyType is a query with a value of every type that a mart has, a null, and a name that a spreadsheet would run.
const everyType = `select m.name, i.due_on, i.days_past_due, i.open_amount, i.due_assumed, r.known_at as known_at, null as nothing,
	cast(i.days_past_due as double) / 4 as quarter
	from mart.open_item i join mart.customer m using (customer_id) cross join (select timestamp '2025-04-01 06:30:00' as known_at) r
	order by i.invoice_id`

var (
	everyColumn = []string{"name", "due_on", "days_past_due", "open_amount", "due_assumed", "known_at", "nothing", "quarter"}
	everyRow    = [][]string{
		{formula, "2025-02-09", "50", "1000", "false", "2025-04-01T06:30:00Z", "", "12.5"},
		{formula, "2025-03-31", "0", "600.5", "false", "2025-04-01T06:30:00Z", "", "0"},
		{"Bee", "2025-03-12", "19", "600", "false", "2025-04-01T06:30:00Z", "", "4.75"},
	}
)

func TestEveryFormatIsReadAgain(t *testing.T) {
	_, path := configured(t, "")
	must(t, exitDone, "run", "-c", path)
	for format, read := range map[string]func(*testing.T, string) [][]string{
		"json": readJSON, "csv": readCSV, "xlsx": readXLSX, "parquet": readParquet, "table": readTable,
	} {
		t.Run(format, func(t *testing.T) {
			got := read(t, must(t, exitDone, "query", everyType, "-c", path, "-o", format).stdout)
			want := append([][]string{everyColumn}, everyRow...)
			if len(got) != len(want) || !slices.EqualFunc(got, want, slices.Equal[[]string]) {
				t.Errorf("got  %q\nwant %q", got, want)
			}
		})
	}
}

func readJSON(t *testing.T, text string) [][]string {
	rows := [][]string{everyColumn}
	for _, r := range decode[map[string]any](t, outcome{stdout: text}) {
		var cells []string
		for _, column := range everyColumn {
			value, there := r[column]
			if !there {
				t.Fatalf("%v has no %s", r, column)
			}
			if column == "open_amount" {
				if _, text := value.(string); !text {
					t.Errorf("an amount is %T, want a string", value)
				}
			}
			if value == nil {
				value = ""
			}
			cells = append(cells, show(value))
		}
		rows = append(rows, cells)
	}
	return rows
}

// readCSV wants the guard in front of a formula, and takes it away.
func readCSV(t *testing.T, text string) [][]string {
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows[1:] {
		if strings.HasPrefix(r[0], "=") {
			t.Errorf("a spreadsheet would run %s", r[0])
		}
		r[0] = strings.TrimPrefix(r[0], "'")
	}
	return rows
}

// readXLSX wants text to be text and numbers to be numbers; dates are read as they are shown.
func readXLSX(t *testing.T, text string) [][]string {
	f, err := excelize.OpenReader(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	for cell, want := range map[string]excelize.CellType{"A2": excelize.CellTypeInlineString, "D2": excelize.CellTypeUnset, "B2": excelize.CellTypeUnset} {
		if got, err := f.GetCellType("Sheet1", cell); err != nil || got != want && got != excelize.CellTypeNumber {
			t.Errorf("%s has cell type %v (%v), want %v", cell, got, err, want)
		}
	}
	if run, err := f.GetCellFormula("Sheet1", "A2"); err != nil || run != "" {
		t.Errorf("the name became the formula %q (%v)", run, err)
	}
	raw, err := f.GetRows("Sheet1", excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range raw[1:] {
		r[1] = fmt.Sprint(sheetTime(t, r[1], "2006-01-02"))
		r[5] = fmt.Sprint(sheetTime(t, r[5], "2006-01-02T15:04:05Z"))
		r[4] = strings.NewReplacer("0", "false", "1", "true").Replace(r[4])
	}
	return raw
}

func sheetTime(t *testing.T, serial, layout string) string {
	days, _ := number(t, serial).Float64()
	at, err := excelize.ExcelDateToTime(days, false)
	if err != nil {
		t.Fatal(err)
	}
	return at.Format(layout)
}

// readParquet wants typed columns.
func readParquet(t *testing.T, text string) [][]string {
	table, err := pqarrow.ReadTable(t.Context(), bytes.NewReader([]byte(text)), parquet.NewReaderProperties(memory.DefaultAllocator),
		pqarrow.ArrowReadProperties{}, memory.DefaultAllocator)
	if err != nil {
		t.Fatal(err)
	}
	defer table.Release()
	types := map[string]arrow.Type{"name": arrow.STRING, "due_on": arrow.DATE32, "days_past_due": arrow.INT64,
		"open_amount": arrow.DECIMAL128, "due_assumed": arrow.BOOL, "known_at": arrow.TIMESTAMP, "nothing": arrow.STRING, "quarter": arrow.FLOAT64}
	rows := make([][]string, table.NumRows()+1)
	for i := range int(table.NumCols()) {
		column := table.Column(i)
		if got := column.DataType().ID(); got != types[column.Name()] {
			t.Errorf("%s is %s", column.Name(), got)
		}
		rows[0] = append(rows[0], column.Name())
		for n := range int(table.NumRows()) {
			rows[n+1] = append(rows[n+1], parquetText(column.Data().Chunk(0), n))
		}
	}
	return rows
}

func parquetText(values arrow.Array, n int) string {
	switch v := values.(type) {
	case *array.Decimal128:
		return decimal.NewFromBigInt(v.Value(n).BigInt(), -v.DataType().(*arrow.Decimal128Type).Scale).String()
	case *array.Timestamp:
		return v.Value(n).ToTime(arrow.Microsecond).Format("2006-01-02T15:04:05Z")
	}
	if values.IsNull(n) {
		return ""
	}
	return values.ValueStr(n)
}

// readTable reads what a person sees: columns two blanks apart, a dash for what is not defined.
func readTable(t *testing.T, text string) [][]string {
	var rows [][]string
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	for n, line := range lines {
		var cells []string
		for _, cell := range strings.Split(line, "  ") {
			if cell = strings.TrimSpace(cell); cell != "" {
				cells = append(cells, strings.TrimSuffix(cell, "-"))
			}
		}
		if n == 0 {
			for i := range cells {
				cells[i] = strings.ReplaceAll(strings.ToLower(cells[i]), " ", "_")
			}
		}
		rows = append(rows, cells)
	}
	return rows
}
