package score

import (
	"fmt"
	"math"
	"slices"
)

// waited is the name of what an open item tells by being open still.
const waited = "waited"

// Days past due between which waiting is told apart; what lies beyond counts as these.
const (
	waitedLeast = -60
	waitedMost  = 31
)

// certain is more points than all else together can outweigh: an item past its due day is late.
const certain = 600

// Waiting is what is learnt from an item being open still: those who pay in time have mostly paid by now. By Bayes' rule the odds of
// being late grow by one over the share of the punctual that pay on this day or later.
type Waiting struct {
	late   []int64 // points by days before due, from 0
	late30 []int64 // points by days past due, from waitedLeast to 30
}

// waiting counts when the punctual, and those at most 30 days late, paid.
func waiting(known []Example) Waiting {
	var punctual, within []int64
	for _, e := range known {
		if e.Days <= 0 {
			punctual = append(punctual, e.Days)
		}
		if e.Days <= 30 {
			within = append(within, e.Days)
		}
	}
	slices.Sort(punctual)
	slices.Sort(within)
	w := Waiting{make([]int64, 1-waitedLeast), make([]int64, 31-waitedLeast)}
	for before := range w.late {
		w.late[before] = -pointsOf(math.Log(stillOpen(punctual, int64(-before))))
	}
	for n := range w.late30 {
		w.late30[n] = -pointsOf(math.Log(stillOpen(within, waitedLeast+int64(n))))
	}
	return w
}

// stillOpen is the share that pays on this day or later, never quite none.
func stillOpen(sorted []int64, day int64) float64 {
	first, _ := slices.BinarySearch(sorted, day)
	return (float64(len(sorted)-first) + 0.5) / (float64(len(sorted)) + 0.5)
}

// part is what waiting adds, by days past due.
func (w Waiting) part(pastDue int64) Part {
	if w.late == nil {
		return Part{}
	}
	pastDue = min(max(pastDue, waitedLeast), waitedMost)
	p := Part{Points: certain, Points30: certain}
	if pastDue <= 0 {
		p.Points = w.late[-pastDue]
	}
	if pastDue <= 30 {
		p.Points30 = w.late30[pastDue-waitedLeast]
	}
	return p
}

func waitedWords(pastDue int64) string {
	switch {
	case pastDue > 30:
		return "more than 30 days past due"
	case pastDue > 0:
		return fmt.Sprintf("%d days past due", pastDue)
	case pastDue == 0:
		return "due today and open"
	case pastDue == waitedLeast:
		return fmt.Sprintf("not due for %d days or more", -pastDue)
	}
	return fmt.Sprintf("due in %d days and open", -pastDue)
}
