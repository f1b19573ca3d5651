package dashboard

import (
	"time"

	"github.com/shopspring/decimal"
)

// kind is what a cell holds; it decides how the cell is written on the page and in a workbook.
type kind int

const (
	text kind = iota
	amount
	percent
	points // difference of two percentages
	days
	count
	ratio
	moneyDays // reporting currency x days
	measure   // of a model: a ratio as it is quoted, to the thousandth
	hours
	date
	moment
)

var kindNames = [...]string{"text", "amount", "percent", "points", "days", "count", "ratio", "money-days", "measure", "hours", "date", "moment"}

func (k kind) String() string { return kindNames[k] }

// numeric kinds are set flush right.
func (k kind) numeric() bool { return k != text && k != date && k != moment }

// difference is the kind of a difference of two values of this kind.
func (k kind) difference() kind {
	if k == percent {
		return points
	}
	return k
}

// kindOf reads the unit of a mart.
func kindOf(unit string) kind {
	for k, name := range kindNames {
		if name == unit {
			return kind(k)
		}
	}
	return ratio
}

// A table is the data of one panel: the same for the page, the chart and every export.
type table struct {
	columns []column
	rows    [][]cell
}

type column struct {
	key, title string
	kind       kind
	total      bool // the sum of the column says something
}

// A cell is one value, empty where a figure is not defined.
type cell struct {
	kind   kind
	text   string
	number decimal.NullDecimal
	at     time.Time
	href   string // where the value leads on the page
}

func textCell(value string) cell { return cell{kind: text, text: value} }

func numberCell(k kind, value decimal.Decimal) cell {
	return cell{kind: k, number: decimal.NewNullDecimal(value)}
}

func maybeCell(k kind, value decimal.NullDecimal) cell { return cell{kind: k, number: value} }

func countCell(value int64) cell { return numberCell(count, decimal.NewFromInt(value)) }

func dateCell(on time.Time) cell   { return cell{kind: date, at: on} }
func momentCell(at time.Time) cell { return cell{kind: moment, at: at} }

func (c cell) empty() bool {
	switch {
	case c.kind == text:
		return c.text == ""
	case c.kind.numeric():
		return !c.number.Valid
	default:
		return c.at.IsZero()
	}
}

// totals sums the columns that may be summed; nil when there is none or nothing to sum.
func (t table) totals() []cell {
	sums := make([]cell, len(t.columns))
	found := false
	for i, col := range t.columns {
		sums[i] = textCell("")
		if !col.total || len(t.rows) < 2 {
			continue
		}
		sum := decimal.Zero
		for _, cells := range t.rows {
			sum = sum.Add(cells[i].number.Decimal)
		}
		sums[i], found = numberCell(col.kind, sum), true
	}
	if !found {
		return nil
	}
	sums[0] = textCell("Total")
	return sums
}
