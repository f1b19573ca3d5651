package score

import (
	"math"
	"math/rand/v2"
	"testing"
)

func near(a, b float64) bool { return math.Abs(a-b) < 1e-9 }

// Every measure is worked out by hand: three late items and three in time, one pair of them tied.
func TestMeasuresByHand(t *testing.T) {
	forecasts := []Forecast{
		{Probability: 0.95, Days: 10, Priority: 9, Amount: 100, Late: 1, Actual: 10},
		{Probability: 0.65, Days: 3, Priority: 5, Amount: 10, Late: 1, Actual: 6},
		{Probability: 0.65, Days: 2, Priority: 4, Amount: 50, Late: 0, Actual: -2},
		{Probability: 0.35, Days: 0, Priority: 8, Amount: 70, Late: 0, Actual: 0},
		{Probability: 0.15, Days: -4, Priority: 1, Amount: 500, Late: 1, Actual: 1, Open: true},
		{Probability: 0.05, Days: -9, Priority: 2, Amount: 1, Late: 0, Actual: -9},
	}
	m := Measure(forecasts)
	// Of nine pairs the late item stands above in 3 + 2.5 + 1.
	if want := 6.5 / 9; !near(m.AUC, want) {
		t.Errorf("AUC %v, want %v", m.AUC, want)
	}
	if want := (0.05*0.05 + 0.35*0.35 + 0.65*0.65 + 0.35*0.35 + 0.85*0.85 + 0.05*0.05) / 6; !near(m.Brier, want) {
		t.Errorf("Brier %v, want %v", m.Brier, want)
	}
	// Steps: 0.9 0.05, 0.6 0.3, 0.3 0.35, 0.1 0.85, 0.0 0.05.
	if want := (0.05 + 0.3 + 0.35 + 0.85 + 0.05) / 6; !near(m.ECE, want) {
		t.Errorf("ECE %v, want %v", m.ECE, want)
	}
	if want := math.Sqrt((0 + 9 + 16 + 0 + 0) / 5.0); !near(m.RMSE, want) { // the open item has no days yet
		t.Errorf("RMSE %v, want %v", m.RMSE, want)
	}
	if want := 1000.0 / 1560; !near(m.TopFifth, want) { // a fifth of six is one: the first priority, 100 x 10
		t.Errorf("top fifth %v, want %v", m.TopFifth, want)
	}
	byAmount, best := Yardsticks(forecasts)
	if !near(byAmount, 500.0/1560) || !near(best, 1000.0/1560) {
		t.Errorf("by amount %v, best %v", byAmount, best)
	}
}

// The area under the curve is the share of pairs that stand the right way round, whatever the weights of a resample.
func TestAUCCountsPairs(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		n := 2 + rng.IntN(40)
		forecasts, weights := make([]Forecast, n), make([]float64, n)
		for i := range forecasts {
			forecasts[i] = Forecast{Probability: float64(rng.IntN(10)) / 10, Late: float64(rng.IntN(2))}
			weights[i] = float64(rng.IntN(3))
		}
		right, pairs := 0.0, 0.0
		for i, a := range forecasts {
			for j, b := range forecasts {
				if a.Late == 1 && b.Late == 0 {
					w := weights[i] * weights[j]
					pairs += w
					switch {
					case a.Probability > b.Probability:
						right += w
					case a.Probability == b.Probability:
						right += w / 2
					}
				}
			}
		}
		got := newSample(forecasts).auc(weights)
		if pairs == 0 {
			if !math.IsNaN(got) {
				t.Errorf("%v of no pair at all", got)
			}
			continue
		}
		if !near(got, right/pairs) {
			t.Errorf("%v, want %v", got, right/pairs)
		}
	}
}

// Deciles are a partition: all items and all money-days are in them.
func TestDecilesAreAPartition(t *testing.T) {
	forecasts := made(237, 3)
	items, money := 0, 0.0
	last := -1.0
	for _, d := range Deciles(forecasts) {
		items, money = items+d.Items, money+d.MoneyDays
		if d.Probability < last {
			t.Errorf("decile %d has a lower probability than the one before", d.Decile)
		}
		last = d.Probability
	}
	if items != 237 || !near(money, 1) {
		t.Errorf("%d items, %v of the money-days", items, money)
	}
}

// Intervals hold the measure, shrink as items grow in number, and are the same for the same seed.
func TestBootstrapIntervals(t *testing.T) {
	few, many := made(200, 5), made(5000, 5)
	a, b := Bootstrap(few, 1), Bootstrap(many, 1)
	for _, c := range []struct {
		measure float64
		in      Interval
	}{{Measure(few).AUC, a.AUC}, {Measure(few).Brier, a.Brier}, {Measure(few).RMSE, a.RMSE}, {Measure(many).TopFifth, b.TopFifth}} {
		if c.measure < c.in.Low || c.measure > c.in.High {
			t.Errorf("%v is not within %v", c.measure, c.in)
		}
	}
	if b.AUC.High-b.AUC.Low > (a.AUC.High-a.AUC.Low)/2 {
		t.Errorf("25 times the items gave %v after %v", b.AUC, a.AUC)
	}
	if again := Bootstrap(few, 1); again != a {
		t.Errorf("%v, and again %v", a, again)
	}
	if other := Bootstrap(few, 2); other == a {
		t.Error("another seed draws the same")
	}
}

// made are forecasts that are true: items are late as often as was said.
func made(n int, seed uint64) []Forecast {
	rng := rand.New(rand.NewPCG(seed, 0))
	forecasts := make([]Forecast, n)
	for i := range forecasts {
		p := rng.Float64()
		f := Forecast{Probability: p, Days: 20*p - 5, Amount: math.Exp(rng.NormFloat64())}
		if f.Actual = f.Days - 5 + 5*rng.NormFloat64(); rng.Float64() < p {
			f.Late, f.Actual = 1, math.Abs(f.Actual)+1
		}
		f.Priority = f.Amount * p
		forecasts[i] = f
	}
	return forecasts
}
