package dashboard

import (
	"slices"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/shopspring/decimal"
)

var riskBandPanel = panel{
	name: "risk_band", title: "Exposure by risk", kind: amount, query: "risk_item", mart: "mart.score", spare: true, width: "narrow",
	definition: "Open items by the probability that they are settled after their due day. What is past due is late already, whatever " +
		"was expected of it.",
	empty: "Nothing is open.",
	table: func(r reading) table {
		t := table{columns: []column{{key: "risk", title: "Probability of being late"}, {key: "items", title: "Items", kind: count, total: true},
			{key: "amount", title: "Open", kind: amount, total: true}, {key: "share", title: "Share", kind: percent}}}
		items, amounts := r.summedItems("band")
		total := decimal.Zero
		for _, value := range amounts {
			total = total.Add(value)
		}
		for i, title := range bands {
			if n := items[int64(i)]; n > 0 {
				t.rows = append(t.rows, []cell{textCell(title), countCell(n), numberCell(amount, amounts[int64(i)]),
					maybeCell(percent, share(amounts[int64(i)], total))})
			}
		}
		return t
	},
	chart: func(r reading) *chart {
		_, amounts := r.summedItems("band")
		values := make([]decimal.NullDecimal, len(bands))
		for i := range bands {
			values[i] = decimal.NewNullDecimal(amounts[int64(i)])
		}
		return barChart(r, "Open amount by probability of being late", "Open", bands, values, "--aging-3", amount, below("Probability of being late"))
	},
}

// barChart is a chart of one series of bars.
func barChart(r reading, label, name string, categories []string, values []decimal.NullDecimal, color string, k kind, more ...charts.GlobalOpts) *chart {
	b := charts.NewBar()
	b.SetGlobalOptions(append(describe(label, "axis"), charts.WithYAxisOpts(opts.YAxis{Min: 0}))...) // a bar tells by its length
	b.SetGlobalOptions(more...)
	b.SetXAxis(categories)
	b.AddSeries(name, bars(values), charts.WithItemStyleOpts(opts.ItemStyle{Color: color}),
		charts.WithBarChartOpts(opts.BarChart{BarCategoryGap: "28%"}))
	return newChart(r, b, k)
}

var riskScorePanel = panel{
	name: "risk_score", title: "Scores of what is open", kind: count, query: "risk_item", mart: "mart.score", spare: true, width: "wide",
	definition: "Open items by score, in steps of 50 points. 500 is an even chance of being late, and every 20 points double the odds. Scores " +
		"above 1,000 are counted with 1,000.",
	empty: "Nothing is open.",
	table: func(r reading) table {
		t := table{columns: []column{{key: "score", title: "Score from", kind: count}, {key: "items", title: "Items", kind: count, total: true},
			{key: "amount", title: "Open", kind: amount, total: true}}}
		items, amounts := r.summedItems("points")
		for _, points := range sortedKeys(items) {
			t.rows = append(t.rows, []cell{countCell(points), countCell(items[points]), numberCell(amount, amounts[points])})
		}
		return t
	},
	chart: func(r reading) *chart {
		items, _ := r.summedItems("points")
		var names []string
		var values []decimal.NullDecimal
		for _, points := range sortedKeys(items) {
			names = append(names, r.whole(points))
			values = append(values, decimal.NewNullDecimal(decimal.NewFromInt(items[points])))
		}
		return barChart(r, "Number of open items by score", "Items", names, values, "--chart-1", count, below("Score from (bars: open items)"))
	},
}

func sortedKeys(m map[int64]int64) []int64 {
	keys := make([]int64, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

var riskCalibrationPanel = panel{
	name: "risk_calibration", title: "Foretold and come", kind: percent, query: "risk_decile", mart: "mart.score_decile", spare: true, width: "narrow",
	definition: "Items of the months tested in tenths of rising probability: how many of a hundred were foretold to be late, and how many were. " +
		"Two lines that lie on each other are a calibrated model.",
	empty: "Nothing has been tested yet.",
	table: func(r reading) table {
		t := table{columns: []column{{key: "tenth", title: "Tenth", kind: count}, {key: "items", title: "Items", kind: count, total: true},
			{key: "foretold", title: "Foretold", kind: percent}, {key: "came", title: "Came late", kind: percent},
			{key: "money_days", title: "Share of money-days late", kind: percent}}}
		for _, row := range r.rows["risk_decile"] {
			t.rows = append(t.rows, []cell{countCell(row.integer("decile")), countCell(row.integer("items")), hundredfold(row, "probability"),
				hundredfold(row, "late_share"), hundredfold(row, "money_days_share")})
		}
		return t
	},
	chart: func(r reading) *chart {
		var names []string
		var foretold, came []decimal.NullDecimal
		for _, row := range r.rows["risk_decile"] {
			names = append(names, r.whole(row.integer("decile")))
			foretold, came = append(foretold, hundredfold(row, "probability").number), append(came, hundredfold(row, "late_share").number)
		}
		c := charts.NewLine()
		c.SetGlobalOptions(describe("Share of items foretold to be late and share that came late, by tenth", "axis")...)
		c.SetGlobalOptions(below("Tenth of the items, by rising probability"))
		c.SetXAxis(names)
		c.AddSeries("Foretold", dots(foretold), line("--chart-ghost", "dashed", 2)...)
		c.AddSeries("Came late", dots(came), line("--chart-1", "solid", 2.5)...)
		return newChart(r, c, percent, percent)
	},
}

// hundredfold is a share as a percentage.
func hundredfold(row row, column string) cell {
	value := row.number(column)
	if value.Valid {
		value.Decimal = value.Decimal.Shift(2)
	}
	return maybeCell(percent, value)
}
