package score

import (
	"fmt"
	"math"
	"slices"
)

// fewest is how many settled items there must be before anything is learnt of them.
const fewest = 100

// warmUp is how long the books must have run before their items are learnt from: the recent features look back so far, and what is
// settled in the first weeks of any books are only the invoices that were paid fast.
const warmUp = 90

// ridges are tried on the past alone; the one that foretells its newest part best is taken. Stronger ones than these make customers who
// begin to drift look like those who are always a little late.
var ridges = []float64{1, 3, 10, 30, 100, 300}

// A Recipe says what a card may be made of.
type Recipe struct {
	Naive  bool // the customer's prior late rate alone
	AtOnce bool // only what is known when the item is issued
	// Ridges of the days late and of the log odds; 0 finds them on the past.
	RidgeDays, RidgeOdds float64
}

func (r Recipe) uses(f Feature, term int) bool {
	if r.Naive {
		return f.Name == "late_percent" && term == 0
	}
	return !r.AtOnce || !f.Later
}

// mature is how many days after its due day an item must have had before it is learnt from. Without it, the newest items that are
// settled would be only those that were paid fast.
const mature = 30

// learnable are the examples settled before a day, in a fixed order, without those of the books' first weeks and the newest.
func learnable(examples []Example, before int64) []Example {
	var known []Example
	begun := Never
	for _, e := range examples {
		begun = min(begun, e.Issued)
		if e.settledBefore(before) && e.Due+mature < before {
			known = append(known, e)
		}
	}
	slices.SortFunc(known, inOrder)
	warm := slices.DeleteFunc(slices.Clone(known), func(e Example) bool { return e.Issued < begun+warmUp })
	if len(warm) < fewest {
		return known
	}
	return warm
}

// Train learns from what was settled before a day. The same examples give the same card, in whatever order they come.
func Train(examples []Example, before int64, recipe Recipe) (Card, error) {
	return train(examples, before, recipe, true)
}

// train is Train; a card that is only to be tested does without what the test does not look at, being 30 days late.
func train(examples []Example, before int64, recipe Recipe, whole bool) (Card, error) {
	known := learnable(examples, before)
	if !tellsApart(known) {
		return untrained(), nil
	}
	if recipe.RidgeDays == 0 || recipe.RidgeOdds == 0 {
		var err error
		if recipe, err = findRidges(known, recipe); err != nil {
			return Card{}, err
		}
	}
	return fit(known, recipe, whole)
}

// tellsApart says whether there is enough to learn from: items late and items in time.
func tellsApart(known []Example) bool {
	late := 0.0
	for _, e := range known {
		late += e.late(0)
	}
	return len(known) >= fewest && late >= 10 && float64(len(known))-late >= 10
}

// findRidges tries each ridge on the older part of the past, by how well it foretells the newest fifth of it: first that of the days,
// then, with it, that of the odds.
func findRidges(known []Example, recipe Recipe) (Recipe, error) {
	older, newer := parted(known)
	middle := ridges[len(ridges)/2]
	recipe.RidgeDays, recipe.RidgeOdds = middle, middle
	if !tellsApart(older) || len(newer) == 0 {
		return recipe, nil
	}
	days := func(p Part, e Example) float64 { off := expectedDays(p) - clipDays(e.Days); return off * off }
	odds := func(p Part, e Example) float64 { return logLoss(float64(p.Points-even)/pointsPerUnit, e.late(0)) }
	var err error
	if recipe.RidgeDays, err = leastLoss(older, newer, recipe, func(r *Recipe) *float64 { return &r.RidgeDays }, days); err != nil {
		return recipe, err
	}
	recipe.RidgeOdds, err = leastLoss(older, newer, recipe, func(r *Recipe) *float64 { return &r.RidgeOdds }, odds)
	return recipe, err
}

// parted is what was settled before the newest fifth of the items was issued, and that fifth.
func parted(known []Example) (older, newer []Example) {
	issued := make([]int64, len(known))
	for i, e := range known {
		issued[i] = e.Issued
	}
	slices.Sort(issued)
	cut := issued[len(issued)*4/5]
	for _, e := range known {
		switch {
		case e.Settled < cut:
			older = append(older, e)
		case e.Issued >= cut:
			newer = append(newer, e)
		}
	}
	return older, newer
}

