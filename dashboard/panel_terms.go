package dashboard

import (
	"cmp"
	"slices"
	"strings"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/shopspring/decimal"
)

var termsMonthPanel = panel{
	name: "terms_month", title: "Terms and what came of them", kind: days, query: "kpi_month", kpis: []string{"days_to_pay", "dbt"}, spare: true, width: "wide",
	definition: "What was paid in the window that ends with the month: days from invoice to receipt, and of these the days beyond the due date, weighted by " +
		"amount. The rest are the terms these invoices had; cash paid in advance counts as 0 days to pay and widens them. The distance between the lines " +
		"is lateness.",
	table: func(r reading) table {
		t := table{columns: []column{{key: "month_end", title: "Month end", kind: date}, {key: "days_to_pay", title: "Days to pay", kind: days},
			{key: "terms", title: "Terms of what was paid", kind: days}, {key: "beyond", title: "Days beyond terms", kind: days}}}
		paid, beyond := r.trace("days_to_pay", ""), r.trace("dbt", "")
		for i, end := range r.monthEnds() {
			t.rows = append(t.rows, []cell{dateCell(end), maybeCell(days, paid[i]), maybeCell(days, less(paid[i], beyond[i])), maybeCell(days, beyond[i])})
		}
		return t
	},
	chart: func(r reading) *chart {
		ends, paid, beyond := r.monthEnds(), r.trace("days_to_pay", ""), r.trace("dbt", "")
		terms := make([]decimal.NullDecimal, len(ends))
		for i := range ends {
			terms[i] = less(paid[i], beyond[i])
		}
		c := charts.NewLine()
		c.SetGlobalOptions(describe("Days to pay and the terms of what was paid, by month", "axis")...)
		c.SetXAxis(monthNames(ends))
		c.AddSeries("Days to pay", dots(paid), line("--chart-1", "solid", 2.5)...)
		c.AddSeries("Terms of what was paid", dots(terms), line("--chart-ghost", "solid", 2)...)
		drawn := newChart(r, c, days, days)
		drawn.Links = r.explainLinks("days_to_pay", ends)
		return drawn
	},
}

// less is a difference, where both are defined.
func less(a, b decimal.NullDecimal) decimal.NullDecimal {
	if !a.Valid || !b.Valid {
		return decimal.NullDecimal{}
	}
	return decimal.NewNullDecimal(a.Decimal.Sub(b.Decimal))
}

// payers are what the customers of a segment agreed and did, as sums to be divided.
type payers struct{ paid, agreedOn, agreed, beyond, onTime decimal.Decimal }

var termsPanel = panel{
	name: "terms", title: "Terms agreed and kept", kind: days, query: "terms", mart: "mart.behaviour", spare: true, plain: true, width: "narrow",
	definition: "By segment: the terms agreed with the customers, the days beyond the due dates of their invoices, and the share of money that came in time, " +
		"weighted by what each paid in the last 24 months.",
	empty: "Nothing has been paid in 24 months.",
	missing: func(r reading) string {
		if dimension, _ := r.slice(); dimension == "currency" {
			return "How customers pay is not told apart by document currency."
		}
		return ""
	},
	table: func(r reading) table {
		t := table{columns: []column{{key: "segment", title: "Segment"}, {key: "paid", title: "Paid", kind: amount, total: true}, {key: "agreed", title: "Agreed", kind: days},
			{key: "beyond", title: "Beyond", kind: days}, {key: "on_time", title: "In time", kind: percent}}}
		segments, sums := r.payers()
		for _, segment := range segments {
			s := sums[segment]
			t.rows = append(t.rows, []cell{textCell(segment), numberCell(amount, s.paid), maybeCell(days, over(s.agreed, s.agreedOn)),
				maybeCell(days, over(s.beyond, s.paid)), maybeCell(percent, over(s.onTime, s.paid))})
		}
		return t
	},
}

// payers are summed by segment, the one that paid most first.
func (r reading) payers() (segments []string, sums map[string]payers) {
	sums = map[string]payers{}
	for _, row := range r.ofEntity("terms") {
		segment := row.text("segment")
		s, seen := sums[segment]
		if !seen {
			segments = append(segments, segment)
		}
		sums[segment] = payers{s.paid.Add(row.amount("paid_amount")), s.agreedOn.Add(row.amount("agreed_amount")), s.agreed.Add(row.amount("agreed_money_days")),
			s.beyond.Add(row.amount("beyond_money_days")), s.onTime.Add(row.amount("on_time_amount_percent"))}
	}
	slices.SortFunc(segments, func(a, b string) int { return cmp.Or(sums[b].paid.Cmp(sums[a].paid), strings.Compare(a, b)) })
	return segments, sums
}

// over is a quotient, undefined over nothing.
func over(sum, weight decimal.Decimal) decimal.NullDecimal {
	if weight.IsZero() {
		return decimal.NullDecimal{}
	}
	return decimal.NewNullDecimal(sum.Div(weight))
}
