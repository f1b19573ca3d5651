package score

import (
	"errors"
	"fmt"
	"slices"
	"sync"
)

// tested is how many months a nightly back-test looks back, and known how much of a month's items must have an outcome for it to be
// tested: the rest would leave only those that paid fast.
const (
	tested = 12
	known  = 0.95
)

// A Study is what a night of learning came to: the card to score with, and how good such cards have been.
type Study struct {
	Card   Card
	Model  Result // all months tested, pooled, each learnt from its own past
	AtOnce Result // the same without what is known only later
	Prior  Result // the naive model on the same items
	Months []Month
	Cash   []CashWeek // how forecasts of cash have come out, by horizon
}

// Learn makes the card of a day from what was settled by its end. The model is shipped if month by month it has told late items from
// punctual ones better than the customers' prior late rate alone; otherwise that rate is.
func Learn(examples []Example, today int64) (Study, error) {
	firsts := Testable(examples, today+1)
	s := Study{Model: Result{Kind: Model}, AtOnce: Result{Kind: Model, Recipe: Recipe{AtOnce: true}}, Prior: Result{Kind: Naive}}
	months, err := Monthly(examples, firsts)
	if err != nil {
		return Study{}, err
	}
	for _, m := range months {
		if m.Model.Kind != Untrained && m.Model.Tested > 0 {
			s.Months = append(s.Months, m)
			s.Model.add(m.Model)
			s.AtOnce.add(m.AtOnce)
			s.Prior.add(m.Prior)
		}
	}
	for _, r := range []*Result{&s.Model, &s.AtOnce, &s.Prior} {
		r.Measures = Measure(r.Forecasts)
	}
	s.Cash = cash(examples, months, today)
	s.Card, err = Train(examples, today+1, Recipe{Naive: !s.modelIsBetter()})
	return s, err
}

// A Month is what three forecasts were worth for the items issued in it.
type Month struct{ Model, AtOnce, Prior Result }

// Monthly tests the months between these first days side by side, each learnt from what was settled before it began. The first one's
// past chooses the ridges for all of them.
func Monthly(examples []Example, firsts []int64) ([]Month, error) {
	if len(firsts) < 2 {
		return nil, nil
	}
	months, errs := make([]Month, len(firsts)-1), make([]error, len(firsts)-1)
	test := func(i int, recipe, atOnce Recipe) {
		var err error
		m := &months[i]
		m.Model, errs[i] = Test(examples, firsts[i], firsts[i+1], recipe)
		m.AtOnce, err = Test(examples, firsts[i], firsts[i+1], atOnce)
		m.Prior = Prior(examples, firsts[i], firsts[i+1])
		errs[i] = errors.Join(errs[i], err)
	}
	test(0, Recipe{}, Recipe{AtOnce: true})
	recipe, atOnce := months[0].Model.Recipe, months[0].AtOnce.Recipe
	if months[0].Model.Kind == Untrained {
		recipe, atOnce = Recipe{}, Recipe{AtOnce: true}
	}
	var all sync.WaitGroup
	for i := 1; i < len(months); i++ {
		all.Go(func() { test(i, recipe, atOnce) })
	}
	all.Wait()
	return months, errors.Join(errs...)
}

// modelIsBetter says whether the model has earned its place.
func (s Study) modelIsBetter() bool {
	return s.Model.Measures.AUC > s.Prior.Measures.AUC && s.Model.Measures.Brier < s.Prior.Measures.Brier
}

// add pools another month.
func (r *Result) add(month Result) {
	if r.Tested == 0 {
		r.From = month.From
	}
	r.Until, r.Learnt, r.Tested = month.Until, max(r.Learnt, month.Learnt), r.Tested+month.Tested
	r.Forecasts = slices.Concat(r.Forecasts, month.Forecasts)
	if month.Kind == Model {
		r.Recipe = month.Recipe
	}
}

// Testable are the first days of the last months of which nearly every outcome is known on a day, twelve at most, and the day after
// them.
func Testable(examples []Example, until int64) []int64 {
	begun := until
	for _, e := range examples {
		begun = min(begun, e.Issued)
	}
	firsts := Months(begun+warmUp, until)
	for len(firsts) > 1 {
		n := len(firsts)
		all, told := 0.0, 0.0
		for _, e := range examples {
			if e.Issued >= firsts[n-2] && e.Issued < firsts[n-1] {
				all++
				if e.told() {
					told++
				}
			}
		}
		if all > 0 && told >= known*all {
			break
		}
		firsts = firsts[:n-1]
	}
	return firsts[max(0, len(firsts)-tested-1):]
}

// String says what a result is of, for logs and tests.
func (r Result) String() string {
	return fmt.Sprintf("%s %s to %s: %d items, AUC %.4f, Brier %.4f, ECE %.4f", r.Kind, date(r.From), date(r.Until-1), r.Tested,
		r.Measures.AUC, r.Measures.Brier, r.Measures.ECE)
}
