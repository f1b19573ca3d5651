package score

import (
	"math"
	"testing"
)

// Ten punctual items, one paid on each of the ten days before it was due, and ten late ones.
func waitingExamples() []Example {
	var all []Example
	for n := range int64(10) {
		all = append(all, Example{Days: -n}, Example{Days: n + 1})
	}
	return all
}

// By Bayes: of an even chance at issue, an item that is open three days before it is due (four of ten punctual ones pay on that day
// or later) is late with 1 / (1 + 0.4).
func TestWaitingRaisesTheOdds(t *testing.T) {
	w := waiting(waitingExamples())
	p := Probability(even + w.part(-3).Points)
	if want := 1 / (1 + 4.5/10.5); math.Abs(p-want) > 0.01 {
		t.Errorf("%v, want %v", p, want)
	}
	for day := int64(waitedLeast) + 1; day <= waitedMost; day++ {
		if w.part(day).Points < w.part(day-1).Points || w.part(day).Points30 < w.part(day-1).Points30 {
			t.Errorf("%d days past due lowers the odds", day)
		}
	}
	for _, c := range []struct{ day, points, points30 int64 }{{-60, 0, 0}, {-1000, 0, 0}, {1, certain, -1}, {31, certain, certain}, {500, certain, certain}} {
		got := w.part(c.day)
		if got.Points != c.points || c.points30 >= 0 && got.Points30 != c.points30 {
			t.Errorf("%d days past due: %v", c.day, got)
		}
	}
}

// Further days never fall below nothing, and what is certain to be late is expected to be at least that late.
func TestFurtherDays(t *testing.T) {
	card := trained(t, history(2000, 7), Recipe{})
	for _, e := range card.Expectations() {
		if e.Further < 0 || math.IsNaN(e.Further) {
			t.Fatalf("%+v", e)
		}
	}
	early, late := card.delay.Further(-15, earliest), card.delay.Further(30, earliest)
	if early > 2 || late < 25 || late > 40 {
		t.Errorf("an item expected 15 days early is expected %v late, one expected 30 late %v", early, late)
	}
	if waiting := card.delay.Further(-15, 10); waiting <= early {
		t.Errorf("having waited ten days past due, %v further days are expected, and %v at first", waiting, early)
	}
}
