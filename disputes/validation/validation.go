// Package validation holds a dispute against the books: who claims, whether the invoice is there and is its own, whether the amount is
// possible, whether it was claimed, paid or credited before, whether it comes in time, what looks like fraud, and what order, delivery
// and price say. Each test says what it found and which rows prove it; docs/reference/validation.md says how they make a verdict.
// The same tests run as SQL over disputes that come in extracts: mart.dispute_test and mart.dispute_verdict.
package validation

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"arrears/disputes"
)

// Books tell what is known of a customer and of some invoices. They are the marts', as published last.
type Books interface {
	Account(ctx context.Context, customer string, invoices []string) (Account, error)
}

// Records are the cases of the ledger, and the model in force: those of a [disputes.Desk].
type Records interface {
	Cases(ctx context.Context, f disputes.Filter) ([]disputes.Case, error)
	SeenElsewhere(ctx context.Context, digest, customer string) ([]string, error)
	Model(ctx context.Context) (disputes.Model, error)
}

// An Account is what the books say. Amounts are in the currency of the document.
type Account struct {
	AsOf      time.Time
	Known     bool   // whether the customer is in master data
	Email     string // of the customer in master data
	IBAN      string // the account it is refunded to, by master data
	Invoices  []Invoice
	Unapplied []Document // receipts of the customer that no invoice has taken, with what is left of them
	Credited  []Document // credit memos given for one of the invoices
	Findings  []Finding
	Earlier   []Earlier // disputes of the customer about one of the invoices, from whatever source
}

// An Invoice is one of those asked for, whoever owes it.
type Invoice struct {
	ID, Customer, Currency string
	Amount, Open           decimal.Decimal
	IssuedOn               time.Time
	Voided                 bool
}

// A Document is a receipt or a credit memo.
type Document struct {
	ID, Invoice, Currency string
	Amount                decimal.Decimal
	On                    time.Time
}

// A Finding is a row of mart.discrepancy.
type Finding struct {
	Invoice, OrderNo, LineNo, Rule, Verdict string
	Amount                                  decimal.Decimal
	Found, Expected                         string // in the measure of the rule; empty: not known
	Table, Key                              string // of the row that proves it
}

// An Earlier is a dispute that the books know.
type Earlier struct {
	ID, Invoice, Reason, Outcome string
	Open                         bool
	OpenedAt                     time.Time
}

// Limits say what many small claims are.
type Limits struct {
	Small  decimal.Decimal // reporting currency: at most this is a small claim
	Many   int             // so many of one customer within the days are a sign of fraud
	Within time.Duration
}

// DefaultLimits are those where nobody says otherwise.
var DefaultLimits = Limits{Small: decimal.NewFromInt(100), Many: 5, Within: 30 * 24 * time.Hour}

// A Validator is a [disputes.Validator].
type Validator struct {
	books   Books
	records Records
	limits  Limits
}

// New makes a validator.
func New(books Books, records Records, limits Limits) *Validator {
	return &Validator{books, records, limits}
}

// Validate tests a case. The report's time is the desk's to set.
func (v *Validator) Validate(ctx context.Context, c disputes.Case) (disputes.Report, error) {
	claims := claimsOf(c)
	ids := make([]string, len(claims))
	for i, claim := range claims {
		ids[i] = claim.invoice
	}
	account, err := v.books.Account(ctx, c.Customer, ids)
	if err != nil {
		return disputes.Report{}, fmt.Errorf("read the account of %s: %w", c.Customer, err)
	}
	model, err := v.records.Model(ctx)
	if err != nil {
		return disputes.Report{}, fmt.Errorf("read the model: %w", err)
	}
	before, err := v.records.Cases(ctx, disputes.Filter{Customer: c.Customer})
	if err != nil {
		return disputes.Report{}, fmt.Errorf("read earlier cases of %s: %w", c.Customer, err)
	}
	e := examination{Case: c, account: account, filingDays: model.FilingDays, before: others(before, c)}
	report := e.report(claims)
	if report.Flags, err = v.flags(ctx, e); err != nil {
		return disputes.Report{}, err
	}
	return report, nil
}

// others are the cases that were there before this one.
func others(cases []disputes.Case, c disputes.Case) []disputes.Case {
	return slices.DeleteFunc(cases, func(o disputes.Case) bool {
		return o.ID == c.ID || o.OpenedAt.After(c.OpenedAt) || o.OpenedAt.Equal(c.OpenedAt) && o.ID > c.ID
	})
}

// A claim is what a case says of one invoice.
type claim struct {
	invoice string
	amount  decimal.Decimal
	lines   []string // order lines it is about; empty: the whole invoice
}

// claimsOf puts the lines of a case together by invoice.
func claimsOf(c disputes.Case) []claim {
	var claims []claim
	whole := map[string]bool{}
	for _, l := range c.Lines {
		i := slices.IndexFunc(claims, func(one claim) bool { return one.invoice == l.Invoice })
		if i < 0 {
			i = len(claims)
			claims = append(claims, claim{invoice: l.Invoice})
		}
		claims[i].amount = claims[i].amount.Add(l.Amount)
		claims[i].lines = append(claims[i].lines, l.OrderLine)
		whole[l.Invoice] = whole[l.Invoice] || l.OrderLine == ""
	}
	for i := range claims {
		if whole[claims[i].invoice] {
			claims[i].lines = nil
		}
	}
	return claims
}
