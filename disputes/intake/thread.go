package intake

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"arrears/disputes"
	"arrears/ledger"
)

// thread is what a message belongs to.
type thread struct {
	answers bool          // it is said on the case
	speaks  bool          // for the case's customer, by our mail server's word; otherwise it has no effect
	c       disputes.Case // which it answers
	claimed string        // the case it names and may not be said on; for a person to see
	why     string        // why not
}

// thread finds the case that a message answers. That it names one proves nothing: its sender must be the contact of that case, or one
// of its customer's, and our mail server must vouch for them, or the message must carry what only a receiver of our letters has.
func (i *Intake) thread(ctx context.Context, m Message) (thread, error) {
	candidates, err := i.candidates(ctx, m)
	if err != nil {
		return thread{}, err
	}
	var t thread
	for _, named := range candidates {
		c, err := i.Desk.Case(ctx, named.id)
		if errors.Is(err, disputes.ErrNoCase) {
			continue
		}
		if err != nil {
			return t, err
		}
		belongs, known, err := i.belongs(ctx, m.From, c)
		switch {
		case err != nil:
			return t, err
		case belongs && (m.Authentic || named.proven):
			return thread{answers: true, speaks: known && m.Authentic, c: c}, nil
		case t.claimed != "":
		case belongs:
			t.claimed, t.why = c.ID, "nobody vouches for its sender"
		default:
			t.claimed, t.why = c.ID, "its sender is no contact of that case"
		}
	}
	return t, nil
}

// belongs says whether an address is that of a case: of who filed it, or of its customer. It is known where the books have it, or a
// person has made sure of who filed the case.
func (i *Intake) belongs(ctx context.Context, address string, c disputes.Case) (belongs, known bool, err error) {
	if address == "" {
		return false, false, nil
	}
	customers, err := i.Books.Customers(ctx, address)
	if err != nil {
		return false, false, err
	}
	filed := strings.EqualFold(address, c.Contact)
	known = slices.Contains(customers, c.Customer) || filed && c.Verified
	return filed || known, known, nil
}

// a candidate is a case that a message may answer; proven where it carries what only a receiver of our letters can have.
type candidate struct {
	id     string
	proven bool
}

// candidates lists the cases that a message points to, the surest first.
func (i *Intake) candidates(ctx context.Context, m Message) ([]candidate, error) {
	var found []candidate
	add := func(id string, proven bool) {
		for _, c := range found {
			if c.id == id {
				return
			}
		}
		found = append(found, candidate{id, proven})
	}
	for _, id := range m.References {
		l, err := i.letter(ctx, id)
		if err != nil {
			return nil, err
		}
		if l.about.Kind == disputes.Kind {
			add(l.about.ID, true)
		}
	}
	signed, bare := i.Mark.find(append([]string{m.Subject}, m.To...)...)
	for _, id := range signed {
		add(id, true)
	}
	for _, id := range m.References {
		earlier, err := i.earlier(ctx, id)
		if err != nil {
			return nil, err
		}
		if earlier != "" {
			add(earlier, false)
		}
	}
	for _, id := range bare {
		add(id, false)
	}
	return found, nil
}

// letter is one of ours.
type letter struct {
	about ledger.Subject
	to    string
}

// letter finds the letter of ours that has a Message-ID. Its first part is the message's in the outbox, which nobody guesses.
func (i *Intake) letter(ctx context.Context, messageID string) (l letter, err error) {
	id, _, _ := strings.Cut(messageID, "@")
	err = i.Ledger.Reader().QueryRowContext(ctx, `select event.subject_kind, event.subject, outbox.recipient from outbox
		join event on event.sequence = outbox.event where outbox.id = ?`, id).Scan(&l.about.Kind, &l.about.ID, &l.to)
	if errors.Is(err, sql.ErrNoRows) {
		return letter{}, nil
	}
	if err != nil {
		return letter{}, fmt.Errorf("look for a letter of ours: %w", err)
	}
	return l, nil
}

// earlier is the case that an earlier message of a customer led to.
func (i *Intake) earlier(ctx context.Context, messageID string) (id string, err error) {
	err = i.Ledger.Reader().QueryRowContext(ctx, "select dispute from mail where message_id = ? and dispute <> '' order by event desc limit 1",
		messageID).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("look for an earlier message: %w", err)
	}
	return id, nil
}

// continues finds the case that a claim goes on with, though it says so nowhere: one that is open about the same invoices, or, where it
// names none, the one about which a letter has lately gone to its sender. So a program that answers every letter and hides that it is
// one gets a single letter.
func (i *Intake) continues(ctx context.Context, m Message, claim disputes.Claim) (thread, error) {
	if len(claim.Lines) == 0 {
		return i.echoed(ctx, m)
	}
	open, err := i.Desk.Cases(ctx, disputes.Filter{Customer: claim.Customer, Invoice: claim.Lines[0].Invoice, Open: true})
	if err != nil {
		return thread{}, err
	}
	for _, c := range open {
		if c.Verified && about(c, claim.Lines) {
			return thread{answers: true, speaks: true, c: c}, nil
		}
	}
	return thread{}, nil
}

// about says whether a case holds every invoice of some lines.
func about(c disputes.Case, lines []disputes.Line) bool {
	for _, l := range lines {
		if !slices.ContainsFunc(c.Lines, func(of disputes.Line) bool { return of.Invoice == l.Invoice }) {
			return false
		}
	}
	return true
}

// echoed is the case about which a letter has lately gone to the sender.
func (i *Intake) echoed(ctx context.Context, m Message) (t thread, err error) {
	var id string
	err = i.Ledger.Reader().QueryRowContext(ctx, `select event.subject from outbox join event on event.sequence = outbox.event
		where event.subject_kind = ? and lower(outbox.recipient) = ? and event.at > ? order by event.sequence desc limit 1`,
		disputes.Kind, m.From, m.At.Add(-echoWithin).UTC().Format(stamp)).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return t, nil
	}
	if err == nil {
		t.c, err = i.Desk.Case(ctx, id)
	}
	if err != nil {
		return t, fmt.Errorf("look for our last letter to a sender: %w", err)
	}
	t.answers, t.speaks, err = i.belongs(ctx, m.From, t.c)
	return t, err
}
