package statement

import (
	"errors"
	"net/url"

	"github.com/shopspring/decimal"

	"arrears/config"
	"arrears/disputes/letter"
)

// A document is a statement in the reader's language, before it is a page or a PDF. All its texts are clean.
type document struct {
	language, title, company string
	sections                 []section
	words                    *words
}

// A section has a heading and any of the rest, in this order.
type section struct {
	Heading    string
	Facts      [][2]string // what it is, and its value
	Table      *table
	Paragraphs []string
	Items      []item
	List       []string
	Link       string
}

// A table has texts on the left and amounts on the right; its last row may be their sum.
type table struct {
	Head []string
	Rows [][]string
	Sum  []string // empty: none
	Text int      // how many columns are texts
}

// An item has a head, a line under it and an explanation.
type item struct{ Head, Result, Says string }

// words are those of the reader's language; a phrase that is missing is noted and found at the end.
type words struct {
	*letter.Language
	err error
}

func (w *words) say(name string, values ...string) string {
	named := map[string]string{}
	for i := 0; i+1 < len(values); i += 2 {
		named[values[i]] = values[i+1]
	}
	text, err := w.Word(name, named)
	w.err = errors.Join(w.err, err)
	return text
}

func (w *words) amount(s Statement, amount decimal.Decimal) string {
	return w.Number(amount, config.Decimals(s.Currency))
}

// build lays out what a statement says.
func build(s Statement, l *letter.Language) (document, error) {
	if err := s.Check(); err != nil {
		return document{}, err
	}
	w := &words{Language: l}
	rights, err := l.Rights(s.Company, s.Case)
	if err != nil {
		return document{}, err
	}
	d := document{language: l.Tag(), company: letter.Line(s.Company), title: w.say("statement.title", "case", letter.Line(s.Case)), words: w}
	d.sections = []section{
		d.head(s), d.claim(s), d.found(s), d.decided(s),
		{Heading: w.say("statement.why"), List: clean(s.Reasons)},
		{Heading: w.say("statement.next"), List: d.next(s)},
		{Heading: w.say("statement.rights"), List: rights},
	}
	if link, err := url.Parse(letter.Line(s.Link)); err == nil && (link.Scheme == "https" || link.Scheme == "http") && !s.AnswerBy.IsZero() {
		d.sections = append(d.sections, section{Heading: w.say("statement.answer"), Link: link.String()})
	}
	return d, w.err
}

func clean(texts []string) []string {
	var kept []string
	for _, text := range texts {
		if text = letter.Clean(text); text != "" {
			kept = append(kept, text)
		}
	}
	return kept
}

func (d document) head(s Statement) section {
	w := d.words
	facts := [][2]string{
		{w.say("statement.date"), w.Date(s.On)}, {w.say("statement.case"), letter.Line(s.Case)},
		{w.say("statement.customer"), letter.Line(s.Customer + " " + s.CustomerID)},
	}
	if reference := letter.Line(s.Reference); reference != "" {
		facts = append(facts, [2]string{w.say("statement.reference"), reference})
	}
	return section{Facts: facts}
}

func (d document) claim(s Statement) section {
	w := d.words
	t := &table{Head: []string{w.say("statement.invoice"), w.say("statement.order_line"), w.say("statement.amount_claimed") + " (" + letter.Line(s.Currency) + ")"}, Text: 2}
	for _, l := range s.Lines {
		t.Rows = append(t.Rows, []string{letter.Line(l.Invoice), letter.Line(l.OrderLine), w.amount(s, l.Claimed)})
	}
	t.Sum = []string{w.say("statement.total"), "", w.amount(s, s.claimed())}
	facts := [][2]string{{w.say("statement.reason"), letter.Line(w.Name("reason", s.Reason))}}
	if text := letter.Clean(s.Text); text != "" {
		facts = append(facts, [2]string{w.say("statement.their_words"), text})
	}
	for _, name := range s.Documents {
		facts = append(facts, [2]string{w.say("statement.documents"), letter.Line(name)})
	}
	return section{Heading: w.say("statement.claimed"), Facts: facts, Table: t}
}

func (d document) found(s Statement) section {
	w := d.words
	part := section{Heading: w.say("statement.found")}
	if len(s.Findings) == 0 {
		part.Paragraphs = []string{w.say("statement.nothing_found")}
	}
	for _, f := range s.Findings {
		result := w.Name("verdict", f.Verdict)
		if f.Supports.IsPositive() {
			result += "; " + w.say("statement.supported") + " " + w.Amount(f.Supports, s.Currency)
		}
		part.Items = append(part.Items, item{letter.Line(w.Name("test", f.Test)), letter.Line(result), letter.Clean(f.Says)})
	}
	return part
}

// decided ties: of each invoice, what was claimed is what was awarded and what was not granted.
func (d document) decided(s Statement) section {
	w := d.words
	t := &table{Head: []string{w.say("statement.invoice"), w.say("statement.decision"), w.say("statement.amount_awarded") + " (" + letter.Line(s.Currency) + ")"}, Text: 2}
	for _, a := range s.Awards {
		t.Rows = append(t.Rows, []string{letter.Line(a.Invoice), w.Name("outcome", a.Kind), w.amount(s, a.Amount)})
	}
	if s.Before.IsPositive() {
		t.Rows = append(t.Rows, []string{"", w.say("statement.before"), w.amount(s, s.Before)})
	}
	if rest := s.rest(); !rest.IsZero() {
		t.Rows = append(t.Rows, []string{"", w.say("statement.remains"), w.amount(s, rest)})
	}
	t.Sum = []string{w.say("statement.total"), "", w.amount(s, s.claimed())}
	return section{Heading: w.say("statement.decided"), Facts: [][2]string{{w.say("statement.decision"), w.Name("outcome", s.Decision)}}, Table: t}
}

func (d document) next(s Statement) []string {
	w := d.words
	var next []string
	if !s.AnswerBy.IsZero() {
		next = append(next, w.say("next.answer", "answer_by", w.Date(s.AnswerBy)))
	}
	for _, kind := range []string{Credit, Refund, Withhold, Release} {
		if sum := s.awarded(kind); sum.IsPositive() {
			next = append(next, w.say("next."+kind, "amount", w.Amount(sum, s.Currency)))
		}
	}
	if rest := s.rest(); rest.IsPositive() {
		next = append(next, w.say("next.reject", "amount", w.Amount(rest, s.Currency)))
	}
	if !s.AnswerBy.IsZero() {
		next = append(next, w.say("next.refuse"))
	}
	return next
}
