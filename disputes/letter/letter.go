// Package letter writes what customers and staff are told about a dispute: templates by language with named placeholders and nothing else,
// amounts and days as the reader writes them. A company's own texts take the place of the built-in ones.
package letter

import (
	"strings"
	"time"

	"github.com/shopspring/decimal"
)

// A Kind is an occasion to write.
type Kind string

// The kinds of letters.
const (
	Received   Kind = "received"   // we have the dispute, and this is how it goes on
	Status     Kind = "status"     // it has moved on
	Question   Kind = "question"   // what a person of ours writes; who receives it may not be known yet
	Document   Kind = "document"   // a document is shared, by a link that expires
	Statement  Kind = "statement"  // this is our decision, please answer
	Reminder   Kind = "reminder"   // your answer is missing
	Closed     Kind = "closed"     // it is over
	Escalation Kind = "escalation" // to staff: a service level is near or past
	Overdue    Kind = "overdue"    // of no dispute: what is past due, please pay
)

// Kinds are all of them, in the order of a case.
var Kinds = []Kind{Received, Status, Question, Document, Statement, Reminder, Closed, Escalation, Overdue}

// Facts are what a letter is about. Which of them a kind needs, [Placeholders] says.
type Facts struct {
	Company   string
	Customer  string // name
	Case      string
	Reference string // the customer's own; may be empty
	Invoices  []string
	Reason    string // code, or as the model calls it
	State     string // likewise
	Outcome   string // likewise, as in credit
	Text      string // a message by staff: the question, the news
	Owner     string // who works on it
	Link      string // where the customer sees the case and answers
	Currency  string
	Amount    decimal.Decimal     // claimed
	Awarded   decimal.NullDecimal // found not to be owed
	Opened    time.Time           // its day
	RespondBy time.Time           // ours to act by
	AnswerBy  time.Time           // the customer's to answer by
	Until     time.Time           // when the link no longer opens
	Tone      string              // set of letters that goes before the usual one; where it has no such letter, the usual one is written
	Items     []Item              // past due
}

// An Item is one thing that is past due.
type Item struct {
	Invoice, Currency string
	Due               time.Time
	Open              decimal.Decimal
}

// A Text is a letter as it is sent.
type Text struct{ Subject, Body, Language string }

// need is how far a kind of letter can do without a placeholder.
type need int

const (
	may  need = iota // it may be used and always has a value
	must             // a template without it is refused
)

var always = map[string]need{"company": may, "customer": may, "case": must, "reference": may, "invoices": may, "reason": may, "amount": may, "opened": may}

// needs says for each kind which placeholders it may use beside those of always.
var needs = map[Kind]map[string]need{
	Received:   {"respond_by": may, "link": may, "rights": must},
	Status:     {"state": must, "link": may},
	Question:   {"text": must},
	Document:   {"text": must, "link": must, "until": must},
	Statement:  {"outcome": may, "awarded": may, "answer_by": must, "link": must, "rights": must},
	Reminder:   {"text": may, "answer_by": must, "link": must},
	Closed:     {"outcome": must, "awarded": may, "rights": must},
	Escalation: {"state": must, "owner": may, "respond_by": must, "link": may},
}

// Placeholders are the names a template of a kind may use, and of each whether it must. A question says nothing of the case but its number.
func Placeholders(k Kind) map[string]bool {
	names := map[string]bool{}
	tables := []map[string]need{always, needs[k]}
	switch k {
	case Overdue:
		return map[string]bool{"company": false, "customer": false, "items": true, "total": false, "text": false}
	case Question:
		tables[0] = map[string]need{"company": may, "case": must}
	}
	for _, table := range tables {
		for name, n := range table {
			names[name] = n == must
		}
	}
	return names
}

// items are what is past due, one a line, and what it comes to in each currency.
func (f Facts) items(l *Language) (lines, total string) {
	sums := map[string]decimal.Decimal{}
	var all, currencies []string
	for _, i := range f.Items {
		if _, known := sums[i.Currency]; !known {
			currencies = append(currencies, i.Currency)
		}
		sums[i.Currency] = sums[i.Currency].Add(i.Open)
		all = append(all, Line(i.Invoice)+" | "+l.Date(i.Due)+" | "+l.Amount(i.Open, i.Currency))
	}
	for n, c := range currencies {
		currencies[n] = l.Amount(sums[c], c)
	}
	return strings.Join(all, "\n"), l.list(currencies)
}

// values are the facts as a reader of a language has them; a fact that is not there has no entry.
func (f Facts) values(l *Language) map[string]string {
	v := map[string]string{
		"company": f.Company, "customer": f.Customer, "case": f.Case, "reference": f.Reference, "invoices": l.list(f.Invoices),
		"reason": l.Name("reason", f.Reason), "state": l.Name("state", f.State), "outcome": l.Name("outcome", f.Outcome),
		"text": f.Text, "owner": f.Owner, "link": f.Link, "opened": l.Date(f.Opened), "respond_by": l.Date(f.RespondBy), "answer_by": l.Date(f.AnswerBy),
		"until":  l.Date(f.Until),
		"amount": l.Amount(f.Amount, f.Currency),
	}
	v["items"], v["total"] = f.items(l)
	if f.Awarded.Valid {
		v["awarded"] = l.Amount(f.Awarded.Decimal, f.Currency)
	}
	for name, value := range v {
		if v[name] = Clean(value); v[name] == "" {
			delete(v, name)
		}
	}
	for _, optional := range []string{"customer", "reference", "invoices", "reason", "amount", "awarded", "text", "owner"} { // that there is none is a fact too
		if v[optional] == "" {
			v[optional] = l.words["none"]
		}
	}
	if v["link"] == "" {
		v["link"] = l.words["no_link"]
	}
	return v
}
