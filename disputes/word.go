package disputes

import (
	"context"
	"fmt"
	"slices"

	"arrears/ledger"
)

// Channels of what is said and heard, beside mail and the portal.
const (
	Call = "call"
	Chat = "chat"
)

// A Word is what was said or heard.
type Word struct {
	Text      string
	Channel   string // mail, portal, call or chat; empty: mail
	Contact   string // of the sender
	Documents []Document
	Verified  bool // of a mail: it comes from who it says; a person at the desk or in the portal always does
}

func (f *form) word(w Word) Word {
	w.Text = f.text("text", w.Text, len(w.Documents) == 0)
	w.Contact = f.line("contact", w.Contact, false)
	w.Channel = orElse(w.Channel, Mail)
	if !slices.Contains([]string{Mail, Portal, Call, Chat}, w.Channel) {
		f.wrong("channel", "there is none called %q", w.Channel)
	}
	w.Documents = slices.Clone(w.Documents)
	f.documents("documents", w.Documents)
	return w
}

// Say writes to the customer. A call or a chat is only noted.
func (d *Desk) Say(ctx context.Context, who ledger.Actor, key, id string, w Word) (Case, error) {
	f := &form{}
	s := step{kind: Said, asked: w}
	w = f.word(w)
	s.plan = func(t *turn) error {
		t.change.Text, t.change.Channel, t.change.Documents = w.Text, w.Channel, w.Documents
		return firstWrong(f.err(), t.staffOrAccount(who))
	}
	if w.Channel == Mail || w.Channel == Portal {
		s.letter = func(ctx context.Context, l Letters, after Case) ([]ledger.Message, error) {
			return l.Say(ctx, after, w.Text)
		}
	}
	return d.take(ctx, who, key, id, s)
}

// Remark notes something among ourselves.
func (d *Desk) Remark(ctx context.Context, who ledger.Actor, key, id, text string) (Case, error) {
	f := &form{}
	s := step{kind: Remarked, asked: text}
	text = f.text("text", text, true)
	s.plan = func(t *turn) error {
		t.change.Text = text
		return firstWrong(f.err(), t.staffOrAccount(who))
	}
	return d.take(ctx, who, key, id, s)
}

// Relay notes what somebody wrote among ourselves elsewhere, as in a chat of the team. The contact is the author as that system calls them;
// the customer never sees it, and it moves nothing.
func (d *Desk) Relay(ctx context.Context, who ledger.Actor, key, id string, w Word) (Case, error) {
	f := &form{}
	s := step{kind: Remarked, asked: w}
	w = f.word(w)
	s.plan = func(t *turn) error {
		t.change.Text, t.change.Channel, t.change.Contact = w.Text, w.Channel, w.Contact
		if t.who.customer != "" {
			return ErrNotAllowed
		}
		return firstWrong(f.err(), t.writes(who))
	}
	return d.take(ctx, who, key, id, s)
}

// staffOrAccount lets in who works on cases, and the command line.
func (t *turn) staffOrAccount(who ledger.Actor) error {
	if t.who.customer != "" || t.who.program && !t.who.isRule {
		return ErrNotAllowed
	}
	return t.writes(who)
}

// Hear notes what the customer says. What comes from a sender nobody has verified is noted and has no effect. On a closed case it
// is noted, and somebody is told to look.
func (d *Desk) Hear(ctx context.Context, who ledger.Actor, key, id string, w Word) (Case, error) {
	f := &form{}
	s := step{kind: Heard, asked: w}
	w = f.word(w)
	s.plan = func(t *turn) error {
		if err := firstWrong(f.err(), t.writes(who)); err != nil {
			return err
		}
		t.change.Text, t.change.Channel, t.change.Contact, t.change.Documents = w.Text, w.Channel, w.Contact, w.Documents
		switch _, leads := t.model.next(t.c.State, Heard, ""); {
		case t.c.Closed:
			t.alert("the customer wrote after the case was closed")
		case t.who.program && !w.Verified:
			t.alert("a sender nobody has verified wrote on this case")
		case leads:
			if err := t.transit(Heard, ""); err != nil {
				return err
			}
			t.again()
		case len(w.Documents) > 0:
			t.again()
		}
		return nil
	}
	return d.take(ctx, who, key, id, s)
}

// Attach adds documents to a case.
func (d *Desk) Attach(ctx context.Context, who ledger.Actor, key, id string, documents ...Document) (Case, error) {
	f := &form{}
	s := step{kind: Attached, asked: documents}
	documents = slices.Clone(documents)
	if len(documents) == 0 {
		f.wrong("documents", "are missing")
	}
	f.documents("documents", documents)
	s.plan = func(t *turn) error {
		if err := firstWrong(f.err(), t.open(Attached), t.writes(who)); err != nil {
			return err
		}
		if len(t.c.Documents)+len(documents) > mostEnclosed {
			return Mistakes{{"documents", fmt.Sprintf("are at most %d", mostEnclosed)}}
		}
		t.change.Documents = documents
		t.again()
		return nil
	}
	return d.take(ctx, who, key, id, s)
}
