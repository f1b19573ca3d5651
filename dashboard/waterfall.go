package dashboard

import (
	"strings"
	"time"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/shopspring/decimal"
)

// A step is one bar of the way from one balance to another: where it starts and where it ends.
type step struct {
	key, title string
	change     decimal.Decimal
	balance    bool      // stands on the ground
	on         time.Time // of a balance
	from, to   decimal.Decimal
}

// A waterfall is the picture of such a way.
type waterfall struct {
	steps       []step
	label       string // for those who do not see it
	series      string
	kind        kind
	panel, kpi  string // what explains a step, and what a balance
	abbreviated func(decimal.Decimal) string
}

// walk puts each step where the one before it ended.
func walk(opening step, changes []step, closing step) []step {
	steps, at := []step{opening}, opening.to
	for _, s := range changes {
		s.from, s.to = at, at.Add(s.change)
		at = s.to
		steps = append(steps, s)
	}
	return append(steps, closing)
}

// stepTable is the way as a table.
func stepTable(steps []step, value column) table {
	t := table{columns: []column{{key: "step", title: "Step", kind: text}, value}}
	for _, s := range steps {
		height := s.change
		if s.balance {
			height = s.to
		}
		t.rows = append(t.rows, []cell{textCell(s.title), numberCell(value.kind, height)})
	}
	return t
}

// chart stacks each step on a bar nobody sees. Above and below the ground are stacked apart.
func (w waterfall) chart(r reading) *chart {
	names := make([]string, len(w.steps))
	var hidden, shown [2][]opts.BarData // above and below the ground
	below := false
	for i, s := range w.steps {
		names[i] = strings.Replace(s.title, " ", "\n", 1)
		low, high := decimal.Min(s.from, s.to), decimal.Max(s.from, s.to)
		below = below || low.IsNegative()
		zero := decimal.Zero
		hidden[0] = append(hidden[0], opts.BarData{Value: decimal.Max(low, zero).InexactFloat64()})
		shown[0] = append(shown[0], w.bar(s, decimal.Max(high, zero).Sub(decimal.Max(low, zero)), !high.IsNegative()))
		hidden[1] = append(hidden[1], opts.BarData{Value: decimal.Min(high, zero).InexactFloat64()})
		shown[1] = append(shown[1], w.bar(s, decimal.Min(low, zero).Sub(decimal.Min(high, zero)), high.IsNegative()))
	}
	bar := charts.NewBar()
	bar.SetGlobalOptions(describe(w.label, "none")...)
	bar.SetXAxis(names)
	sides := 1
	if below {
		sides = 2
	}
	for side := range sides {
		stack := charts.WithBarChartOpts(opts.BarChart{Stack: "bridge", BarCategoryGap: "30%"})
		bar.AddSeries("", hidden[side], stack, charts.WithItemStyleOpts(opts.ItemStyle{Color: "transparent"}))
		bar.AddSeries(w.series, shown[side], stack)
	}
	c := newChart(r, bar, w.kind, w.kind, w.kind, w.kind)
	for _, s := range w.steps {
		c.Links = append(c.Links, r.link("/explain/"+w.panel))
		if s.balance {
			c.Links[len(c.Links)-1] = r.on(s.on).link("/explain/" + w.kpi)
		}
	}
	return c
}

func (w waterfall) bar(s step, size decimal.Decimal, labelled bool) opts.BarData {
	color, label := "--chart-balance", w.abbreviated(s.to)
	switch {
	case s.balance:
	case s.change.IsPositive():
		color, label = "--chart-up", signed(w.abbreviated(s.change), s.change)
	default:
		color, label = "--chart-down", w.abbreviated(s.change)
	}
	data := opts.BarData{Value: size.InexactFloat64(), ItemStyle: &opts.ItemStyle{Color: color}}
	if labelled {
		place := "top"
		if s.to.LessThan(s.from) && !s.balance {
			place = "bottom"
		}
		data.Label = &opts.Label{Show: opts.Bool(true), Position: place, Formatter: label}
	}
	return data
}
