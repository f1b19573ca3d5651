package disputes

import (
	"context"
	"fmt"

	"arrears/ledger"
)

// Ticked is what a tick did.
type Ticked struct {
	Steps, Reminded, Escalated, Silent int
	Failed                             int // cases on which nothing could be done; the log says why
}

// Tick does what is due: what comes by itself after a step, reminders and escalations, and what follows from silence. It may be called
// as often as one likes, by several processes. A case that cannot be helped does not keep the others; the error is of the first.
func (d *Desk) Tick(ctx context.Context) (Ticked, error) {
	now := d.opts.Now().UTC().Format(stamp)
	due, err := casesOf(ctx, d.ledger.Reader(), "select body from dispute where next_at <> '' and next_at <= ? order by next_at, number", now)
	if err != nil {
		return Ticked{}, err
	}
	var done Ticked
	var first error
	for _, c := range due {
		if ctx.Err() != nil {
			return done, ctx.Err()
		}
		if err := d.tick(ctx, c, &done); err != nil {
			done.Failed++
			d.opts.Log.WarnContext(ctx, "a dispute stands still", "case", c.ID, "state", c.State, "next", c.Pending, "cause", err)
			if first == nil {
				first = fmt.Errorf("%s: %w", c.ID, err)
			}
		}
	}
	return done, first
}

// Advance does what comes by itself on one case, as far as it goes.
func (d *Desk) Advance(ctx context.Context, id string) (Case, error) {
	c, err := d.Case(ctx, id)
	if err != nil {
		return c, err
	}
	return d.advance(ctx, c, &Ticked{})
}

func (d *Desk) tick(ctx context.Context, c Case, done *Ticked) error {
	c, err := d.advance(ctx, c, done)
	if err != nil || c.Closed || c.Pending != "" {
		return err
	}
	return d.clocks(ctx, c, done)
}

// advance takes the steps that come by themselves.
func (d *Desk) advance(ctx context.Context, c Case, done *Ticked) (Case, error) {
	for c.Pending != "" && !c.Closed {
		key := fmt.Sprintf("%s %s after %d", c.ID, c.Pending, c.Revision)
		next, err := d.byItself(ctx, key, c)
		if err != nil || next.Revision == c.Revision {
			return c, err
		}
		c = next
		done.Steps++
	}
	return c, nil
}

func (d *Desk) byItself(ctx context.Context, key string, c Case) (Case, error) {
	switch c.Pending {
	case Validated:
		if d.opts.Validator == nil {
			return c, nil // where nobody can validate, people look at it themselves
		}
		return d.Validate(ctx, Program, key, c.ID)
	case Proposed:
		return d.proposeByRule(ctx, key, c.ID)
	case Approved:
		return d.Approve(ctx, Program, key, c.ID, c.Proposal.Hash, "the rules need nobody's approval for it")
	case StatementSent:
		return d.Send(ctx, Program, key, c.ID)
	case Instructed:
		return d.instruct(ctx, "instruct "+c.Proposal.ID, c.ID)
	case Closed:
		return d.close(ctx, key, c.ID)
	}
	return c, fmt.Errorf("nothing is known of %q", c.Pending)
}

// clocks reminds, escalates, and ends a wait for the customer.
func (d *Desk) clocks(ctx context.Context, c Case, done *Ticked) error {
	now := d.opts.Now()
	var err error
	switch {
	case !c.Due.IsZero() && !now.Before(c.Due) && !c.Escalated:
		c, err = d.remind(ctx, c, Escalated)
		done.Escalated++
	case !c.Remind.IsZero() && !now.Before(c.Remind) && !c.Reminded:
		c, err = d.remind(ctx, c, Reminded)
		done.Reminded++
	}
	if err != nil || !c.silent(now) {
		return err
	}
	done.Silent++
	return d.silence(ctx, c, done)
}

// remind tells staff that a service level ends, or has ended, once for each stay in a state.
func (d *Desk) remind(ctx context.Context, c Case, kind string) (Case, error) {
	var role string
	s := step{kind: kind, plan: func(t *turn) error {
		state, ok := t.model.State(t.c.State)
		if !ok {
			return MoveError{Case: c.ID, State: t.c.State, Step: kind}
		}
		role = state.Owner
		if kind == Escalated {
			role = state.Escalate
		}
		t.change.Told = []string{role}
		return nil
	}}
	s.letter = func(ctx context.Context, l Letters, after Case) ([]ledger.Message, error) {
		if kind == Escalated {
			return l.Escalation(ctx, after, role)
		}
		return l.Reminder(ctx, after, role)
	}
	return d.take(ctx, Program, fmt.Sprintf("%s %s in %s since %s", c.ID, kind, c.State, c.StateSince.Format(stamp)), c.ID, s)
}
