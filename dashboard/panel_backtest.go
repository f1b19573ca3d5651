package dashboard

import (
	"fmt"
	"time"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/shopspring/decimal"
)

// forecastWords are the forecasts that are tested.
var forecastWords = map[string]string{
	"model": "The score", "model_at_once": "The score, when the item is issued", "prior_rate": "The customer's prior late rate",
}

var riskTestPanel = panel{
	name: "risk_test", title: "How good the scores have been", kind: measure, query: "risk_test", mart: "mart.score_backtest", spare: true, plain: true, width: "wide",
	definition: "Each month of up to twelve was tested on what had been learnt before it began. AUC: the chance that a late item had the higher " +
		"probability than one in time, 0.5 is guessing. Brier: mean squared error of the probability. ECE: distance of probability and frequency. " +
		"Top fifth: share of all money-days late in the fifth with the highest amount x expected days. Low and high hold 95 of 100 resamples.",
	empty: "Nothing has been tested yet.",
	table: func(r reading) table {
		t := table{columns: []column{{key: "forecast", title: "Forecast"}, {key: "tested", title: "Tested", kind: count}, {key: "measure", title: "Measure"},
			{key: "value", title: "Value", kind: measure}, {key: "low", title: "Low", kind: measure}, {key: "high", title: "High", kind: measure}}}
		for _, row := range r.tests() {
			if row.integer("month") != 0 {
				continue
			}
			for _, m := range []struct{ column, title string }{{"auc", "AUC"}, {"brier", "Brier"}, {"ece", "ECE"}, {"rmse_days", "Error in days (RMSE)"}, {"top_fifth", "Top fifth"}} {
				t.rows = append(t.rows, []cell{textCell(forecastWords[row.text("forecast")]), countCell(row.integer("tested")), textCell(m.title),
					thousandth(row, m.column), thousandth(row, m.column+"_low"), thousandth(row, m.column+"_high")})
			}
		}
		return t
	},
	note: func(r reading) *note {
		for _, row := range r.tests() {
			if row.integer("month") == 0 && row.text("forecast") == "model" && row.number("top_fifth").Valid {
				return &note{Text: fmt.Sprintf("By amount alone the top fifth would hold %s of all money-days late, the best possible order %s.",
					r.quantity(hundredfold(row, "top_fifth_by_amount").number, percent), r.quantity(hundredfold(row, "top_fifth_best").number, percent))}
			}
		}
		return nil
	},
}

// tests are the rows of the back-test; the card alone is one without a forecast.
func (r reading) tests() []row {
	var found []row
	for _, row := range r.rows["risk_test"] {
		if row.text("forecast") != "" {
			found = append(found, row)
		}
	}
	return found
}

// thousandth is a measure as it is quoted.
func thousandth(row row, column string) cell {
	value := row.number(column)
	if value.Valid {
		value.Decimal = value.Decimal.Round(3)
	}
	return maybeCell(measure, value)
}

var riskMonthPanel = panel{
	name: "risk_month", title: "AUC by month", kind: measure, query: "risk_test", mart: "mart.score_backtest", spare: true, width: "narrow",
	definition: "The chance that a late item had the higher probability than one in time, of the items issued in each month, by the score and by " +
		"the customer's prior late rate alone.",
	empty: "No month has been tested yet.",
	table: func(r reading) table {
		t := table{columns: []column{{key: "month", title: "Month", kind: date}, {key: "forecast", title: "Forecast"}, {key: "learnt", title: "Learnt from", kind: count},
			{key: "tested", title: "Tested", kind: count}, {key: "auc", title: "AUC", kind: measure}, {key: "low", title: "Low", kind: measure}, {key: "high", title: "High", kind: measure},
			{key: "brier", title: "Brier", kind: measure}}}
		for _, row := range r.tests() {
			if row.integer("month") > 0 {
				t.rows = append(t.rows, []cell{dateCell(row.time("from_on")), textCell(forecastWords[row.text("forecast")]), countCell(row.integer("learnt")),
					countCell(row.integer("tested")), thousandth(row, "auc"), thousandth(row, "auc_low"), thousandth(row, "auc_high"), thousandth(row, "brier")})
			}
		}
		return t
	},
	chart: func(r reading) *chart {
		var months []time.Time
		values := map[string][]decimal.NullDecimal{}
		for _, row := range r.tests() {
			if row.integer("month") == 0 {
				continue
			}
			if on := row.time("from_on"); len(months) == 0 || !months[len(months)-1].Equal(on) {
				months = append(months, on)
			}
			name := row.text("forecast")
			values[name] = append(values[name], thousandth(row, "auc").number)
		}
		c := charts.NewLine()
		c.SetGlobalOptions(describe("AUC of the score and of the prior late rate, by month", "axis")...)
		c.SetXAxis(monthNames(months))
		c.AddSeries("The score", dots(values["model"]), line("--chart-1", "solid", 2.5)...)
		c.AddSeries("Prior late rate", dots(values["prior_rate"]), line("--chart-ghost", "dashed", 2)...)
		return newChart(r, c, measure, measure)
	},
}
