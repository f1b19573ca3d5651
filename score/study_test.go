package score

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// A feature that reads the settled day tells of items that were open on the day something else than the books of that day did.
func TestLeakedFeatureIsCaught(t *testing.T) {
	const cut = 15400
	now := history(1500, 8)
	then := make([]Example, 0, len(now))
	for _, e := range now {
		if e.Issued < cut {
			e.Levels = slices.Clone(e.Levels)
			then = append(then, e)
		}
	}
	if leaks := Leaks(now, then); len(leaks) > 0 {
		t.Fatalf("nothing leaks, and yet: %v", leaks[0])
	}
	leaked := position("days_late_last")
	read := func(all []Example, known int64) {
		for i := range all {
			all[i].Levels[leaked] = 0
			if all[i].Settled < known {
				all[i].Levels[leaked] = all[i].Days
			}
		}
	}
	read(now, Never)
	read(then, cut)
	leaks := Leaks(now, then)
	if len(leaks) != 1 || leaks[0].Feature != "days_late_last" || leaks[0].Items == 0 {
		t.Fatalf("the settled day was read unnoticed: %v", leaks)
	}
	if honest, err := Test(history(1500, 8), cut, Never, Recipe{}); err != nil {
		t.Fatal(err)
	} else if cheating, err := Test(now, cut, Never, Recipe{}); err != nil || cheating.Measures.AUC < honest.Measures.AUC+0.02 {
		t.Errorf("the leak is worth nothing: AUC %.3f instead of %.3f (%v)", cheating.Measures.AUC, honest.Measures.AUC, err)
	}
}

// What says of itself that it becomes known later may differ.
func TestLaterFeaturesAreNoLeak(t *testing.T) {
	now := history(200, 8)
	then := make([]Example, len(now))
	for i, e := range now {
		e.Levels = slices.Clone(e.Levels)
		e.Levels[position("disputed")] = 0
		then[i] = e
	}
	if leaks := Leaks(now, then); len(leaks) > 0 {
		t.Error(leaks[0])
	}
}

// The model is shipped where it beats the prior late rate, and the rate alone where the rest is noise.
func TestNaiveIsShippedWhereTheModelIsNotBetter(t *testing.T) {
	s, err := Learn(history(3000, 10), afterAll)
	if err != nil {
		t.Fatal(err)
	}
	if s.Card.Kind != Model || s.Model.Measures.AUC <= s.Prior.Measures.AUC {
		t.Errorf("shipped %s; %v; %v", s.Card.Kind, s.Model, s.Prior)
	}
	s, err = Learn(rateAlone(3000), afterAll)
	if err != nil {
		t.Fatal(err)
	}
	if s.Card.Kind != Naive {
		t.Errorf("shipped %s; %v; %v", s.Card.Kind, s.Model, s.Prior)
	}
}

// rateAlone is a history in which the prior late rate is the probability, and all else is noise.
func rateAlone(n int) []Example {
	rng := rand.New(rand.NewPCG(11, 0))
	all := history(n, 11)
	for i := range all {
		for j, f := range features {
			all[i].Levels[j] = f.Low + rng.Int64N(f.High-f.Low+1)
		}
		rate := int64(5 + rng.IntN(90))
		all[i].Levels[position("late_percent")] = rate
		all[i].Days = -1 - rng.Int64N(9)
		if rng.Float64() < float64(rate)/100 {
			all[i].Days = 1 + rng.Int64N(9)
		}
		all[i].Settled = all[i].Due + all[i].Days
	}
	return all
}

// Every month is learnt from what was settled before it, and months of which too little is known are left out.
func TestMonthsOfAStudy(t *testing.T) {
	all := history(3000, 12)
	s, err := Learn(all, 15000+600)
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Months) == 0 || len(s.Months) > 12 {
		t.Fatalf("%d months", len(s.Months))
	}
	pooled := 0
	for i, month := range s.Months {
		m := month.Model
		pooled += m.Tested
		if i > 0 && m.From != s.Months[i-1].Model.Until {
			t.Errorf("%s does not follow on %s", m, s.Months[i-1].Model)
		}
		if m.Learnt >= s.Card.Examples {
			t.Errorf("%s was learnt from %d items, the card of today from %d", m, m.Learnt, s.Card.Examples)
		}
	}
	if pooled != s.Model.Tested || pooled != s.Prior.Tested || pooled != s.AtOnce.Tested {
		t.Errorf("%d items in the months, %d pooled", pooled, s.Model.Tested)
	}
	if s.Model.Measures.ECE > 0.05 || math.IsNaN(s.Model.Measures.AUC) {
		t.Errorf("%v", s.Model)
	}
}

func TestCutIsAMonthAfterTwoThirds(t *testing.T) {
	var all []Example
	for day := int64(15342); day <= 16041; day++ { // 2012-01-03 to 2013-12-02
		all = append(all, Example{Issued: day})
	}
	if got := date(Cut(all)); got != "2013-05-01" {
		t.Error(got)
	}
	if Cut(nil) != Never {
		t.Error("no history has a cut")
	}
}
