package score

import (
	"math"
	"slices"
)

// Weeks is how far cash is foretold.
const Weeks = 13

// renewal is how many days of billing are taken to come again: those of as many weeks as are foretold.
const renewal = 7 * Weeks

// SettlesIn is in how many days an open item is expected to be settled: the mean of what is left possible, early payment included.
// expected says its points, past due how it stands (negative before its due day).
func (d Delay) SettlesIn(expected float64, pastDue int64) float64 {
	near := max(pastDue, earliest)
	wait := float64(near - pastDue) // days until it is near enough to its due day to be paid at all
	sum, count := 0.0, 0.0
	for _, off := range d.of(expected) {
		if days := expected + off; days >= float64(near) {
			sum, count = sum+days, count+1
		}
	}
	if count < d.few(expected) {
		return math.Max(wait+d.tail, 1)
	}
	return math.Max(wait+sum/count-float64(near), 1)
}

// of are the errors of items that were expected to be about as late.
func (d Delay) of(expected float64) []float64 {
	return d.errors[d.Band(expected)]
}

// Band is the part of the expected days in which errors are counted together, from 0.
func (d Delay) Band(expected float64) int {
	band := 0
	for band < len(d.edges) && expected >= d.edges[band] {
		band++
	}
	return band
}

// Spread says which share of an open item is expected in each of the coming weeks. The gap is how many days from now it would be settled
// if it were settled as late as expected. What the errors of its band leave possible counts alike; where they leave hardly anything,
// as much of the rest comes every week as lets the mean be the tail.
func (d Delay) Spread(band int, gap float64) (shares [Weeks]float64) {
	count := 0.0
	for _, off := range d.errors[band] {
		if days := gap + off; days > 0 {
			count++
			if week := int(math.Ceil(days/7)) - 1; week < Weeks {
				shares[week]++
			}
		}
	}
	rest, weekly := 1.0, math.Min(7/d.tail, 1)
	for week := range shares {
		if count >= math.Min(3, float64(len(d.errors[band]))) {
			shares[week] /= count
			continue
		}
		shares[week] = rest * weekly
		rest -= shares[week]
	}
	return shares
}

// A CashWeek is how forecasts of one horizon came out: the sum over all origins, and what actual was of forecast at most in one of ten
// and at least in nine of ten origins.
type CashWeek struct {
	Week             int // 1 is the seven days from the origin on
	Origins          int
	Forecast, Actual float64
	Missed           float64 // sum of the distances, origin by origin
	Low, High        float64 // actual / forecast; NaN with fewer than three origins
}

// A Share is what part of an open item is expected in a week.
type Share struct {
	Band, Gap, Week int64
	Share           float64
}

// Bands says of every whole number of expected days, from the earliest on, in which band of errors it lies.
func (c Card) Bands() (first int64, bands []int64) {
	for expected := int64(earliest); expected <= latest; expected++ {
		bands = append(bands, int64(c.delay.Band(float64(expected))))
	}
	return earliest, bands
}

// Gaps between which shares are told apart; what lies beyond counts as these.
const (
	LeastGap = -150
	MostGap  = 250
)

// Shares are all shares above nothing, band by band and gap by gap.
func (c Card) Shares() []Share {
	var all []Share
	for band := range c.delay.errors {
		for gap := int64(LeastGap); gap <= MostGap; gap++ {
			for week, share := range c.delay.Spread(band, float64(gap)) {
				if share > 0 {
					all = append(all, Share{int64(band), gap, int64(week + 1), share})
				}
			}
		}
	}
	return all
}

// Accuracy is 1 less the distance over what came, and never below 0.
func (w CashWeek) Accuracy() float64 { return math.Max(0, 1-w.Missed/w.Actual) }

// Bias is by what share of what came the forecasts were too high.
func (w CashWeek) Bias() float64 { return (w.Forecast - w.Actual) / w.Actual }

// cash foretells the receipts of thirteen weeks from the first day of each month tested, as far as they are known by a day, with the card
// that was learnt before it of what is known at issue, and holds them against what came.
func cash(examples []Example, months []Month, known int64) []CashWeek {
	weeks := make([]CashWeek, Weeks)
	ratios := make([][]float64, Weeks)
	for h := range weeks {
		weeks[h].Week = h + 1
	}
	for _, m := range months {
		if m.AtOnce.Kind == Untrained {
			continue
		}
		origin := m.AtOnce.From
		forecast, actual := foretellCash(examples, origin, m.AtOnce.card)
		for h := range weeks {
			if origin+7*int64(h+1) > known+1 || forecast[h] <= 0 {
				continue
			}
			w := &weeks[h]
			w.Origins++
			w.Forecast, w.Actual, w.Missed = w.Forecast+forecast[h], w.Actual+actual[h], w.Missed+math.Abs(forecast[h]-actual[h])
			ratios[h] = append(ratios[h], actual[h]/forecast[h])
		}
	}
	for h := range weeks {
		weeks[h].Low, weeks[h].High = math.NaN(), math.NaN()
		if len(ratios[h]) >= 3 {
			slices.Sort(ratios[h])
			weeks[h].Low, weeks[h].High = quantile(ratios[h], 0.1), quantile(ratios[h], 0.9)
		}
	}
	return weeks
}

// foretellCash spreads what is open at an origin over the weeks in which it is expected, and what was billed in the thirteen weeks before
// once more thirteen weeks later; beside it, what was settled in those weeks.
func foretellCash(examples []Example, origin int64, card Card) (forecast, actual [Weeks]float64) {
	spread := func(e Example, expected float64, due int64) {
		for week, share := range card.delay.Spread(card.delay.Band(expected), expected+float64(due-origin+1)) {
			forecast[week] += share * e.Amount
		}
	}
	for _, e := range examples {
		if week := (e.Settled - origin) / 7; e.Settled >= origin && week < Weeks {
			actual[week] += e.Amount
		}
		if e.Issued >= origin {
			continue
		}
		expected := math.Round(expectedDays(card.Score(e.Levels)))
		if e.Settled >= origin {
			spread(e, expected, e.Due)
		}
		if e.Issued >= origin-renewal {
			spread(e, expected, e.Due+renewal)
		}
	}
	return forecast, actual
}

// quantile is that of sorted values, linear between them.
func quantile(sorted []float64, share float64) float64 {
	at := share * float64(len(sorted)-1)
	low := int(at)
	if low+1 == len(sorted) {
		return sorted[low]
	}
	return sorted[low] + (at-float64(low))*(sorted[low+1]-sorted[low])
}
