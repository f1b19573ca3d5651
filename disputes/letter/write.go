package letter

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/shopspring/decimal"
)

// gaps are empty lines left by a placeholder with nothing in it.
var gaps = regexp.MustCompile(`\n{3,}`)

// Write writes a letter in the language nearest to the one asked for. A placeholder of its template without a value is an error that says
// where it stands.
func (b *Book) Write(k Kind, language string, f Facts) (Text, error) {
	l := b.Language(language)
	t, known := l.tones[f.Tone][k]
	if !known {
		t, known = l.templates[k]
	}
	if !known {
		return Text{}, fmt.Errorf("there is no letter of the kind %q", k)
	}
	values := f.values(l)
	rights, err := l.Rights(f.Company, f.Case)
	if err != nil {
		return Text{}, err
	}
	if k == Overdue && Clean(f.Text) == "" { // nobody wrote anything: that is no fact to tell
		values["text"] = ""
	}
	values["rights"] = "- " + strings.Join(rights, "\n- ")
	subject, err := t.subject.fill(values)
	if err != nil {
		return Text{}, err
	}
	body, err := t.body.fill(values)
	if err != nil {
		return Text{}, err
	}
	return Text{Subject: Line(subject), Body: gaps.ReplaceAllString(strings.TrimSpace(body), "\n\n") + "\n", Language: l.Tag()}, nil
}

// Preview is a letter about a made-up case, to see how a template reads.
func (b *Book) Preview(k Kind, language, tone string) (Text, error) {
	return b.Write(k, language, Facts{
		Company: "Harbour Tools", Customer: "Example Stores", Case: "D-000042", Reference: "PO-7781", Invoices: []string{"INV-1001", "INV-1002"},
		Reason: "price", State: "validating", Outcome: "credit", Text: "Which price list did you order from?", Owner: "desk-1",
		Link: "https://receivables.example.com/case/…", Currency: "EUR", Amount: decimal.RequireFromString("1234.50"),
		Awarded: decimal.NewNullDecimal(decimal.RequireFromString("1000.00")), Opened: time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC),
		RespondBy: time.Date(2026, 11, 9, 0, 0, 0, 0, time.UTC), AnswerBy: time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC),
		Until: time.Date(2026, 11, 16, 0, 0, 0, 0, time.UTC), Tone: tone,
		Items: []Item{{"INV-1001", "EUR", time.Date(2026, 10, 2, 0, 0, 0, 0, time.UTC), decimal.RequireFromString("1234.50")},
			{"INV-1002", "EUR", time.Date(2026, 10, 9, 0, 0, 0, 0, time.UTC), decimal.RequireFromString("99")}},
	})
}
