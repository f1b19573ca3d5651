// Package score learns from a company's own settled items how likely an open one is to be paid late, turns what it learnt into
// integer points that add up, and measures how well they would have done. It is arithmetic on small values: it imports no room,
// draws no unseeded number and gives the same card for the same examples, bit for bit.
package score

import "math"

// Never is the day of what has not happened: the day books use for it.
const Never int64 = 2932896

// An Example is one item of the history: what was known of it when it was issued, and what became of it. Days count from
// 1970-01-01.
type Example struct {
	Invoice  string
	Number   int64 // instalment, from 1
	Customer string
	Issued   int64
	Due      int64
	Settled  int64   // day nothing of it was open any more; Never while it is open
	Days     int64   // days late, negative when early; of an open item what it has come to so far, 0 before it is late
	Amount   float64 // reporting currency
	Levels   []int64 // one for each of the features, in their order
}

// settledBefore says whether the outcome was known at the beginning of a day.
func (e Example) settledBefore(day int64) bool { return e.Settled < day }

// told says whether it is known by now that the item is late or not.
func (e Example) told() bool { return e.Settled < Never || e.Days > 0 }

// late is 1 for an item that was settled after a day counted from its due day, and 0 for others.
func (e Example) late(after int64) float64 {
	if e.Days > after {
		return 1
	}
	return 0
}

// The days late that models see end at D&B's anchors: what is a year late says no more of the next invoice than what is four
// months late.
const (
	earliest = -30
	latest   = 120
)

func clip(x, low, high float64) float64 { return math.Max(low, math.Min(high, x)) }

func clipDays(days int64) float64 { return clip(float64(days), earliest, latest) }
