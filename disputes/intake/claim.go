package intake

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"arrears/disputes"
)

// claim reads what a message is about: which customer's, which of its invoices, and why; and what a person should know.
func (i *Intake) claim(ctx context.Context, m Message) (disputes.Claim, []string, error) {
	claim := disputes.Claim{Customer: disputes.Unknown, Channel: disputes.Mail, Contact: m.From, Reason: Unclear, Text: saying(m)}
	model, err := i.Desk.Model(ctx)
	if err != nil {
		return claim, nil, err
	}
	claim.Reason = guess(model, m.Subject+"\n"+m.Text)
	var customers []string
	if m.From != "" {
		if customers, err = i.Books.Customers(ctx, m.From); err != nil {
			return claim, nil, err
		}
	}
	found, err := i.named(ctx, customers, m.Subject+"\n"+m.Text)
	if err == nil && len(found) == 0 {
		found, err = i.named(ctx, customers, m.Quoted) // an answer to the invoice itself, or the invoice forwarded
	}
	if err != nil {
		return claim, nil, err
	}
	customer, why := choose(customers, found)
	if customer == "" {
		return claim, []string{why}, nil
	}
	claim.Customer = customer
	invoices, notes := oneCurrency(found[customer])
	if !m.Authentic {
		if ids := idsOf(found[customer]); len(ids) > 0 {
			notes = append(notes, "It names "+strings.Join(ids, ", ")+" of the customer.")
		}
		return claim, append(notes, doubt(m), "It has no effect until a person has made sure."), nil
	}
	claim.Verified = true
	claim.Lines, claim.Currency = linesOf(invoices)
	if len(claim.Lines) == 0 {
		notes = append(notes, "It names no invoice of the customer: which are meant?")
	}
	return claim, notes, nil
}

// named are the invoices of customers whose numbers stand in a text, by customer.
func (i *Intake) named(ctx context.Context, customers []string, text string) (map[string][]disputes.Invoice, error) {
	found := map[string][]disputes.Invoice{}
	ids := numbers(text)
	for _, customer := range customers {
		invoices, err := i.Books.Invoices(ctx, customer, ids)
		if err != nil {
			return nil, err
		}
		if len(invoices) > 0 {
			found[customer] = invoices
		}
	}
	return found, nil
}

// choose is the one customer that a sender writes for.
func choose(customers []string, found map[string][]disputes.Invoice) (customer, why string) {
	if len(customers) == 0 {
		return "", "Its sender is no contact of a customer."
	}
	var named []string
	for _, id := range customers {
		if len(found[id]) > 0 {
			named = append(named, id)
		}
	}
	switch {
	case len(customers) == 1:
		return customers[0], ""
	case len(named) == 1:
		return named[0], ""
	}
	return "", "Its sender is the contact of several customers: " + strings.Join(customers[:min(10, len(customers))], ", ") + "."
}

// oneCurrency keeps the invoices in the currency of the first: a dispute has one.
func oneCurrency(invoices []disputes.Invoice) (kept []disputes.Invoice, notes []string) {
	var apart []string
	for _, v := range invoices {
		if len(kept) > 0 && v.Currency != kept[0].Currency {
			apart = append(apart, v.ID+" ("+v.Currency+")")
			continue
		}
		kept = append(kept, v)
	}
	if len(apart) > 0 {
		notes = []string{"It also names " + strings.Join(apart, ", ") + ", in another currency: file them apart."}
	}
	return kept, notes
}

// linesOf claims the whole of each invoice: what is open, or all of it where nothing is.
func linesOf(invoices []disputes.Invoice) (lines []disputes.Line, currency string) {
	for _, v := range invoices {
		amount := v.Open
		if !amount.IsPositive() {
			amount = v.Amount
		}
		if amount.GreaterThan(decimal.Zero) {
			lines, currency = append(lines, disputes.Line{Invoice: v.ID, Amount: amount}), v.Currency
		}
	}
	return lines, currency
}

func idsOf(invoices []disputes.Invoice) []string {
	var ids []string
	for _, v := range invoices {
		ids = append(ids, v.ID)
	}
	return ids
}

// saying is what a message says, its subject first; of one that only forwards, what it forwards.
func saying(m Message) string {
	text := m.Text
	if text == "" {
		text = m.Quoted
	}
	return strings.TrimSpace(m.Subject + "\n\n" + text)
}

// numberShape is what may be the number of an invoice: something with a digit in it.
var numberShape = regexp.MustCompile(`[\pL\d][\pL\d/_.\-]{0,38}`)

const mostNumbers = 500

// numbers lists what may be numbers of invoices, as they stand and without what clings to them, each once.
func numbers(text string) []string {
	var found []string
	for _, word := range numberShape.FindAllString(text, 10*mostNumbers) {
		word = strings.TrimRight(word, "/_.-")
		if strings.ContainsAny(word, "0123456789") && !slices.Contains(found, word) && len(found) < mostNumbers {
			found = append(found, word)
		}
	}
	return found
}
