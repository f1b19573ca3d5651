package score

import (
	"fmt"
	"slices"
	"time"
)

// A Result is how good the forecasts of one card were for the items issued from one day to another, learnt before the first.
type Result struct {
	Recipe   Recipe
	From     int64 // first day of issue
	Until    int64 // day after the last
	Kind     string
	Learnt   int // items the card was made of
	Tested   int
	Measures Measures
	// Forecasts are what was said of each item, in a fixed order.
	Forecasts []Forecast
	card      Card
}

// Test makes a card of what was settled before a day, and tests it on the items issued from then until another whose outcome is known.
func Test(examples []Example, from, until int64, recipe Recipe) (Result, error) {
	card, err := train(examples, from, recipe, false)
	if err != nil {
		return Result{}, fmt.Errorf("back-test from %s: %w", date(from), err)
	}
	r := Result{Recipe: card.Recipe, From: from, Until: until, Kind: card.Kind, Learnt: card.Examples, card: card}
	r.Forecasts = foretell(card, issued(examples, from, until))
	r.Tested = len(r.Forecasts)
	r.Measures = Measure(r.Forecasts)
	return r, nil
}

// issued are the examples issued from a day until another whose outcome is known, in a fixed order.
func issued(examples []Example, from, until int64) []Example {
	var tested []Example
	for _, e := range examples {
		if e.Issued >= from && e.Issued < until && e.told() {
			tested = append(tested, e)
		}
	}
	slices.SortFunc(tested, inOrder)
	return tested
}

// foretell says of each example what the card says on the day it is issued.
func foretell(card Card, tested []Example) []Forecast {
	forecasts := make([]Forecast, len(tested))
	for i, e := range tested {
		sum := card.Score(e.Levels)
		days := expectedDays(sum)
		forecasts[i] = Forecast{
			Probability: Probability(sum.Points), Days: days, Priority: e.Amount * card.delay.Further(days, earliest),
			Amount: e.Amount, Late: e.late(0), Actual: float64(e.Days), Open: e.Settled == Never,
		}
	}
	return forecasts
}

// Prior tests the naive model as it is: the customer's prior late rate is the probability, and its mean days late the days.
func Prior(examples []Example, from, until int64) Result {
	rate, days := position("late_percent"), position("days_late")
	tested := issued(examples, from, until)
	r := Result{From: from, Until: until, Kind: Naive, Tested: len(tested)}
	for _, e := range tested {
		expected := float64(e.Levels[days])
		r.Forecasts = append(r.Forecasts, Forecast{
			Probability: float64(e.Levels[rate]) / 100, Days: expected, Priority: e.Amount * max(expected, 0),
			Amount: e.Amount, Late: e.late(0), Actual: float64(e.Days), Open: e.Settled == Never,
		})
	}
	r.Measures = Measure(r.Forecasts)
	return r
}

func position(name string) int {
	return slices.IndexFunc(features, func(f Feature) bool { return f.Name == name })
}

// Months are the first days of the calendar months from one day until another, and the first day after the last of them.
func Months(from, until int64) []int64 {
	var firsts []int64
	for first := monthFrom(from); first <= until; first = monthFrom(first + 1) {
		firsts = append(firsts, first)
	}
	return firsts
}

// monthFrom is the first day of a month that is this day or comes next.
func monthFrom(day int64) int64 {
	on := time.Unix(day*86400, 0).UTC()
	first := time.Date(on.Year(), on.Month(), 1, 0, 0, 0, 0, time.UTC)
	if first.Before(on) {
		first = first.AddDate(0, 1, 0)
	}
	return first.Unix() / 86400
}

func date(day int64) string { return time.Unix(day*86400, 0).UTC().Format(time.DateOnly) }

// Cut is where a history is parted if nobody says where: at the beginning of the first month after two thirds of the days on which
// items were issued.
func Cut(examples []Example) int64 {
	first, last := Never, int64(0)
	for _, e := range examples {
		first, last = min(first, e.Issued), max(last, e.Issued)
	}
	if first > last {
		return Never
	}
	return monthFrom(first + (last-first)*2/3)
}
