// Package correspondence writes the letters of a dispute: to the customer at each step, with the statement of a decision, and to staff
// when a service level ends.
package correspondence

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/mail"
	"time"

	"github.com/shopspring/decimal"

	"arrears/disputes"
	"arrears/disputes/letter"
	"arrears/disputes/statement"
	"arrears/ledger"
	outgoing "arrears/ledger/mail"
)

// A Clerk writes letters from the company's texts. It is the Letters of a desk.
type Clerk struct {
	Book    *letter.Book
	Books   disputes.Books
	Company string
	Zone    *time.Location
	Staff   map[string]string                                     // role -> address
	Keep    func(name string, text []byte) (outgoing.File, error) // puts a file where letters find it
	Link    func(disputed string, until time.Time) string         // to the case in the portal; nil: there is none
	File    func(disputed, digest string, until time.Time) string // to one document of the case in the portal; nil: there is none
	Mark    func(disputed string) string                          // number of the case that an answer carries back; nil: the bare number
}

var _ disputes.Letters = Clerk{}

// linkLasts is for how long after the answer is due a link still opens.
const linkLasts = 30 * 24 * time.Hour

// Filed says that the claim is here, and what happens with it.
func (k Clerk) Filed(ctx context.Context, c disputes.Case) ([]ledger.Message, error) {
	return k.toCustomer(ctx, letter.Received, c, "")
}

// Status says where the case stands, or that it is closed.
func (k Clerk) Status(ctx context.Context, c disputes.Case) ([]ledger.Message, error) {
	if c.Closed {
		return k.toCustomer(ctx, letter.Closed, c, "")
	}
	return k.toCustomer(ctx, letter.Status, c, "")
}

// Say is what a person wrote, and nothing more of the case: nobody may have made sure yet who receives it.
func (k Clerk) Say(ctx context.Context, c disputes.Case, text string) ([]ledger.Message, error) {
	return k.toCustomer(ctx, letter.Question, c, text)
}

// Shared is a link to one document of the case.
func (k Clerk) Shared(ctx context.Context, c disputes.Case, d disputes.Document, until time.Time) ([]ledger.Message, error) {
	if k.File == nil {
		return nil, disputes.ErrNoPortal
	}
	customer, f, err := k.facts(ctx, c)
	if err != nil {
		return nil, err
	}
	f.Text, f.Link, f.Until = d.Name, k.File(c.ID, d.Digest, until), until.In(k.Zone)
	return k.send(letter.Document, c, customer, f)
}

// Statement is the decision, with the statement as a page and as a PDF.
func (k Clerk) Statement(ctx context.Context, c disputes.Case) ([]ledger.Message, error) {
	s, l, err := k.StatementOf(ctx, c)
	if err != nil {
		return nil, err
	}
	asPDF, err := statement.PDF(s, l)
	if err != nil {
		return nil, err
	}
	asHTML, err := statement.HTML(s, l)
	if err != nil {
		return nil, err
	}
	pdf, err := k.Keep(c.ID+".pdf", asPDF)
	if err != nil {
		return nil, err
	}
	page, err := k.Keep(c.ID+".html", asHTML)
	if err != nil {
		return nil, err
	}
	return k.toCustomer(ctx, letter.Statement, c, "", pdf, page)
}

// Reminder tells staff that a service level is about to end.
func (k Clerk) Reminder(ctx context.Context, c disputes.Case, role string) ([]ledger.Message, error) {
	return k.toStaff(ctx, c, role)
}

// Escalation tells staff that a service level has ended.
func (k Clerk) Escalation(ctx context.Context, c disputes.Case, role string) ([]ledger.Message, error) {
	return k.toStaff(ctx, c, role)
}

// toStaff writes to the role's address. Of a case that waits for the customer it is the customer who is reminded.
func (k Clerk) toStaff(ctx context.Context, c disputes.Case, role string) ([]ledger.Message, error) {
	if role == disputes.ByCustomer {
		if !c.Verified {
			return nil, nil
		}
		return k.toCustomer(ctx, letter.Reminder, c, "")
	}
	to := k.Staff[role]
	if to == "" {
		return nil, nil
	}
	_, f, err := k.facts(ctx, c)
	if err != nil {
		return nil, err
	}
	return k.message(to, letter.Escalation, "", f, "")
}

