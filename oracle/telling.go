package oracle

import (
	"time"

	"github.com/shopspring/decimal"
)

// disputing raises cases about an invoice: open ones, answered ones, resolved in every way, several at once.
func (d *draw) disputing(v Invoice) {
	if !d.chance(25) {
		return
	}
	for range d.between(1, 3) {
		opened := v.Issued + Day(d.between(0, 60))
		c := Dispute{
			ID: d.id("D"), Invoice: v.ID, Customer: v.Customer, Opened: d.clock(opened), Amount: d.some(v.Amount),
		}
		if d.chance(65) {
			c.Resolved = d.clock(opened + Day(d.between(1, 90)))
			d.resolve(&c)
		}
		if at := c.Opened.Add(time.Duration(d.between(1, 20000)) * time.Minute); d.chance(60) {
			if c.Resolved.IsZero() || at.Before(c.Resolved) {
				c.Responded = at
			}
		}
		d.Disputes = append(d.Disputes, c)
	}
}

func (d *draw) resolve(c *Dispute) {
	c.Outcome = []string{"valid", "invalid", "partial", "withdrawn"}[d.IntN(4)]
	switch c.Outcome {
	case "invalid":
		if d.chance(40) {
			c.Upheld = decimal.NewNullDecimal(c.Amount)
		}
	case "partial":
		c.Upheld = decimal.NewNullDecimal(d.some(c.Amount))
	}
	if won := c.upheld(); won.IsPositive() && d.chance(70) {
		c.Recovered = d.some(won)
	}
}

// clock is a time of a day.
func (d *draw) clock(on Day) time.Time {
	return on.Time().Add(time.Duration(d.IntN(24*60)) * time.Minute)
}

// promising gives the word of customers, each either for invoices or for anything, kept, kept in part and broken. Currencies
// without a table have no promises: nothing would say what those are worth.
func (d *draw) promising() {
	forInvoices := map[string]bool{}
	for _, c := range d.Customers {
		forInvoices[c.ID] = d.chance(60)
	}
	for _, p := range d.Payments {
		if p.Currency == own || !d.chance(30) {
			continue
		}
		m := Promise{
			ID: d.id("M"), Customer: p.Customer, Currency: p.Currency, Made: p.On - Day(d.between(-1, 12)), Amount: p.Amount,
		}
		m.Due = m.Made + Day(d.between(0, 20))
		if forInvoices[p.Customer] {
			m.Invoice = d.settledBy(p)
		}
		if d.chance(40) {
			m.Amount = d.some(p.Amount.Mul(number(2)))
		}
		if m.Invoice != "" || !forInvoices[p.Customer] {
			d.Promises = append(d.Promises, m)
		}
	}
}

func (d *draw) settledBy(s Source) string {
	for _, a := range d.Apply {
		if a.Source == s.ID {
			return a.Invoice
		}
	}
	return ""
}

// desk is what the company says of itself: forecasts, on days with and without receipts, and monthly costs.
func (d *draw) desk() {
	seen := map[[2]Day]bool{}
	for _, p := range d.Payments {
		if !d.chance(30) {
			continue
		}
		due := p.On + Day(d.between(-1, 1))
		f := Forecast{Made: due - Day(d.between(1, 20)), Due: due, Amount: d.some(p.Amount.Mul(number(2)))}
		if key := [2]Day{f.Made, f.Due}; !seen[key] {
			seen[key] = true
			d.Forecasts = append(d.Forecasts, f)
		}
	}
	for m := RandomFirst.Month(); m <= RandomLast.Month(); m++ {
		if d.chance(50) {
			d.Costs = append(d.Costs, Cost{m.Last(), cents(d.between(1000, 90000)), decimal.New(int64(d.between(5, 30)), -1)})
		}
	}
}
