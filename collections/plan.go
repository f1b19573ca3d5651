package collections

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"arrears/ledger"
)

// A Plan is what a customer and we agree on: open invoices, paid in instalments.
type Plan struct {
	Customer    string
	Invoices    []string // open ones, in Currency
	Currency    string
	Instalments []Instalment // in the order in which they are due
	Channel     string       // in which it was agreed, which makes it a contact too; empty: none
	Text        string
}

// An Instalment is one payment of a plan.
type Instalment struct {
	DueOn  string `json:"due_on"` // YYYY-MM-DD
	Amount string `json:"amount"` // exact, as in 250.00, in the plan's currency
}

// Bounds of a plan.
const (
	mostInstalments = 60
	mostInvoices    = 200
	longestPlan     = 5 * 366 // days
)

// ReadLines are the lines of a text that are not blank.
func ReadLines(text string) []string {
	var all []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			all = append(all, line)
		}
	}
	return all
}

// ReadInstalments reads lines of a day and an amount, as in "2026-12-01 250.00". What is no such line is an instalment that
// AgreePlan refuses.
func ReadInstalments(text string) []Instalment {
	var all []Instalment
	for _, line := range ReadLines(text) {
		day, amount, _ := strings.Cut(line, " ")
		all = append(all, Instalment{DueOn: day, Amount: strings.TrimSpace(amount)})
	}
	return all
}

// AgreePlan writes a payment plan down: while it is kept, its invoices are not asked for. It takes the place of the customer's plan in
// the same currency.
func (d *Desk) AgreePlan(ctx context.Context, who ledger.Actor, key string, p Plan) (Done, error) {
	f := d.form()
	e := Entry{Invoices: p.Invoices, Instalments: p.Instalments, Currency: f.currency("currency", p.Currency), Text: f.text("text", p.Text, false)}
	if p.Channel != "" {
		e.Channel, e.Direction, e.Outcome = f.oneOf("channel", p.Channel, channels), "out", "plan"
	}
	total := f.instalments(p.Instalments)
	e.Amount = total.StringFixed(-total.Exponent())
	open, err := d.openOf(ctx, p, f)
	if err != nil {
		return Done{}, err
	}
	if len(f.mistakes) == 0 && total.GreaterThan(open) {
		f.wrong("instalments", "add up to %s %s, and %s is open of the invoices", total, p.Currency, open)
	}
	return d.write(ctx, who, key, AgreedPlan, p.Customer, "", e, f)
}

// instalments checks each, and adds them up.
func (f *form) instalments(all []Instalment) decimal.Decimal {
	if len(all) == 0 || len(all) > mostInstalments {
		f.wrong("instalments", "are from 1 to %d, each a day and an amount, as in %s 250.00", mostInstalments, f.today.Format("2006-01-02"))
	}
	total := decimal.Zero
	for i, one := range all {
		f.dayWithin("instalments", one.DueOn, longestPlan)
		if i > 0 && one.DueOn <= all[i-1].DueOn {
			f.wrong("instalments", "%s does not come after %s", one.DueOn, all[i-1].DueOn)
		}
		f.amount("instalments", one.Amount)
		if amount, err := decimal.NewFromString(one.Amount); err == nil {
			total = total.Add(amount)
		}
	}
	return total
}

// openOf is what is open of a plan's invoices.
func (d *Desk) openOf(ctx context.Context, p Plan, f *form) (decimal.Decimal, error) {
	if len(p.Invoices) == 0 || len(p.Invoices) > mostInvoices {
		f.wrong("invoices", "are from 1 to %d", mostInvoices)
	}
	total := decimal.Zero
	for i, id := range p.Invoices {
		amount, currency, err := d.books.Open(ctx, p.Customer, id)
		switch {
		case err != nil:
			return total, fmt.Errorf("ask what is open of invoice %s: %w", id, err)
		case slices.Contains(p.Invoices[:i], id):
			f.wrong("invoices", "name %s twice", id)
		case !amount.IsPositive():
			f.wrong("invoices", "nothing is open of an invoice %q of customer %s", id, p.Customer)
		case currency != p.Currency:
			f.wrong("invoices", "%s is in %s, and the plan in %s", id, currency, p.Currency)
		}
		total = total.Add(amount)
	}
	return total, nil
}
