package validation

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"arrears/disputes"
)

func test(name, verdict string, amount decimal.Decimal, rows []disputes.Proof, says string, args ...any) disputes.Test {
	return disputes.Test{Name: name, Verdict: verdict, Amount: decimal.Max(amount, decimal.Zero), Says: fmt.Sprintf(says, args...), Rows: rows}
}

func row(table, key string, pairs ...string) disputes.Proof {
	p := disputes.Proof{Table: table, Key: key}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			if p.Values == nil {
				p.Values = map[string]string{}
			}
			p.Values[pairs[i]] = pairs[i+1]
		}
	}
	return p
}

// identity is who claims: a customer of the books, and a sender who was proven to be his.
func (e examination) identity() disputes.Test {
	rows := []disputes.Proof{row("customers", e.Customer, "email", e.account.Email)}
	switch {
	case e.Customer == disputes.Unknown || e.Customer == "":
		return test(identity, disputes.Invalid, decimal.Zero, nil, "Nobody knows yet which customer this is.")
	case !e.account.Known:
		return test(identity, disputes.Invalid, decimal.Zero, nil, "Customer %s is not in master data.", e.Customer)
	case !e.Verified:
		return test(identity, disputes.Undecidable, decimal.Zero, rows, "It is not proven that the sender speaks for customer %s.", e.Customer)
	}
	return test(identity, disputes.Valid, e.Claimed(), rows, "The sender speaks for customer %s.", e.Customer)
}

func (e examination) invoice(id string) (Invoice, bool) {
	i := slices.IndexFunc(e.account.Invoices, func(inv Invoice) bool { return inv.ID == id })
	if i < 0 {
		return Invoice{}, false
	}
	return e.account.Invoices[i], true
}

// exists is whether the invoice is there and is the customer's. Of another's invoice nothing is told.
func (e examination) exists(c claim, inv Invoice, ok bool) disputes.Test {
	switch {
	case !ok || inv.Customer != e.Customer:
		return test(invoice, disputes.Invalid, decimal.Zero, nil, "There is no invoice %s of this customer.", c.invoice)
	case inv.Voided:
		return test(invoice, disputes.Invalid, decimal.Zero, invoiceRow(inv), "Invoice %s was cancelled.", c.invoice)
	case inv.Currency != e.Currency:
		return test(invoice, disputes.Invalid, decimal.Zero, invoiceRow(inv), "Invoice %s is in %s, the claim in %s.", c.invoice, inv.Currency, e.Currency)
	}
	return test(invoice, disputes.Valid, c.amount, invoiceRow(inv), "Invoice %s is this customer's.", c.invoice)
}

func invoiceRow(inv Invoice) []disputes.Proof {
	return []disputes.Proof{row("invoices", inv.ID, "amount", inv.Amount.String(), "open", inv.Open.String(), "currency", inv.Currency,
		"issued_on", inv.IssuedOn.Format(time.DateOnly))}
}

// possible is whether so much was invoiced, and is still open.
func (e examination) possible(c claim, inv Invoice) disputes.Test {
	open := decimal.Min(c.amount, inv.Open)
	switch {
	case !c.amount.IsPositive():
		return test(amount, disputes.Invalid, decimal.Zero, invoiceRow(inv), "Nothing is claimed of invoice %s.", c.invoice)
	case c.amount.GreaterThan(inv.Amount):
		return test(amount, disputes.Invalid, open, invoiceRow(inv), "%s is claimed, and invoice %s is over %s.", c.amount, c.invoice, inv.Amount)
	case c.amount.GreaterThan(inv.Open):
		return test(amount, disputes.Undecidable, open, invoiceRow(inv), "%s is claimed, and %s of invoice %s is open.", c.amount, inv.Open, c.invoice)
	}
	return test(amount, disputes.Valid, open, invoiceRow(inv), "%s of the %s open of invoice %s is claimed.", c.amount, inv.Open, c.invoice)
}

// repeated is whether the same was claimed before and is open still, or was refused.
func (e examination) repeated(c claim) disputes.Test {
	for _, o := range e.before {
		about := slices.ContainsFunc(o.Lines, func(l disputes.Line) bool { return l.Invoice == c.invoice })
		if about && o.Reason == e.Reason && (!o.Closed || o.Outcome == disputes.OutcomeInvalid) {
			return e.again(c, o.ID, !o.Closed)
		}
	}
	for _, o := range e.account.Earlier {
		own, _, _ := strings.Cut(o.ID, "/")
		inLedger := own == e.ID || slices.ContainsFunc(e.before, func(b disputes.Case) bool { return b.ID == own })
		if !inLedger && o.Invoice == c.invoice && o.Reason == e.Reason && !o.OpenedAt.After(e.OpenedAt) && (o.Open || o.Outcome == disputes.OutcomeInvalid) {
			return e.again(c, o.ID, o.Open)
		}
	}
	return test(repeat, disputes.Valid, c.amount, nil, "Nothing like it was claimed of invoice %s before.", c.invoice)
}

func (e examination) again(c claim, id string, open bool) disputes.Test {
	says := "The same was claimed of invoice %s in %s, and refused."
	if open {
		says = "The same is claimed of invoice %s in %s, which is still open."
	}
	return test(repeat, disputes.Invalid, decimal.Zero, []disputes.Proof{row("disputes", id)}, says, c.invoice, id)
}

// credited is whether a credit memo has settled the claim already.
func (e examination) credited(c claim, inv Invoice) disputes.Test {
	given, rows := decimal.Zero, []disputes.Proof(nil)
	for _, d := range e.account.Credited {
		if d.Invoice == c.invoice && d.Currency == inv.Currency {
			given = given.Add(d.Amount)
			rows = append(rows, row("credits", d.ID, "amount", d.Amount.String(), "issued_on", d.On.Format(time.DateOnly)))
		}
	}
	switch left := c.amount.Sub(given); {
	case !given.IsPositive():
		return test(credited, disputes.Valid, c.amount, nil, "Nothing has been credited for invoice %s.", c.invoice)
	case !left.IsPositive():
		return test(credited, disputes.Invalid, decimal.Zero, rows, "%s has been credited for invoice %s already.", given, c.invoice)
	default:
		return test(credited, disputes.Undecidable, left, rows, "%s of the %s claimed has been credited for invoice %s already.", given, c.amount, c.invoice)
	}
}

func (e examination) notCredited(c claim, inv Invoice) decimal.Decimal {
	return e.credited(c, inv).Amount
}

// inTime is whether the claim came within the days that the model allows.
func (e examination) inTime(c claim, inv Invoice) disputes.Test {
	days := int(day(e.OpenedAt).Sub(day(inv.IssuedOn)).Hours() / 24)
	switch {
	case e.filingDays == 0:
		return test(inTime, disputes.Valid, c.amount, invoiceRow(inv), "There is no last day for claims.")
	case days > e.filingDays:
		return test(inTime, disputes.Invalid, decimal.Zero, invoiceRow(inv), "The claim came %d days after invoice %s; %d are allowed.", days, c.invoice, e.filingDays)
	}
	return test(inTime, disputes.Valid, c.amount, invoiceRow(inv), "The claim came %d days after invoice %s; %d are allowed.", days, c.invoice, e.filingDays)
}

func day(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC) }
