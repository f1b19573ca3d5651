package transform

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"arrears/score"
	"arrears/warehouse"
)

// examples is the model that payment risk is learnt from. The tables of the schema score are what was learnt of it, made when it has
// been built: whatever reads them rests on it.
const (
	examples = "core.risk_example"
	learnt   = "score"
)

// origin is the model that a table comes from: its own, or the one that the program works its rows out from.
func origin(table string) string {
	switch schema, _, _ := strings.Cut(table, "."); schema {
	case learnt:
		return examples
	case ruled:
		return facts
	default:
		return table
	}
}

// Examples reads what payment risk is learnt from, and the day up to which it tells.
func Examples(ctx context.Context, db warehouse.DB) ([]score.Example, time.Time, error) {
	columns := []string{"invoice_id", "number", "customer_id", "issued_day", "due_day", "settled_day", "outcome_days",
		"cast(amount as double precision)"}
	features := score.Features()
	for _, f := range features {
		columns = append(columns, f.Name)
	}
	t, err := db.Query(ctx, "select "+strings.Join(columns, ", ")+" from "+examples)
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("read the history of payments: %w", err)
	}
	all := make([]score.Example, len(t.Rows))
	for i, row := range t.Rows {
		e := score.Example{
			Invoice: row[0].(string), Number: row[1].(int64), Customer: row[2].(string), Issued: row[3].(int64), Due: row[4].(int64),
			Settled: score.Never, Levels: make([]int64, len(features)),
		}
		if settled, ok := row[5].(int64); ok {
			e.Settled = settled
		}
		e.Days, _ = row[6].(int64)     // nothing is known yet of what is open and not late
		e.Amount, _ = row[7].(float64) // nor of what has no rate
		for j := range features {
			e.Levels[j] = row[8+j].(int64)
		}
		all[i] = e
	}
	t, err = db.Query(ctx, "select as_of from raw.run_param")
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("read the as-of date: %w", err)
	}
	return all, t.Rows[0][0].(time.Time), nil
}

// learn makes the tables of what the examples teach: the card, its points and how good such cards have been. They are a function of
// the examples alone, so that a replay gives the same.
func learn(ctx context.Context, db *warehouse.Duck) error {
	all, day, err := Examples(ctx, db)
	if err != nil {
		return err
	}
	study, err := score.Learn(all, day.Unix()/86400)
	if err != nil {
		return err
	}
	for _, table := range []learntTable{pointsOf(study.Card), oddsOf(study.Card), expectationsOf(study.Card), cardOf(study.Card),
		featuresOf(), coefficientsOf(study.Card), backtestOf(study), decilesOf(study), cashOf(study), bandsOf(study.Card), sharesOf(study.Card)} {
		if err := table.create(ctx, db); err != nil {
			return fmt.Errorf("keep what was learnt of payments: %w", err)
		}
	}
	return nil
}

// A learntTable is a small table that the program makes.
type learntTable struct {
	name, columns string
	rows          [][]any
}

// create makes the table and fills it with one statement, whatever its size: each column comes as one text with a line a row, which the
// engine takes apart many times faster than it parses rows.
func (t learntTable) create(ctx context.Context, db *warehouse.Duck) error {
	if err := db.Exec(ctx, fmt.Sprintf("create table %s.%s (%s)", learnt, t.name, t.columns)); err != nil {
		return err
	}
	if len(t.rows) == 0 {
		return nil
	}
	cells, texts := make([]string, len(t.rows[0])), make([]any, len(t.rows[0]))
	for column := range cells {
		lines := make([]string, len(t.rows))
		for i, row := range t.rows {
			lines[i] = written(row[column])
		}
		cells[column] = "nullif(unnest(string_split(?, chr(10))), chr(0))"
		texts[column] = strings.Join(lines, "\n")
	}
	return db.Exec(ctx, fmt.Sprintf("insert into %s.%s select %s", learnt, t.name, strings.Join(cells, ", ")), texts...)
}

// written is a value as text; a measure that is not defined is a NUL, which becomes NULL.
func written(value any) string {
	switch v := value.(type) {
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return "\x00"
		}
		return decimal.NewFromFloat(v).Round(9).String()
	case time.Time:
		return v.Format(time.DateOnly)
	default:
		return fmt.Sprint(v)
	}
}
