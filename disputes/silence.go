package disputes

import (
	"context"
	"errors"
	"fmt"

	"arrears/ledger"
)

// silence does what the model says of a customer who has not answered.
func (d *Desk) silence(ctx context.Context, c Case, done *Ticked) error {
	m, err := d.Model(ctx)
	if err != nil {
		return err
	}
	state, _ := m.State(c.State)
	key := fmt.Sprintf("%s silent in %s until %s", c.ID, c.State, c.RespondBy.Format(stamp))
	switch {
	case state.Silence.Then == Accepted && c.Decided != nil:
		var told bool
		if told, err = d.told(ctx, c); err != nil {
			return err
		}
		if !told {
			return d.wait(ctx, key, c.ID)
		}
		c, err = d.answer(ctx, Program, key, c.ID, Accepted, c.Decided.Hash, fmt.Sprintf("no answer in %d days", state.Silence.Days))
	case state.Silence.Then == Lapsed:
		c, err = d.lapse(ctx, key, c.ID)
	default:
		return errors.New("the model says nothing of a customer who does not answer here")
	}
	if err != nil {
		return err
	}
	_, err = d.advance(ctx, c, done)
	return err
}

// lapse ends the wait for a customer who was asked for something.
func (d *Desk) lapse(ctx context.Context, key, id string) (Case, error) {
	return d.take(ctx, Program, key, id, step{kind: Lapsed, letter: status, plan: func(t *turn) error {
		if !t.c.silent(t.now) {
			return MoveError{Case: id, State: t.c.State, Step: Lapsed}
		}
		if err := t.transit(Lapsed, ""); err != nil {
			return err
		}
		t.again()
		return nil
	}})
}

// told says whether the other side has every letter by which the customer was told of the decision. Who was never told cannot be
// silent. Where no letters are written at all the portal is where the customer reads it.
func (d *Desk) told(ctx context.Context, c Case) (bool, error) {
	if len(c.Decided.Letters) == 0 {
		return d.opts.Letters == nil, nil
	}
	for _, id := range c.Decided.Letters {
		var state string
		if err := d.ledger.Reader().QueryRowContext(ctx, "select state from outbox where id = ?", id).Scan(&state); err != nil {
			return false, fmt.Errorf("find out whether the customer was told: %w", err)
		}
		if state != ledger.Sent {
			return false, nil
		}
	}
	return true, nil
}

// wait gives the customer its time once more, and has somebody look after the letter.
func (d *Desk) wait(ctx context.Context, key, id string) error {
	var role string
	_, err := d.take(ctx, Program, key, id, step{kind: Escalated,
		plan: func(t *turn) error {
			s, ok := t.model.State(t.c.State)
			if !ok || !t.c.silent(t.now) {
				return MoveError{Case: id, State: t.c.State, Step: Escalated}
			}
			role = s.Escalate
			t.change.Told = []string{role}
			t.change.Clock = &spans{Remind: t.c.Remind, Due: t.c.Due, Respond: t.now.AddDate(0, 0, s.Silence.Days)}
			t.alert("the statement has not reached the customer: see the outbox")
			return nil
		},
		letter: func(ctx context.Context, l Letters, after Case) ([]ledger.Message, error) {
			return l.Escalation(ctx, after, role)
		},
	})
	return err
}
