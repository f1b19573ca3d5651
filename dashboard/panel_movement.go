package dashboard

import (
	"strings"
	"time"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/shopspring/decimal"
)

// A step is one bar of the bridge from opening to closing: where it starts and where it ends.
type step struct {
	key, title string
	change     decimal.Decimal
	balance    bool      // stands on the ground
	on         time.Time // of a balance
	from, to   decimal.Decimal
}

var movementPanel = panel{
	name: "movement", title: "From opening to closing balance", kind: amount, query: "movement", kpis: []string{"ar_net"}, width: "wide",
	definition: "Net receivables at the day compared with, plus what was billed, less cash, credits and write-offs, with voided invoices, " +
		"reversed payments, discounts, items cleared without a payment, what entities paid for each other and exchange differences where there are any, gives net receivables on the day. All in the " +
		"reporting currency.",
	missing: func(r reading) string {
		if r.entity == "" && r.currency != "" {
			return "Movements are kept by entity, not by document currency. Choose all currencies to see them."
		}
		return ""
	},
	table: func(r reading) table {
		t := table{columns: []column{{key: "step", title: "Step", kind: text}, {key: "amount", title: "Amount", kind: amount}}}
		for _, s := range r.bridge() {
			value := s.change
			if s.balance {
				value = s.to
			}
			t.rows = append(t.rows, []cell{textCell(s.title), numberCell(amount, value)})
		}
		return t
	},
	chart: movementChart,
	note:  movementNote,
}

// period adds up the movements since the day compared with.
func (r reading) period() (total movement, found bool) {
	first, last := int64(-1), int64(-1)
	for _, m := range r.movements {
		if m.month <= r.before() || m.month > r.month() || (r.entity != "" && m.entity != r.entity) {
			continue
		}
		if first < 0 {
			first = m.month
		}
		if m.month == first {
			total.opening = total.opening.Add(m.opening)
		}
		if m.month != last {
			last, total.closing = m.month, decimal.Zero
		}
		total.closing = total.closing.Add(m.closing)
		total.billed = total.billed.Add(m.billed)
		total.voided = total.voided.Add(m.voided)
		total.received = total.received.Add(m.received)
		total.reversed = total.reversed.Add(m.reversed)
		total.credited = total.credited.Add(m.credited)
		total.discounted = total.discounted.Add(m.discounted)
		total.writtenOff = total.writtenOff.Add(m.writtenOff)
		total.cleared = total.cleared.Add(m.cleared)
		total.transferred = total.transferred.Add(m.transferred)
		total.exchange = total.exchange.Add(m.exchange)
	}
	return total, first >= 0
}

// bridge is the way from opening to closing; the rarer steps stand in it only when something happened.
func (r reading) bridge() []step {
	m, found := r.period()
	if !found {
		return nil
	}
	steps := []step{{key: "opening", title: "Opening " + day(monthEnd(r.before())), balance: true, on: monthEnd(r.before()), to: m.opening}}
	at := m.opening
	for _, s := range []step{
		{key: "billed", title: "Billed", change: m.billed},
		{key: "voided", title: "Voided", change: m.voided.Neg()},
		{key: "received", title: "Cash", change: m.received.Neg()},
		{key: "reversed", title: "Reversed cash", change: m.reversed},
		{key: "credited", title: "Credits", change: m.credited.Neg()},
		{key: "discounted", title: "Discounts", change: m.discounted.Neg()},
		{key: "written_off", title: "Write-offs", change: m.writtenOff.Neg()},
		{key: "cleared", title: "Cleared", change: m.cleared.Neg()},
		{key: "transferred", title: "Between entities", change: m.transferred},
		{key: "fx", title: "Exchange", change: m.exchange},
	} {
		always := s.key == "billed" || s.key == "received" || s.key == "credited" || s.key == "written_off"
		if !always && s.change.IsZero() {
			continue
		}
		s.from, s.to = at, at.Add(s.change)
		at = s.to
		steps = append(steps, s)
	}
	return append(steps, step{key: "closing", title: "Closing " + day(r.snapshot.asOf), balance: true, on: r.snapshot.asOf, to: m.closing})
}

// movementChart stacks each step on a bar nobody sees. Above and below the ground are stacked apart.
func movementChart(r reading) *chart {
	steps := r.bridge()
	names := make([]string, len(steps))
	var hidden, shown [2][]opts.BarData // above and below the ground
	below := false
	for i, s := range steps {
		names[i] = strings.Replace(s.title, " ", "\n", 1)
		low, high := decimal.Min(s.from, s.to), decimal.Max(s.from, s.to)
		below = below || low.IsNegative()
		zero := decimal.Zero
		hidden[0] = append(hidden[0], opts.BarData{Value: decimal.Max(low, zero).InexactFloat64()})
		shown[0] = append(shown[0], s.bar(r, decimal.Max(high, zero).Sub(decimal.Max(low, zero)), !high.IsNegative()))
		hidden[1] = append(hidden[1], opts.BarData{Value: decimal.Min(high, zero).InexactFloat64()})
		shown[1] = append(shown[1], s.bar(r, decimal.Min(low, zero).Sub(decimal.Min(high, zero)), high.IsNegative()))
	}
	bar := charts.NewBar()
	bar.SetGlobalOptions(describe("From opening to closing receivables", "none")...)
	bar.SetXAxis(names)
	sides := 1
	if below {
		sides = 2
	}
	for side := range sides {
		stack := charts.WithBarChartOpts(opts.BarChart{Stack: "bridge", BarCategoryGap: "30%"})
		bar.AddSeries("", hidden[side], stack, charts.WithItemStyleOpts(opts.ItemStyle{Color: "transparent"}))
		bar.AddSeries("Amount", shown[side], stack)
	}
	c := newChart(r, bar, amount, amount, amount, amount)
	for _, s := range steps {
		c.Links = append(c.Links, r.link("/explain/movement"))
		if s.balance {
			c.Links[len(c.Links)-1] = r.on(s.on).link("/explain/ar_net")
		}
	}
	return c
}

func (s step) bar(r reading, size decimal.Decimal, labelled bool) opts.BarData {
	color, label := "--chart-balance", r.short(s.to)
	switch {
	case s.balance:
	case s.change.IsPositive():
		color, label = "--chart-up", signed(r.short(s.change), s.change)
	default:
		color, label = "--chart-down", r.short(s.change)
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

// movementNote computes the closing balance from the opening one and holds it against the open receivables.
func movementNote(r reading) *note {
	m, found := r.period()
	if !found {
		return nil
	}
	computed := m.opening.Add(m.billed).Sub(m.voided).Sub(m.received).Add(m.reversed).Sub(m.credited).Sub(m.discounted).
		Sub(m.writtenOff).Sub(m.cleared).Add(m.transferred).Add(m.exchange)
	open := m.closing
	if net := r.figure("ar_net", ""); net.Valid {
		open = net.Decimal
	}
	return tie(r, "The steps lead to "+r.exact(computed)+" and open receivables are "+r.exact(open), computed.Sub(open))
}
