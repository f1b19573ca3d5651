package disputes

import (
	"context"
	"fmt"
	"slices"
	"time"

	"arrears/ledger"
)

// Validate holds a case against the books and writes the report down. What a rule can decide with it, Tick or Advance then does.
func (d *Desk) Validate(ctx context.Context, who ledger.Actor, key, id string) (Case, error) {
	if d.opts.Validator == nil {
		return Case{}, fmt.Errorf("validate %s: there are no books to hold it against", id)
	}
	s := step{kind: Validated}
	s.plan = func(t *turn) error {
		if t.c.live() {
			return Mistakes{{"proposal", "is made on the last report; withdraw it first"}}
		}
		if err := t.transit(Validated, ""); err != nil {
			return err
		}
		r, err := d.opts.Validator.Validate(ctx, t.c)
		if err != nil {
			return fmt.Errorf("validate %s: %w", id, err)
		}
		r.At = t.now
		t.change.Report, t.c.Report = &r, &r
		if _, ok := t.model.byRule(t.c); ok {
			t.pending(Proposed)
		}
		return t.routeAnew(ctx)
	}
	return d.take(ctx, who, key, id, s)
}

// routeAnew asks the routing table once more, now that there is a report, unless a person has given the case to somebody.
func (t *turn) routeAnew(ctx context.Context) error {
	row, err := t.model.route(t.c.facts(nil))
	if err != nil || t.c.Assigned || row.Name == t.c.Route {
		return err
	}
	return t.assignByRoute(ctx, t.desk.ledger.Reader())
}

// again asks for a new validation, where the model has one from the state the case is in then and nobody has proposed anything on the
// last.
func (t *turn) again() {
	if _, ok := t.model.next(orElse(t.change.State, t.c.State), Validated, ""); ok && !t.c.live() {
		t.pending(Validated)
	}
}

// Move puts a case into another state by hand. To an end is to close it as withdrawn.
func (d *Desk) Move(ctx context.Context, who ledger.Actor, key, id, to, why string) (Case, error) {
	f := &form{}
	why = f.text("reason", why, true)
	return d.take(ctx, who, key, id, step{kind: Moved, reason: why, asked: to, letter: status, plan: func(t *turn) error {
		if err := f.err(); err != nil {
			return err
		}
		if t.c.unsettled() {
			return ErrUnsettled
		}
		if err := t.transit(Moved, to); err != nil {
			return err
		}
		if s, _ := t.model.State(to); s.End {
			t.change.Outcome = s.Outcome
		}
		return nil
	}})
}

// Verify notes that a person has made sure who the sender is.
func (d *Desk) Verify(ctx context.Context, who ledger.Actor, key, id, how string) (Case, error) {
	f := &form{}
	how = f.text("reason", how, true)
	return d.take(ctx, who, key, id, step{kind: Verified, reason: how, letter: status, plan: func(t *turn) error {
		if err := f.err(); err != nil {
			return err
		}
		if t.c.Verified {
			return Mistakes{{"verified", "somebody has made sure already"}}
		}
		t.again()
		t.alert("")
		return firstWrong(t.open(Verified), t.staff())
	}})
}

// An Amendment is what is put right of a claim.
type Amendment struct {
	Customer, Reason, Currency string // empty: as they are
	Lines                      []Line // none: as they are
}

// Amend puts a claim right: whose it is, what it is about, which invoices. The case is then validated anew.
func (d *Desk) Amend(ctx context.Context, who ledger.Actor, key, id string, a Amendment, why string) (Case, error) {
	f := &form{}
	why = f.text("reason", why, true)
	return d.take(ctx, who, key, id, step{kind: Amended, reason: why, asked: a, plan: func(t *turn) error {
		if err := firstWrong(f.err(), t.open(Amended), t.staff()); err != nil {
			return err
		}
		if t.c.live() || t.c.Decided != nil || len(t.c.Orders) > 0 {
			return Mistakes{{"proposal", "is about the claim as it is; withdraw it first"}}
		}
		return t.amend(ctx, a)
	}})
}

func (t *turn) amend(ctx context.Context, a Amendment) error {
	f := &form{}
	claim := Claim{Customer: orElse(a.Customer, t.c.Customer), Currency: orElse(a.Currency, t.c.Currency), Lines: t.c.Lines,
		Reason: orElse(a.Reason, t.c.Reason), Channel: Staff}
	if a.Reason != "" {
		if _, known := t.model.ReasonOf(a.Reason); !known {
			f.wrong("reason", "there is no reason %q", a.Reason)
		}
	}
	if len(a.Lines) > 0 {
		claim.Lines = slices.Clone(a.Lines)
	}
	f.lines(claim.Lines, true)
	var err error
	if t.change.Entity, t.change.Rate, err = t.desk.lookUp(ctx, &claim, f); err != nil {
		return err
	}
	t.change.Claim = &claim
	t.pending("")
	t.again()
	return f.err()
}

func orElse(text, other string) string {
	if text == "" {
		return other
	}
	return text
}

// firstWrong is the first thing that is wrong.
func firstWrong(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// Assign gives a case to a user, with a reason. An empty user gives it to whom the routing table names.
func (d *Desk) Assign(ctx context.Context, who ledger.Actor, key, id, to, why string) (Case, error) {
	f := &form{}
	why = f.text("reason", why, true)
	return d.take(ctx, who, key, id, step{kind: Assigned, reason: why, asked: to, plan: func(t *turn) error {
		if err := firstWrong(f.err(), t.open(Assigned), t.staff()); err != nil {
			return err
		}
		if to == "" {
			return t.assignByRoute(ctx, d.ledger.Reader())
		}
		u, err := ledger.UserOf(ctx, d.ledger.Reader(), to)
		if err != nil {
			return Mistakes{{"owner", err.Error()}}
		}
		if !u.Active || !u.Is(working...) {
			return Mistakes{{"owner", fmt.Sprintf("%s does not work on disputes", to)}}
		}
		t.change.Owner = &to
		t.alert("")
		return nil
	}})
}

// Reopen takes up a case that was closed, one level up.
func (d *Desk) Reopen(ctx context.Context, who ledger.Actor, key, id, why string) (Case, error) {
	f := &form{}
	why = f.text("reason", why, true)
	return d.take(ctx, who, key, id, step{kind: Reopened, reason: why, letter: status, plan: func(t *turn) error {
		if err := f.err(); err != nil {
			return err
		}
		if err := t.transit(Reopened, ""); err != nil {
			return err
		}
		t.raise()
		return nil
	}})
}

// raise lets the next proposal begin one level further down than the last, and never at one that nobody approves.
func (t *turn) raise() {
	level := t.c.Level
	if t.c.Proposal != nil {
		level = max(level, t.c.Proposal.Level)
	}
	last := len(t.model.Levels) - 1
	level = min(level+1, last)
	for level < last && t.model.Levels[level].Approvals == 0 {
		level++
	}
	t.change.Level = &level
}

// silent is when a customer who does not answer has had its time.
func (c Case) silent(now time.Time) bool { return !c.RespondBy.IsZero() && !now.Before(c.RespondBy) }
