package correspondence

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"arrears/disputes"
	"arrears/disputes/letter"
	"arrears/ledger"
	outgoing "arrears/ledger/mail"
)

type books map[string]disputes.Customer

func (b books) Customer(_ context.Context, id string) (disputes.Customer, error) {
	c, ok := b[id]
	if !ok {
		return c, fmt.Errorf("customer %s %w", id, disputes.ErrNotInBooks)
	}
	return c, nil
}

func (b books) Invoice(context.Context, string, string) (disputes.Invoice, error) {
	return disputes.Invoice{}, disputes.ErrNotInBooks
}

func clerk(t *testing.T) (Clerk, string) {
	t.Helper()
	texts, err := letter.Load(nil, "en")
	if err != nil {
		t.Fatal(err)
	}
	state := t.TempDir()
	return Clerk{
		Book: texts, Books: books{"C1": {ID: "C1", Name: "Müller & Söhne", Language: "de", Email: "buch@mueller.example"}}, Company: "Harbour Tools", Zone: time.UTC,
		Staff: map[string]string{"analyst": "desk@harbour.example"},
		Keep:  func(name string, text []byte) (outgoing.File, error) { return outgoing.Keep(state, name, text) },
		Link: func(id string, until time.Time) string {
			return "https://portal.example/enter/" + id + until.Format("-20060102")
		},
		Mark: func(id string) string { return id + "-mark" },
	}, state
}

func amount(text string) decimal.Decimal { return decimal.RequireFromString(text) }

func decided() disputes.Case {
	day := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	return disputes.Case{
		ID: "D-000042", Customer: "C1", Currency: "EUR", Reason: "price", Text: "too dear", Contact: "ana@mueller.example", Verified: true,
		Lines: []disputes.Line{{Invoice: "I1", Amount: amount("100")}, {Invoice: "I1", OrderLine: "2", Amount: amount("20.50")}}, State: "answer",
		OpenedAt: day, StateSince: day, Due: day.AddDate(0, 0, 7), RespondBy: day.AddDate(0, 0, 21), Documents: []disputes.Document{{Name: "offer.pdf"}},
		Report: &disputes.Report{Tests: []disputes.Test{{Name: "Price", Verdict: disputes.Valid, Amount: amount("70"), Says: "the list says less"}}},
		Proposal: &disputes.Proposal{ID: "D-000042/P2", Kind: disputes.Credit, Reasons: []string{"the list holds"},
			Lines: []disputes.Award{{Invoice: "I1", Amount: amount("70"), Kind: disputes.Credit}}},
		Decided: &disputes.Decision{At: day},
		Orders: []disputes.Order{
			{Proposal: "D-000042/P1", State: disputes.InstructionConfirmed, Lines: []disputes.Award{{Invoice: "I1", Amount: amount("30"), Kind: disputes.Refund}, {Invoice: "I1", Amount: amount("5"), Kind: disputes.Withhold}}},
			{Proposal: "D-000042/P0", State: disputes.InstructionReturned, Lines: []disputes.Award{{Invoice: "I1", Amount: amount("30"), Kind: disputes.Refund}}},
		},
	}
}

// only is the one letter of a step.
func only(t *testing.T, messages []ledger.Message, err error) (string, outgoing.Letter) {
	t.Helper()
	if err != nil || len(messages) != 1 {
		t.Fatalf("%d letters: %v", len(messages), err)
	}
	var l outgoing.Letter
	if err := json.Unmarshal(messages[0].Content, &l); err != nil {
		t.Fatal(err)
	}
	return messages[0].To, l
}

