package score

import "math"

// Kinds of card: what a score rests on.
const (
	Model     = "model"     // all features
	Naive     = "naive"     // the customer's prior late rate alone: shipped where the model does not beat it
	Untrained = "untrained" // nothing: there are too few settled items to learn from
)

// A Coefficient is what was learnt of one term of a feature, per standard deviation of the term.
type Coefficient struct {
	Feature      string
	Term         string  // tells the terms of a feature apart; empty where it has one
	Mean, Spread float64 // Spread is 0 where the term is not used
	Late         float64 // log odds of being late
	Late30       float64 // log odds of being more than 30 days late
	Days         float64 // days late
	feature      int
	shaped       []float64 // the term at each level, from the lowest
}

// at is the term at a level.
func (k Coefficient) at(level int64) float64 {
	f := &features[k.feature]
	return k.shaped[f.at(level)-f.Low]
}

// standard is how many standard deviations a level lies from the mean.
func (k Coefficient) standard(level int64) float64 { return (k.at(level) - k.Mean) / k.Spread }

// A Card is what was learnt, as points that add up.
type Card struct {
	Kind         string
	Examples     int // it was learnt from
	Recipe       Recipe
	Base         Part // an item of which everything is as usual
	Coefficients []Coefficient
	parts        [][]Part // by feature and level, from the lowest
	wait         Waiting
	delay        Delay
}

// untrained is the card of books from which nothing can be learnt yet: no feature has points.
func untrained() Card {
	card := Card{Kind: Untrained, delay: unlearnt(), Coefficients: standardise(make([]Example, 0), Recipe{})}
	card.give([3][]float64{{0}, {0}, {0}})
	return card
}

// give turns fitted weights into points, level by level. An item of which everything is as usual has the base alone.
func (c *Card) give(weights [3][]float64) {
	c.Base = Part{even + pointsOf(weights[0][0]), even + pointsOf(weights[1][0]), milli(weights[2][0])}
	column := 1
	for i := range c.Coefficients {
		if k := &c.Coefficients[i]; k.Spread > 0 {
			k.Late, k.Late30, k.Days = weights[0][column], weights[1][column], weights[2][column]
			column++
		}
	}
	c.parts = make([][]Part, len(features))
	for j, f := range features {
		c.parts[j] = make([]Part, f.High-f.Low+1)
		for n := range c.parts[j] {
			c.parts[j][n] = c.part(j, f.Low+int64(n))
		}
	}
}

// part is what a level of a feature adds, over all its terms.
func (c Card) part(feature int, level int64) Part {
	var late, late30, days float64
	for _, k := range c.Coefficients {
		if k.feature == feature && k.Spread > 0 {
			z := k.standard(level)
			late, late30, days = late+k.Late*z, late30+k.Late30*z, days+k.Days*z
		}
	}
	return Part{pointsOf(late), pointsOf(late30), milli(days)}
}

func milli(days float64) int64 { return int64(math.Round(1000 * days)) }

// Score adds up what the card gives for these levels, on the day the item is issued.
func (c Card) Score(levels []int64) Part {
	sum := c.Base
	for j, f := range features {
		sum = sum.plus(c.parts[j][f.at(levels[j])-f.Low])
	}
	return sum
}

// A Point is what one level of one feature adds to a score, with the words that give it as a reason.
type Point struct {
	Feature string
	Level   int64
	Key     int64 // number of feature and level, for whoever looks the words up: feature number x 1000 + level + 500
	Part
	Words string
}

// Points are the whole card, level by level, with what waiting tells at the end.
func (c Card) Points() []Point {
	var all []Point
	for j, f := range features {
		for n, part := range c.parts[j] {
			level := f.Low + int64(n)
			all = append(all, Point{f.Name, level, key(j, level), part, f.words(level)})
		}
	}
	for level := int64(waitedLeast); level <= waitedMost; level++ {
		all = append(all, Point{waited, level, key(len(features), level), c.wait.part(level), waitedWords(level)})
	}
	return all
}

func key(feature int, level int64) int64 { return int64(feature+1)*1000 + level + 500 }

// Range is the lowest and the highest sum of points that the card can give, of the score and of being 30 days late.
func (c Card) Range() (low, high int64) {
	lows, highs := c.Base, c.Base
	add := func(parts []Part) {
		least, most := parts[0], parts[0]
		for _, p := range parts {
			least = Part{min(least.Points, p.Points), min(least.Points30, p.Points30), 0}
			most = Part{max(most.Points, p.Points), max(most.Points30, p.Points30), 0}
		}
		lows, highs = lows.plus(least), highs.plus(most)
	}
	for _, parts := range c.parts {
		add(parts)
	}
	var waits []Part
	for level := int64(waitedLeast); level <= waitedMost; level++ {
		waits = append(waits, c.wait.part(level))
	}
	add(waits)
	return min(lows.Points, lows.Points30), max(highs.Points, highs.Points30)
}
