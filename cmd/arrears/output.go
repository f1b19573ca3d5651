package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/shopspring/decimal"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"arrears/config"
	"arrears/warehouse"
)

// output is how a command prints its rows.
type output struct{ format string }

var formats = []string{"table", "json", "csv", "xlsx", "parquet"}

func (o *output) flags(c *cobra.Command) {
	c.Flags().StringVarP(&o.format, "output", "o", "", "`FORMAT`: table, json, csv, xlsx or parquet (default: table on a terminal, json elsewhere)")
}

// form is the format asked for, or the usual one.
func (o *output) form(w io.Writer) string {
	if o.format != "" {
		return o.format
	}
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return "table"
	}
	return "json"
}

// write prints a table. Amounts are decimal strings in JSON, so that no reader rounds them.
func (o *output) write(w io.Writer, t warehouse.Table) error {
	switch o.form(w) {
	case "table":
		return writeTable(w, t)
	case "json":
		return writeJSON(w, t)
	case "csv":
		return writeCSV(w, t)
	case "xlsx":
		return writeXLSX(w, t)
	case "parquet":
		return writeParquet(w, t)
	}
	return usageError{fmt.Errorf("-o takes %s, not %q", strings.Join(formats, ", "), o.format)}
}

// money is an amount that shows at least its currency's own decimals.
type money struct {
	decimal.Decimal
	currency string
}

func (m money) String() string {
	return m.StringFixed(max(places(m.Decimal), config.Decimals(m.currency)))
}

// places is how many decimals a number needs.
func places(d decimal.Decimal) int32 {
	text := d.String()
	dot := strings.IndexByte(text, '.')
	if dot < 0 {
		return 0
	}
	return int32(len(strings.TrimRight(text[dot+1:], "0")))
}

// exact writes a value with every digit it has, and nothing for one that is not defined.
func exact(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case money:
		return v.String()
	case decimal.Decimal:
		return v.StringFixed(places(v))
	case time.Time:
		return dateOrTime(v)
	default:
		return fmt.Sprint(v)
	}
}

func dateOrTime(t time.Time) string {
	if t.Equal(t.Truncate(24 * time.Hour)) {
		return t.Format(time.DateOnly)
	}
	return t.UTC().Format(time.RFC3339Nano)
}

// optional are the columns that only some figures have.
func optional(column string) bool { return slices.Contains([]string{"bucket", "from", "to"}, column) }

func writeJSON(w io.Writer, t warehouse.Table) error {
	rows := make([]ordered, len(t.Rows))
	for i, row := range t.Rows {
		rows[i] = ordered{t.Columns, row}
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(rows)
}

// ordered is a row as a JSON object whose fields keep the order of the columns. A bucket that a figure does not have, or a
// from and to, is left out; any other value that is not defined is null.
type ordered struct {
	columns []warehouse.Column
	row     []any
}

func (o ordered) MarshalJSON() ([]byte, error) {
	var b strings.Builder
	b.WriteByte('{')
	for i, c := range o.columns {
		value := o.row[i]
		if value == nil && optional(c.Name) {
			continue
		}
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := json.Marshal(c.Name)
		if err != nil {
			return nil, err
		}
		switch value.(type) {
		case money, decimal.Decimal, time.Time:
			value = exact(value)
		}
		text, err := json.Marshal(value)
		if err != nil {
			return nil, err
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(text)
	}
	b.WriteByte('}')
	return []byte(b.String()), nil
}

// writeCSV guards text that a spreadsheet would take for a formula with an apostrophe; numbers stay numbers.
func writeCSV(w io.Writer, t warehouse.Table) error {
	out := csv.NewWriter(w)
	record := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		record[i] = c.Name
	}
	if err := out.Write(record); err != nil {
		return err
	}
	for _, row := range t.Rows {
		for i, value := range row {
			record[i] = exact(value)
			if text, ok := value.(string); ok && text != "" && strings.ContainsRune("=+-@\t\r\x00＝＋－＠", []rune(text)[0]) {
				record[i] = "'" + text
			}
		}
		if err := out.Write(record); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func writeTable(w io.Writer, t warehouse.Table) error {
	t = t.Without(func(column int) bool {
		return optional(t.Columns[column].Name) && !slices.ContainsFunc(t.Rows, func(row []any) bool { return row[column] != nil })
	})
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = strings.ToUpper(strings.ReplaceAll(c.Name, "_", " "))
	}
	_, _ = fmt.Fprintln(out, strings.Join(names, "\t"))
	for _, row := range t.Rows {
		cells := make([]string, len(row))
		for i, value := range row {
			cells[i] = brief(value)
		}
		_, _ = fmt.Fprintln(out, strings.Join(cells, "\t"))
	}
	return out.Flush()
}

// brief is a value as a person reads it: at most four decimals, control characters made visible.
func brief(value any) string {
	switch v := value.(type) {
	case nil:
		return "-"
	case money:
		return v.StringFixed(config.Decimals(v.currency))
	case decimal.Decimal:
		return v.Round(4).String()
	case float64:
		return decimal.NewFromFloat(v).Round(4).String()
	case string:
		return strings.Map(func(r rune) rune {
			if r < ' ' || r == 0x7f {
				return '�'
			}
			return r
		}, strings.TrimRight(v, "\r\n"))
	default:
		return exact(value)
	}
}
