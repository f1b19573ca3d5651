package score

import (
	"math"
	"slices"
)

// Delay turns the days late that the features tell into the days to expect of an item that is open still. Errors of the past stand
// for what may come: items that were expected to be about as late, in fifths, with how far off that was.
type Delay struct {
	edges  []float64   // expected days between the bands
	errors [][]float64 // of each band, 100 at most, sorted
	tail   float64     // days still to wait for what is later than any error reaches
}

// bands is into how many parts of the expected days errors are counted apart.
const bands = 5

func delays(known []Example, card Card) Delay {
	type pair struct{ expected, actual float64 }
	pairs := make([]pair, len(known))
	over, late := 0.0, 0.0
	for i, e := range known {
		pairs[i] = pair{expectedDays(card.Score(e.Levels)), float64(e.Days)}
		if e.Days > 60 {
			over, late = over+float64(e.Days-60), late+1
		}
	}
	slices.SortStableFunc(pairs, func(a, b pair) int {
		switch {
		case a.expected < b.expected:
			return -1
		case a.expected > b.expected:
			return 1
		}
		return 0
	})
	d := Delay{tail: 30}
	if late >= 10 {
		d.tail = math.Max(over/late, 1)
	}
	for band := range bands {
		part := pairs[band*len(pairs)/bands : (band+1)*len(pairs)/bands]
		errors := make([]float64, len(part))
		for i, p := range part {
			errors[i] = clip(p.actual, earliest, latest) - p.expected
		}
		slices.Sort(errors)
		d.errors = append(d.errors, thinned(errors, 100))
		if band > 0 {
			d.edges = append(d.edges, part[0].expected)
		}
	}
	return d
}

// unlearnt is all there is to say where nothing has been learnt: items are settled when they are due, and late ones in a month.
func unlearnt() Delay { return Delay{errors: [][]float64{{0}}, tail: 30} }

// few is how many errors of a band have to be left to say anything of an item.
func (d Delay) few(expected float64) float64 { return math.Min(3, float64(len(d.of(expected)))) }

// thinned keeps so many of the sorted values, evenly spaced by rank.
func thinned(sorted []float64, most int) []float64 {
	if len(sorted) <= most {
		return sorted
	}
	kept := make([]float64, most)
	for i := range kept {
		kept[i] = sorted[(2*i+1)*len(sorted)/(2*most)]
	}
	return kept
}

// expectedDays are the days late that the points tell, between D&B's anchors.
func expectedDays(p Part) float64 { return clip(float64(p.DaysMilli)/1000, earliest, latest) }

// Further is how many days late an item is expected to become, beyond those it is already: expected says its points, past due how it
// stands (negative before its due day).
func (d Delay) Further(expected float64, pastDue int64) float64 {
	sum, count := 0.0, 0.0
	for _, off := range d.of(expected) {
		if days := expected + off; days >= float64(pastDue) {
			sum, count = sum+math.Max(days, 0), count+1
		}
	}
	behind := math.Max(float64(pastDue), 0)
	if count < d.few(expected) { // so late that hardly an item of the past stands for it
		return d.tail
	}
	return sum/count - behind
}

// An Expectation is a row of the table that tells further days.
type Expectation struct {
	Expected int64 // days late that the points tell, whole
	PastDue  int64
	Further  float64 // days late it is expected to become beyond those it is already
	Settles  float64 // days from now until it is expected to be settled
}

// Expectations are all rows, between D&B's anchors on both sides.
func (c Card) Expectations() []Expectation {
	var all []Expectation
	for expected := int64(earliest); expected <= latest; expected++ {
		for pastDue := int64(earliest); pastDue <= latest; pastDue++ {
			all = append(all, Expectation{expected, pastDue, c.delay.Further(float64(expected), pastDue),
				c.delay.SettlesIn(float64(expected), pastDue)})
		}
	}
	return all
}
