// Package warehouse is the analytic engine behind one small interface. DuckDB is the first engine; nothing outside this
// room names it.
package warehouse

import "context"

// Column is one column of a result: its name and the engine's type.
type Column struct{ Name, Type string }

// Table is a result in memory. A value is nil, string, bool, int64, float64, decimal.Decimal or time.Time.
type Table struct {
	Columns []Column
	Rows    [][]any
}

// Index is the position of a column, or -1.
func (t Table) Index(name string) int {
	for i, c := range t.Columns {
		if c.Name == name {
			return i
		}
	}
	return -1
}

// Without is the table less the columns that drop says.
func (t Table) Without(drop func(column int) bool) Table {
	kept := Table{Rows: make([][]any, len(t.Rows))}
	for i, c := range t.Columns {
		if drop(i) {
			continue
		}
		kept.Columns = append(kept.Columns, c)
		for n, row := range t.Rows {
			kept.Rows[n] = append(kept.Rows[n], row[i])
		}
	}
	return kept
}

// DB reads, and where it was opened for writing also changes, one set of tables.
type DB interface {
	Query(ctx context.Context, query string, args ...any) (Table, error)
	Exec(ctx context.Context, statement string, args ...any) error
}
