package disputes

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"github.com/shopspring/decimal"
)

// What can be proposed. A split has awards of several kinds.
const (
	Credit   = "credit"   // a credit memo on the invoice
	Refund   = "refund"   // money back
	Withhold = "withhold" // the customer need not pay the amount for now
	Release  = "release"  // of what was withheld
	Reject   = "reject"   // nothing is owed
	Split    = "split"
)

// An Award is what the customer gets on one invoice.
type Award struct {
	Invoice string          `json:"invoice"`
	Amount  decimal.Decimal `json:"amount"`
	Kind    string          `json:"kind"` // credit, refund, withhold or release
}

// A Proposal is how a case shall be settled. What is approved is its Hash.
type Proposal struct {
	ID        string     `json:"id"` // as in D-000042/P2
	Kind      string     `json:"kind"`
	Lines     []Award    `json:"lines,omitempty"`
	Reasons   []string   `json:"reasons"` // told to the customer
	RootCause string     `json:"root_cause,omitempty"`
	By        string     `json:"by"`     // who made it last
	Makers    []string   `json:"makers"` // everybody who made or changed it; none of them approves
	Level     int        `json:"level"`  // of the model's levels
	LevelName string     `json:"level_name"`
	Needs     int        `json:"needs"` // approvals
	Roles     []string   `json:"roles"` // of who may give them
	At        time.Time  `json:"at"`
	Hash      string     `json:"hash"`
	Approvals []Approval `json:"approvals,omitempty"`
}

// An Approval is one person's word for a proposal with a hash.
type Approval struct {
	By   string    `json:"by"`
	Role string    `json:"role"`
	At   time.Time `json:"at"`
	Hash string    `json:"hash"`
}

// Awarded is what the customer gets.
func (p Proposal) Awarded() decimal.Decimal {
	sum := decimal.Zero
	for _, a := range p.Lines {
		sum = sum.Add(a.Amount)
	}
	return sum
}

// digest is what an approval is bound to: the case, what it gets and why, who made it, and what it needs.
func (p Proposal) digest(c Case) string {
	text, err := json.Marshal(struct {
		ID, Customer, Currency string
		Claimed                []Line
		Kind                   string
		Lines                  []Award
		Reasons                []string
		RootCause              string
		Makers                 []string
		Level, Needs           int
		Roles                  []string
	}{p.ID, c.Customer, c.Currency, c.Lines, p.Kind, p.Lines, p.Reasons, p.RootCause, p.Makers, p.Level, p.Needs, p.Roles})
	if err != nil {
		panic(err) // decimals, texts and numbers
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// A Decision is a proposal with all its approvals, and the customer's answer to it.
type Decision struct {
	At         time.Time `json:"at"`
	Proposal   string    `json:"proposal"`
	Hash       string    `json:"hash"`
	SentAt     time.Time `json:"sent_at,omitzero"`
	Letters    []string  `json:"letters,omitempty"` // ids of the messages by which the customer was told
	Answer     string    `json:"answer,omitempty"`  // accepted or rejected
	AnsweredAt time.Time `json:"answered_at,omitzero"`
	AnsweredBy string    `json:"answered_by,omitempty"`
	Silent     bool      `json:"silent,omitempty"` // the customer did not answer, and the rule did
	Why        string    `json:"why,omitempty"`    // of a rejection
}

// An Instruction is what the books are told to do, once for each proposal that was approved and accepted.
type Instruction struct {
	Case      string          `json:"case"`
	Proposal  string          `json:"proposal"`
	Hash      string          `json:"hash"`
	Customer  string          `json:"customer"`
	Currency  string          `json:"currency"`
	Lines     []Award         `json:"lines"`
	Total     decimal.Decimal `json:"total"`
	RootCause string          `json:"root_cause,omitempty"`
	Reference string          `json:"reference,omitempty"` // the customer's own
	Approved  []string        `json:"approved"`            // by whom
}

// The states of an instruction.
const (
	InstructionGiven     = "given"
	InstructionConfirmed = "confirmed"
	InstructionReturned  = "returned"
)

// An Order is an instruction that was given and what became of it.
type Order struct {
	Proposal string    `json:"proposal"`
	Message  string    `json:"message"` // id in the outbox
	Lines    []Award   `json:"lines"`
	At       time.Time `json:"at"`
	State    string    `json:"state"`
	Said     string    `json:"said,omitempty"`
}
