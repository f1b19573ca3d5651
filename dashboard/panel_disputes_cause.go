package dashboard

import (
	"cmp"
	"net/url"
	"slices"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/shopspring/decimal"
)

// A cause is a reason with its cases and what they are about.
type cause struct {
	reason                      string
	cases                       int64
	amount, credited, recovered decimal.Decimal
	outcomes                    map[string]int64 // cases
}

// causes adds up the entities that the reader asked for, the most money first.
func (r reading) causes() []cause {
	place := map[string]int{}
	var found []cause
	for _, row := range r.ofEntity("dispute_cause") {
		reason := row.text("reason")
		i, seen := place[reason]
		if !seen {
			i = len(found)
			place[reason], found = i, append(found, cause{reason: reason, outcomes: map[string]int64{}})
		}
		c := &found[i]
		c.cases += row.integer("cases")
		c.amount = c.amount.Add(row.amount("amount"))
		c.credited = c.credited.Add(row.amount("credited"))
		c.recovered = c.recovered.Add(row.amount("recovered"))
		c.outcomes[row.text("outcome")] += row.integer("cases")
	}
	slices.SortFunc(found, func(a, b cause) int { return cmp.Or(b.amount.Cmp(a.amount), cmp.Compare(a.reason, b.reason)) })
	return found
}

// causeNames are the reasons for the axis of a chart.
func (r reading) causeNames() []string {
	var names []string
	for _, c := range r.causes() {
		names = append(names, plainWords(c.reason))
	}
	return names
}

// causeLinks lead from each reason to its cases.
func (r reading) causeLinks() []string {
	var links []string
	for _, c := range r.causes() {
		if r.cases {
			links = append(links, disputesPath+"?closed=1&reason="+url.QueryEscape(c.reason))
		}
	}
	return links
}

var disputeCausePanel = panel{
	name: "dispute_cause", title: "Causes in money", kind: amount, query: "dispute_cause", mart: "mart.dispute_cause", spare: true, width: "narrow",
	definition: "What customers disputed, open or closed, by reason: what they claimed, what of it was credited, and what of it they paid " +
		"in the end.",
	empty: "Nothing was ever disputed.", missing: byEntity,
	table: func(r reading) table {
		t := table{columns: []column{{key: "reason", title: "Reason"}, {key: "cases", title: "Cases", kind: count, total: true},
			{key: "amount", title: "Disputed", kind: amount, total: true}, {key: "share", title: "Share", kind: percent},
			{key: "credited", title: "Credited", kind: amount, total: true}, {key: "recovered", title: "Recovered", kind: amount, total: true}}}
		total := decimal.Zero
		for _, c := range r.causes() {
			total = total.Add(c.amount)
		}
		for _, c := range r.causes() {
			t.rows = append(t.rows, []cell{textCell(plainWords(c.reason)), countCell(c.cases), numberCell(amount, c.amount),
				maybeCell(percent, share(c.amount, total)), numberCell(amount, c.credited), numberCell(amount, c.recovered)})
		}
		return t
	},
	chart: func(r reading) *chart {
		var claimed, credited []decimal.NullDecimal
		for _, c := range r.causes() {
			claimed, credited = append(claimed, decimal.NewNullDecimal(c.amount)), append(credited, decimal.NewNullDecimal(c.credited))
		}
		b := charts.NewBar()
		b.SetGlobalOptions(describe("Disputed and credited amounts by reason", "axis")...)
		b.SetXAxis(r.causeNames()).XYReversal()
		b.AddSeries("Disputed", bars(claimed), charts.WithItemStyleOpts(opts.ItemStyle{Color: "--aging-3"}))
		b.AddSeries("Credited", bars(credited), charts.WithItemStyleOpts(opts.ItemStyle{Color: "--chart-1"}))
		c := newChart(r, b, amount, amount)
		c.Links = r.causeLinks()
		return c
	},
}

// outcomeWords are how a dispute can have ended, in the order of the page.
var outcomeWords = []struct{ code, title, color string }{
	{"open", "Open", "--chart-ghost"}, {"valid", "The customer was right", "--aging-4"}, {"partial", "Right in part", "--aging-2"},
	{"invalid", "The customer was wrong", "--chart-1"}, {"withdrawn", "Withdrawn", "--chart-down"}, {"(none)", "Not told", "--aging-1"},
}

func outcomeTitle(code string) string {
	for _, o := range outcomeWords {
		if o.code == code {
			return o.title
		}
	}
	return plainWords(code)
}

var disputeOutcomePanel = panel{
	name: "dispute_outcome", title: "How they ended, by reason", kind: count, query: "dispute_cause", mart: "mart.dispute_cause", spare: true, width: "wide",
	definition: "Cases by reason and outcome. Days are calendar days from opening to closing, of open cases to the day the books are read; the first " +
		"answer is the mean over answered cases. Medians of several entities cannot be added up, so each entity has its own rows.",
	empty: "Nothing was ever disputed.", missing: byEntity,
	table: func(r reading) table {
		t := table{columns: []column{{key: "reason", title: "Reason"}, {key: "outcome", title: "Outcome"}, {key: "entity", title: "Entity"},
			{key: "cases", title: "Cases", kind: count, total: true}, {key: "amount", title: "Disputed", kind: amount, total: true},
			{key: "credited", title: "Credited", kind: amount, total: true}, {key: "mean_days", title: "Mean", kind: days},
			{key: "median_days", title: "Median", kind: days}, {key: "first_response_hours", title: "First answer, hours", kind: ratio}}}
		for _, row := range r.ofEntity("dispute_cause") {
			t.rows = append(t.rows, []cell{textCell(plainWords(row.text("reason"))), textCell(outcomeTitle(row.text("outcome"))), textCell(row.text("entity")),
				countCell(row.integer("cases")), numberCell(amount, row.amount("amount")), numberCell(amount, row.amount("credited")),
				maybeCell(days, row.number("mean_days")), maybeCell(days, row.number("median_days")), maybeCell(ratio, row.number("first_response_hours"))})
		}
		return t
	},
	chart: func(r reading) *chart {
		b := charts.NewBar()
		b.SetGlobalOptions(describe("Number of disputes by reason and outcome", "axis")...)
		b.SetXAxis(r.causeNames()).XYReversal()
		var kinds []kind
		for _, o := range outcomeWords {
			var values []decimal.NullDecimal
			for _, c := range r.causes() {
				values = append(values, countCell(c.outcomes[o.code]).number)
			}
			b.AddSeries(o.title, bars(values), charts.WithBarChartOpts(opts.BarChart{Stack: "cases", BarCategoryGap: "28%"}),
				charts.WithItemStyleOpts(opts.ItemStyle{Color: o.color}))
			kinds = append(kinds, count)
		}
		c := newChart(r, b, kinds...)
		c.Links = r.causeLinks()
		return c
	},
}
