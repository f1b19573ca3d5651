package score

import (
	"math"
	"slices"
)

// A Forecast is what was said of one item when it was issued, and what became of it.
type Forecast struct {
	Probability float64 // of being late
	Days        float64 // late, signed: what the days model says
	Priority    float64 // amount x expected days late, by which a collector would take it up
	Amount      float64
	Late        float64 // 1 or 0
	Actual      float64 // days late, signed; so far, where the item is open
	Open        bool
}

// moneyDays is what is to be collected earlier: amount x days late.
func (f Forecast) moneyDays() float64 { return f.Amount * math.Max(f.Actual, 0) }

// Measures say how good forecasts were.
type Measures struct {
	AUC      float64 // chance that a late item had the higher probability than one in time; 0.5 is guessing
	Brier    float64 // mean squared error of the probability
	ECE      float64 // distance of probability and frequency over ten equal steps of probability
	RMSE     float64 // of days late, over settled items
	TopFifth float64 // share of all money-days late in the fifth of the items with the highest priority
}

// sample is forecasts with their orders worked out once, so that weights (how often a resample has drawn each) are all that changes.
type sample struct {
	forecasts  []Forecast
	byChance   []int // by rising probability
	byPriority []int // by falling priority
}

func newSample(forecasts []Forecast) sample {
	return sample{
		forecasts,
		ranked(len(forecasts), func(i int) float64 { return forecasts[i].Probability }),
		ranked(len(forecasts), func(i int) float64 { return -forecasts[i].Priority }),
	}
}

// ranked orders positions by a rising value; equal ones keep their order.
func ranked(n int, value func(int) float64) []int {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch x, y := value(a), value(b); {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	return order
}

// Measure works out all measures.
func Measure(forecasts []Forecast) Measures {
	once := make([]float64, len(forecasts))
	for i := range once {
		once[i] = 1
	}
	return newSample(forecasts).measure(once)
}

func (s sample) measure(weights []float64) Measures {
	brier, ece := s.calibration(weights)
	return Measures{s.auc(weights), brier, ece, s.rmse(weights), s.topFifth(weights)}
}

// auc counts, item by item in the order of the probability, over how many punctual ones each late one stands; ties count half.
func (s sample) auc(weights []float64) float64 {
	above, late, punctual := 0.0, 0.0, 0.0
	for start := 0; start < len(s.byChance); {
		end, tiedLate, tiedPunctual := start, 0.0, 0.0
		for ; end < len(s.byChance) && s.forecasts[s.byChance[end]].Probability == s.forecasts[s.byChance[start]].Probability; end++ {
			i := s.byChance[end]
			tiedLate += weights[i] * s.forecasts[i].Late
			tiedPunctual += weights[i] * (1 - s.forecasts[i].Late)
		}
		above += tiedLate * (punctual + tiedPunctual/2)
		late, punctual, start = late+tiedLate, punctual+tiedPunctual, end
	}
	return above / (late * punctual)
}

func (s sample) calibration(weights []float64) (brier, ece float64) {
	var chance, late [10]float64
	total := 0.0
	for i, f := range s.forecasts {
		step := min(int(f.Probability*10), 9)
		chance[step] += weights[i] * f.Probability
		late[step] += weights[i] * f.Late
		off := f.Probability - f.Late
		brier += weights[i] * off * off
		total += weights[i]
	}
	for step := range chance {
		ece += math.Abs(chance[step] - late[step])
	}
	return brier / total, ece / total
}

func (s sample) rmse(weights []float64) float64 {
	sum, total := 0.0, 0.0
	for i, f := range s.forecasts {
		if f.Open {
			continue
		}
		off := f.Days - f.Actual
		sum, total = sum+weights[i]*off*off, total+weights[i]
	}
	return math.Sqrt(sum / total)
}

func (s sample) topFifth(weights []float64) float64 {
	return captured(s.forecasts, weights, s.byPriority)
}

// captured is the share of all money-days late in the first fifth of an order.
func captured(forecasts []Forecast, weights []float64, order []int) float64 {
	items, all := 0.0, 0.0
	for i, f := range forecasts {
		items, all = items+weights[i], all+weights[i]*f.moneyDays()
	}
	room, got := math.Floor(items/5), 0.0
	for _, i := range order {
		taken := math.Min(weights[i], room)
		got, room = got+taken*forecasts[i].moneyDays(), room-taken
	}
	return got / all
}

// Yardsticks are what the top fifth is held against: sorting by amount, and the best order there could have been.
func Yardsticks(forecasts []Forecast) (byAmount, best float64) {
	once := make([]float64, len(forecasts))
	for i := range once {
		once[i] = 1
	}
	amount := ranked(len(forecasts), func(i int) float64 { return -forecasts[i].Amount })
	perfect := ranked(len(forecasts), func(i int) float64 { return -forecasts[i].moneyDays() })
	return captured(forecasts, once, amount), captured(forecasts, once, perfect)
}

// A Decile is a tenth of the items by rising probability: what was said and what came.
type Decile struct {
	Decile      int // 1 has the lowest probabilities
	Items       int
	Probability float64 // mean
	Late        float64 // share
	MoneyDays   float64 // share of all
}

// Deciles part the items by their probability.
func Deciles(forecasts []Forecast) []Decile {
	order := newSample(forecasts).byChance
	all := 0.0
	for _, f := range forecasts {
		all += f.moneyDays()
	}
	var table []Decile
	for n := range 10 {
		d := Decile{Decile: n + 1}
		for _, i := range order[n*len(order)/10 : (n+1)*len(order)/10] {
			f := forecasts[i]
			d.Items++
			d.Probability += f.Probability
			d.Late += f.Late
			if all > 0 {
				d.MoneyDays += f.moneyDays() / all
			}
		}
		if d.Items == 0 {
			continue
		}
		d.Probability /= float64(d.Items)
		d.Late /= float64(d.Items)
		table = append(table, d)
	}
	return table
}
