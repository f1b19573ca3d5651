package dashboard

import (
	"strings"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/shopspring/decimal"
)

// dsoFamily are the figures of DSO and its kin, with their lines in the picture; those without a color are in the table alone.
var dsoFamily = []struct {
	kpi, color, dash string
	width            float32
}{
	{"dso", "--chart-1", "solid", 2.5}, {"dso_avg", "--chart-ghost", "dashed", 2}, {"dso_rolling", "--chart-target", "dotted", 2},
	{"dso_countback", "--aging-3", "solid", 2}, {"dso_sales_weighted", "--chart-down", "solid", 2}, {"dso_true", "--aging-4", "dashed", 2},
	{kpi: "bpdso"}, {kpi: "add"}, {kpi: "ddso"},
}

func familyNames() []string {
	var names []string
	for _, member := range dsoFamily {
		names = append(names, member.kpi)
	}
	return names
}

var dsoFamilyPanel = panel{
	name: "dso_family", title: "DSO side by side", kind: days, query: "kpi", kpis: familyNames(), spare: true, plain: true, width: "full wraps",
	definition: "The ways to count days sales outstanding, of the same receivables on the same day: now, at the end of the month or year compared with, and " +
		"the lowest and highest of 24 month ends. They differ in what they divide by; their definitions say how.",
	table: func(r reading) table {
		t := table{columns: []column{{key: "figure", title: "Figure"}, {key: "now", title: "Now", kind: days}, {key: "before", title: "On " + day(monthEnd(r.before())), kind: days},
			{key: "change", title: "Change", kind: days}, {key: "low", title: "Lowest", kind: days}, {key: "high", title: "Highest", kind: days}, {key: "means", title: "Computed as"}}}
		for _, member := range dsoFamily {
			about, _ := r.about(member.kpi)
			name, now, before, change := textCell(about.Title), r.figure(member.kpi, ""), r.at(member.kpi, "", r.before()), decimal.NullDecimal{}
			name.href = r.link("/explain/" + member.kpi)
			if now.Valid && before.Valid {
				change = decimal.NewNullDecimal(now.Decimal.Sub(before.Decimal))
			}
			low, high := extremes(r.trace(member.kpi, ""))
			t.rows = append(t.rows, []cell{name, maybeCell(days, now), maybeCell(days, before), maybeCell(days, change), maybeCell(days, low), maybeCell(days, high),
				textCell(about.Formula)})
		}
		return t
	},
}

// extremes are the lowest and the highest of the values that are defined.
func extremes(values []decimal.NullDecimal) (low, high decimal.NullDecimal) {
	for _, v := range values {
		if v.Valid && (!low.Valid || v.Decimal.LessThan(low.Decimal)) {
			low = v
		}
		if v.Valid && (!high.Valid || v.Decimal.GreaterThan(high.Decimal)) {
			high = v
		}
	}
	return low, high
}

var dsoMonthPanel = panel{
	name: "dso_month", title: "DSO in 24 months", kind: days, query: "kpi_month", kpis: familyNames(), spare: true, width: "wide",
	definition: "Each way to count DSO at each month end. Lines that part from each other say that sales of the last months were unlike those before. The " +
		"table has best possible DSO, average days delinquent and delinquent DSO too.",
	table: func(r reading) table {
		t := table{columns: []column{{key: "month_end", title: "Month end", kind: date}}}
		for _, member := range dsoFamily {
			about, _ := r.about(member.kpi)
			t.columns = append(t.columns, column{key: member.kpi, title: about.Title, kind: days})
		}
		for _, end := range r.monthEnds() {
			cells := []cell{dateCell(end)}
			for _, member := range dsoFamily {
				cells = append(cells, maybeCell(days, r.at(member.kpi, "", monthOf(end))))
			}
			t.rows = append(t.rows, cells)
		}
		return t
	},
	chart: func(r reading) *chart {
		ends := r.monthEnds()
		c := charts.NewLine()
		c.SetGlobalOptions(describe("Each way to count days sales outstanding at each month end", "axis")...)
		c.SetXAxis(monthNames(ends))
		var kinds []kind
		for _, member := range dsoFamily {
			values := r.trace(member.kpi, "")
			if low, _ := extremes(values); member.color == "" || !low.Valid {
				continue
			}
			about, _ := r.about(member.kpi)
			c.AddSeries(strings.Replace(about.Title, "Days sales outstanding", "DSO", 1), dots(values), line(member.color, member.dash, member.width)...)
			kinds = append(kinds, days)
		}
		drawn := newChart(r, c, kinds...)
		drawn.Links = r.explainLinks("dso", ends)
		return drawn
	},
}
