package correspondence

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"arrears/disputes"
	"arrears/disputes/letter"
	"arrears/disputes/statement"
)

// StatementOf is what the statement of a decided case says, and the language it is in.
func (k Clerk) StatementOf(ctx context.Context, c disputes.Case) (statement.Statement, *letter.Language, error) {
	customer, err := k.customer(ctx, c)
	if err != nil {
		return statement.Statement{}, nil, err
	}
	l := k.Book.Language(customer.Language)
	if c.Proposal == nil || c.Decided == nil {
		return statement.Statement{}, l, fmt.Errorf("%s is not decided", c.ID)
	}
	p := c.Proposal
	s := statement.Statement{
		Company: k.Company, Case: c.ID, Customer: customer.Name, CustomerID: c.Customer, Reference: c.Reference, On: c.Decided.At.In(k.Zone), AnswerBy: k.answerBy(c),
		Link: k.link(c), Currency: c.Currency, Reason: c.Reason, Text: c.Text, Decision: p.Kind, Reasons: reasons(l, c), Before: before(c),
	}
	if c.Decided.Answer != "" { // nobody is asked any more
		s.AnswerBy, s.Link = time.Time{}, ""
	}
	for _, line := range c.Lines {
		s.Lines = append(s.Lines, statement.Line{Invoice: line.Invoice, OrderLine: line.OrderLine, Claimed: line.Amount})
	}
	for _, d := range c.Documents {
		s.Documents = append(s.Documents, d.Name)
	}
	if c.Report != nil {
		for _, t := range c.Report.Tests {
			s.Findings = append(s.Findings, statement.Finding{Test: t.Name, Verdict: t.Verdict, Supports: t.Amount, Says: said(l, t, c.Currency)})
		}
	}
	for _, a := range p.Lines {
		s.Awards = append(s.Awards, statement.Award{Invoice: a.Invoice, Kind: a.Kind, Amount: a.Amount})
	}
	return s, l, nil
}

// said is what a test says in a language, or in English where that has no words for all of it.
func said(l *letter.Language, t disputes.Test, currency string) string {
	sentences := make([]string, len(t.Phrases))
	for i, p := range t.Phrases {
		text, known := l.Sentence(p.Code, p.Values, currency)
		if !known {
			return t.Says
		}
		sentences[i] = text
	}
	return cmp.Or(strings.Join(sentences, " "), t.Says)
}

// reasons are those of a decision. What a rule wrote down, or a person took over from a test, is said in the language; what a person wrote stays
// as it was written.
func reasons(l *letter.Language, c disputes.Case) []string {
	all := slices.Clone(c.Proposal.Reasons)
	for i, reason := range all {
		if text, known := l.Sentence("unexamined", nil, c.Currency); known && reason == disputes.Unexamined {
			all[i] = text
		}
		if c.Report == nil {
			continue
		}
		if n := slices.IndexFunc(c.Report.Tests, func(t disputes.Test) bool { return t.Says == reason }); n >= 0 {
			all[i] = said(l, c.Report.Tests[n], c.Currency)
		}
	}
	return all
}

// before is what earlier decisions of the case granted.
func before(c disputes.Case) decimal.Decimal {
	sum := decimal.Zero
	for _, o := range c.Orders {
		if o.Proposal == c.Proposal.ID || o.State == disputes.InstructionReturned {
			continue
		}
		for _, a := range o.Lines {
			if a.Kind == disputes.Credit || a.Kind == disputes.Refund {
				sum = sum.Add(a.Amount)
			}
		}
	}
	return sum
}
