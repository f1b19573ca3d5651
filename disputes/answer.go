package disputes

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"arrears/ledger"
)

// Send tells the customer what was decided, and asks for an answer.
func (d *Desk) Send(ctx context.Context, who ledger.Actor, key, id string) (Case, error) {
	return d.take(ctx, who, key, id, step{kind: StatementSent,
		plan: func(t *turn) error {
			if !t.c.Verified {
				return ErrUnverified
			}
			return t.transit(StatementSent, "")
		},
		letter: func(ctx context.Context, l Letters, after Case) ([]ledger.Message, error) {
			return l.Statement(ctx, after)
		},
	})
}

// Accept is the customer's yes to the decision with a hash. It counts once. Who notes it for the customer says how they know.
func (d *Desk) Accept(ctx context.Context, who ledger.Actor, key, id, hash, why string) (Case, error) {
	return d.answer(ctx, who, key, id, Accepted, hash, why)
}

// Reject is the customer's no, with the reason: the case is reviewed once more, one level up.
func (d *Desk) Reject(ctx context.Context, who ledger.Actor, key, id, hash, why string) (Case, error) {
	return d.answer(ctx, who, key, id, Rejected, hash, why)
}

func (d *Desk) answer(ctx context.Context, who ledger.Actor, key, id, kind, hash, why string) (Case, error) {
	f := &form{}
	_, _, byCustomer := who.Customer()
	why = f.text("reason", why, kind == Rejected || !byCustomer)
	return d.take(ctx, who, key, id, step{kind: kind, reason: why, asked: hash, letter: status, plan: func(t *turn) error {
		if err := f.err(); err != nil {
			return err
		}
		if t.who.program && !t.c.silent(t.now) {
			return fmt.Errorf("%w: the customer answers", ErrNotAllowed)
		}
		if err := t.transit(kind, ""); err != nil {
			return err
		}
		if t.c.Decided == nil || t.c.Decided.Answer != "" || t.c.Decided.Hash != hash {
			return ErrChanged
		}
		t.change.Hash, t.change.Silent = hash, t.who.program
		if kind == Rejected {
			t.raise()
		} else {
			t.pending(t.afterwards())
		}
		return nil
	}})
}

// afterwards is what follows a yes: an instruction, where there is something to instruct.
func (t *turn) afterwards() string {
	if len(t.c.Proposal.Lines) > 0 {
		return Instructed
	}
	return Closed
}

// instruct gives the one instruction of a decision that was approved and accepted.
func (d *Desk) instruct(ctx context.Context, key, id string) (Case, error) {
	return d.take(ctx, Program, key, id, step{kind: Instructed,
		plan: func(t *turn) error {
			c := t.c
			given := c.Proposal != nil && slices.ContainsFunc(c.Orders, func(o Order) bool { return o.Proposal == c.Proposal.ID })
			if c.Pending != Instructed || given || c.Decided == nil || c.Decided.Answer != Accepted || c.Decided.Hash != c.Proposal.Hash {
				return MoveError{Case: id, State: c.State, Step: Instructed}
			}
			t.change.Order = &Order{Proposal: c.Proposal.ID, Lines: c.Proposal.Lines}
			t.pending("")
			return nil
		},
		message: func(after Case) (ledger.Message, error) {
			p := after.Proposal
			i := Instruction{Case: id, Proposal: p.ID, Hash: p.Hash, Customer: after.Customer, Currency: after.Currency, Lines: p.Lines,
				Total: p.Awarded(), RootCause: p.RootCause, Reference: after.Reference, Approved: []string{}}
			for _, a := range p.Approvals {
				i.Approved = append(i.Approved, a.By)
			}
			content, err := json.Marshal(i)
			return ledger.Message{Channel: InstructionChannel, To: "books", Content: content}, err
		},
	})
}

// Confirm notes that the books have done what an instruction says; the case is closed then.
func (d *Desk) Confirm(ctx context.Context, who ledger.Actor, key, id, proposal, said string) (Case, error) {
	return d.take(ctx, who, key, id, step{kind: Confirmed, asked: []string{proposal, said}, plan: func(t *turn) error {
		if err := t.ordered(proposal); err != nil {
			return err
		}
		t.change.Text = said
		t.pending(Closed)
		return nil
	}})
}

// Return notes that the books have not done it, and why: somebody has to look, and to propose anew.
func (d *Desk) Return(ctx context.Context, who ledger.Actor, key, id, proposal, why string) (Case, error) {
	f := &form{}
	why = f.text("reason", why, true)
	return d.take(ctx, who, key, id, step{kind: Returned, reason: why, asked: proposal, plan: func(t *turn) error {
		if err := firstWrong(f.err(), t.ordered(proposal)); err != nil {
			return err
		}
		t.change.Text = why
		t.raise()
		return t.transit(Returned, "")
	}})
}

// ordered makes sure that an instruction is out, and that the word on it comes from the books' side.
func (t *turn) ordered(proposal string) error {
	if t.who.customer != "" {
		return ErrNotAllowed
	}
	if !t.who.program {
		if err := t.staff(); err != nil {
			return err
		}
	}
	for _, o := range t.c.Orders {
		if o.Proposal == proposal && o.State == InstructionGiven {
			t.change.Order = &Order{Proposal: proposal}
			return nil
		}
	}
	return fmt.Errorf("%w: no instruction of proposal %q is out", ErrNoCase, proposal)
}

// close ends a case of which everything is settled.
func (d *Desk) close(ctx context.Context, key, id string) (Case, error) {
	return d.take(ctx, Program, key, id, step{kind: Closed, letter: status, plan: func(t *turn) error {
		c := t.c
		if c.Pending != Closed || c.outstanding() {
			return MoveError{Case: id, State: c.State, Step: Closed}
		}
		if err := t.transit(Closed, ""); err != nil {
			return err
		}
		t.change.Outcome, t.change.Upheld = outcomeOf(c.Claimed(), c.Awarded()), c.Claimed().Sub(c.Awarded())
		return nil
	}})
}

// outcomeOf says whether the customer was right.
func outcomeOf(claimed, awarded decimal.Decimal) string {
	switch {
	case awarded.IsZero():
		return OutcomeInvalid
	case awarded.LessThan(claimed):
		return OutcomePartial
	}
	return OutcomeValid
}
