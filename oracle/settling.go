package oracle

import "github.com/shopspring/decimal"

// paying settles an invoice in parts: early, late, in advance, too much, or by a cheque that bounces.
func (d *draw) paying(v Invoice) {
	if d.chance(20) {
		return
	}
	for range d.between(1, 3) {
		open := d.open[v.ID]
		if !open.IsPositive() && !d.chance(3) {
			return
		}
		amount := d.some(decimal.Max(open, number(1)))
		if d.chance(50) && open.IsPositive() {
			amount = open
		}
		if d.chance(2) {
			amount = amount.Add(d.some(number(50)))
		}
		p := d.source(v, amount)
		if d.chance(10) {
			p.Reversed = p.On + Day(d.between(0, 40))
		}
		if d.chance(15) {
			p.Amount = p.Amount.Add(d.some(number(300)))
		}
		discount := decimal.Zero
		if d.chance(8) {
			discount = d.some(amount.DivRound(number(20), 2))
			discount = decimal.Min(discount, amount.Sub(cents(1)))
			amount = amount.Sub(discount)
		}
		d.Payments = append(d.Payments, p)
		d.left[p.ID] = p.Amount
		d.use(p, v, amount, discount)
		if p.Reversed != Never && d.chance(60) {
			d.open[v.ID] = open // to be paid again
		}
	}
}

// source is money or a memo of the invoice's customer, around the days of the invoice.
func (d *draw) source(v Invoice, amount decimal.Decimal) Source {
	s := Source{ID: d.id("S"), Customer: v.Customer, Currency: v.Currency, Amount: amount, Rate: d.rateOf(v.Currency)}
	s.On = v.Issued + Day(d.between(0, 110))
	if d.chance(10) {
		s.On = v.Issued - Day(d.between(1, 30))
	}
	return s
}

// use applies a part of a source, on its day, before or after it.
func (d *draw) use(s Source, v Invoice, amount, discount decimal.Decimal) {
	a := Application{ID: d.id("A"), Source: s.ID, Invoice: v.ID, On: s.On, Amount: amount, Discount: discount}
	switch n := d.IntN(10); {
	case n < 2:
		a.On += Day(d.between(1, 25))
	case n < 3:
		a.On -= Day(d.between(1, 25))
	}
	d.Apply = append(d.Apply, a)
	d.left[s.ID] = d.left[s.ID].Sub(amount)
	d.open[v.ID] = d.open[v.ID].Sub(amount).Sub(discount)
}

// crediting writes a memo, applied whole, in part or not at all.
func (d *draw) crediting(v Invoice) {
	if !d.chance(15) {
		return
	}
	amount := d.some(v.Amount.DivRound(number(3), 2))
	c := d.source(v, amount)
	d.Credits = append(d.Credits, c)
	d.left[c.ID] = amount
	if part := d.some(amount); d.chance(70) && part.LessThanOrEqual(d.open[v.ID]) {
		d.use(c, v, part, decimal.Zero)
	}
}

// givingUp writes off what is left of an invoice, or a small difference of it, and may recover some.
func (d *draw) givingUp(v Invoice) {
	open := d.open[v.ID]
	if !open.IsPositive() || !d.chance(25) {
		return
	}
	o := WriteOff{ID: d.id("W"), Invoice: v.ID, On: v.Issued + Day(d.between(0, 200)), Amount: d.some(open), Reason: "insolvent"}
	if d.chance(30) {
		o.Amount, o.Reason = decimal.Min(open, d.some(number(2))), "minor"
	}
	d.WriteOffs = append(d.WriteOffs, o)
	d.open[v.ID] = open.Sub(o.Amount)
	if d.chance(30) {
		d.Recoveries = append(d.Recoveries, Recovery{d.id("R"), o.On + Day(d.between(1, 90)), d.some(o.Amount)})
	}
}

// onAccount is cash for no invoice in particular, cash applied to a second invoice, and what is left taken to income.
func (d *draw) onAccount() {
	for _, v := range d.Invoices {
		if d.chance(6) {
			p := d.source(v, d.some(number(500)))
			d.Payments = append(d.Payments, p)
			d.left[p.ID] = p.Amount
		}
	}
	for _, p := range d.Payments {
		left := d.left[p.ID]
		if left.IsZero() && d.chance(1) {
			left = cents(d.between(1, 500)) // more than there is
		}
		if !left.IsPositive() {
			continue
		}
		for _, v := range d.Invoices {
			open := d.open[v.ID]
			if v.Customer == p.Customer && v.Currency == p.Currency && open.IsPositive() && d.chance(30) {
				d.use(p, v, decimal.Min(left, open), decimal.Zero)
				break
			}
		}
		if left = d.left[p.ID]; left.IsPositive() && d.chance(15) {
			d.WriteOffs = append(d.WriteOffs, WriteOff{
				ID: d.id("W"), Source: p.ID, On: p.On + Day(d.between(0, 90)), Amount: left.Neg(), Reason: "overpaid",
			})
		}
	}
}
