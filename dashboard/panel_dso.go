package dashboard

import (
	"fmt"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/shopspring/decimal"
)

var dsoPanel = panel{
	name: "dso", title: "Days sales outstanding", kind: days, query: "kpi_month", kpis: []string{"dso", "bpdso", "add"}, width: "narrow",
	definition: "Net receivables times the days of three calendar months, divided by the credit sales of those months. Best possible DSO " +
		"counts only what is not yet due: the distance between the two lines is lateness. A target holds until the next one is set.",
	table: func(r reading) table {
		t := table{columns: []column{
			{key: "month_end", title: "Month end", kind: date}, {key: "dso", title: "DSO", kind: days},
			{key: "bpdso", title: "Best possible DSO", kind: days}, {key: "add", title: "Average days delinquent", kind: days},
			{key: "target", title: "Target", kind: days},
		}}
		for _, end := range r.monthEnds() {
			month := monthOf(end)
			t.rows = append(t.rows, []cell{
				dateCell(end), maybeCell(days, r.at("dso", "", month)), maybeCell(days, r.at("bpdso", "", month)),
				maybeCell(days, r.at("add", "", month)), maybeCell(days, r.target("dso", month)),
			})
		}
		return t
	},
	chart: func(r reading) *chart {
		ends := r.monthEnds()
		chart := charts.NewLine()
		chart.SetGlobalOptions(describe("Days sales outstanding and best possible DSO at each month end", "axis")...)
		chart.SetXAxis(monthNames(ends))
		chart.AddSeries("DSO", dots(r.trace("dso", "")), line("--chart-1", "solid", 2.5)...)
		chart.AddSeries("Best possible", dots(r.trace("bpdso", "")), line("--chart-ghost", "solid", 2)...)
		kinds := []kind{days, days}
		targets, found := make([]decimal.NullDecimal, len(ends)), false
		for i, end := range ends {
			targets[i] = r.target("dso", monthOf(end))
			found = found || targets[i].Valid
		}
		if found {
			chart.AddSeries("Target", dots(targets), append(line("--chart-target", "dashed", 1.5),
				charts.WithLineChartOpts(opts.LineChart{ShowSymbol: opts.Bool(false), Symbol: "circle", Step: "end"}),
				charts.WithAreaStyleOpts(opts.AreaStyle{Color: "--good", Opacity: opts.Float(0.08)}))...)
			kinds = append(kinds, days)
		}
		c := newChart(r, chart, kinds...)
		c.Links = r.explainLinks("dso", ends)
		return c
	},
	note: func(r reading) *note {
		dso, best, late := r.figure("dso", ""), r.figure("bpdso", ""), r.figure("add", "")
		if !dso.Valid || !best.Valid || !late.Valid {
			return nil
		}
		return &note{Text: fmt.Sprintf("Of %s, %s are the terms that were granted and %s are lateness.",
			r.quantity(dso, days), r.fixed(best.Decimal, 1), r.fixed(late.Decimal, 1))}
	},
}
