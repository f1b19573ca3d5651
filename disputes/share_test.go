package disputes

import (
	"errors"
	"strings"
	"testing"

	"arrears/ledger"
)

// What is shared is of the case, for a verified customer, by who works on it; it is on record and the customer is told.
func TestDocumentIsSharedByWhoWorksOnTheCase(t *testing.T) {
	b, ctx := newBench(t), t.Context()
	b.opts.Letters = scribe{}
	shelf := Shelf{State: b.state}
	doc, err := shelf.Keep("delivery note.pdf", []byte("%PDF-1.7"))
	if err != nil {
		t.Fatal(err)
	}
	c := b.must(t)(b.File(ctx, customer1, "k1", claim("the price", "20")))
	foreign := b.must(t)(b.File(ctx, customer1, "k2", claim("the price", "20")))
	b.must(t)(b.Attach(ctx, as(t, "ana"), "k3", c.ID, doc))
	for name, try := range map[string]struct {
		who  ledger.Actor
		id   string
		what Sharing
		want string
	}{
		"an auditor":       {as(t, "aud"), c.ID, Sharing{doc.Digest, 7}, "none of them"},
		"the customer":     {customer1, c.ID, Sharing{doc.Digest, 7}, "none of them"},
		"a program":        {ledger.Program("mail"), c.ID, Sharing{doc.Digest, 7}, "none of them"},
		"another case":     {as(t, "ana"), foreign.ID, Sharing{doc.Digest, 7}, "is none of"},
		"no document":      {as(t, "ana"), c.ID, Sharing{"", 7}, "is none of"},
		"no days":          {as(t, "ana"), c.ID, Sharing{doc.Digest, 0}, "days"},
		"almost for ever":  {as(t, "ana"), c.ID, Sharing{doc.Digest, 91}, "days"},
		"there is no case": {as(t, "ana"), "D-000099", Sharing{doc.Digest, 7}, "no such"},
	} {
		if _, err := b.Share(ctx, try.who, "try "+name, try.id, try.what); err == nil || !strings.Contains(err.Error(), try.want) {
			t.Errorf("%s: %v, want %q", name, err, try.want)
		}
	}
	if _, err := b.SharedDocument(ctx, c.ID, doc.Digest); !errors.Is(err, ErrNoDocument) {
		t.Errorf("before it is shared: %v", err)
	}
	after := b.must(t)(b.Share(ctx, as(t, "ana"), "k4", c.ID, Sharing{doc.Digest, 7}))
	again := b.must(t)(b.Share(ctx, as(t, "ana"), "k4", c.ID, Sharing{doc.Digest, 7}))
	if after.Revision != again.Revision || after.State != c.State {
		t.Errorf("%+v %+v", after, again)
	}
	history, err := b.History(ctx, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	m := history[len(history)-1]
	if m.Type != Shared || !m.Public || m.By.Name() != "ana" || len(m.Documents) != 1 || m.Documents[0] != doc || !m.Until.Equal(b.now.AddDate(0, 0, 7)) {
		t.Errorf("%+v", m)
	}
	letters := b.letters(t)
	if last := letters[len(letters)-1]; last != "ap@c1.example: shared delivery note.pdf until "+b.now.AddDate(0, 0, 7).Format("2006-01-02")+" D-000001 "+c.State {
		t.Error(last)
	}
	if d, err := b.SharedDocument(ctx, c.ID, doc.Digest); err != nil || d != doc {
		t.Errorf("%+v %v", d, err)
	}
	if _, err := b.SharedDocument(ctx, foreign.ID, doc.Digest); !errors.Is(err, ErrNoDocument) {
		t.Errorf("of another case: %v", err)
	}
}

func TestNothingIsSharedWithAStranger(t *testing.T) {
	b, ctx := newBench(t), t.Context()
	mail := claim("the price", "20")
	mail.Channel, mail.Contact, mail.Documents = Mail, "who@knows.example", nil
	c := b.must(t)(b.File(ctx, ledger.Program("mail"), "k1", mail))
	doc, err := Shelf{State: b.state}.Keep("a.txt", []byte("a"))
	if err != nil {
		t.Fatal(err)
	}
	b.must(t)(b.Attach(ctx, as(t, "ana"), "k2", c.ID, doc))
	if _, err := b.Share(ctx, as(t, "ana"), "k3", c.ID, Sharing{doc.Digest, 7}); !errors.Is(err, ErrUnverified) {
		t.Error(err)
	}
}
