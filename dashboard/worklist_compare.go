package dashboard

import (
	"fmt"

	"github.com/shopspring/decimal"
)

// A comparison says why a customer stands where it stands: next to the one above, or below for the first of a list.
type comparison struct {
	Sentence string
	Other    *link
	Parts    []comparedPart
	Rise     string // what would move the customer up
}

// A comparedPart is one cause of the distance between two customers, in money-days; all parts add up to it.
type comparedPart struct{ Text, Worth string }

// whyHere places a customer of a collector's list beside its neighbour. The list holds every place of the collector.
func (r reading) whyHere(list []listed, i int) comparison {
	if len(list) == 1 {
		return comparison{Sentence: "Nobody else is on the list."}
	}
	if i == 0 {
		c := r.distance(list[0], list[1])
		c.Sentence = "First on the list, " + r.gap(list[0], list[1]) + " ahead of"
		switch {
		case list[0].pinned && !list[1].pinned:
			c = comparison{Sentence: "First on the list because it is pinned, before", Other: c.Other}
		case list[0].strategy != list[1].strategy:
			c = comparison{Sentence: "First on the list because " + list[0].strategy + " comes before the strategy of", Other: c.Other}
		}
		return c
	}
	above, here := list[i-1], list[i]
	c := r.distance(here, above)
	switch {
	case above.pinned && !here.pinned:
		c = comparison{Sentence: "The customer above is pinned and stands there whatever the call is worth:", Other: c.Other}
	case above.strategy != here.strategy:
		return comparison{Sentence: here.strategy + " comes after the strategy of the customer above:", Other: c.Other}
	case here.percent.Valid && !here.percent.Decimal.Equal(above.percent.Decimal):
		return comparison{Sentence: r.gap(here, above) + " behind", Other: c.Other}
	case above.rank.Equal(here.rank):
		c.Sentence = "Worth as much as the customer above; the lower customer number comes first:"
	default:
		c.Sentence = r.gap(here, above) + " behind"
	}
	c.Rise = r.rise(list, i)
	return c
}

func (r reading) gap(a, b listed) string {
	if a.percent.Valid && b.percent.Valid && !a.percent.Decimal.Equal(b.percent.Decimal) {
		return r.trimmed(a.percent.Decimal.Sub(b.percent.Decimal).Abs()) + " percent of the points"
	}
	return r.worth(a.rank.Sub(b.rank).Abs()) + " money-days"
}

// distance splits what sets a customer apart from another. Two products differ by the difference of the amounts at the mean
// number of days, and the difference of the days at the mean amount: exactly, with nothing left over.
func (r reading) distance(here, other listed) comparison {
	days := here.furtherDays.Add(other.furtherDays).Div(decimal.NewFromInt(2))
	byAmount := here.atStake.Sub(other.atStake).Mul(days).Round(0)
	byDays := here.moneyDays.Sub(other.moneyDays).Sub(byAmount)
	c := comparison{Other: &link{other.name, r.beside(other.customer)}}
	if here.percent.Valid && !here.percent.Decimal.Equal(other.percent.Decimal) {
		return c // money-days only break ties
	}
	add := func(value decimal.Decimal, more, less, figures string) {
		words := more
		if value.IsNegative() {
			words = less
		}
		if !value.IsZero() {
			c.Parts = append(c.Parts, comparedPart{words + figures, signed(r.worth(value), value)})
		}
	}
	add(byAmount, "More at stake", "Less at stake", fmt.Sprintf(": %s against %s %s", r.amount(here.atStake), r.amount(other.atStake), r.money))
	add(byDays, "Expected to wait longer", "Expected sooner", fmt.Sprintf(": %s days against %s", r.fixed(here.furtherDays, 1), r.fixed(other.furtherDays, 1)))
	add(here.duties.Sub(other.duties), "More duties", "Fewer duties", "")
	return c
}

// riseBy is how many places the list says how to rise.
const riseBy = 10

// rise says what would move a customer ten places up, or to the top where that is nearer. Nothing lifts anybody over a pin.
func (r reading) rise(list []listed, i int) string {
	goal, where := i-riseBy, "and it is ten places up"
	if goal < 0 {
		goal, where = 0, "and it is first"
	}
	for goal < i && list[goal].pinned {
		goal, where = goal+1, "and it is the first that is not pinned"
	}
	for goal < i && list[goal].strategy != list[i].strategy {
		goal, where = goal+1, "and it is the first of its strategy"
	}
	if goal >= i || list[i].pinned || list[i].percent.Valid {
		return ""
	}
	more := list[goal].rank.Sub(list[i].rank)
	if !more.IsPositive() {
		return ""
	}
	said := r.worth(more) + " money-days more " + where
	if days := list[i].furtherDays; days.IsPositive() {
		said += fmt.Sprintf(": as much as %s %s more at stake for %s", r.money, r.amount(more.Div(days)), r.dayCount(days))
	}
	return said + "."
}
