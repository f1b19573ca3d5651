package disputes

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"arrears/ledger"
)

// A change is what an event says beside who, when and why: what was asked for, and what the model made of it then.
type change struct {
	Asked string `json:"asked"` // digest of what the caller wanted

	Customer  string          `json:"customer,omitempty"` // of a contact
	Claim     *Claim          `json:"claim,omitempty"`
	Entity    string          `json:"entity,omitempty"`
	Rate      decimal.Decimal `json:"rate"`
	Report    *Report         `json:"report,omitempty"`
	Proposal  *Proposal       `json:"proposal,omitempty"`
	Approval  *Approval       `json:"approval,omitempty"`
	Complete  bool            `json:"complete,omitempty"` // of an approval: it was the last one needed
	Silent    bool            `json:"silent,omitempty"`
	Order     *Order          `json:"order,omitempty"`
	Hash      string          `json:"hash,omitempty"` // of what was answered
	Text      string          `json:"text,omitempty"`
	Channel   string          `json:"channel,omitempty"`
	Contact   string          `json:"contact,omitempty"`
	Documents []Document      `json:"documents,omitempty"`
	Until     time.Time       `json:"until,omitzero"` // when a link to them expires
	Outcome   string          `json:"outcome,omitempty"`
	Upheld    decimal.Decimal `json:"upheld"`

	Rules    string   `json:"rules"`           // digest of the model
	State    string   `json:"state,omitempty"` // that is entered, perhaps anew
	Clock    *spans   `json:"clock,omitempty"` // of that state
	Pending  *string  `json:"pending,omitempty"`
	Level    *int     `json:"level,omitempty"`
	Owner    *string  `json:"owner,omitempty"`
	Priority string   `json:"priority,omitempty"`
	Route    string   `json:"route,omitempty"`
	Alert    *string  `json:"alert,omitempty"`
	Told     []string `json:"told,omitempty"` // roles

	Row *row `json:"row,omitempty"` // what the dataset has to know anew
}

// spans are the ends of what a state may take.
type spans struct {
	Remind  time.Time `json:"remind"`
	Due     time.Time `json:"due"`
	Respond time.Time `json:"respond,omitzero"`
}

// apply is the case after an event. It depends on nothing else, so that a replay gives the same.
func (c *Case) apply(e ledger.Event, ch change) error {
	if e.Type == Filed {
		c.begin(e, ch)
	}
	if c.ID != e.Subject.ID {
		return fmt.Errorf("%w: %s", ErrNoCase, e.Subject.ID)
	}
	c.Revision, c.Rules = e.Sequence, cmp.Or(ch.Rules, c.Rules)
	if e.Type == Heard || e.Type == Attached {
		c.Documents = append(c.Documents, ch.Documents...)
	}
	switch e.Type {
	case Verified:
		c.Verified = true
	case Amended:
		c.amend(ch)
	case Validated:
		c.Report = ch.Report
	case Proposed:
		c.Proposal, c.Proposals, c.Decided = ch.Proposal, c.Proposals+1, nil
	case Withdrawn, Refused:
		c.Proposal.Approvals, c.Proposal.Needs = nil, -1 // it can no longer be approved
	case Approved:
		c.approve(e, ch)
	case StatementSent:
		c.tell(e)
	case Accepted, Rejected:
		c.answer(e, ch)
	case Instructed:
		c.order(e, ch)
	case Confirmed, Returned:
		c.settle(e, ch)
	case Closed, Moved:
		c.end(e, ch)
	case Reopened:
		c.Closed, c.Outcome, c.ResolvedAt, c.Upheld, c.Proposal, c.Decided = false, "", time.Time{}, decimal.Zero, nil, nil
		c.Rounds++
	case Assigned:
		c.Assigned = true
	case Reminded:
		c.Reminded = true
	case Escalated:
		c.Reminded, c.Escalated = true, true
	}
	if answers(e) && c.FirstResponseAt.IsZero() {
		c.FirstResponseAt = e.At
	}
	c.enter(e, ch)
	return nil
}

// answers says whether a step is a person's word to the customer.
func answers(e ledger.Event) bool {
	byPerson := e.Actor.Kind() == ledger.KindUser || e.Actor.Kind() == ledger.KindAccount
	return byPerson && (e.Type == Said || e.Type == StatementSent)
}

