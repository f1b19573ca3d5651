package validation

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"arrears/disputes"
)

func test(name, verdict string, amount decimal.Decimal, rows []disputes.Proof, code string, pairs ...string) disputes.Test {
	says, phrase := sentence(code, pairs...)
	return disputes.Test{Name: name, Verdict: verdict, Amount: decimal.Max(amount, decimal.Zero), Says: says, Phrases: []disputes.Phrase{phrase}, Rows: rows}
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

// identity is who claims: a customer of the books, and a sender who was proven to be its own.
func (e examination) identity() disputes.Test {
	rows := []disputes.Proof{row("customers", e.Customer, "email", e.account.Email)}
	switch {
	case e.Customer == disputes.Unknown || e.Customer == "":
		return test(identity, disputes.Invalid, decimal.Zero, nil, "identity.unknown")
	case !e.account.Known:
		return test(identity, disputes.Invalid, decimal.Zero, nil, "identity.absent", "customer", e.Customer)
	case !e.Verified:
		return test(identity, disputes.Undecidable, decimal.Zero, rows, "identity.unproven", "customer", e.Customer)
	}
	return test(identity, disputes.Valid, e.Claimed(), rows, "identity.valid", "customer", e.Customer)
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
		return test(invoice, disputes.Invalid, decimal.Zero, nil, "invoice.absent", "invoice", c.invoice)
	case inv.Voided:
		return test(invoice, disputes.Invalid, decimal.Zero, invoiceRow(inv), "invoice.voided", "invoice", c.invoice)
	case inv.Currency != e.Currency:
		return test(invoice, disputes.Invalid, decimal.Zero, invoiceRow(inv), "invoice.currency", "invoice", c.invoice, "currency", inv.Currency, "other", e.Currency)
	}
	return test(invoice, disputes.Valid, c.amount, invoiceRow(inv), "invoice.valid", "invoice", c.invoice)
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
		return test(amount, disputes.Invalid, decimal.Zero, invoiceRow(inv), "amount.none", "invoice", c.invoice)
	case c.amount.GreaterThan(inv.Amount):
		return test(amount, disputes.Invalid, open, invoiceRow(inv), "amount.over", "claimed", c.amount.String(), "invoice", c.invoice, "amount", inv.Amount.String())
	case c.amount.GreaterThan(inv.Open):
		return test(amount, disputes.Undecidable, open, invoiceRow(inv), "amount.settled", "claimed", c.amount.String(), "open", inv.Open.String(), "invoice", c.invoice)
	}
	return test(amount, disputes.Valid, open, invoiceRow(inv), "amount.valid", "claimed", c.amount.String(), "open", inv.Open.String(), "invoice", c.invoice)
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
	return test(repeat, disputes.Valid, c.amount, nil, "repeat.none", "invoice", c.invoice)
}

func (e examination) again(c claim, id string, open bool) disputes.Test {
	says := "repeat.refused"
	if open {
		says = "repeat.open"
	}
	return test(repeat, disputes.Invalid, decimal.Zero, []disputes.Proof{row("disputes", id)}, says, "invoice", c.invoice, "other", id)
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
		return test(credited, disputes.Valid, c.amount, nil, "credited.none", "invoice", c.invoice)
	case !left.IsPositive():
		return test(credited, disputes.Invalid, decimal.Zero, rows, "credited.all", "given", given.String(), "invoice", c.invoice)
	default:
		return test(credited, disputes.Undecidable, left, rows, "credited.part", "given", given.String(), "claimed", c.amount.String(), "invoice", c.invoice)
	}
}

func (e examination) notCredited(c claim, inv Invoice) decimal.Decimal {
	return e.credited(c, inv).Amount
}

// inTime is whether the claim came within the days that the model allows.
func (e examination) inTime(c claim, inv Invoice) disputes.Test {
	days := int(day(e.OpenedAt).Sub(day(inv.IssuedOn)).Hours() / 24)
	counted := []string{"days", strconv.Itoa(days), "invoice", c.invoice, "allowed", strconv.Itoa(e.filingDays)}
	switch {
	case e.filingDays == 0:
		return test(inTime, disputes.Valid, c.amount, invoiceRow(inv), "in_time.any")
	case days > e.filingDays:
		return test(inTime, disputes.Invalid, decimal.Zero, invoiceRow(inv), "in_time.late", counted...)
	}
	return test(inTime, disputes.Valid, c.amount, invoiceRow(inv), "in_time.valid", counted...)
}

func day(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC) }
