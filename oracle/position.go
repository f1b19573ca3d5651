package oracle

import (
	"cmp"
	"slices"

	"github.com/shopspring/decimal"
)

// A position is what was open at the end of a day, and what had settled the rest.
type position struct {
	on      Day
	items   []item
	credits []balance
	slices  map[string][]slice // by invoice
	parts   map[part]item
}

// A part names an instalment.
type part struct {
	invoice string
	number  int
}

// An item is what is open of one instalment of a standing invoice.
type item struct {
	invoice   Invoice
	number    int
	due       Day
	open      decimal.Decimal // in the document's currency
	reporting decimal.Decimal // at the closing rate
}

// A balance is what a customer has in credit: a source not applied, or an invoice below zero.
type balance struct {
	customer, currency string
	payment            bool
	open, reporting    decimal.Decimal
}

// A slice is the part of a reduction that settled one instalment.
type slice struct {
	invoice   Invoice
	number    int
	due       Day
	kind      kind
	effective Day
	paid      Day // cash in advance counts as paid on the invoice date
	amount    decimal.Decimal
}

// A reduction takes off an invoice from its effective day on.
type reduction struct {
	id            string
	kind          kind
	effective, on Day
	amount        decimal.Decimal
}

// at is the position at the end of a day.
func (b *book) at(on Day) *position {
	if p, known := b.positions[on]; known {
		return p
	}
	p := &position{on: on, slices: map[string][]slice{}, parts: map[part]item{}}
	for _, v := range b.Invoices {
		if v.standing(on) {
			b.settle(p, v)
		}
	}
	for _, s := range b.Payments {
		b.unapplied(p, s, true)
	}
	for _, s := range b.Credits {
		b.unapplied(p, s, false)
	}
	b.positions[on] = p
	return p
}

// reductions are what takes off an invoice on a day, in the order in which it took effect, a discount
// before the cash that earned it.
func (b *book) reductions(v Invoice, on Day) []reduction {
	var all []reduction
	for _, a := range b.apply[v.ID] {
		s := b.sources[a.Source]
		day := effective(a.On, s.On, v.Issued)
		if !s.standing(on) || day > on {
			continue
		}
		what, paid := credit, day
		if b.cash[s.ID] {
			what, paid = cash, effective(s.On, v.Issued)
		}
		if !a.Discount.IsZero() {
			all = append(all, reduction{a.ID, discount, day, day, a.Discount})
		}
		all = append(all, reduction{a.ID, what, day, paid, a.Amount})
	}
	for _, w := range b.writeOffs[v.ID] {
		if day := effective(w.On, v.Issued); day <= on {
			all = append(all, reduction{w.ID, writeOff, day, day, w.Amount})
		}
	}
	slices.SortStableFunc(all, func(a, b reduction) int {
		return cmp.Or(cmp.Compare(a.effective, b.effective), cmp.Compare(a.id, b.id))
	})
	return all
}

// settle takes the reductions off the instalments, the earliest due first (0, Installments). What is too much is in credit, and as a payment belongs to the last instalment.
func (b *book) settle(p *position, v Invoice) {
	rate := b.stock(v.Rate, v.Currency, v.Issued, p.on)
	parts := b.parts(v)
	residual := v.Amount
	for _, r := range b.reductions(v, p.on) {
		residual = residual.Sub(r.amount)
		for left := r.amount; !left.IsZero(); {
			next := &parts[0]
			taken := left
			if len(parts) > 1 {
				taken = decimal.Min(left, next.Amount)
			}
			if !taken.IsZero() {
				p.slices[v.ID] = append(p.slices[v.ID], slice{v, next.Number, next.Due, r.kind, r.effective, r.on, taken})
			}
			next.Amount, left = next.Amount.Sub(taken), left.Sub(taken)
			if len(parts) > 1 && next.Amount.IsZero() {
				parts = parts[1:]
			}
		}
	}
	if residual.IsNegative() {
		p.credits = append(p.credits, balance{v.Customer, v.Currency, false, residual.Neg(), residual.Neg().Mul(rate)})
		return
	}
	for _, left := range parts {
		if left.Amount.IsPositive() {
			i := item{v, left.Number, left.Due, left.Amount, left.Amount.Mul(rate)}
			p.items = append(p.items, i)
			p.parts[part{v.ID, left.Number}] = i
		}
	}
}

// part is what is open of an item of another day.
func (p *position) part(of item) (item, bool) {
	i, still := p.parts[part{of.invoice.ID, of.number}]
	return i, still
}

// unapplied is what a source holds on account: its amount less the applications in effect (2.5), less what of it was
// taken to income.
func (b *book) unapplied(p *position, s Source, payment bool) {
	if !s.standing(p.on) {
		return
	}
	left := b.left(s, p.on)
	if left.IsZero() {
		return
	}
	rate := b.stock(s.Rate, s.Currency, s.On, p.on)
	p.credits = append(p.credits, balance{s.Customer, s.Currency, payment, left, left.Mul(rate)})
}

func (b *book) left(s Source, on Day) decimal.Decimal {
	left := s.Amount
	for _, a := range b.applied[s.ID] {
		v := b.invoices[a.Invoice]
		if v.standing(on) && effective(a.On, s.On, v.Issued) <= on {
			left = left.Sub(a.Amount)
		}
	}
	for _, w := range b.writeOffs[s.ID] {
		if effective(w.On, s.On) <= on {
			left = left.Add(w.Amount)
		}
	}
	return left
}

// gross is what is open before credits; credits stand beside it (0, Unapplied cash).
func (p *position) gross() decimal.Decimal {
	return total(p.items, func(i item) decimal.Decimal { return i.reporting })
}

// inCredit is what customers have in credit: unapplied sources and negative residuals.
func (p *position) inCredit() decimal.Decimal {
	return total(p.credits, func(c balance) decimal.Decimal { return c.reporting })
}

// net is the receivables balance of the ratios (CRF: credits and unapplied cash are in it).
func (p *position) net() decimal.Decimal { return p.gross().Sub(p.inCredit()) }

// current is what is not yet due: due today is current (0, Days past due).
func (p *position) current() decimal.Decimal {
	return total(p.items, func(i item) decimal.Decimal {
		if i.due >= p.on {
			return i.reporting
		}
		return decimal.Zero
	})
}
