package score

import "math"

// Kinds of card: what a score rests on.
const (
	Model     = "model"     // all features
	Naive     = "naive"     // the customer's prior late rate alone: shipped where the model does not beat it
	Untrained = "untrained" // nothing: there are too few settled items to learn from
)

// A Coefficient is what was learnt of one feature, per standard deviation of the feature as its shape makes it.
type Coefficient struct {
	Feature      string
	Mean, Spread float64 // Spread is 0 where the feature is not used
	Late         float64 // log odds of being late
	Late30       float64 // log odds of being more than 30 days late
	Days         float64 // days late
}

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
	card := Card{Kind: Untrained, Base: Part{even, even, 0}, Coefficients: make([]Coefficient, len(features))}
	for j, f := range features {
		card.Coefficients[j].Feature = f.Name
	}
	card.give([3][]float64{{0}, {0}, {0}})
	return card
}

// give turns fitted weights into points, level by level. An item of which everything is as usual has the base alone.
func (c *Card) give(weights [3][]float64) {
	c.Base = Part{even + pointsOf(weights[0][0]), even + pointsOf(weights[1][0]), int64(math.Round(1000 * weights[2][0]))}
	c.parts = make([][]Part, len(features))
	column := 1
	for j, f := range features {
		k := &c.Coefficients[j]
		if k.Spread > 0 {
			k.Late, k.Late30, k.Days = weights[0][column], weights[1][column], weights[2][column]
			column++
		}
		c.parts[j] = make([]Part, f.High-f.Low+1)
		for n := range c.parts[j] {
			if k.Spread == 0 {
				continue
			}
			z := (f.shape(float64(f.Low+int64(n))) - k.Mean) / k.Spread
			c.parts[j][n] = Part{pointsOf(k.Late * z), pointsOf(k.Late30 * z), int64(math.Round(1000 * k.Days * z))}
		}
	}
}

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
