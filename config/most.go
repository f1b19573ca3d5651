package config

import (
	"slices"

	"github.com/shopspring/decimal"
)

// mostTried is how many kinds of customer are tried together before what follows from each rule alone is taken.
const mostTried = 200_000

// Possible is the most points that one customer can have by a strategy's rules: not their sum, where rules exclude each other, such as
// 31 to 60 days late and more than 60. A condition changes only at the values it compares with, so that trying each of them, and
// one between each two, tries every kind of customer there can be. Rules with no column in common are tried apart. Where that would be
// too many, the rules are taken for ones that can all apply.
func (s Strategy) Possible() (int64, error) {
	var groups []ruleGroup
	for _, rule := range s.Rules {
		condition, err := NewCondition(rule.When)
		if err != nil {
			return 0, err
		}
		joined := ruleGroup{rules: []pointed{{condition, rule.Points}}, values: map[string][]any{}}
		joined.take(condition.values)
		apart := groups[:0:0]
		for _, g := range groups {
			if g.shares(condition.Columns) {
				joined.rules = append(joined.rules, g.rules...)
				joined.take(g.values)
			} else {
				apart = append(apart, g)
			}
		}
		apart = append(apart, joined)
		groups = apart
	}
	var sum int64
	for _, g := range groups {
		sum += g.most()
	}
	return sum, nil
}

// A pointed condition is worth points.
type pointed struct {
	Condition
	points int64
}

// A ruleGroup are rules that hang together by the columns they read.
type ruleGroup struct {
	rules  []pointed
	values map[string][]any
}

func (g ruleGroup) take(values map[string][]any) {
	for name, more := range values {
		g.values[name] = append(g.values[name], more...)
	}
}

func (g ruleGroup) shares(columns []string) bool {
	return slices.ContainsFunc(columns, func(name string) bool { return g.values[name] != nil })
}

// most tries every kind of customer.
func (g ruleGroup) most() int64 {
	var names []string
	var choices [][]any
	tries := 1
	for name, values := range g.values {
		names, choices = append(names, name), append(choices, kinds(values))
		if tries *= len(choices[len(choices)-1]); tries > mostTried {
			return g.sum()
		}
	}
	best := int64(0)
	for n := range tries {
		fact := map[string]any{}
		for i, values := range choices {
			fact[names[i]], n = values[n%len(values)], n/len(values)
		}
		points := int64(0)
		for _, rule := range g.rules {
			if rule.Holds(fact) {
				points += rule.points
			}
		}
		best = max(best, points)
	}
	return best
}

func (g ruleGroup) sum() int64 {
	var sum int64
	for _, rule := range g.rules {
		sum += rule.points
	}
	return sum
}

// kinds are values that a condition on these can tell apart: themselves, between, below and above them, and not known.
func kinds(values []any) []any {
	found := []any{nil}
	var numbers []decimal.Decimal
	for _, value := range values {
		switch v := value.(type) {
		case decimal.Decimal:
			numbers = append(numbers, v)
		case bool:
			return []any{nil, true, false}
		default:
			if !slices.Contains(found, value) {
				found = append(found, value)
			}
		}
	}
	if len(numbers) == 0 {
		return found // any other text meets what an unknown one does
	}
	slices.SortFunc(numbers, decimal.Decimal.Cmp)
	numbers = slices.CompactFunc(numbers, decimal.Decimal.Equal)
	one, two := decimal.NewFromInt(1), decimal.NewFromInt(2)
	found = append(found, numbers[0].Sub(one))
	for i, number := range numbers {
		next := number.Add(one)
		if i+1 < len(numbers) {
			next = number.Add(numbers[i+1]).Div(two)
		}
		found = append(found, number, next)
	}
	return found
}
