package score

import (
	"math"
	"math/rand/v2"
	"testing"
)

// drawn is a design of standard normal columns and the outcomes of a known law.
func drawn(n int, law []float64, seed uint64) (d design, late, days []float64) {
	rng := rand.New(rand.NewPCG(seed, 0))
	d = design{n, len(law), nil}
	for range n {
		x := []float64{1}
		for range law[1:] {
			x = append(x, rng.NormFloat64())
		}
		d.cells = append(d.cells, x...)
		eta := dot(x, law)
		days = append(days, eta+rng.NormFloat64())
		happened := 0.0
		if rng.Float64() < sigmoid(eta) {
			happened = 1
		}
		late = append(late, happened)
	}
	return d, late, days
}

func TestFitsRecoverTheLaw(t *testing.T) {
	law := []float64{-0.7, 1.2, -0.5, 0, 0.3}
	d, late, days := drawn(20000, law, 1)
	odds, err := logistic(d, late, evenly(1, d.columns))
	if err != nil {
		t.Fatal(err)
	}
	line, err := linear(d, days, evenly(1, d.columns))
	if err != nil {
		t.Fatal(err)
	}
	drawnOdds, err := towards(d, late, line, 1)
	if err != nil {
		t.Fatal(err)
	}
	for j, want := range law {
		if math.Abs(odds[j]-want) > 0.08 || math.Abs(drawnOdds[j]-want) > 0.08 || math.Abs(line[j]-want) > 0.03 {
			t.Errorf("coefficient %d: odds %.3f and %.3f, days %.3f, want %.1f", j, odds[j], drawnOdds[j], line[j], want)
		}
	}
}

// At the fit, the gradient of the penalised likelihood is nothing.
func TestLogisticIsAtItsOptimum(t *testing.T) {
	d, late, _ := drawn(500, []float64{0.2, 1, -2}, 3)
	ridge := evenly(5, d.columns)
	w, err := logistic(d, late, ridge)
	if err != nil {
		t.Fatal(err)
	}
	_, gradient, _ := newton(d, late, w, ridge)
	for j, g := range gradient {
		if math.Abs(g) > 1e-2 {
			t.Errorf("gradient %d is %v", j, g)
		}
	}
}

// Data that a plane parts without error would have infinite odds; the ridge keeps them finite, and none of them NaN.
func TestSeparableDataStopsSomewhere(t *testing.T) {
	d := design{4, 2, []float64{1, -2, 1, -1, 1, 1, 1, 2}}
	w, err := logistic(d, []float64{0, 0, 1, 1}, evenly(0.01, 2))
	if err != nil || math.IsNaN(w[1]) || w[1] < 1 || w[1] > 100 {
		t.Errorf("%v, %v", w, err)
	}
}

func TestColumnsThatAreTheSameNeedARidge(t *testing.T) {
	d := design{3, 3, []float64{1, 1, 1, 1, 2, 2, 1, 3, 3}}
	if w, err := linear(d, []float64{1, 2, 3}, evenly(0, 3)); err == nil {
		t.Errorf("two equal columns were told apart: %v", w)
	}
	w, err := linear(d, []float64{1, 2, 3}, evenly(1e-6, 3))
	if err != nil || math.Abs(w[1]-w[2]) > 1e-6 || math.Abs(w[1]+w[2]-1) > 1e-3 {
		t.Errorf("%v, %v", w, err)
	}
}
