package disputes

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"arrears/ledger"
)

// A step is something that is to happen to a case.
type step struct {
	kind   string
	reason string
	asked  any // what the caller wants: the same key must want the same

	// plan decides whether the step may be taken and what follows from it, from the turn alone.
	plan func(t *turn) error

	// letter writes what goes out because of it, of the case as it will be. It may be nil.
	letter func(ctx context.Context, l Letters, after Case) ([]ledger.Message, error)

	// message is what goes out beside letters. It may be nil.
	message func(after Case) (ledger.Message, error)
}

// A turn is all that a plan may look at, and the change it makes.
type turn struct {
	who    person
	now    time.Time
	model  Model
	desk   *Desk
	c      Case
	change change
}

// errStale says that something else was written meanwhile.
var errStale = errors.New("the dispute has moved meanwhile; look again")

// patience is how often a step is planned anew because somebody else was faster.
const patience = 50

// take takes a step. It is planned on what is written, and written only if that still holds in the transaction of the write: the
// same case, the same model, the same roles. Otherwise it is planned again.
func (d *Desk) take(ctx context.Context, who ledger.Actor, key, id string, s step) (Case, error) {
	asked, err := wanted(s)
	if err != nil {
		return Case{}, err
	}
	for range patience {
		done, err := d.asked(ctx, who, key, id, s.kind, asked)
		if done || err != nil {
			return d.settled(ctx, id, err)
		}
		err = d.try(ctx, who, key, id, s, asked)
		if errors.Is(err, errStale) || errors.Is(err, ledger.ErrKeyReused) {
			continue // by somebody else, or by this caller at the same time
		}
		return d.settled(ctx, id, err)
	}
	return Case{}, fmt.Errorf("%s: %w", id, errStale)
}

func (d *Desk) settled(ctx context.Context, id string, err error) (Case, error) {
	if err != nil {
		return Case{}, err
	}
	return d.Case(ctx, id)
}

// asked says whether a key has been used for this before. For something else is an error.
func (d *Desk) asked(ctx context.Context, who ledger.Actor, key, id, kind, asked string) (bool, error) {
	e, err := d.ledger.Keyed(ctx, key)
	if errors.Is(err, ledger.ErrNoEvent) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	var first change
	if err := e.Into(&first); err != nil {
		return false, err
	}
	if e.Subject.Kind != Kind || id != "" && e.Subject.ID != id || e.Type != kind || e.Actor != who || first.Asked != asked {
		return false, fmt.Errorf("%w: event %d is %s of %s", ledger.ErrKeyReused, e.Sequence, e.Type, e.Subject.ID)
	}
	return true, nil
}

// wanted is a digest of what the caller wants.
func wanted(s step) (string, error) {
	text, err := json.Marshal([]any{s.kind, s.reason, s.asked})
	if err != nil {
		return "", fmt.Errorf("write down %s: %w", s.kind, err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}

// try plans a step and writes it, if what it was planned on still holds.
func (d *Desk) try(ctx context.Context, who ledger.Actor, key, id string, s step, asked string) error {
	db := d.ledger.Reader()
	c, err := caseOf(ctx, db, id)
	if err != nil {
		return err
	}
	t := &turn{desk: d, c: c, now: d.opts.Now().UTC().Truncate(time.Microsecond)}
	if t.who, err = personOf(ctx, db, who); err != nil {
		return err
	}
	if t.model, err = d.Model(ctx); err != nil {
		return err
	}
	if err := t.theirs(); err != nil {
		return err
	}
	t.change = change{Asked: asked, Rules: t.model.Digest}
	if err := s.plan(t); err != nil {
		return err
	}
	after, err := t.after(who, s.kind, s.reason)
	if err != nil {
		return err
	}
	t.change.Row = rowOf(c, after, t.now)
	if _, contact := directions[s.kind]; contact {
		t.change.Customer = c.Customer
	}
	draft := ledger.Draft{Key: key, Actor: who, Subject: ledger.Subject{Kind: Kind, ID: id}, Type: s.kind, Payload: t.change, Reason: s.reason,
		Guard: t.holds(who, c.Revision)}
	if draft.Messages, err = d.messages(ctx, s, after); err != nil {
		return err
	}
	_, err = d.ledger.Write(ctx, draft)
	return err
}

// theirs keeps customers to their own cases: another's is not there.
func (t *turn) theirs() error {
	if t.who.customer != "" && t.who.customer != t.c.Customer {
		return fmt.Errorf("%w: %q", ErrNoCase, t.c.ID)
	}
	return nil
}

// holds is the guard of a planned step.
func (t *turn) holds(who ledger.Actor, revision int64) func(context.Context, ledger.Reader) error {
	return func(ctx context.Context, written ledger.Reader) error {
		now, err := caseOf(ctx, written, t.c.ID)
		if err != nil {
			return err
		}
		p, err := personOf(ctx, written, who)
		if err != nil {
			return err
		}
		digest, err := inForce(ctx, written)
		if err != nil {
			return err
		}
		if digest == "" {
			digest = t.desk.file.Digest
		}
		if now.Revision != revision || !p.same(t.who) || digest != t.model.Digest {
			return errStale
		}
		return nil
	}
}

// after is the case as it will be, but for the moment and the number of the event.
func (t *turn) after(who ledger.Actor, kind, reason string) (Case, error) {
	after, err := copyOf(t.c)
	if err != nil {
		return after, err
	}
	e := ledger.Event{Sequence: t.c.Revision + 1, At: t.now, Actor: who, Subject: ledger.Subject{Kind: Kind, ID: t.c.ID}, Type: kind, Reason: reason}
	err = after.apply(e, t.change)
	return after, err
}

// messages are what goes out because of a step.
func (d *Desk) messages(ctx context.Context, s step, after Case) ([]ledger.Message, error) {
	var all []ledger.Message
	if s.message != nil {
		m, err := s.message(after)
		if err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	if s.letter == nil || d.opts.Letters == nil {
		return all, nil
	}
	letters, err := s.letter(ctx, d.opts.Letters, after)
	if err != nil {
		return nil, fmt.Errorf("write the letter of %s: %w", after.ID, err)
	}
	return append(all, letters...), nil
}

// copyOf is a case that shares nothing with another.
func copyOf(c Case) (Case, error) {
	body, err := json.Marshal(c)
	if err != nil {
		return Case{}, err
	}
	return decodeCase(string(body))
}

// status is a letter to the customer about where the case stands.
func status(ctx context.Context, l Letters, after Case) ([]ledger.Message, error) {
	if !after.Verified {
		return nil, nil
	}
	return l.Status(ctx, after)
}
