package score

import (
	"math"
	"testing"
)

// An item is spread over the weeks its band's errors leave possible: nowhere twice, and wholly where they end within the thirteen.
func TestSpreadIsAPartition(t *testing.T) {
	card := trained(t, history(2000, 7), Recipe{})
	for band := range bands {
		for gap := -150.0; gap <= 250; gap += 7 {
			sum := 0.0
			for week, share := range card.delay.Spread(band, gap) {
				if share < 0 {
					t.Fatalf("band %d, gap %v, week %d: %v", band, gap, week+1, share)
				}
				sum += share
			}
			if sum > 1+1e-9 || gap > 0 && gap < 30 && sum < 1-1e-9 {
				t.Errorf("band %d, gap %v: the weeks hold %v", band, gap, sum)
			}
			if gap > 180 && sum > 0 {
				t.Errorf("band %d: what is %v days away is expected within thirteen weeks", band, gap)
			}
		}
	}
}

// Days from now 1, 7, 8 and 15 are weeks 1, 1, 2 and 3; what would have come by now no longer counts.
func TestSpreadCountsWeeks(t *testing.T) {
	d := Delay{errors: [][]float64{{-10, 0, 6, 7, 14}}, tail: 30}
	shares := d.Spread(0, 1) // days 1, 7, 8, 15 from now, and 9 days ago
	for week, want := range []float64{0.5, 0.25, 0.25, 0} {
		if !near(shares[week], want) {
			t.Errorf("week %d: %v, want %v", week+1, shares[week], want)
		}
	}
	// Later than any error: a steady share of the rest each week, 7/30 of it.
	late := d.Spread(0, -40)
	if !near(late[0], 7.0/30) || !near(late[1], 7.0/30*(1-7.0/30)) {
		t.Errorf("%v", late)
	}
}

// On a history whose customers keep to their habits, most of each week's cash is foretold, without bias; amounts
// are as uneven as amounts are.
func TestCashOfSteadyCustomersIsForetold(t *testing.T) {
	s, err := Learn(history(6000, 13), 15000+720)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range s.Cash {
		if w.Origins < 3 {
			t.Errorf("week %d was tested %d times", w.Week, w.Origins)
			continue
		}
		if w.Accuracy() < 0.65 || math.Abs(w.Bias()) > 0.15 || w.Low > 1.05 || w.High < 0.95 {
			t.Errorf("%+v: accuracy %.3f, bias %.3f", w, w.Accuracy(), w.Bias())
		}
	}
}

func TestQuantiles(t *testing.T) {
	for _, c := range []struct{ share, want float64 }{{0, 1}, {0.5, 3}, {0.9, 4.6}, {1, 5}} {
		if got := quantile([]float64{1, 2, 3, 4, 5}, c.share); !near(got, c.want) {
			t.Errorf("%v of 1 to 5 is %v, want %v", c.share, got, c.want)
		}
	}
}
