package demo

import (
	"sort"

	"github.com/shopspring/decimal"
)

// Truth is the sub-ledger on a day, worked out from the documents alone.
type Truth struct {
	AsOf     string        `json:"as_of"`
	Balances []OpenBalance `json:"balances"` // by customer and currency, also where it is zero
	Totals   []Total       `json:"totals"`   // by document currency
}

// OpenBalance is what one customer owes in one currency, less what waits on account. The customer "?" is nobody.
type OpenBalance struct {
	Customer string          `json:"customer_id"`
	Currency string          `json:"currency"`
	Net      decimal.Decimal `json:"net"`
}

// Total is all receivables in one currency: gross is what customers owe, credits what they have in their favour.
type Total struct {
	Currency string          `json:"currency"`
	Gross    decimal.Decimal `json:"gross"`
	Credits  decimal.Decimal `json:"credits"`
	Net      decimal.Decimal `json:"net"`
}

// Truth works out the open balances at the end of a day: documents dated by then, less every reduction in effect by then.
// A reduction takes effect at the latest of its own day, its source's and the invoice's; a reversed payment never did from
// the day of the reversal on; a voided invoice is gone from its day on.
func (c *Company) Truth(on Day) Truth { return c.truthOf(on, "") }

// truthOf is Truth for one entity, or for all.
func (c *Company) truthOf(on Day, entity string) Truth {
	l := c.open(on)
	totals, nets := map[string]*Total{}, map[[2]string]decimal.Decimal{}
	add := func(e string, customer *Customer, currency string, amount decimal.Decimal) {
		if entity != "" && e != entity {
			return
		}
		t := totals[currency]
		if t == nil {
			t = &Total{Currency: currency}
			totals[currency] = t
		}
		t.Net = t.Net.Add(amount)
		if amount.IsPositive() {
			t.Gross = t.Gross.Add(amount)
		} else {
			t.Credits = t.Credits.Sub(amount)
		}
		id := customerID(customer)
		if id == "" {
			id = "?"
		}
		nets[[2]string{id, currency}] = nets[[2]string{id, currency}].Add(amount)
	}
	for inv, amount := range l.invoices {
		add(inv.Entity, inv.Customer, inv.Currency, amount)
	}
	for p, amount := range l.payments {
		add(entityOf(p.Customer), p.Customer, p.Currency, amount.Neg())
	}
	for cr, amount := range l.credits {
		add(entityOf(cr.Customer), cr.Customer, cr.Currency, amount.Neg())
	}
	return sorted(on, totals, nets)
}

// openDocuments is what is left of each document in effect.
type openDocuments struct {
	invoices map[*Invoice]decimal.Decimal
	payments map[*Payment]decimal.Decimal
	credits  map[*Credit]decimal.Decimal
}

func (c *Company) open(on Day) openDocuments {
	l := openDocuments{map[*Invoice]decimal.Decimal{}, map[*Payment]decimal.Decimal{}, map[*Credit]decimal.Decimal{}}
	for _, inv := range c.Invoices {
		if inv.Issued <= on && (inv.Voided == 0 || inv.Voided > on) {
			l.invoices[inv] = inv.Amount
		}
	}
	for _, p := range c.Payments {
		if p.Received <= on && (p.Reversed == 0 || p.Reversed > on) {
			l.payments[p] = p.Amount
		}
	}
	for _, cr := range c.Credits {
		if cr.Issued <= on {
			l.credits[cr] = cr.Amount
		}
	}
	for _, a := range c.Applications {
		l.apply(a, on)
	}
	for _, w := range c.WriteOffs {
		if w.On > on {
			continue
		}
		if left, ok := l.invoices[w.Invoice]; ok {
			l.invoices[w.Invoice] = left.Sub(w.Amount)
		}
		if left, ok := l.payments[w.Payment]; ok {
			l.payments[w.Payment] = left.Add(w.Amount)
		}
	}
	return l
}

// apply counts an application only while both its ends are in effect.
func (l openDocuments) apply(a *Application, on Day) {
	left, inEffect := l.invoices[a.Invoice]
	if a.On > on || !inEffect {
		return
	}
	if a.Payment != nil {
		source, ok := l.payments[a.Payment]
		if !ok {
			return
		}
		l.payments[a.Payment] = source.Sub(a.Amount)
	} else {
		source, ok := l.credits[a.Credit]
		if !ok {
			return
		}
		l.credits[a.Credit] = source.Sub(a.Amount)
	}
	l.invoices[a.Invoice] = left.Sub(a.Amount).Sub(a.Discount)
}

func sorted(on Day, totals map[string]*Total, nets map[[2]string]decimal.Decimal) Truth {
	truth := Truth{AsOf: on.String()}
	for key, net := range nets {
		truth.Balances = append(truth.Balances, OpenBalance{Customer: key[0], Currency: key[1], Net: net})
	}
	sort.Slice(truth.Balances, func(i, j int) bool {
		a, b := truth.Balances[i], truth.Balances[j]
		return a.Customer < b.Customer || a.Customer == b.Customer && a.Currency < b.Currency
	})
	for _, currency := range currencies {
		if t := totals[currency]; t != nil {
			truth.Totals = append(truth.Totals, *t)
		}
	}
	return truth
}

func (t Truth) total(currency string) Total {
	for _, total := range t.Totals {
		if total.Currency == currency {
			return total
		}
	}
	return Total{Currency: currency}
}