func (c *Case) begin(e ledger.Event, ch change) {
	claim := *ch.Claim
	*c = Case{
		ID: e.Subject.ID, Customer: claim.Customer, Entity: ch.Entity, Currency: claim.Currency, Reason: claim.Reason, Text: claim.Text,
		Channel: claim.Channel, Contact: claim.Contact, Reference: claim.Reference, Verified: claim.Verified, Lines: claim.Lines,
		Documents: claim.Documents, OpenedAt: e.At, Rate: ch.Rate,
	}
}

func (c *Case) amend(ch change) {
	c.Customer, c.Reason, c.Currency, c.Lines = ch.Claim.Customer, ch.Claim.Reason, ch.Claim.Currency, ch.Claim.Lines
	c.Entity, c.Rate = ch.Entity, ch.Rate
	c.Report = nil
}

func (c *Case) approve(e ledger.Event, ch change) {
	if ch.Approval != nil {
		c.Proposal.Approvals = append(c.Proposal.Approvals, *ch.Approval)
	}
	if ch.Complete {
		c.Decided = &Decision{At: e.At, Proposal: c.Proposal.ID, Hash: c.Proposal.Hash}
		c.RootCause = cmp.Or(c.Proposal.RootCause, c.RootCause)
	}
}

func (c *Case) answer(e ledger.Event, ch change) {
	c.Decided.Answer, c.Decided.AnsweredAt, c.Decided.AnsweredBy = e.Type, e.At, e.Actor.String()
	c.Decided.Silent, c.Decided.Why = ch.Silent, e.Reason
	if e.Type == Rejected {
		c.Rounds++
	}
}

// order notes the instruction that the books were given. Its message is the event's only one.
func (c *Case) order(e ledger.Event, ch change) {
	o := *ch.Order
	o.At, o.State = e.At, InstructionGiven
	for _, m := range e.Messages {
		if m.Channel == InstructionChannel {
			o.Message = m.ID
		}
	}
	c.Orders = append(c.Orders, o)
}

// tell notes by which letters the customer was told.
func (c *Case) tell(e ledger.Event) {
	c.Decided.SentAt, c.Decided.Letters = e.At, nil
	for _, m := range e.Messages {
		if m.Channel == Mail {
			c.Decided.Letters = append(c.Decided.Letters, m.ID)
		}
	}
}

func (c *Case) settle(e ledger.Event, ch change) {
	i := slices.IndexFunc(c.Orders, func(o Order) bool { return o.Proposal == ch.Order.Proposal })
	if i < 0 {
		return
	}
	c.Orders[i].State, c.Orders[i].Said = InstructionConfirmed, ch.Text
	if e.Type == Returned {
		c.Orders[i].State = InstructionReturned
		c.Proposal, c.Decided = nil, nil
	}
}

func (c *Case) end(e ledger.Event, ch change) {
	if ch.Outcome == "" {
		return // moved to where work goes on
	}
	c.Closed, c.Outcome, c.Upheld, c.ResolvedAt = true, ch.Outcome, ch.Upheld, e.At
}

// enter puts the case into a state and sets its clocks, where the event says so.
func (c *Case) enter(e ledger.Event, ch change) {
	if ch.State != "" {
		c.State, c.StateSince, c.Reminded, c.Escalated = ch.State, e.At, false, false
		c.Remind, c.Due, c.RespondBy = time.Time{}, time.Time{}, time.Time{}
	}
	if ch.Clock != nil {
		c.Remind, c.Due, c.RespondBy = ch.Clock.Remind, ch.Clock.Due, ch.Clock.Respond
	}
	if ch.Pending != nil {
		c.Pending = *ch.Pending
	}
	if ch.Level != nil {
		c.Level = *ch.Level
	}
	if ch.Owner != nil {
		c.Owner = *ch.Owner
	}
	if ch.Alert != nil {
		c.Alert = *ch.Alert
	}
	c.Priority, c.Route = cmp.Or(ch.Priority, c.Priority), cmp.Or(ch.Route, c.Route)
}

// next is when a clock of the case strikes: at once where something comes by itself, never where it is closed.
func (c Case) next() (at time.Time, ok bool) {
	switch {
	case c.Closed:
		return at, false
	case c.Pending != "":
		return at, true // whatever the clock says: it may have been set back
	}
	for _, t := range []struct {
		at   time.Time
		done bool
	}{{c.Remind, c.Reminded}, {c.Due, c.Escalated}, {c.RespondBy, false}} {
		if !t.done && !t.at.IsZero() && (at.IsZero() || t.at.Before(at)) {
			at = t.at
		}
	}
	return at, !at.IsZero()
}
