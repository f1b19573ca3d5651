package demo

import (
	"math"
	"math/rand/v2"
)

// Law is how a customer pays: the days after the due date, drawn for an invoice that lies at a point of the company's
// story from 0 (the first day) to 1 (AsOf). Negative is early.
type Law struct {
	Name string
	Late func(rng *rand.Rand, at float64) int
	Lost float64 // share of invoices never paid
}

var laws = []Law{
	{"prompt", func(rng *rand.Rand, _ float64) int { return days(-6 + 3*rng.NormFloat64()) }, 0},
	{"slow", func(rng *rand.Rand, _ float64) int { return days(14 + 8*rng.NormFloat64()) }, 0.002},
	// On time at first, two months late in the end: the customer a desk should notice.
	{"drifting", func(rng *rand.Rand, at float64) int { return days(60*at*at + 5*rng.NormFloat64()) }, 0.004},
	{"erratic", func(rng *rand.Rand, _ float64) int {
		if rng.Float64() < 0.55 {
			return days(1 + 6*rng.NormFloat64())
		}
		return days(8 + 38*rng.ExpFloat64())
	}, 0.04},
}

func days(x float64) int { return int(math.Round(x)) }

// monthlyCount draws how many invoices a month brings (Poisson, by Knuth's product of uniforms).
func monthlyCount(rng *rand.Rand, mean float64) int {
	limit, p, n := math.Exp(-mean), rng.Float64(), 0
	for p > limit {
		p *= rng.Float64()
		n++
	}
	return n
}
