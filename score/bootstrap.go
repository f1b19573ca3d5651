package score

import (
	"math"
	"math/rand/v2"
	"slices"
)

// An Interval holds a measure in 95 of 100 resamples.
type Interval struct{ Low, High float64 }

// Intervals are those of all measures.
type Intervals struct{ AUC, Brier, ECE, RMSE, TopFifth Interval }

// resamples is how often forecasts are drawn anew; fewer where there are so many that the interval is narrow anyhow.
func resamples(items int) int { return max(100, min(1000, 5_000_000/max(items, 1))) }

// Bootstrap draws the forecasts again and again, as many as there are, with a seed: the same forecasts give the same intervals.
func Bootstrap(forecasts []Forecast, seed uint64) Intervals {
	s := newSample(forecasts)
	rng := rand.New(rand.NewPCG(seed, 0))
	rounds := resamples(len(forecasts))
	var drawn [5][]float64
	weights := make([]float64, len(forecasts))
	for range rounds {
		clear(weights)
		for range forecasts {
			weights[rng.IntN(len(forecasts))]++
		}
		m := s.measure(weights)
		for i, x := range []float64{m.AUC, m.Brier, m.ECE, m.RMSE, m.TopFifth} {
			if !math.IsNaN(x) {
				drawn[i] = append(drawn[i], x)
			}
		}
	}
	return Intervals{interval(drawn[0]), interval(drawn[1]), interval(drawn[2]), interval(drawn[3]), interval(drawn[4])}
}

func interval(drawn []float64) Interval {
	if len(drawn) == 0 {
		return Interval{math.NaN(), math.NaN()}
	}
	slices.Sort(drawn)
	at := func(share float64) float64 { return drawn[int(math.Round(share*float64(len(drawn)-1)))] }
	return Interval{at(0.025), at(0.975)}
}
