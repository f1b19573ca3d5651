package demo

import (
	"testing"

	"github.com/shopspring/decimal"
)

func TestNothingIsSettledTwice(t *testing.T) {
	c := standard()
	for ago := range 24 {
		l := c.open(monthEnd(ago))
		for d, left := range l.invoices {
			if left.IsNegative() != d.Amount.IsNegative() && !left.IsZero() {
				t.Errorf("%s: %s is left of invoice %s over %s", monthEnd(ago), left, d.ID, d.Amount)
			}
		}
		for d, left := range l.payments {
			if left.IsNegative() {
				t.Errorf("%s: %s is left of payment %s over %s", monthEnd(ago), left, d.ID, d.Amount)
			}
		}
		for d, left := range l.credits {
			if left.IsNegative() {
				t.Errorf("%s: %s is left of credit %s over %s", monthEnd(ago), left, d.ID, d.Amount)
			}
		}
	}
}

// The story keeps what is open as it goes; the truth works it out again from the documents.
func TestTheTruthAgreesWithTheStory(t *testing.T) {
	c := standard()
	l := c.open(AsOf)
	for _, d := range c.Invoices {
		left, inEffect := l.invoices[d]
		if inEffect && !left.Equal(cents(d.open)) {
			t.Errorf("%s: the story leaves %s, the documents %s", d.ID, cents(d.open), left)
		}
		if inEffect && left.IsZero() != (d.Cleared != 0) {
			t.Errorf("%s: %s is open and it was cleared on %q", d.ID, left, d.Cleared)
		}
	}
}

// The net is what was billed less what came off, and also the sum over customers, and gross less credits.
func TestTheTruthAddsUp(t *testing.T) {
	c := Generate(Options{Seed: 7})
	for ago := range 24 {
		on := monthEnd(ago)
		truth := c.Truth(on)
		flows := c.flows(on)
		for _, currency := range currencies {
			total := truth.total(currency)
			var customers decimal.Decimal
			for _, b := range truth.Balances {
				if b.Currency == currency {
					customers = customers.Add(b.Net)
				}
			}
			if !customers.Equal(total.Net) || !flows[currency].Equal(total.Net) || !total.Gross.Sub(total.Credits).Equal(total.Net) {
				t.Errorf("%s %s: customers %s, flows %s, gross %s - credits %s, net %s",
					on, currency, customers, flows[currency], total.Gross, total.Credits, total.Net)
			}
			var ledger decimal.Decimal
			for _, b := range c.Balances {
				if b.On == on && b.Currency == currency {
					ledger = ledger.Add(b.Amount)
				}
			}
			if !ledger.Equal(total.Net) {
				t.Errorf("%s %s: the control accounts hold %s, the sub-ledger %s", on, currency, ledger, total.Net)
			}
		}
	}
}

// flows are the sums of all documents in effect on a day, without asking what was applied to what, except for discounts and
// write-offs, which need both their ends.
func (c *Company) flows(on Day) map[string]decimal.Decimal {
	sums := map[string]decimal.Decimal{}
	add := func(currency string, amount decimal.Decimal) { sums[currency] = sums[currency].Add(amount) }
	standing := func(p *Payment) bool { return p == nil || p.Received <= on && (p.Reversed == 0 || p.Reversed > on) }
	for _, d := range c.Invoices {
		if d.Issued <= on && (d.Voided == 0 || d.Voided > on) {
			add(d.Currency, d.Amount)
		}
	}
	for _, d := range c.Payments {
		if standing(d) {
			add(d.Currency, d.Amount.Neg())
		}
	}
	for _, d := range c.Credits {
		if d.Issued <= on {
			add(d.Currency, d.Amount.Neg())
		}
	}
	for _, d := range c.Applications {
		if d.On <= on && standing(d.Payment) {
			add(d.Invoice.Currency, d.Discount.Neg())
		}
	}
	for _, d := range c.WriteOffs {
		switch {
		case d.On > on:
		case d.Invoice != nil:
			add(d.Invoice.Currency, d.Amount.Neg())
		default:
			add(d.Payment.Currency, d.Amount.Neg())
		}
	}
	return sums
}
