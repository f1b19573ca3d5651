package score

import (
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
)

// history makes up items of customers who are late by a habit of their own, told by their prior late rate and mean days, and later
// when disputed. Everything else is noise.
func history(n int, seed uint64) []Example {
	rng := rand.New(rand.NewPCG(seed, 0))
	all := make([]Example, n)
	for i := range all {
		habit := -5 + 12*rng.NormFloat64()
		e := Example{Invoice: string(rune('A'+i%26)) + "-" + strings.Repeat("x", i%7), Number: int64(i), Issued: int64(15000 + i*700/n), Amount: math.Exp(5 + rng.NormFloat64())}
		e.Due = e.Issued + 30
		for _, f := range features {
			e.Levels = append(e.Levels, f.Low+rng.Int64N(f.High-f.Low+1))
		}
		disputed := int64(0)
		if rng.Float64() < 0.2 {
			disputed = 1
		}
		e.Levels[position("late_percent")] = int64(math.Round(100 * sigmoid(habit/5)))
		e.Levels[position("days_late")] = int64(math.Round(habit + rng.NormFloat64()))
		e.Levels[position("disputed")] = disputed
		e.Days = int64(math.Round(habit + 10*float64(disputed) + 6*rng.NormFloat64()))
		e.Settled = e.Due + e.Days
		all[i] = e
	}
	return all
}

const afterAll = int64(16000)

func trained(t *testing.T, all []Example, recipe Recipe) Card {
	t.Helper()
	card, err := Train(all, afterAll, recipe)
	if err != nil {
		t.Fatal(err)
	}
	return card
}

// A score is the base and one part of each feature, and nothing else.
func TestPartsAddUpToTheScore(t *testing.T) {
	all := history(2000, 1)
	card := trained(t, all, Recipe{})
	points := map[string]map[int64]Point{}
	for _, p := range card.Points() {
		if points[p.Feature] == nil {
			points[p.Feature] = map[int64]Point{}
		}
		points[p.Feature][p.Level] = p
	}
	low, high := card.Range()
	for _, e := range all {
		want := card.Base
		for j, f := range features {
			want = want.plus(points[f.Name][min(max(e.Levels[j], f.Low), f.High)].Part)
		}
		got := card.Score(e.Levels)
		if got != want {
			t.Fatalf("%v, parts add up to %v", got, want)
		}
		if got.Points < low || got.Points > high {
			t.Fatalf("%d is not within %d and %d", got.Points, low, high)
		}
	}
}

func TestKeysOfPointsAreUnique(t *testing.T) {
	seen := map[int64]Point{}
	for _, p := range trained(t, history(500, 1), Recipe{}).Points() {
		if other, twice := seen[p.Key]; twice {
			t.Fatalf("%s %d and %s %d share the key %d", p.Feature, p.Level, other.Feature, other.Level, p.Key)
		}
		if p.Key <= 0 || p.Key >= 100000 {
			t.Fatalf("key %d leaves no room for points", p.Key)
		}
		if p.Words == "" || strings.Contains(p.Words, "%!") {
			t.Fatalf("%s %d says %q", p.Feature, p.Level, p.Words)
		}
		seen[p.Key] = p
	}
}

// The same examples give the same card, bit for bit, in whatever order they come.
func TestCardDependsOnTheExamplesAlone(t *testing.T) {
	all := history(1500, 2)
	first := trained(t, all, Recipe{})
	rand.New(rand.NewPCG(9, 9)).Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	second := trained(t, all, Recipe{})
	if !reflect.DeepEqual(first.Points(), second.Points()) || !reflect.DeepEqual(first.Expectations(), second.Expectations()) {
		t.Error("another order gave another card")
	}
	for i := range first.Coefficients {
		a, b := first.Coefficients[i], second.Coefficients[i]
		if a.Late != b.Late || a.Days != b.Days || a.Mean != b.Mean || a.Spread != b.Spread {
			t.Errorf("%v and %v", a, b)
		}
	}
}

// What is settled on the day of the cut or later, or has not had its 30 days, changes nothing.
func TestOnlyThePastIsLearntFrom(t *testing.T) {
	all := history(1500, 4)
	cut := int64(15500)
	first, err := Train(all, cut, Recipe{})
	if err != nil {
		t.Fatal(err)
	}
	learnt := 0
	for i := range all {
		if all[i].Settled >= cut || all[i].Due+mature >= cut {
			all[i].Days, all[i].Settled = 120, max(all[i].Settled, cut)
			all[i].Levels[position("late_percent")] = 0
		} else if all[i].Issued >= 15000+warmUp {
			learnt++
		}
	}
	second, err := Train(all, cut, Recipe{})
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(first.Points(), second.Points()) {
		t.Error("what came later changed the card")
	}
	if first.Examples != learnt || learnt < 500 {
		t.Errorf("learnt from %d items, want %d", first.Examples, learnt)
	}
}

func TestTooLittleHistoryTeachesNothing(t *testing.T) {
	for _, n := range []int{0, 1, 99} {
		card := trained(t, history(n, 5), Recipe{})
		if card.Kind != Untrained || card.Base.Points != even || card.Score(make([]int64, len(features))).Points != even {
			t.Errorf("%d items made a card of kind %s that gives %v", n, card.Kind, card.Base)
		}
	}
	if card := trained(t, history(200, 5), Recipe{}); card.Kind != Model {
		t.Errorf("200 items made a card of kind %s", card.Kind)
	}
}

func TestRecipesLeaveFeaturesOut(t *testing.T) {
	all := history(1500, 6)
	for _, c := range []struct {
		recipe Recipe
		used   func(f Feature) bool
	}{
		{Recipe{}, func(Feature) bool { return true }},
		{Recipe{AtOnce: true}, func(f Feature) bool { return f.Name != "disputed" }},
		{Recipe{Naive: true}, func(f Feature) bool { return f.Name == "late_percent" }},
	} {
		card := trained(t, all, c.recipe)
		for j, f := range features {
			has := false
			for _, p := range card.parts[j] {
				has = has || p != Part{}
			}
			if has != c.used(f) {
				t.Errorf("%+v: %s has points: %t", c.recipe, f.Name, has)
			}
		}
	}
}

// What is left of probability must be what the odds of the fit said, but for the rounding of points.
func TestPointsKeepTheOdds(t *testing.T) {
	for logit := -8.0; logit <= 8; logit += 0.37 {
		if p, want := Probability(even+pointsOf(logit)), sigmoid(logit); math.Abs(p-want) > 0.005 {
			t.Errorf("log odds %.2f: %.4f, want %.4f", logit, p, want)
		}
	}
	if Probability(even) != 0.5 || Probability(even+perDoubling) != 0.666667 {
		t.Error("500 is an even chance, and 20 points more double the odds")
	}
}
