package disputes

import (
	"context"
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"arrears/ledger"
)

// An Offer is how somebody would settle a case.
type Offer struct {
	Kind      string // credit, refund, withhold, release, reject or split
	Lines     []Award
	Reasons   []string // told to the customer; at least one
	RootCause string   // one of the model's, or empty
}

var offers = []string{Credit, Refund, Withhold, Release, Reject, Split}

// Propose says how a case shall be settled. A proposal in place of another voids its approvals, and whoever made the other may not
// approve this one either.
func (d *Desk) Propose(ctx context.Context, who ledger.Actor, key, id string, o Offer) (Case, error) {
	return d.take(ctx, who, key, id, step{kind: Proposed, asked: o, plan: func(t *turn) error {
		if t.who.program {
			return fmt.Errorf("%w: a rule proposes what the model says, and nothing else", ErrNotAllowed)
		}
		return t.propose(o)
	}})
}

// proposeByRule proposes what the model grants by itself.
func (d *Desk) proposeByRule(ctx context.Context, key, id string) (Case, error) {
	return d.take(ctx, Program, key, id, step{kind: Proposed, plan: func(t *turn) error {
		p, ok := t.model.byRule(t.c)
		if !ok {
			return fmt.Errorf("%w: no rule decides %s any more", ErrNotAllowed, id)
		}
		return t.propose(Offer{Kind: p.Kind, Lines: p.Lines, Reasons: p.Reasons})
	}})
}

func (t *turn) propose(o Offer) error {
	if t.c.unsettled() {
		return ErrUnsettled
	}
	if err := t.transit(Proposed, ""); err != nil {
		return err
	}
	if err := t.offer(&o); err != nil {
		return err
	}
	p := Proposal{ID: fmt.Sprintf("%s/P%d", t.c.ID, t.c.Proposals+1), Kind: o.Kind, Lines: o.Lines, Reasons: o.Reasons, RootCause: o.RootCause,
		By: t.who.Name, At: t.now, Makers: []string{t.who.Name}}
	if before := t.c.Proposal; before != nil && (t.c.Decided == nil || t.c.Decided.Answer != Rejected) {
		p.Makers = union(before.Makers, p.Makers)
	}
	if err := t.model.evidenced(t.c, p); err != nil {
		return err
	}
	var err error
	if p.Level, err = t.model.levelOf(t.c, p); err != nil {
		return err
	}
	level := t.model.Levels[p.Level]
	p.LevelName, p.Needs, p.Roles = level.Name, level.Approvals, level.Roles
	p.Hash = p.digest(t.c)
	t.change.Proposal = &p
	if p.Needs == 0 {
		t.pending(Approved)
	}
	return nil
}

