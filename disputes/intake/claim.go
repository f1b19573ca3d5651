package intake

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"arrears/disputes"
	"arrears/ledger"
)

// file makes a dispute of a message. Only where the sender is known, by our mail server's word, does it stand for a customer's claim;
// otherwise it waits for a person and touches no invoice.
func (i *Intake) file(ctx context.Context, m Message, t thread, r *Record) error {
	claim, notes, err := i.claim(ctx, m)
	if err != nil {
		return err
	}
	if claim.Verified && t.claimed == "" {
		open, err := i.continues(ctx, m, claim)
		if err != nil {
			return err
		}
		if open.answers {
			return i.hear(ctx, m, open, r)
		}
	}
	if t.claimed != "" {
		notes = append(notes, fmt.Sprintf("The message names %s and was not put there: %s.", t.claimed, t.why))
	}
	if claim.Documents, err = i.documents(&claim.Text, m); err != nil {
		return err
	}
	who := Program
	if claim.Verified {
		who = ledger.Customer(claim.Customer, m.From)
	}
	c, err := i.Desk.File(ctx, who, key(m), claim)
	if err != nil {
		return err
	}
	r.Outcome, r.Case, r.Why = Filed, c.ID, strings.Join(notes, " ")
	return i.remark(ctx, m, c.ID, r.Why)
}

// hear puts a message on the case that it answers.
func (i *Intake) hear(ctx context.Context, m Message, t thread, r *Record) error {
	w := disputes.Word{Text: m.Text, Channel: disputes.Mail, Contact: m.From, Verified: m.Authentic}
	var err error
	if w.Documents, err = i.documents(&w.Text, m); err != nil {
		return err
	}
	if strings.TrimSpace(w.Text) == "" && len(w.Documents) == 0 {
		w.Text = "(The message repeats what was written before and says nothing new.)"
	}
	who := Program
	if m.Authentic {
		who = ledger.Customer(t.c.Customer, m.From)
	}
	if _, err := i.Desk.Hear(ctx, who, key(m), t.c.ID, w); err != nil {
		return err
	}
	r.Outcome, r.Case, r.Why = Heard, t.c.ID, doubt(m)
	return i.remark(ctx, m, t.c.ID, r.Why)
}

// doubt is what a person should know about the sender.
func doubt(m Message) string {
	if m.Authentic {
		return ""
	}
	return "Nobody vouches for its sender: " + m.Vouched + "."
}

// remark tells staff on the case what they should know about the message, and what was left out of it. It is said once.
func (i *Intake) remark(ctx context.Context, m Message, id, why string) error {
	text := strings.TrimSpace(why + "\n" + strings.Join(m.Notes, "\n"))
	if text == "" {
		return nil
	}
	once := "mail remark " + m.Digest
	if _, err := i.Ledger.Keyed(ctx, once); !errors.Is(err, ledger.ErrNoEvent) {
		return err
	}
	_, err := i.Desk.Remark(ctx, disputes.Program, once, id, text)
	return err
}

// claim reads what a message is about: which customer's, which of his invoices, and why; and what a person should know.
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

// mostText is how many characters of a message are shown on a case; of a longer one the whole is a document.
const mostText = 19_000

// documents puts what came along onto the shelf, and a text that is too long for a case.
func (i *Intake) documents(text *string, m Message) ([]disputes.Document, error) {
	var kept []disputes.Document
	if runes := []rune(*text); len(runes) > mostText {
		d, err := i.Shelf.Keep("message.txt", []byte(*text))
		if err != nil {
			return nil, err
		}
		kept, *text = append(kept, d), string(runes[:mostText])+"\n…"
	}
	for _, f := range m.Files {
		content, err := os.ReadFile(f.Path)
		if err != nil {
			return nil, fmt.Errorf("read a file of the message: %w", err)
		}
		d, err := i.Shelf.Keep(f.Name, content)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(kept, d) && len(kept) < mostDocuments {
			kept = append(kept, d)
		}
	}
	return kept, nil
}

// mostDocuments is how many a case takes at once.
const mostDocuments = 50
