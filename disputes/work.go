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

// silent is when a customer who does not answer has had his time.
func (c Case) silent(now time.Time) bool { return !c.RespondBy.IsZero() && !now.Before(c.RespondBy) }
