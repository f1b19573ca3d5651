package disputes

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

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
	week := b.now.AddDate(0, 0, 7)
	if _, err := b.SharedDocument(ctx, c.ID, doc.Digest, week); !errors.Is(err, ErrNoDocument) {
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
	if d, err := b.SharedDocument(ctx, c.ID, doc.Digest, week); err != nil || d != doc {
		t.Errorf("%+v %v", d, err)
	}
	if _, err := b.SharedDocument(ctx, foreign.ID, doc.Digest, week); !errors.Is(err, ErrNoDocument) {
		t.Errorf("of another case: %v", err)
	}
	if _, err := b.SharedDocument(ctx, c.ID, doc.Digest, week.Add(time.Second)); !errors.Is(err, ErrNoDocument) {
		t.Errorf("until another moment: %v", err)
	}
}

// Who shares can end it: every link that opened the document opens it no longer, but for one that is made afterwards.
func TestSharingOfADocumentIsEnded(t *testing.T) {
	b, ctx := newBench(t), t.Context()
	b.opts.Letters = scribe{}
	shelf := Shelf{State: b.state}
	var docs []Document
	c := b.must(t)(b.File(ctx, customer1, "k1", claim("the price", "20")))
	for i, name := range []string{"note.pdf", "list.pdf"} {
		doc, err := shelf.Keep(name, []byte(name))
		if err != nil {
			t.Fatal(err)
		}
		b.must(t)(b.Attach(ctx, as(t, "ana"), fmt.Sprint("attach ", i), c.ID, doc))
		docs = append(docs, doc)
	}
	doc, other := docs[0], docs[1]
	share := func(key string, d Document, days int) time.Time {
		t.Helper()
		b.must(t)(b.Share(ctx, as(t, "ana"), key, c.ID, Sharing{d.Digest, days}))
		return b.now.AddDate(0, 0, days)
	}
	old := share("s0", other, 1)
	b.now = b.now.AddDate(0, 0, 1)
	week, month, theirs := share("s1", doc, 7), share("s2", doc, 30), share("s3", other, 7)
	for name, try := range map[string]struct {
		who         ledger.Actor
		digest, why string
		want        string
	}{
		"an auditor":          {as(t, "aud"), doc.Digest, "why", "none of them"},
		"the customer":        {customer1, doc.Digest, "why", "none of them"},
		"for no reason":       {as(t, "ana"), doc.Digest, " ", "reason"},
		"nothing that exists": {as(t, "ana"), strings.Repeat("0", 64), "why", "no link opens"},
	} {
		if _, err := b.Unshare(ctx, try.who, "try "+name, c.ID, try.digest, try.why); err == nil || !strings.Contains(err.Error(), try.want) {
			t.Errorf("%s: %v, want %q", name, err, try.want)
		}
	}
	letters := len(b.letters(t))
	after := b.must(t)(b.Unshare(ctx, as(t, "ana"), "u1", c.ID, doc.Digest, "the wrong file"))
	if again := b.must(t)(b.Unshare(ctx, as(t, "ana"), "u1", c.ID, doc.Digest, "the wrong file")); again.Revision != after.Revision || len(b.letters(t)) != letters {
		t.Errorf("it is ended twice, or somebody was written to: %+v", again)
	}
	if _, err := b.Unshare(ctx, as(t, "ana"), "u2", c.ID, doc.Digest, "again"); err == nil || !strings.Contains(err.Error(), "no link opens") {
		t.Errorf("ended before: %v", err)
	}
	ended := b.now
	b.now = b.now.Add(time.Hour)
	anew := share("s4", doc, 7)
	for name, link := range map[string]struct {
		digest string
		until  time.Time
		want   error
	}{
		"of a week":              {doc.Digest, week, ErrEnded},
		"of a month":             {doc.Digest, month, ErrEnded},
		"made afterwards":        {doc.Digest, anew, nil},
		"to another document":    {other.Digest, theirs, nil},
		"that was never made":    {doc.Digest, theirs.Add(time.Minute), ErrNoDocument},
		"to what no case knows":  {strings.Repeat("0", 64), week, ErrNoDocument},
		"that expired by itself": {other.Digest, old, nil}, // its token says so
	} {
		if _, err := b.SharedDocument(ctx, c.ID, link.digest, link.until); !errors.Is(err, link.want) {
			t.Errorf("a link %s: %v, want %v", name, err, link.want)
		}
	}
	history, err := b.History(ctx, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	var marked []bool
	for _, m := range history {
		switch {
		case m.Type == Shared:
			marked = append(marked, m.Ended.Equal(ended))
		case m.Type == Unshared && (m.Reason != "the wrong file" || m.By.Name() != "ana" || !m.Public || m.Documents[0] != doc):
			t.Errorf("%+v", m)
		}
	}
	if !slices.Equal(marked, []bool{false, true, true, false, false}) {
		t.Errorf("ended were %v", marked)
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
