package dashboard

import (
	"fmt"
	"iter"
	"time"

	"github.com/shopspring/decimal"

	"arrears/warehouse"
)

// A row is one row of a query, read by column name. What is absent or NULL reads as the empty value.
type row struct {
	index  map[string]int
	values []any
}

func rowsOf(table warehouse.Table) iter.Seq[row] {
	index := map[string]int{}
	for i, column := range table.Columns {
		index[column.Name] = i
	}
	return func(yield func(row) bool) {
		for _, values := range table.Rows {
			if !yield(row{index, values}) {
				return
			}
		}
	}
}

func (r row) value(column string) any {
	i, found := r.index[column]
	if !found {
		return nil
	}
	return r.values[i]
}

func (r row) text(column string) string {
	switch v := r.value(column).(type) {
	case nil:
		return ""
	case string:
		return v
	default:
		return fmt.Sprint(v)
	}
}

func (r row) number(column string) decimal.NullDecimal {
	switch v := r.value(column).(type) {
	case decimal.Decimal:
		return decimal.NewNullDecimal(v)
	case int64:
		return decimal.NewNullDecimal(decimal.NewFromInt(v))
	case float64:
		return decimal.NewNullDecimal(decimal.NewFromFloat(v))
	default:
		return decimal.NullDecimal{}
	}
}

func (r row) amount(column string) decimal.Decimal { return r.number(column).Decimal }
func (r row) integer(column string) int64          { return r.number(column).Decimal.IntPart() }

func (r row) time(column string) time.Time {
	at, _ := r.value(column).(time.Time)
	return at
}

func (r row) key() key {
	return key{r.text("kpi"), r.text("dimension"), r.text("member"), r.text("bucket")}
}

func (r row) figure() figure {
	return figure{month: r.integer("month"), on: r.time("month_end"), value: r.number("value"), unit: r.text("unit")}
}

func (r row) movement() movement {
	return movement{
		month: r.integer("month"), on: r.time("month_end"), entity: r.text("entity"),
		opening: r.amount("opening"), billed: r.amount("billed"), voided: r.amount("voided"), received: r.amount("received"),
		reversed: r.amount("reversed"), credited: r.amount("credited"), discounted: r.amount("discounted"),
		writtenOff: r.amount("written_off"), cleared: r.amount("cleared"), transferred: r.amount("transferred"), exchange: r.amount("fx"), closing: r.amount("closing"),
	}
}

func (r row) restatement() restatement {
	return restatement{
		run: r.text("run_id"), previous: r.text("previous_run_id"), knownAt: r.time("known_at"), cause: r.text("cause"),
		kpi: r.text("kpi"), bucket: r.text("bucket"), dimension: r.text("dimension"), member: r.text("member"), on: r.time("month_end"),
		before: r.number("before"), after: r.number("after"), change: r.number("change"), unit: r.text("unit"), currency: r.text("currency"),
	}
}

func (r row) restatingFile() restatingFile {
	return restatingFile{
		run: r.text("run_id"), knownAt: r.time("known_at"), source: r.text("source"), file: r.text("file"), batch: r.text("batch"),
		dataset: r.text("dataset"), month: r.integer("month"), rows: r.integer("rows"),
	}
}
