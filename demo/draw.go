package demo

import (
	"math"
	"math/rand/v2"
)

// drawing draws the invoices of one part of a scaled company.
type drawing struct {
	rng    *rand.Rand
	zipf   *rand.Zipf
	months int
	total  int
}

// drawn is one invoice and what becomes of it.
type drawn struct {
	customer    int
	issued, due Day
	cents       int64
}

func newDrawing(opts ScaleOptions, customers int, stream uint64) *drawing {
	rng := rand.New(rand.NewPCG(opts.Seed, stream))
	return &drawing{rng: rng, zipf: rand.NewZipf(rng, 1.07, 12, uint64(customers-1)), months: opts.Months, total: opts.Invoices}
}

// invoice draws the n-th invoice. Numbers rise with the months, and two fifths of a month fall on its last five days.
func (d *drawing) invoice(n int) drawn {
	ago := d.months - 1 - n*d.months/d.total
	first, last := monthStart(ago), monthEnd(ago)
	day := first + Day(d.rng.IntN(int(last-first)+1))
	if d.rng.IntN(5) < 2 {
		day = last - Day(d.rng.IntN(5))
	}
	customer := int(d.zipf.Uint64())
	return drawn{
		customer: customer, issued: day, due: day + Day(massTerms(customer)),
		cents: 100 + int64(100*math.Exp(5.8+1.1*d.rng.NormFloat64())),
	}
}

func massTerms(customer int) int { return []int{14, 30, 30, 45, 60}[customer%5] }

func massCurrency(customer int) int { return []int{0, 0, 0, 0, 1, 1, 2, 3, 4, 5}[customer%10] }

// lateness is a habit of the customer and some luck.
func (d *drawing) lateness(customer int) int {
	habit := float64(customer*7919%40) - 14
	return days(habit + 8*d.rng.NormFloat64())
}
