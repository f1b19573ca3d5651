package score

import "math"

// Points are log odds on a scale people can add: 500 is an even chance, and every 20 points double the odds of being late.
const (
	even          = 500
	perDoubling   = 20
	pointsPerUnit = perDoubling / math.Ln2
)

// A Part is what one thing known adds to a score, and to the two other figures worked out beside it.
type Part struct {
	Points    int64 // to the score: log odds of being late
	Points30  int64 // to the log odds of being more than 30 days late
	DaysMilli int64 // to the expected days late, in thousandths
}

func (p Part) plus(q Part) Part {
	return Part{p.Points + q.Points, p.Points30 + q.Points30, p.DaysMilli + q.DaysMilli}
}

func pointsOf(logit float64) int64 { return int64(math.Round(logit * pointsPerUnit)) }

// Probability is what a sum of points says, in millionths as the tables keep it.
func Probability(points int64) float64 {
	return math.Round(sigmoid(float64(points-even)/pointsPerUnit)*1e6) / 1e6
}