// toCustomer writes to who filed the case, or else to the customer's address in the books. Without an address there is no letter.
func (k Clerk) toCustomer(ctx context.Context, kind letter.Kind, c disputes.Case, text string, files ...outgoing.File) ([]ledger.Message, error) {
	customer, f, err := k.facts(ctx, c)
	if err != nil {
		return nil, err
	}
	f.Text = text
	return k.send(kind, c, customer, f, files...)
}

// send addresses a letter to the customer.
func (k Clerk) send(kind letter.Kind, c disputes.Case, customer disputes.Customer, f letter.Facts, files ...outgoing.File) ([]ledger.Message, error) {
	to := customer.Email
	if address, err := mail.ParseAddress(c.Contact); err == nil {
		to = address.Address
	}
	if _, err := mail.ParseAddress(to); err != nil {
		return nil, nil
	}
	mark := ""
	if k.Mark != nil {
		mark = k.Mark(c.ID)
	}
	return k.message(to, kind, customer.Language, f, mark, files...)
}

// message is a letter in the reader's language. A mark follows the subject.
func (k Clerk) message(to string, kind letter.Kind, language string, f letter.Facts, mark string, files ...outgoing.File) ([]ledger.Message, error) {
	text, err := k.Book.Write(kind, language, f)
	if err != nil {
		return nil, err
	}
	if mark != "" {
		text.Subject += " [" + mark + "]"
	}
	m, err := outgoing.Letter{Subject: text.Subject, Text: text.Body, Files: files}.Message(to)
	return []ledger.Message{m}, err
}

// customer is whose case it is; one the books do not know, as of a mail from a stranger, is known by nothing but the case.
func (k Clerk) customer(ctx context.Context, c disputes.Case) (disputes.Customer, error) {
	found, err := k.Books.Customer(ctx, c.Customer)
	if errors.Is(err, disputes.ErrNotInBooks) {
		return disputes.Customer{ID: c.Customer}, nil
	}
	if err != nil {
		return found, fmt.Errorf("the customer of %s: %w", c.ID, err)
	}
	return found, nil
}

// facts are what letters say of a case.
func (k Clerk) facts(ctx context.Context, c disputes.Case) (disputes.Customer, letter.Facts, error) {
	customer, err := k.customer(ctx, c)
	if err != nil {
		return customer, letter.Facts{}, err
	}
	f := letter.Facts{
		Tone:    customer.Tone,
		Company: k.Company, Customer: cmp.Or(customer.Name, customer.ID), Case: c.ID, Reference: c.Reference, Reason: c.Reason, State: c.State, Outcome: c.Outcome,
		Owner: c.Owner, Currency: c.Currency, Amount: c.Claimed(), Opened: c.OpenedAt.In(k.Zone), RespondBy: c.Due.In(k.Zone), AnswerBy: k.answerBy(c),
		Link: k.link(c),
	}
	for _, l := range c.Lines {
		if n := len(f.Invoices); n == 0 || f.Invoices[n-1] != l.Invoice {
			f.Invoices = append(f.Invoices, l.Invoice)
		}
	}
	switch {
	case c.Closed:
		f.Awarded = decimal.NewNullDecimal(c.Awarded())
	case c.Proposal != nil:
		f.Outcome, f.Awarded = c.Proposal.Kind, decimal.NewNullDecimal(c.Proposal.Awarded())
	}
	return customer, f, nil
}

// answerBy is the last day of an answer: where the model names none, that of the service level.
func (k Clerk) answerBy(c disputes.Case) time.Time {
	if c.RespondBy.IsZero() {
		return c.Due.In(k.Zone)
	}
	return c.RespondBy.In(k.Zone)
}

// link opens the case for whoever has it; an unverified sender gets none.
func (k Clerk) link(c disputes.Case) string {
	if k.Link == nil || !c.Verified {
		return ""
	}
	until := c.StateSince
	for _, later := range []time.Time{c.Due, c.RespondBy} {
		if later.After(until) {
			until = later
		}
	}
	return k.Link(c.ID, until.Add(linkLasts))
}
