package oracle

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/shopspring/decimal"
)

// The days between which random ledgers bill. What is paid or told about it goes on for some months.
var (
	RandomFirst = Date(2024, 1, 1)
	RandomLast  = Date(2025, 6, 30)
)

// home is the reporting currency of random ledgers. They share one table of rates, so that many of them can be one company;
// own has no rate in it but those of its documents.
const (
	home = "EUR"
	own  = "CHF"
)

// A draw makes up one ledger.
type draw struct {
	*rand.Rand
	Ledger
	open map[string]decimal.Decimal // of an invoice, whatever the dates
	left map[string]decimal.Decimal // of a source
	ids  int
}

// Random makes up a small ledger: the same one for the same seed. In it is what bends figures: parts and instalments,
// credits, cash in advance and on account, reversals, voids, negative invoices, write-offs, foreign currency, disputes,
// promises, missing due dates, months without sales, applications dated before and after their source, and now and then
// one that is too large.
func Random(seed uint64) Ledger {
	d := &draw{
		Rand: rand.New(rand.NewPCG(seed, 0x41727265617273)),
		open: map[string]decimal.Decimal{}, left: map[string]decimal.Decimal{},
	}
	d.Entity, d.Currency, d.Rates = fmt.Sprintf("E%05d", seed), home, market()
	d.people()
	d.billing()
	for _, v := range slices.Clone(d.Invoices) {
		if v.Amount.IsPositive() {
			d.paying(v)
			d.crediting(v)
			d.givingUp(v)
			d.disputing(v)
		}
	}
	d.onAccount()
	d.promising()
	d.desk()
	return d.Ledger
}

// chance is true so many times in a hundred.
func (d *draw) chance(percent int) bool { return d.IntN(100) < percent }

// between draws a whole number, both ends included.
func (d *draw) between(low, high int) int { return low + d.IntN(high-low+1) }

// id is a new number of the ledger.
func (d *draw) id(kind string) string {
	d.ids++
	return fmt.Sprint(kind, d.ids)
}

func cents(n int) decimal.Decimal { return decimal.New(int64(n), -2) }

// some is a part of an amount, to the cent and more than nothing.
func (d *draw) some(amount decimal.Decimal) decimal.Decimal {
	whole := int(amount.Shift(2).IntPart())
	return cents(d.between(1, max(1, whole)))
}

// market is the table of rates: one a month, from before the first document on.
func market() []Rate {
	var rates []Rate
	rng := rand.New(rand.NewPCG(1, 1))
	for _, c := range []struct {
		currency string
		about    int64
	}{{"USD", 920000}, {"GBP", 1170000}, {"JPY", 6100}} {
		for m := RandomFirst.Month() - 14; m <= RandomLast.Month()+14; m++ {
			rate := decimal.New(c.about+rng.Int64N(c.about/10), -6)
			rates = append(rates, Rate{c.currency, m.First() + Day(rng.IntN(20)), rate})
		}
	}
	return rates
}

// rateOf is a document's own rate, which half of the foreign ones have.
func (d *draw) rateOf(currency string) decimal.Decimal {
	switch {
	case currency == own:
		return decimal.New(int64(d.between(1020000, 1080000)), -6)
	case currency == home || d.chance(50):
		return decimal.Zero
	}
	about := map[string]int{"USD": 950000, "GBP": 1200000, "JPY": 6300}[currency]
	return decimal.New(int64(d.between(about*98/100, about*102/100)), -6)
}

// people are the customers; some belong to the first, some have no terms.
func (d *draw) people() {
	for i := range d.between(1, 5) {
		c := Customer{ID: d.id("C")}
		if terms := []int{0, 14, 30, 60}[d.IntN(4)]; d.chance(60) {
			c.Terms = &terms
		}
		if i > 0 && d.chance(25) {
			c.Parent = d.Customers[0].ID
		}
		d.Customers = append(d.Customers, c)
	}
}

// billing issues invoices in some of the months.
func (d *draw) billing() {
	var months []Month
	for m := RandomFirst.Month(); m <= RandomLast.Month(); m++ {
		if d.chance(60) {
			months = append(months, m)
		}
	}
	if len(months) == 0 {
		months = []Month{RandomFirst.Month() + Month(d.IntN(12))}
	}
	currencies := []string{home}
	if d.chance(50) {
		currencies = []string{home, "USD", "GBP", "JPY", own}[:d.between(2, 5)]
	}
	for range d.between(3, 18) {
		m := months[d.IntN(len(months))]
		v := Invoice{
			ID: d.id("I"), Customer: d.Customers[d.IntN(len(d.Customers))].ID, Currency: currencies[d.IntN(len(currencies))],
			Issued: m.First() + Day(d.IntN(m.elapsed(m.Last()))), Amount: cents(d.between(100, 500000)),
		}
		if d.chance(20) {
			v.Amount = number(d.between(1, 50) * 100)
		}
		if v.Rate = d.rateOf(v.Currency); d.chance(8) {
			v.Amount = v.Amount.Neg()
		}
		if d.chance(6) {
			v.Voided = v.Issued + Day(d.IntN(70))
		}
		d.terms(&v)
		d.Invoices = append(d.Invoices, v)
		d.open[v.ID] = v.Amount
	}
}

// terms give an invoice a due date, instalments or neither.
func (d *draw) terms(v *Invoice) {
	switch n := d.IntN(10); {
	case n < 6:
		v.Due = v.Issued + Day(d.IntN(76))
	case n < 8 && v.Amount.GreaterThan(number(1)):
		left, parts := v.Amount, d.between(2, 4)
		for i := range parts {
			part := left.DivRound(number(parts-i), 2)
			if i == parts-1 {
				part = left
			}
			left = left.Sub(part)
			v.Instalments = append(v.Instalments, Instalment{i + 1, v.Issued + Day(d.IntN(120)), part})
		}
	}
}
