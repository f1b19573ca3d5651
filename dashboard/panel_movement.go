package dashboard

import "github.com/shopspring/decimal"

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
		return stepTable(r.bridge(), column{key: "amount", title: "Amount", kind: amount})
	},
	chart: func(r reading) *chart {
		return waterfall{
			steps: r.bridge(), label: "From opening to closing receivables", series: "Amount", kind: amount, panel: "movement",
			kpi: "ar_net", abbreviated: r.short,
		}.chart(r)
	},
	note: movementNote,
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
	var steps []step
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
		steps = append(steps, s)
	}
	return walk(
		step{key: "opening", title: "Opening " + day(monthEnd(r.before())), balance: true, on: monthEnd(r.before()), to: m.opening},
		steps,
		step{key: "closing", title: "Closing " + day(r.snapshot.asOf), balance: true, on: r.snapshot.asOf, to: m.closing},
	)
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
