package transform

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"arrears/warehouse"
)

// Param says what "today" is for one reading of the books.
type Param struct {
	AsOf    time.Time
	KnownAt time.Time
	Run     string
	Months  int    // month-ends before AsOf that are computed with it
	By      string // further dimension of the KPIs: customer, parent, segment, collector, country, or ""
}

// Dimensions are what KPIs can be broken down by. Entity and currency are always computed, the others when asked for.
var Dimensions = []string{"entity", "currency", "customer", "parent", "segment", "collector", "country"}

func (p Param) load(ctx context.Context, db *warehouse.Duck) error {
	by := p.By
	if by == "entity" || by == "currency" {
		by = ""
	}
	err := db.Exec(ctx, `create table raw.run_param as select
		cast(? as date) as as_of,
		cast(cast(? as date) - date '1970-01-01' as bigint) as as_of_day,
		cast(? as bigint) as as_of_month,
		cast(? as timestamp) as known_at,
		cast(? as varchar) as run_id,
		cast(? as bigint) as history_months,
		cast(? as varchar) as by_dimension`,
		p.AsOf.Format(time.DateOnly), p.AsOf.Format(time.DateOnly), p.AsOf.Year()*12+int(p.AsOf.Month())-1,
		p.KnownAt.UTC().Format("2006-01-02 15:04:05.999999"), p.Run, p.Months, by)
	if err != nil {
		return fmt.Errorf("set the as-of date: %w", err)
	}
	return nil
}

// ErrAsOf is returned for an as-of date that cannot be read.
var ErrAsOf = errors.New("as_of is a date like 2026-10-31, today or latest")

// newestEvent is the model that says what "latest" is.
const newestEvent = "core.latest_event"

// asOf reads what the configuration or a flag says. Latest is the newest event in the data, and today where there is none.
func asOf(ctx context.Context, db *warehouse.Duck, text string, today time.Time) (time.Time, error) {
	switch text {
	case "today":
		return today, nil
	case "latest", "":
		t, err := db.Query(ctx, "select d.on_date from "+newestEvent+" e join raw.day d on d.day = e.day")
		if err != nil {
			return time.Time{}, fmt.Errorf("find the newest event: %w", err)
		}
		if len(t.Rows) == 0 {
			return today, nil
		}
		return t.Rows[0][0].(time.Time), nil
	}
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return time.Time{}, fmt.Errorf("%w, not %q", ErrAsOf, text)
	}
	return day, nil
}

// ErrCurrency is returned where documents are in several currencies and nobody said which one to report in.
var ErrCurrency = errors.New("documents are in several currencies: say which one to report in")

// onlyCurrency is the one currency of all documents.
func onlyCurrency(ctx context.Context, db *warehouse.Duck) (string, error) {
	t, err := db.Query(ctx, `select currency from raw.invoices union select currency from raw.payments
		union select currency from raw.credits order by currency`)
	if err != nil {
		return "", fmt.Errorf("find the reporting currency: %w", err)
	}
	names := make([]string, len(t.Rows))
	for i, row := range t.Rows {
		names[i] = row[0].(string)
	}
	switch len(names) {
	case 0:
		return "XXX", nil // ISO 4217 for no currency: there is no document to report on
	case 1:
		return names[0], nil
	}
	return "", fmt.Errorf("%w (--currency, or currency: in the configuration): %s", ErrCurrency, strings.Join(names, ", "))
}

// count reads the one number a query returns.
func count(ctx context.Context, db interface {
	Query(context.Context, string, ...any) (warehouse.Table, error)
}, query string) (int64, error) {
	t, err := db.Query(ctx, query)
	if err != nil {
		return 0, err
	}
	switch n := t.Rows[0][0].(type) {
	case int64:
		return n, nil
	case decimal.Decimal:
		return n.IntPart(), nil
	default:
		return 0, fmt.Errorf("%s: %v is no count", query, n)
	}
}
