package dashboard

import (
	"fmt"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/shopspring/decimal"
)

// wholeOnly says why a forecast is not shown for a part of the company.
func wholeOnly(r reading) string {
	if dimension, _ := r.slice(); dimension != "" {
		return "Cash is forecast for the whole company: choose all entities and all currencies to see it."
	}
	return ""
}

var cashForecastPanel = panel{
	name: "cash_forecast", title: "Cash expected in thirteen weeks", kind: amount, query: "cash_forecast", mart: "mart.forecast", spare: true, width: "wide", missing: wholeOnly,
	definition: "Receipts expected week by week: of what is open, by when items like it were settled, and of what will be billed at the pace of the last thirteen " +
		"weeks. Eight of ten weeks are expected to come between low and high, by how forecasts have come out; with fewer than three tests there is no band.",
	empty: "Nothing is expected.",
	table: func(r reading) table {
		t := table{columns: []column{{key: "week", title: "Week", kind: count}, {key: "from", title: "From", kind: date}, {key: "until", title: "Until", kind: date},
			{key: "open", title: "Of what is open", kind: amount, total: true}, {key: "new", title: "Of new billing", kind: amount, total: true},
			{key: "expected", title: "Expected", kind: amount, total: true}, {key: "low", title: "Low", kind: amount}, {key: "high", title: "High", kind: amount}}}
		for _, row := range r.rows["cash_forecast"] {
			t.rows = append(t.rows, []cell{countCell(row.integer("week")), dateCell(row.time("from_on")), dateCell(row.time("until_on")),
				numberCell(amount, row.amount("open_amount")), numberCell(amount, row.amount("new_amount")), numberCell(amount, row.amount("expected_amount")),
				maybeCell(amount, row.number("low_amount")), maybeCell(amount, row.number("high_amount"))})
		}
		return t
	},
	chart: cashForecastChart,
	note: func(r reading) *note {
		sum, weeks := decimal.Zero, head(r.rows["cash_forecast"], 4)
		for _, row := range weeks {
			sum = sum.Add(row.amount("expected_amount"))
		}
		return &note{Text: fmt.Sprintf("%s %s are expected by %s.", r.money, r.amount(sum), day(weeks[len(weeks)-1].time("until_on")))}
	},
}

func cashForecastChart(r reading) *chart {
	var weeks []string
	values := map[string][]decimal.NullDecimal{}
	for _, row := range r.rows["cash_forecast"] {
		weeks = append(weeks, row.time("from_on").Format("2 Jan"))
		for _, column := range []string{"open_amount", "new_amount", "low_amount", "high_amount"} {
			values[column] = append(values[column], row.number(column))
		}
	}
	bar := charts.NewBar()
	bar.SetGlobalOptions(describe("Receipts expected week by week, with the band they are expected in", "axis")...)
	bar.SetXAxis(weeks)
	stack := charts.WithBarChartOpts(opts.BarChart{Stack: "cash", BarCategoryGap: "28%"})
	bar.AddSeries("Of what is open", bars(values["open_amount"]), stack, charts.WithItemStyleOpts(opts.ItemStyle{Color: "--chart-balance"}))
	bar.AddSeries("Of new billing", bars(values["new_amount"]), stack, charts.WithItemStyleOpts(opts.ItemStyle{Color: "--chart-up"}))
	band := charts.NewLine()
	band.SetXAxis(weeks)
	band.AddSeries("Low", dots(values["low_amount"]), line("--chart-target", "dotted", 2)...)
	band.AddSeries("High", dots(values["high_amount"]), line("--chart-target", "dashed", 2)...)
	bar.Overlap(band)
	return newChart(r, bar, amount, amount, amount, amount)
}

var cashAccuracyPanel = panel{
	name: "cash_accuracy", title: "Past accuracy", kind: percent, query: "cash_accuracy", mart: "mart.forecast_accuracy",
	kpis: []string{"forecast_accuracy", "forecast_bias"}, spare: true, width: "narrow", missing: wholeOnly,
	definition: "Accuracy is 100 less the mean error in percent of what came, by how many weeks ahead; bias is above 0 where too much was forecast. Tested: forecasts from the " +
		"first days of past months with what had been learnt before. Made: those that were published and whose weeks are over, and how many of these came within the band.",
	empty: "Nothing has been tested yet.",
	table: func(r reading) table {
		t := table{columns: []column{{key: "week", title: "Weeks ahead", kind: count}, {key: "tests", title: "Tests", kind: count}, {key: "accuracy", title: "Accuracy", kind: percent},
			{key: "bias", title: "Bias", kind: percent}, {key: "low", title: "Low, of forecast", kind: percent}, {key: "high", title: "High, of forecast", kind: percent},
			{key: "made", title: "Made", kind: count}, {key: "made_accuracy", title: "Accuracy of these", kind: percent}, {key: "made_bias", title: "Bias of these", kind: percent},
			{key: "within", title: "Within the band", kind: percent}}}
		for _, row := range r.rows["cash_accuracy"] {
			t.rows = append(t.rows, []cell{countCell(row.integer("week")), countCell(row.integer("origins")), hundredfold(row, "accuracy"), hundredfold(row, "bias"),
				hundredfold(row, "low_share"), hundredfold(row, "high_share"), maybeCell(count, row.number("kept_forecasts")), hundredfold(row, "kept_accuracy"),
				hundredfold(row, "kept_bias"), hundredfold(row, "kept_within_band")})
		}
		return t
	},
	chart: func(r reading) *chart {
		var weeks []string
		var tested, made []decimal.NullDecimal
		for _, row := range r.rows["cash_accuracy"] {
			weeks = append(weeks, r.whole(row.integer("week")))
			tested, made = append(tested, hundredfold(row, "accuracy").number), append(made, hundredfold(row, "kept_accuracy").number)
		}
		c := charts.NewLine()
		c.SetGlobalOptions(describe("Accuracy of cash forecasts by weeks ahead, tested and made", "axis")...)
		c.SetGlobalOptions(below("Weeks ahead"))
		c.SetXAxis(weeks)
		c.AddSeries("Tested", dots(tested), line("--chart-1", "solid", 2.5)...)
		c.AddSeries("Made", dots(made), append(line("--aging-3", "dashed", 2),
			charts.WithLineChartOpts(opts.LineChart{ShowSymbol: opts.Bool(true), Symbol: "circle", SymbolSize: 6}))...) // there may be one week only
		return newChart(r, c, percent, percent)
	},
}
