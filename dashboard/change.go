package dashboard

import (
	"cmp"
	"slices"

	"github.com/shopspring/decimal"
)

// A change says how a figure moved: by a sign, by words and, for those who see it, by colour.
type change struct {
	Sign    string // "up", "down" or "even"
	Text    string // as in +3.1 %
	Against string // the day compared with
	Word    string // better, worse, higher, lower, unchanged
	Mood    string // good, bad or even
}

// changeOf compares two values of a figure: money in percent of what it was, shares in points, times in days.
func (r reading) changeOf(now, then decimal.NullDecimal, k kind, good direction, against string) change {
	c := change{Sign: "even", Text: "no figure", Against: against, Mood: "even"}
	if !now.Valid || !then.Valid {
		return c
	}
	delta := now.Decimal.Sub(then.Decimal)
	switch {
	case k == percent:
		c.Text = r.fixed(delta, 1) + " points"
	case k == days:
		c.Text = r.fixed(delta, 1) + " days"
	case then.Decimal.IsZero():
		c.Text = r.write(decimal.NewNullDecimal(delta), k)
	default:
		c.Text = r.fixed(delta.Shift(2).Div(then.Decimal.Abs()), 1) + " %"
	}
	c.Text = signed(c.Text, delta)
	c.Sign, c.Word, c.Mood = judge(delta, good)
	return c
}

func judge(delta decimal.Decimal, good direction) (sign, word, mood string) {
	sign, word, mood = "up", "higher", "even"
	switch delta.Sign() {
	case 0:
		return "even", "unchanged", "even"
	case -1:
		sign, word = "down", "lower"
	}
	switch delta.Sign() * int(good) {
	case 1:
		return sign, "better", "good"
	case -1:
		return sign, "worse", "bad"
	default:
		return sign, word, mood
	}
}

func (r reading) againstTarget(h headline, now decimal.NullDecimal) *change {
	target := r.target(h.kpi, r.month())
	if !target.Valid {
		return nil
	}
	c := &change{Against: r.quantity(target, h.kind), Text: "not defined", Sign: "even", Mood: "even"}
	if !now.Valid {
		return c
	}
	delta := now.Decimal.Sub(target.Decimal)
	c.Sign, _, c.Mood = judge(delta, h.good)
	side := map[int]string{-1: " below", 0: "on target", 1: " above"}[delta.Sign()]
	c.Text = side
	if !delta.IsZero() {
		c.Text = r.quantity(decimal.NewNullDecimal(delta.Abs()), h.kind.difference()) + side
	}
	return c
}

// watched are the figures whose change is worth a line, with the way each should go.
var watched = []struct {
	kpi, bucket, title string
	good               direction
}{
	{"ar_net", "", "Open receivables", neitherBetter},
	{"aging_due", "91+", "91 days or more past due", lowerIsBetter},
	{"pct_past_due", "", "Overdue share", lowerIsBetter},
	{"sales", "", "Credit sales, three months", neitherBetter},
	{"dso", "", "Days sales outstanding", lowerIsBetter},
	{"dso_countback", "", "Count-back DSO", lowerIsBetter},
	{"bpdso", "", "Best possible DSO", neitherBetter},
	{"add", "", "Average days delinquent", lowerIsBetter},
	{"cei", "", "Collection effectiveness", higherIsBetter},
	{"days_to_pay", "", "Days to pay", lowerIsBetter},
	{"pct_paid_on_time", "", "Paid on time", higherIsBetter},
	{"unapplied_cash", "", "Unapplied cash", lowerIsBetter},
	{"disputed_open_ar", "", "Disputed receivables", lowerIsBetter},
	{"dispute_cycle_days", "", "Dispute cycle time", lowerIsBetter},
	{"top10_share", "", "Share of the ten largest debtors", lowerIsBetter},
}

// A shift is one watched figure then and now.
type shift struct {
	Title, Explain, Then, Now string
	Change                    change
	kind                      kind
	then, now                 decimal.NullDecimal
	weight                    float64 // how much it moved, relative to what it was
}

// shiftsShown is how many of them stand on the overview; the table has all.
const shiftsShown = 8

// shifts are the watched figures that moved, the largest relative movement first.
func (r reading) shifts() []shift {
	var moved []shift
	month := r.before()
	for _, w := range watched {
		k := kindOf(r.figures[r.key(w.kpi, w.bucket)].unit)
		now, then := r.figure(w.kpi, w.bucket), r.at(w.kpi, w.bucket, month)
		if !now.Valid || !then.Valid || now.Decimal.Equal(then.Decimal) {
			continue
		}
		base := max(then.Decimal.Abs().InexactFloat64(), 1)
		moved = append(moved, shift{
			Title: w.title, Explain: r.link("/explain/" + w.kpi), Then: r.quantity(then, k), Now: r.quantity(now, k),
			Change: r.changeOf(now, then, k, w.good, day(monthEnd(month))),
			kind:   k, then: then, now: now, weight: now.Decimal.Sub(then.Decimal).Abs().InexactFloat64() / base,
		})
	}
	slices.SortStableFunc(moved, func(a, b shift) int { return cmp.Compare(b.weight, a.weight) })
	return moved
}
