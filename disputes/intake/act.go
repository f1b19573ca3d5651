package intake

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

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
	w := disputes.Word{Text: m.Text, Channel: disputes.Mail, Contact: m.From, Verified: t.speaks}
	var err error
	if w.Documents, err = i.documents(&w.Text, m); err != nil {
		return err
	}
	if strings.TrimSpace(w.Text) == "" && len(w.Documents) == 0 {
		w.Text = "(The message repeats what was written before and says nothing new.)"
	}
	who := Program
	if t.speaks {
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
