package demo

import (
	"cmp"
	"slices"
	"time"

	"github.com/shopspring/decimal"
)

// A PaymentPlan is what was agreed about one late invoice: instalments that add up to what is open of it.
type PaymentPlan struct {
	ID          string
	Invoice     *Invoice
	Made        time.Time
	Instalments []Instalment
}

// A LegalStep is a customer who is with a lawyer, and the day of the next step.
type LegalStep struct {
	ID       string
	Customer *Customer
	At       time.Time
	Next     Day
	Reason   string
}

// recently is for how many days before AsOf a contact or a promise still matters to the worklist, and a little longer.
const recently = 14

// agree hands the customer with the oldest late invoice that no credit covers to a lawyer, whose next step is due on AsOf, and agrees on a payment plan with the next
// one who has no credit and whom nobody has spoken to of late. No chance is in it: all else stays as it is.
func (c *Company) agree() {
	open := c.open(AsOf)
	spoken, credit := map[*Customer]bool{}, map[*Customer]decimal.Decimal{}
	for _, a := range c.Activities {
		spoken[a.Customer] = spoken[a.Customer] || a.At.After((AsOf - recently).Time())
	}
	for p, amount := range open.payments {
		credit[p.Customer] = credit[p.Customer].Add(amount)
	}
	for cr, amount := range open.credits {
		credit[cr.Customer] = credit[cr.Customer].Add(amount)
	}
	for _, inv := range c.plainlyLate(open) {
		amount, who := open.invoices[inv], inv.Customer
		switch {
		case len(c.LegalSteps) == 0 && amount.GreaterThan(credit[who]):
			c.LegalSteps = []*LegalStep{{ID: "LS-1", Customer: who, At: (AsOf - 10).Time().Add(9 * time.Hour), Next: AsOf, Reason: "insolvency proceedings have begun: register the claim"}}
		case len(c.Plans) == 0 && !spoken[who] && credit[who].IsZero():
			half := amount.Div(decimal.NewFromInt(2)).RoundDown(2)
			c.Plans = []*PaymentPlan{{ID: "RP-1", Invoice: inv, Made: (AsOf - 10).Time().Add(10 * time.Hour),
				Instalments: []Instalment{{Due: AsOf + 9, Amount: half}, {Due: AsOf + 40, Amount: amount.Sub(half)}}}}
		}
	}
}

// plainlyLate are invoices that are late on AsOf, the oldest first: each the only late one of a customer who disputes nothing, has promised
// nothing of late and is not on hold.
func (c *Company) plainlyLate(open openDocuments) []*Invoice {
	aside := map[*Customer]bool{nil: true}
	for _, d := range c.Disputes {
		aside[d.Invoice.Customer] = aside[d.Invoice.Customer] || d.Resolved.IsZero()
	}
	for _, p := range c.Promises {
		aside[p.Invoice.Customer] = aside[p.Invoice.Customer] || p.Due >= AsOf-recently
	}
	late := map[*Customer][]*Invoice{}
	for inv, amount := range open.invoices {
		if amount.IsNegative() || len(inv.Instalments) > 0 {
			aside[inv.Customer] = true
		}
		if amount.IsPositive() && inv.dueAgreed < AsOf {
			late[inv.Customer] = append(late[inv.Customer], inv)
		}
	}
	var plain []*Invoice
	for customer, invoices := range late {
		if !aside[customer] && !customer.OnHold && len(invoices) == 1 {
			plain = append(plain, invoices[0])
		}
	}
	slices.SortFunc(plain, func(a, b *Invoice) int { return cmp.Or(cmp.Compare(a.dueAgreed, b.dueAgreed), cmp.Compare(a.ID, b.ID)) })
	return plain
}

// agreedFiles are the payment plans and the legal steps, in canonical files.
func agreedFiles(c *Company) map[string]sheet {
	plans := sheet{header: []string{"plan_id", "customer_id", "made_at", "by", "due_on", "amount", "currency"}}
	invoices := sheet{header: []string{"plan_id", "invoice_id"}}
	for _, p := range c.Plans {
		invoices.add(p.ID, p.Invoice.ID)
		for _, part := range p.Instalments {
			plans.add(p.ID, p.Invoice.Customer.ID, moment(p.Made), p.Invoice.Customer.Collector, iso.date(part.Due), iso.money(part.Amount), p.Invoice.Currency)
		}
	}
	actions := sheet{header: []string{"action_id", "customer_id", "at", "by", "kind", "until", "reason"}}
	for _, l := range c.LegalSteps {
		actions.add(l.ID, l.Customer.ID, moment(l.At), l.Customer.Collector, "legal", iso.date(l.Next), l.Reason)
	}
	return map[string]sheet{"crm/plans.csv": plans, "crm/plan_invoices.csv": invoices, "crm/actions.csv": actions}
}
