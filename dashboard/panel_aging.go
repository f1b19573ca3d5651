package dashboard

import (
	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"github.com/shopspring/decimal"
)

var agingTitles = map[string]string{
	"current": "Not due", "1-30": "1–30 days", "31-60": "31–60 days", "61-90": "61–90 days", "91+": "91+ days",
}

// agingColors run from calm to hot and differ in lightness, so that they can be told apart without seeing their hue.
var agingColors = map[string]string{
	"current": "--aging-0", "1-30": "--aging-1", "31-60": "--aging-2", "61-90": "--aging-3", "91+": "--aging-4",
}

var agingPanel = panel{
	name: "aging", title: "Aging by month", kind: amount, query: "kpi_month", kpis: []string{"aging_due"}, width: "wide",
	definition: "Open instalments at each month end by days past due, at the balances and due dates of that day. Due today is not " +
		"late; 30 days late is 1–30. Gross: unapplied cash and credits stand apart and reduce no bucket.",
	table: func(r reading) table {
		t := table{columns: []column{{key: "month_end", title: "Month end", kind: date}}}
		for _, bucket := range agingBuckets {
			t.columns = append(t.columns, column{key: bucket, title: agingTitles[bucket], kind: amount})
		}
		t.columns = append(t.columns, column{key: "total", title: "Gross total", kind: amount})
		for _, end := range r.monthEnds() {
			cells := []cell{dateCell(end)}
			for _, bucket := range agingBuckets {
				cells = append(cells, maybeCell(amount, r.at("aging_due", bucket, monthOf(end))))
			}
			cells = append(cells, maybeCell(amount, r.sum("aging_due", monthOf(end), agingBuckets...)))
			t.rows = append(t.rows, cells)
		}
		return t
	},
	chart: func(r reading) *chart {
		ends := r.monthEnds()
		bar := charts.NewBar()
		bar.SetGlobalOptions(describe("Open receivables by days past due at each month end", "axis")...)
		bar.SetXAxis(monthNames(ends))
		var kinds []kind
		for _, bucket := range agingBuckets {
			bar.AddSeries(agingTitles[bucket], bars(r.trace("aging_due", bucket)),
				charts.WithBarChartOpts(opts.BarChart{Stack: "open", BarCategoryGap: "28%"}),
				charts.WithItemStyleOpts(opts.ItemStyle{Color: agingColors[bucket]}))
			kinds = append(kinds, amount)
		}
		c := newChart(r, bar, kinds...)
		c.Links = r.explainLinks("aging_due", ends)
		return c
	},
	note: func(r reading) *note {
		gross, buckets := r.figure("ar_gross", ""), r.sum("aging_due", r.month(), agingBuckets...)
		if !gross.Valid || !buckets.Valid {
			return nil
		}
		return tie(r, "The buckets add up to "+r.exact(buckets.Decimal)+" and gross receivables are "+r.exact(gross.Decimal),
			buckets.Decimal.Sub(gross.Decimal))
	},
}

// tie says whether two figures that must agree do, to the cent.
func tie(r reading, sentence string, difference decimal.Decimal) *note {
	if difference.Round(decimalsOf(r.money)).IsZero() {
		return &note{sentence + ": it ties to the cent (difference " + r.exact(difference) + " " + r.money + ").", "good"}
	}
	return &note{sentence + ": it does not tie, the difference is " + r.exact(difference) + " " + r.money + ".", "bad"}
}