func leastLoss(older, newer []Example, recipe Recipe, ridge func(*Recipe) *float64, loss func(Part, Example) float64) (float64, error) {
	best, least := 0.0, math.Inf(1)
	for _, tried := range ridges {
		*ridge(&recipe) = tried
		card, err := fit(older, recipe, false)
		if err != nil {
			return 0, err
		}
		sum := 0.0
		for _, e := range newer {
			sum += loss(card.Score(e.Levels), e)
		}
		if sum < least {
			best, least = tried, sum
		}
	}
	return best, nil
}

// fit makes a card of these examples.
func fit(known []Example, recipe Recipe, whole bool) (Card, error) {
	standards := standardise(known, recipe)
	d := designOf(known, standards)
	late, late30, days := make([]float64, len(known)), make([]float64, len(known)), make([]float64, len(known))
	for i, e := range known {
		late[i], late30[i], days[i] = e.late(0), e.late(30), clipDays(e.Days)
	}
	card := Card{Kind: Model, Examples: len(known), Recipe: recipe, Coefficients: standards}
	if recipe.Naive {
		card.Kind = Naive
	}
	expected, err := linear(d, days, evenly(recipe.RidgeDays, d.columns))
	if err != nil {
		return Card{}, fmt.Errorf("fit the days late of %d items: %w", len(known), err)
	}
	weights := [3][]float64{nil, make([]float64, d.columns), expected}
	for n, y := range [][]float64{late, late30} {
		if n == 1 && !whole {
			break
		}
		if weights[n], err = towards(d, y, expected, recipe.RidgeOdds); err != nil {
			return Card{}, fmt.Errorf("fit the odds of %d items: %w", len(known), err)
		}
	}
	card.give(weights)
	card.wait = waiting(known)
	card.delay = delays(known, card)
	return card, nil
}

// towards fits log odds that are drawn not towards zero but towards the days late: how late items were tells more of a customer than
// whether they were late, and where examples are few, odds in proportion to the days are the better guess. The odds are the days
// times one free coefficient, and what the ridge lets each feature add.
func towards(d design, y, days []float64, ridge float64) ([]float64, error) {
	spread := 0.0
	for _, w := range days[1:] {
		spread += w * w
	}
	if spread = math.Sqrt(spread); spread < 1e-9 {
		return logistic(d, y, evenly(ridge, d.columns))
	}
	wide := design{d.rows, d.columns + 1, make([]float64, 0, d.rows*(d.columns+1))}
	for i := range d.rows {
		x := d.row(i)
		wide.cells = append(append(wide.cells, x...), dot(x[1:], days[1:])/spread)
	}
	penalty := append(evenly(ridge, d.columns), 1e-3)
	w, err := logistic(wide, y, penalty)
	if err != nil {
		return nil, err
	}
	odds := w[:d.columns]
	for j := 1; j < d.columns; j++ {
		odds[j] += w[d.columns] * days[j] / spread
	}
	return odds, nil
}

// standardise finds the mean and the spread of each term. One that is always the same gets none.
func standardise(known []Example, recipe Recipe) []Coefficient {
	var all []Coefficient
	for j, f := range features {
		for n, t := range f.terms {
			k := Coefficient{Feature: f.Name, Term: t.name, feature: j}
			for level := f.Low; level <= f.High; level++ {
				k.shaped = append(k.shaped, t.shape(float64(level)))
			}
			sum, squares := 0.0, 0.0
			for _, e := range known {
				sum += k.at(e.Levels[j])
			}
			k.Mean = sum / float64(len(known))
			for _, e := range known {
				off := k.at(e.Levels[j]) - k.Mean
				squares += off * off
			}
			if spread := math.Sqrt(squares / float64(len(known))); recipe.uses(f, n) && spread > 1e-9 {
				k.Spread = spread
			}
			all = append(all, k)
		}
	}
	return all
}

// designOf lays the terms out for fitting; one without a spread has no column.
func designOf(known []Example, standards []Coefficient) design {
	columns := 1
	for _, k := range standards {
		if k.Spread > 0 {
			columns++
		}
	}
	d := design{len(known), columns, make([]float64, 0, len(known)*columns)}
	for _, e := range known {
		d.cells = append(d.cells, 1)
		for _, k := range standards {
			if k.Spread > 0 {
				d.cells = append(d.cells, k.standard(e.Levels[k.feature]))
			}
		}
	}
	return d
}

// inOrder is a fixed order of examples, whatever order they were read in.
func inOrder(a, b Example) int {
	switch {
	case a.Issued != b.Issued:
		return int(a.Issued - b.Issued)
	case a.Invoice != b.Invoice:
		if a.Invoice < b.Invoice {
			return -1
		}
		return 1
	}
	return int(a.Number - b.Number)
}
