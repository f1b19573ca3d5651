package dashboard

import (
	"fmt"
	"html/template"

	"github.com/shopspring/decimal"
)

// overdueBuckets are the parts of aging_due that are late; agingBuckets are all of them, from calm to hot.
var (
	agingBuckets   = []string{"current", "1-30", "31-60", "61-90", "91+"}
	overdueBuckets = agingBuckets[1:]
)

// direction says which way a figure should go.
type direction int

const (
	lowerIsBetter  direction = -1
	neitherBetter  direction = 0
	higherIsBetter direction = 1
)

// A headline is one of the six figures of the overview.
type headline struct {
	kpi, title string
	kind       kind
	good       direction
	ghost      string // KPI drawn behind the trend
	definition string // where the catalogue has none
	value      func(reading) decimal.NullDecimal
	details    func(reading) []string
}

var headlines = []headline{
	{
		kpi: "ar_net", title: "Open receivables", kind: amount,
		details: func(r reading) []string {
			return []string{"gross " + r.quantity(r.figure("ar_gross", ""), amount),
				"less credits and unapplied cash " + r.quantity(r.figure("credits", ""), amount)}
		},
	},
	{
		kpi: "pct_past_due", title: "Overdue", kind: percent, good: lowerIsBetter,
		details: func(r reading) []string {
			return []string{r.quantity(r.sum("aging_due", r.month(), overdueBuckets...), amount),
				"of it 91 days or more " + r.quantity(r.figure("aging_due", "91+"), amount)}
		},
	},
	{
		kpi: "dso", title: "Days sales outstanding", kind: days, good: lowerIsBetter, ghost: "bpdso",
		details: func(r reading) []string {
			return []string{"best possible " + r.quantity(r.figure("bpdso", ""), days),
				"average days delinquent " + r.quantity(r.figure("add", ""), days)}
		},
	},
	{
		kpi: "cei", title: "Collection effectiveness", kind: percent, good: higherIsBetter,
		details: func(r reading) []string {
			return []string{"days to pay " + r.quantity(r.figure("days_to_pay", ""), days),
				"paid on time " + r.quantity(r.figure("pct_paid_on_time", ""), percent)}
		},
	},
	{
		kpi: "disputed_open_ar", title: "Disputed", kind: amount, good: lowerIsBetter,
		details: func(r reading) []string {
			return []string{r.quantity(r.figure("disputed_pct_ar", ""), percent) + " of gross receivables",
				"claimed in open disputes " + r.quantity(r.figure("open_disputes", ""), amount)}
		},
	},
	{
		kpi: "due_next_30", title: "Due in the next 30 days", kind: amount,
		definition: "Open instalments that fall due from today to the 30th day from now, less what is disputed of them. It says when " +
			"money is owed, not when it will come: what is overdue already is left out, and nothing is predicted.",
		value:   func(r reading) decimal.NullDecimal { return decimal.NewNullDecimal(r.due().due) },
		details: dueDetails,
	},
}

func dueDetails(r reading) []string {
	due := r.due()
	return []string{fmt.Sprintf("%s items by %s", r.fixed(decimal.NewFromInt(due.items), 0), day(r.snapshot.asOf.AddDate(0, 0, 30))),
		"disputed and left out " + r.quantity(decimal.NewNullDecimal(due.disputed), amount)}
}

// due adds up what falls due in the next 30 days.
func (r reading) due() dueItem {
	var total dueItem
	for _, item := range r.dueSoon {
		if r.covers(item.entity, item.currency) {
			total.items += item.items
			total.open = total.open.Add(item.open)
			total.disputed = total.disputed.Add(item.disputed)
			total.due = total.due.Add(item.due)
		}
	}
	return total
}

func (h headline) now(r reading) decimal.NullDecimal {
	if h.value != nil {
		return h.value(r)
	}
	return r.figure(h.kpi, "")
}

// A card is a headline as the page shows it.
type card struct {
	Name, Title, Value, Before, After string // Before and After are the unit around the value
	Details                           []string
	Changes                           []change
	Target                            *change
	Spark                             template.HTML
	Aside                             string // instead of changes
	Definition, Formula, Explain      string
	Fault                             bool
}

func (h headline) card(r reading) card {
	now := h.now(r)
	c := card{
		Name: h.kpi, Title: h.title, Value: r.write(now, h.kind), Details: h.details(r),
		Definition: h.definition, Explain: r.link("/explain/" + h.kpi),
	}
	if about, known := r.about(h.kpi); known {
		c.Definition, c.Formula = about.Definition, about.Formula
	}
	if h.kpi == "due_next_30" {
		c.Explain, c.Fault = r.link("/explain/due"), r.faults["due_soon"] != nil
	}
	if unit := r.unit(h.kind); h.kind == amount {
		c.Before = unit
	} else {
		c.After = unit
	}
	if len(r.history[r.key(h.kpi, "")]) == 0 {
		c.Aside = "It looks ahead: there is no past figure to compare with."
		c.Spark = h.spark(r).svg()
		return c
	}
	c.Changes = []change{
		r.changeOf(now, r.at(h.kpi, "", r.month()-1), h.kind, h.good, day(monthEnd(r.month()-1))),
		r.changeOf(now, r.at(h.kpi, "", r.month()-12), h.kind, h.good, day(monthEnd(r.month()-12))),
	}
	c.Target = r.againstTarget(h, now)
	c.Spark = h.spark(r).svg()
	return c
}

func (h headline) spark(r reading) spark {
	s := spark{line: r.trace(h.kpi, ""), target: r.target(h.kpi, r.month())}
	if h.ghost != "" {
		s.ghost = r.trace(h.ghost, "")
	}
	if h.kpi == "due_next_30" && len(r.history[r.key(h.kpi, "")]) == 0 {
		s.line = r.dueByDay()
		s.label = "What falls due, added up over the next 30 days"
		return s
	}
	s.label = fmt.Sprintf("%s over %d months, now %s", h.title, len(s.line), r.quantity(h.now(r), h.kind))
	return s
}

// dueByDay adds up what falls due from today to each of the next 30 days.
func (r reading) dueByDay() []decimal.NullDecimal {
	line := make([]decimal.NullDecimal, 31)
	for left := range line {
		sum := decimal.Zero
		for _, item := range r.dueSoon {
			if item.daysLeft <= int64(left) && r.covers(item.entity, item.currency) {
				sum = sum.Add(item.due)
			}
		}
		line[left] = decimal.NewNullDecimal(sum)
	}
	return line
}