func TestDecisionGoesOutWithItsStatement(t *testing.T) {
	k, state := clerk(t)
	messages, err := k.Statement(t.Context(), decided())
	to, l := only(t, messages, err)
	if to != "ana@mueller.example" || l.Subject != "Ihre Reklamation D-000042: unsere Entscheidung [D-000042-mark]" || len(l.Files) != 2 || l.Files[0].Name != "D-000042.pdf" ||
		!strings.Contains(l.Text, "bis zum 23. November 2026") || !strings.Contains(l.Text, "https://portal.example/enter/D-000042-20261223") {
		t.Errorf("%s: %+v", to, l)
	}
	page, err := os.ReadFile(filepath.Join(state, "outgoing", l.Files[1].Digest))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Müller &amp; Söhne C1", "Früher gewährt", ">30,00<", ">70,00<", ">20,50<", ">120,50<", "the list says less", "offer.pdf"} {
		if !strings.Contains(string(page), want) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
	again, err := k.Statement(t.Context(), decided())
	if err != nil || string(again[0].Content) != string(messages[0].Content) {
		t.Error("the same decision is another letter")
	}
}

func TestEveryStepIsWrittenInTheCustomersLanguage(t *testing.T) {
	k, _ := clerk(t)
	c := decided()
	closed := c
	closed.Closed, closed.Outcome, closed.State = true, disputes.OutcomePartial, "closed"
	for want, write := range map[string]func() ([]ledger.Message, error){
		"wird geprüft":         func() ([]ledger.Message, error) { return k.Filed(t.Context(), c) },
		"wartet auf Ihre":      func() ([]ledger.Message, error) { return k.Status(t.Context(), c) },
		"teilweise zu":         func() ([]ledger.Message, error) { return k.Status(t.Context(), closed) },
		"Which list was that?": func() ([]ledger.Message, error) { return k.Say(t.Context(), c, "Which list was that?") },
		"Ihre Antwort fehlt":   func() ([]ledger.Message, error) { return k.Reminder(t.Context(), c, disputes.ByCustomer) },
	} {
		messages, err := write()
		to, l := only(t, messages, err)
		if to != c.Contact || !strings.Contains(l.Subject+l.Text, want) {
			t.Errorf("%q is not in %+v to %s", want, l, to)
		}
	}
	messages, err := k.Escalation(t.Context(), c, "analyst")
	if to, l := only(t, messages, err); to != "desk@harbour.example" || !strings.Contains(l.Text, "The dispute D-000042 of Müller & Söhne over 120.50\u00a0EUR") || strings.Contains(l.Subject, "mark") {
		t.Errorf("%s %+v", to, l)
	}
	if messages, err := k.Escalation(t.Context(), c, "cfo"); err != nil || messages != nil {
		t.Errorf("a role without an address: %v %v", messages, err)
	}
}

