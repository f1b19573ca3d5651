package transform

import (
	"math"
	"time"

	"arrears/score"
)

// pointsOf is what every level of every feature adds.
func pointsOf(card score.Card) learntTable {
	t := learntTable{name: "point", columns: `feature varchar, level bigint, key bigint, points bigint, points_30 bigint,
		days_milli bigint, words varchar`}
	for _, p := range card.Points() {
		t.rows = append(t.rows, []any{p.Feature, p.Level, p.Key, p.Points, p.Points30, p.DaysMilli, p.Words})
	}
	return t
}

// oddsOf says what a sum of points means.
func oddsOf(card score.Card) learntTable {
	t := learntTable{name: "odds", columns: "points bigint, probability decimal(9, 6)"}
	low, high := card.Range()
	for points := low; points <= high; points++ {
		if card.Kind == score.Untrained {
			t.rows = append(t.rows, []any{points, math.NaN()})
			continue
		}
		t.rows = append(t.rows, []any{points, score.Probability(points)})
	}
	return t
}

// expectationsOf says how many further days late to expect.
func expectationsOf(card score.Card) learntTable {
	t := learntTable{name: "expectation", columns: `expected_days bigint, days_past_due bigint, further_days decimal(9, 3),
		settle_days decimal(9, 3)`}
	for _, e := range card.Expectations() {
		t.rows = append(t.rows, []any{e.Expected, e.PastDue, e.Further, e.Settles})
	}
	return t
}

// cardOf is the one row that says what the score rests on.
func cardOf(card score.Card) learntTable {
	return learntTable{"card", `kind varchar, examples bigint, ridge_days decimal(18, 9), ridge_odds decimal(18, 9), points bigint,
		points_30 bigint, days_milli bigint`, [][]any{{card.Kind, card.Examples, card.Recipe.RidgeDays, card.Recipe.RidgeOdds,
		card.Base.Points, card.Base.Points30, card.Base.DaysMilli}}}
}

// featuresOf are what can add to a score.
func featuresOf() learntTable {
	t := learntTable{name: "feature", columns: "feature varchar, title varchar, of_item boolean"}
	for _, f := range score.Features() {
		t.rows = append(t.rows, []any{f.Name, f.Title, f.OfItem})
	}
	return t
}

// coefficientsOf are what was learnt of each term of a feature before it was turned into points.
func coefficientsOf(card score.Card) learntTable {
	t := learntTable{name: "coefficient", columns: `feature varchar, term varchar, mean decimal(18, 9), spread decimal(18, 9),
		late decimal(18, 9), late_30 decimal(18, 9), days decimal(18, 9)`}
	for _, k := range card.Coefficients {
		t.rows = append(t.rows, []any{k.Feature, k.Term, k.Mean, k.Spread, k.Late, k.Late30, k.Days})
	}
	return t
}

// backtestOf are the measures of the nightly test: pooled, with intervals, and month by month.
func backtestOf(study score.Study) learntTable {
	t := learntTable{name: "backtest", columns: `forecast varchar, month bigint, from_on date, until_on date, learnt bigint, tested bigint,
		auc decimal(9, 6), auc_low decimal(9, 6), auc_high decimal(9, 6), brier decimal(9, 6), brier_low decimal(9, 6),
		brier_high decimal(9, 6), ece decimal(9, 6), ece_low decimal(9, 6), ece_high decimal(9, 6), rmse_days decimal(18, 6),
		rmse_days_low decimal(18, 6), rmse_days_high decimal(18, 6), top_fifth decimal(9, 6), top_fifth_low decimal(9, 6),
		top_fifth_high decimal(9, 6), top_fifth_by_amount decimal(9, 6), top_fifth_best decimal(9, 6)`}
	for _, pooled := range []struct {
		name string
		score.Result
	}{{"model", study.Model}, {"model_at_once", study.AtOnce}, {"prior_rate", study.Prior}} {
		if pooled.Tested > 0 {
			t.rows = append(t.rows, measured(pooled.name, 0, pooled.Result, score.Bootstrap(pooled.Forecasts, 1)))
		}
	}
	for _, m := range study.Months {
		day := time.Unix(m.Model.From*86400, 0).UTC()
		month := day.Year()*12 + int(day.Month()) - 1
		t.rows = append(t.rows, measured("model", month, m.Model, score.Bootstrap(m.Model.Forecasts, 1)),
			measured("prior_rate", month, m.Prior, score.Bootstrap(m.Prior.Forecasts, 1)))
	}
	return t
}

func measured(name string, month int, r score.Result, in score.Intervals) []any {
	amount, best := score.Yardsticks(r.Forecasts)
	m := r.Measures
	return []any{name, month, time.Unix(r.From*86400, 0).UTC(), time.Unix((r.Until-1)*86400, 0).UTC(), r.Learnt, r.Tested,
		m.AUC, in.AUC.Low, in.AUC.High, m.Brier, in.Brier.Low, in.Brier.High, m.ECE, in.ECE.Low, in.ECE.High,
		m.RMSE, in.RMSE.Low, in.RMSE.High, m.TopFifth, in.TopFifth.Low, in.TopFifth.High, amount, best}
}

// decilesOf is the calibration of the pooled test.
func decilesOf(study score.Study) learntTable {
	t := learntTable{name: "decile", columns: `decile bigint, items bigint, probability decimal(9, 6), late_share decimal(9, 6),
		money_days_share decimal(9, 6)`}
	for _, d := range score.Deciles(study.Model.Forecasts) {
		t.rows = append(t.rows, []any{d.Decile, d.Items, d.Probability, d.Late, d.MoneyDays})
	}
	return t
}

// bandsOf and sharesOf spread an open item over the weeks in which it is expected.
func bandsOf(card score.Card) learntTable {
	t := learntTable{name: "band", columns: "expected_days bigint, band bigint"}
	first, bands := card.Bands()
	for n, band := range bands {
		t.rows = append(t.rows, []any{first + int64(n), band})
	}
	return t
}

func sharesOf(card score.Card) learntTable {
	t := learntTable{name: "share", columns: "band bigint, gap_days bigint, week bigint, share decimal(18, 9)"}
	for _, s := range card.Shares() {
		t.rows = append(t.rows, []any{s.Band, s.Gap, s.Week, s.Share})
	}
	return t
}

// cashOf is how forecasts of cash have come out, week by week ahead.
func cashOf(study score.Study) learntTable {
	t := learntTable{name: "cash", columns: `week bigint, origins bigint, forecast_amount decimal(18, 3), actual_amount decimal(18, 3),
		accuracy decimal(18, 9), bias decimal(18, 9), low_share decimal(18, 9), high_share decimal(18, 9)`}
	for _, w := range study.Cash {
		t.rows = append(t.rows, []any{w.Week, w.Origins, w.Forecast, w.Actual, w.Accuracy(), w.Bias(), w.Low, w.High})
	}
	return t
}