func union(a, b []string) []string {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

// offer checks what somebody proposes against the claim: nobody gets more than it claims, now and before together.
func (t *turn) offer(o *Offer) error {
	f := &form{}
	o.Lines, o.Reasons = slices.Clone(o.Lines), slices.Clone(o.Reasons)
	if !slices.Contains(offers, o.Kind) {
		f.wrong("kind", "there is none called %q", o.Kind)
	}
	if len(o.Reasons) == 0 {
		f.wrong("reasons", "are missing: the customer is told why")
	}
	for i, r := range o.Reasons {
		o.Reasons[i] = f.text(fmt.Sprintf("reasons[%d]", i), r, true)
	}
	if o.RootCause != "" && !slices.Contains(t.model.RootCauses, o.RootCause) {
		f.wrong("root_cause", "there is none called %q", o.RootCause)
	}
	if len(o.Lines) > 0 == (o.Kind == Reject) {
		f.wrong("lines", "name what the customer gets on each invoice, and nothing where the claim is rejected")
	}
	granted := t.c.awarded()
	for i := range o.Lines {
		t.award(f, fmt.Sprintf("lines[%d]", i), &o.Lines[i], o.Kind, granted)
	}
	return f.err()
}

// award checks one award and adds it to what is granted.
func (t *turn) award(f *form, at string, a *Award, kind string, granted map[string]decimal.Decimal) {
	if a.Kind == "" {
		a.Kind = kind
	}
	if !slices.Contains([]string{Credit, Refund, Withhold, Release}, a.Kind) || kind != Split && a.Kind != kind {
		f.wrong(at+".kind", "is %q in a proposal to %s", a.Kind, kind)
	}
	f.amount(at+".amount", a.Amount)
	claimed := decimal.Zero
	for _, l := range t.c.Lines {
		if l.Invoice == a.Invoice {
			claimed = claimed.Add(l.Amount)
		}
	}
	if a.Kind != Release {
		granted[a.Invoice] = granted[a.Invoice].Add(a.Amount)
	}
	if granted[a.Invoice].GreaterThan(claimed) || a.Amount.GreaterThan(claimed) {
		f.wrong(at+".amount", "of invoice %s %s is claimed, and %s would be granted", a.Invoice, claimed, granted[a.Invoice])
	}
}

// Withdraw takes a proposal back.
func (d *Desk) Withdraw(ctx context.Context, who ledger.Actor, key, id, why string) (Case, error) {
	f := &form{}
	why = f.text("reason", why, true)
	return d.take(ctx, who, key, id, step{kind: Withdrawn, reason: why, plan: func(t *turn) error {
		if err := f.err(); err != nil {
			return err
		}
		if !t.c.live() {
			return MoveError{Case: id, State: t.c.State, Step: Withdrawn}
		}
		return t.transit(Withdrawn, "")
	}})
}

// Approve is one person's word for the proposal with a hash. The last that is needed decides the case.
func (d *Desk) Approve(ctx context.Context, who ledger.Actor, key, id, hash, why string) (Case, error) {
	f := &form{}
	why = f.text("reason", why, false)
	return d.take(ctx, who, key, id, step{kind: Approved, reason: why, asked: hash, plan: func(t *turn) error {
		if err := f.err(); err != nil {
			return err
		}
		role, err := t.judge(Approved, hash)
		if err != nil {
			return err
		}
		if p := t.c.Proposal; p.Needs > 0 {
			t.change.Approval = &Approval{By: t.who.Name, Role: role, At: t.now, Hash: hash}
			t.change.Complete = len(p.Approvals)+1 >= p.Needs
		} else {
			t.change.Complete = true
		}
		if !t.change.Complete {
			return nil
		}
		if err := t.transit(Approved, ""); err != nil {
			return err
		}
		if t.c.Verified {
			t.pending(StatementSent)
		}
		return nil
	}})
}

// Refuse ends a proposal, by who might have approved it.
func (d *Desk) Refuse(ctx context.Context, who ledger.Actor, key, id, hash, why string) (Case, error) {
	f := &form{}
	why = f.text("reason", why, true)
	return d.take(ctx, who, key, id, step{kind: Refused, reason: why, asked: hash, plan: func(t *turn) error {
		if err := f.err(); err != nil {
			return err
		}
		if _, err := t.judge(Refused, hash); err != nil {
			return err
		}
		return t.transit(Refused, "")
	}})
}

// judge says in which role the person may approve or refuse the proposal with a hash, or why not.
func (t *turn) judge(kind, hash string) (role string, err error) {
	p := t.c.Proposal
	if _, ok := t.model.next(t.c.State, kind, ""); !ok || !t.c.live() {
		return "", MoveError{Case: t.c.ID, State: t.c.State, Step: kind}
	}
	if p.Hash != hash || p.digest(t.c) != hash {
		return "", ErrChanged
	}
	level, err := t.model.levelOf(t.c, *p)
	if err != nil {
		return "", err
	}
	if now := t.model.Levels[level]; now.Approvals != p.Needs || !slices.Equal(now.Roles, p.Roles) {
		return "", fmt.Errorf("%w: the rules have changed since it was made; propose it again", ErrChanged)
	}
	if t.who.program {
		if t.who.isRule && p.Needs == 0 && kind == Approved {
			return ByRule, nil
		}
		return "", fmt.Errorf("%w: a person approves this", ErrNotAllowed)
	}
	role, ok := t.who.is(p.Roles)
	switch {
	case !ok:
		return "", notAllowed(t.who, kind, p.Roles)
	case slices.Contains(p.Makers, t.who.Name):
		return "", ErrOwnWork
	case slices.ContainsFunc(p.Approvals, func(a Approval) bool { return a.By == t.who.Name }):
		return "", ErrTwice
	}
	return role, nil
}
