package disputes

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/shopspring/decimal"
)

// A Line is what is claimed of one invoice, or of one line of its order, in the invoice's currency.
type Line struct {
	Invoice   string          `json:"invoice"`
	OrderLine string          `json:"order_line,omitempty"`
	Amount    decimal.Decimal `json:"amount"`
}

// A Document is what somebody enclosed. Its bytes lie on the [Shelf] under their SHA-256.
type Document struct {
	Name   string `json:"name"`
	Type   string `json:"type"` // as found in the bytes, never as the sender says
	Digest string `json:"digest"`
	Size   int64  `json:"size"`
}

// The channels by which a claim comes in.
const (
	Portal    = "portal"
	Mail      = "mail"
	Staff     = "staff"
	API       = "api"
	Extract   = "extract"
	Deduction = "deduction" // found as a short payment
)

var channels = []string{Portal, Mail, Staff, API, Extract, Deduction}

// A Claim is what a customer says is wrong.
type Claim struct {
	Customer  string     `json:"customer"` // of a mail from nobody we know: Unknown
	Currency  string     `json:"currency"`
	Lines     []Line     `json:"lines"` // of a mail that names no invoice: none, until somebody amends the case
	Reason    string     `json:"reason"`
	Text      string     `json:"text"`
	Documents []Document `json:"documents,omitempty"`
	Channel   string     `json:"channel"`
	Contact   string     `json:"contact"`   // address of the sender
	Verified  bool       `json:"verified"`  // counts from the mail's intake only: who signs in is verified, and who has a link
	Reference string     `json:"reference"` // the customer's own number
}

// Unknown stands for the customer where nobody knows whose a claim is.
const Unknown = "?"

// lenient says whether the claim comes from where nobody can be asked to put it right at once.
func (c Claim) lenient() bool {
	return c.Channel == Mail || c.Channel == Extract || c.Channel == Deduction
}

// Total is what lines claim together.
func Total(lines []Line) decimal.Decimal {
	sum := decimal.Zero
	for _, l := range lines {
		sum = sum.Add(l.Amount)
	}
	return sum
}

// A Mistake is a field that cannot be meant.
type Mistake struct{ Field, Text string }

// Mistakes are all that is wrong with what was asked for; nothing of it is written.
type Mistakes []Mistake

func (m Mistakes) Error() string {
	lines := make([]string, len(m))
	for i, one := range m {
		lines[i] = one.Field + ": " + one.Text
	}
	return strings.Join(lines, "; ")
}

// A form reads fields and notes what is wrong with them.
type form struct{ mistakes Mistakes }

func (f *form) wrong(field, text string, args ...any) {
	f.mistakes = append(f.mistakes, Mistake{field, fmt.Sprintf(text, args...)})
}

func (f *form) err() error {
	if len(f.mistakes) == 0 {
		return nil
	}
	return f.mistakes
}

// Bounds of what people write, in characters, and of what one claim holds.
const (
	longestLine  = 200
	longestText  = 20_000
	mostLines    = 500
	mostEnclosed = 50
)

// line is text without breaks.
func (f *form) line(field, value string, required bool) string {
	value = f.text(field, value, required)
	if strings.Contains(value, "\n") || utf8.RuneCountInString(value) > longestLine {
		f.wrong(field, "is one line of at most %d characters", longestLine)
	}
	return value
}

// text keeps what was written, but for the signs of other systems' line ends and the blanks around it.
func (f *form) text(field, value string, required bool) string {
	value = strings.TrimSpace(strings.ReplaceAll(value, "\r\n", "\n"))
	unprintable := func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }
	switch {
	case required && value == "":
		f.wrong(field, "is missing")
	case !utf8.ValidString(value) || strings.ContainsFunc(value, unprintable):
		f.wrong(field, "has signs that are no text")
	case utf8.RuneCountInString(value) > longestText:
		f.wrong(field, "has at most %d characters", longestText)
	}
	return value
}

// smallest is the unit below which no currency has amounts.
const smallest = 3

var largest = decimal.New(1, 15)

func (f *form) amount(field string, amount decimal.Decimal) {
	switch {
	case !amount.IsPositive():
		f.wrong(field, "is more than nothing")
	case !amount.Equal(amount.Truncate(smallest)):
		f.wrong(field, "%s has more than %d decimals", amount, smallest)
	case amount.GreaterThanOrEqual(largest):
		f.wrong(field, "%s is more than any invoice", amount)
	}
}

func (f *form) documents(field string, documents []Document) {
	if len(documents) > mostEnclosed {
		f.wrong(field, "are at most %d", mostEnclosed)
	}
	for i, d := range documents {
		at := fmt.Sprintf("%s[%d]", field, i)
		documents[i].Name = f.line(at+".name", d.Name, true)
		if !digestShape.MatchString(d.Digest) || d.Size < 0 {
			f.wrong(at, "is not on the shelf")
		}
	}
}

// lines checks what is claimed. Each line is of an invoice; none is twice.
func (f *form) lines(lines []Line, required bool) {
	if required && len(lines) == 0 {
		f.wrong("lines", "are missing: a claim is about one invoice or more")
	}
	if len(lines) > mostLines {
		f.wrong("lines", "are at most %d", mostLines)
	}
	type place struct{ invoice, line string }
	var seen []place
	for i, l := range lines {
		at := fmt.Sprintf("lines[%d]", i)
		f.line(at+".invoice", l.Invoice, true)
		f.line(at+".order_line", l.OrderLine, false)
		f.amount(at+".amount", l.Amount)
		p := place{l.Invoice, l.OrderLine}
		if slices.Contains(seen, p) {
			f.wrong(at, "claims invoice %s twice", l.Invoice)
		}
		seen = append(seen, p)
	}
}
