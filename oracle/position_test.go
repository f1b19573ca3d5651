package oracle

import "testing"

// bounced is an invoice of two instalments whose first payment, in full, is reversed, and which is then paid again.
func bounced(t *testing.T) Ledger {
	return Ledger{
		Entity: "E", Currency: "EUR", Customers: []Customer{{ID: "C"}},
		Invoices: []Invoice{{
			ID: "I", Customer: "C", Currency: "EUR", Issued: Date(2025, 1, 1), Amount: d(t, "200"),
			Instalments: []Instalment{{1, Date(2025, 1, 31), d(t, "100")}, {2, Date(2025, 3, 1), d(t, "100")}},
		}},
		Payments: []Source{
			{ID: "P1", Customer: "C", Currency: "EUR", On: Date(2025, 1, 10), Reversed: Date(2025, 1, 20), Amount: d(t, "200")},
			{ID: "P2", Customer: "C", Currency: "EUR", On: Date(2025, 2, 10), Amount: d(t, "200")},
		},
		Apply: []Application{
			{ID: "A1", Source: "P1", Invoice: "I", On: Date(2025, 1, 10), Amount: d(t, "200")},
			{ID: "A2", Source: "P2", Invoice: "I", On: Date(2025, 2, 10), Amount: d(t, "200")},
		},
	}
}

// A reversed payment is ignored from its reversal on: what is paid afterwards settles the instalments from the first one.
func TestReversedPaymentTakesNoInstalment(t *testing.T) {
	l := bounced(t)
	before := Compute(l, Date(2025, 1, 15), Options{})
	rounds(t, "net receivables before the reversal", before["ar_net"], "0")
	rounds(t, "paid on time before the reversal", before["pct_paid_on_time"], "100")
	between := Compute(l, Date(2025, 1, 31), Options{})
	rounds(t, "net receivables after the reversal", between["ar_net"], "200")
	if between["dbt"].Valid {
		t.Errorf("days beyond terms of nothing paid are %s", show(between["dbt"]))
	}
	after := Compute(l, Date(2025, 2, 28), Options{})
	rounds(t, "paid on time: the second half", after["pct_paid_on_time"], "50")
	rounds(t, "days beyond terms: 10 late, 19 early", after["dbt"], "-4.5")
	rounds(t, "rolled into cash", after["roll_rate/current/cash"], "100")
}

// Every day: open items less credits are invoices less payments, credit memos, write-offs and discounts that stand.
func TestReceivablesTieOnEveryDay(t *testing.T) {
	for seed := range uint64(60) {
		l := Random(seed)
		b := open(l)
		for on := RandomFirst - 40; on < RandomLast+200; on += 17 {
			byCurrency := map[string]Value{}
			add := func(currency string, amount Value, sign int) {
				v := byCurrency[currency]
				v.Decimal = v.Decimal.Add(amount.Decimal.Mul(number(sign)))
				byCurrency[currency] = v
			}
			b.documents(on, add)
			for _, i := range b.at(on).items {
				add(i.invoice.Currency, defined(i.open), -1)
			}
			for _, c := range b.at(on).credits {
				add(c.currency, defined(c.open), 1)
			}
			for currency, off := range byCurrency {
				if !off.Decimal.IsZero() {
					t.Errorf("ledger %d on %s is off by %s %s", seed, on, off.Decimal, currency)
				}
			}
		}
	}
}

// documents adds up what stands on a day, without looking at what settles what but for discounts and write-offs.
func (b *book) documents(on Day, add func(string, Value, int)) {
	for _, v := range b.Invoices {
		if !v.standing(on) {
			continue
		}
		add(v.Currency, defined(v.Amount), 1)
		for _, r := range b.reductions(v, on) {
			if r.kind == discount || r.kind == writeOff {
				add(v.Currency, defined(r.amount), -1)
			}
		}
	}
	for _, sources := range [][]Source{b.Payments, b.Credits} {
		for _, s := range sources {
			if !s.standing(on) {
				continue
			}
			add(s.Currency, defined(s.Amount), -1)
			for _, w := range b.writeOffs[s.ID] {
				if effective(w.On, s.On) <= on {
					add(s.Currency, defined(w.Amount), -1)
				}
			}
		}
	}
}