// Of a case whose sender nobody knows, a letter says nothing that the sender has not said.
// Tests and what rules decided are told in the customer's language; what a person wrote stays.
func TestStatementIsInTheCustomersLanguage(t *testing.T) {
	k, _ := clerk(t)
	c := decided()
	says := "Invoice I1 was billed above the agreed price: 70 is not owed."
	c.Report.Tests = []disputes.Test{
		{Name: "price", Verdict: disputes.Valid, Amount: amount("70"), Says: says,
			Phrases: []disputes.Phrase{{Code: "price.valid", Values: map[string]string{"invoice": "I1", "amount": "70"}}}},
		{Name: "their own", Verdict: disputes.Invalid, Says: "Nothing known.", Phrases: []disputes.Phrase{{Code: "nobody.knows"}}},
		{Name: "tax", Verdict: disputes.Invalid, Says: "From before there were phrases."},
	}
	c.Proposal.Reasons = []string{says, disputes.Unexamined, "the list holds"}
	s, _, err := k.StatementOf(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	const german = "Die Rechnung I1 liegt über dem vereinbarten Preis: 70,00\u00a0EUR sind nicht geschuldet."
	if s.Findings[0].Says != german || s.Findings[1].Says != "Nothing known." || s.Findings[2].Says != "From before there were phrases." {
		t.Errorf("%+v", s.Findings)
	}
	if s.Reasons[0] != german || s.Reasons[1] != "Wir gewähren es ohne weitere Prüfung." || s.Reasons[2] != "the list holds" {
		t.Errorf("%q", s.Reasons)
	}
	if c.Proposal.Reasons[0] != says {
		t.Error("the case itself is changed")
	}
}

func TestSharedDocumentIsALinkThatExpires(t *testing.T) {
	k, _ := clerk(t)
	c, until := decided(), time.Date(2026, 11, 9, 9, 0, 0, 0, time.UTC)
	if _, err := k.Shared(t.Context(), c, c.Documents[0], until); !errors.Is(err, disputes.ErrNoPortal) {
		t.Errorf("without a portal: %v", err)
	}
	k.File = func(id, digest string, until time.Time) string {
		return "https://portal.example/document/" + id + digest + until.Format("-20060102")
	}
	messages, err := k.Shared(t.Context(), c, disputes.Document{Name: "Lieferschein.pdf", Digest: "d1"}, until)
	to, l := only(t, messages, err)
	if to != "ana@mueller.example" || !strings.Contains(l.Text, "Lieferschein.pdf") || !strings.Contains(l.Text, "https://portal.example/document/D-000042d1-20261109\n") ||
		!strings.Contains(l.Text, "9. November 2026") || len(l.Files) > 0 || !strings.HasSuffix(l.Subject, "[D-000042-mark]") {
		t.Errorf("%s: %s %s", to, l.Subject, l.Text)
	}
}

func TestStrangerLearnsNothing(t *testing.T) {
	k, _ := clerk(t)
	c := decided()
	c.Verified = false
	messages, err := k.Say(t.Context(), c, "Who are you?")
	_, l := only(t, messages, err)
	for _, secret := range []string{"Müller", "I1", "120", "portal.example", "EUR"} {
		if strings.Contains(l.Subject+l.Text, secret) {
			t.Errorf("%q is told: %s", secret, l.Text)
		}
	}
	if messages, err := k.Reminder(t.Context(), c, disputes.ByCustomer); err != nil || messages != nil {
		t.Errorf("a stranger is reminded: %v %v", messages, err)
	}
}

func TestCaseFromNowhereIsWrittenToNobody(t *testing.T) {
	k, _ := clerk(t)
	c := disputes.Case{ID: "D-000001", Customer: disputes.Unknown, Verified: true, OpenedAt: time.Now(), Due: time.Now()}
	for _, contact := range []string{"", "not an address", "a@b.c\r\nBcc: x@y.z"} {
		c.Contact = contact
		if messages, err := k.Filed(t.Context(), c); err != nil || messages != nil {
			t.Errorf("%q: %v %v", contact, messages, err)
		}
	}
	c.Contact = "a@b.example"
	messages, err := k.Filed(t.Context(), c)
	if _, l := only(t, messages, err); !strings.Contains(l.Text, "Disputed amount:     none") {
		t.Errorf("%+v", l)
	}
}

func TestStatementIsShownAsItWentOut(t *testing.T) {
	k, state := clerk(t)
	l, err := ledger.Open(t.Context(), state, ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	c := decided()
	send := func(messages []ledger.Message) {
		t.Helper()
		_, err := l.Write(t.Context(), ledger.Draft{Key: ledger.NewKey(), Actor: ledger.Program("test"), Subject: ledger.Subject{Kind: disputes.Kind, ID: c.ID},
			Type: disputes.StatementSent, Messages: messages})
		if err != nil {
			t.Fatal(err)
		}
	}
	messages, err := k.Statement(t.Context(), c)
	_, sent := only(t, messages, err)
	send(messages)
	want, err := sent.Files[0].Read(state)
	if err != nil {
		t.Fatal(err)
	}
	c.Decided.Answer, c.RespondBy, c.State = disputes.Accepted, time.Time{}, "settling" // whatever has happened since
	if got, err := k.SentStatement(t.Context(), l, state, c); err != nil || string(got) != string(want) {
		t.Errorf("%d bytes, %v; want the %d that went out", len(got), err, len(want))
	}
	send(nil)
	if got, err := k.SentStatement(t.Context(), l, state, c); err != nil || string(got) == string(want) || len(got) == 0 {
		t.Errorf("the last decision went out by no letter, and the one before is shown: %v", err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}
