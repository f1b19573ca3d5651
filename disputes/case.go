package disputes

import (
	"time"

	"github.com/shopspring/decimal"
)

// Outcomes of a case that is closed, as the canonical dataset has them: was the customer right?
const (
	OutcomeValid     = "valid"
	OutcomeInvalid   = "invalid"
	OutcomePartial   = "partial"
	OutcomeWithdrawn = "withdrawn"
)

// A Case is a claim and what has become of it. It is about one customer and one or more of its invoices. Amounts are in Currency.
type Case struct {
	ID        string     `json:"id"` // D-000042
	Customer  string     `json:"customer"`
	Entity    string     `json:"entity,omitempty"`
	Currency  string     `json:"currency"`
	Reason    string     `json:"reason"`
	Text      string     `json:"text"`
	Channel   string     `json:"channel"`
	Contact   string     `json:"contact"`
	Reference string     `json:"reference,omitempty"`
	Verified  bool       `json:"verified"`
	Lines     []Line     `json:"lines"`
	Documents []Document `json:"documents,omitempty"`

	State      string    `json:"state"`
	Owner      string    `json:"owner"`              // user; empty: nobody yet
	Assigned   bool      `json:"assigned,omitempty"` // by a person
	Priority   string    `json:"priority"`
	OpenedAt   time.Time `json:"opened_at"`
	StateSince time.Time `json:"state_since"`
	Remind     time.Time `json:"remind,omitzero"`     // when staff are reminded
	Due        time.Time `json:"due,omitzero"`        // end of the state's service level
	RespondBy  time.Time `json:"respond_by,omitzero"` // until when the customer is expected to answer
	Reminded   bool      `json:"reminded,omitempty"`  // since the state was entered
	Escalated  bool      `json:"escalated,omitempty"`
	Level      int       `json:"level"`             // the least that a proposal needs; rises when the customer rejects
	Pending    string    `json:"pending,omitempty"` // what comes next by itself
	Alert      string    `json:"alert,omitempty"`   // why somebody should look: the model has no path for it

	Report    *Report   `json:"report,omitempty"`
	Proposal  *Proposal `json:"proposal,omitempty"`
	Decided   *Decision `json:"decided,omitempty"`
	Orders    []Order   `json:"orders,omitempty"`
	Proposals int       `json:"proposals"` // made so far
	Rounds    int       `json:"rounds"`    // times the customer rejected, or the case was reopened
	RootCause string    `json:"root_cause,omitempty"`

	FirstResponseAt time.Time       `json:"first_response_at,omitzero"` // by a person, to the customer
	ResolvedAt      time.Time       `json:"resolved_at,omitzero"`
	Closed          bool            `json:"closed"`
	Outcome         string          `json:"outcome,omitempty"`
	Upheld          decimal.Decimal `json:"upheld"` // of what was claimed, found not owed to the customer

	// What limits are measured with.
	Rate  decimal.Decimal `json:"rate"`  // one unit of Currency in the reporting currency; zero is not known
	Rules string          `json:"rules"` // digest of the model by which the last step was decided
	Route string          `json:"route,omitempty"`

	Revision int64 `json:"revision"` // number of its last event
}

// Claimed is what the customer claims.
func (c Case) Claimed() decimal.Decimal { return Total(c.Lines) }

// Awarded is what the customer got: what instructions were given for and not returned.
func (c Case) Awarded() decimal.Decimal {
	sum := decimal.Zero
	for _, amount := range c.awarded() {
		sum = sum.Add(amount)
	}
	return sum
}

// awarded is what the customer got of each invoice, what it may withhold included. What was released was never lost.
func (c Case) awarded() map[string]decimal.Decimal {
	got := map[string]decimal.Decimal{}
	for _, o := range c.Orders {
		for _, a := range o.Lines {
			if o.State != InstructionReturned && a.Kind != Release {
				got[a.Invoice] = got[a.Invoice].Add(a.Amount)
			}
		}
	}
	return got
}

// outstanding is whether an instruction was given and nobody has heard of it.
func (c Case) outstanding() bool {
	for _, o := range c.Orders {
		if o.State == InstructionGiven {
			return true
		}
	}
	return false
}

// unsettled is whether the customer has accepted a decision of which the books have not said that it is done.
func (c Case) unsettled() bool {
	return c.outstanding() || !c.Closed && c.Decided != nil && c.Decided.Answer == Accepted
}

// live is whether there is a proposal that can be approved.
func (c Case) live() bool { return c.Proposal != nil && c.Proposal.Needs >= 0 && c.Decided == nil }
