// Package disputes is how a customer's claim is settled: it is filed, checked against the books, decided by the company's own rules
// and people, answered, and turned into one payment instruction. The process is a model, a text that a company can read and change;
// every step is an event in the ledger, and what a case is follows from its events alone.
package disputes

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/shopspring/decimal"

	"arrears/ledger"
)

// Kind is that of the subject of a case's events.
const Kind = "dispute"

// What happens to a case, as types of its events.
const (
	Filed         = "filed"
	Verified      = "verified" // a person has made sure who the sender is
	Amended       = "amended"  // customer, reason or lines were put right
	Validated     = "validated"
	Moved         = "moved"
	Assigned      = "assigned"
	Said          = "said"     // by us, to the customer
	Heard         = "heard"    // from the customer
	Remarked      = "remarked" // among ourselves
	Attached      = "attached"
	Shared        = "document shared" // with the customer, by a link
	Unshared      = "sharing ended"   // of a document: no link to it opens any longer
	Proposed      = "proposed"
	Withdrawn     = "proposal withdrawn"
	Approved      = "approved"
	Refused       = "refused" // by who should have approved
	StatementSent = "statement sent"
	Accepted      = "accepted"
	Rejected      = "rejected"
	Lapsed        = "lapsed" // the customer was asked and did not answer in time
	Instructed    = "instructed"
	Confirmed     = "instruction confirmed"
	Returned      = "instruction returned"
	Closed        = "closed"
	Reopened      = "reopened"
	Reminded      = "reminded"
	Escalated     = "escalated"
)

// known are all of them: a ledger with another one is a newer program's.
var known = map[string]bool{Filed: true, Verified: true, Amended: true, Validated: true, Moved: true, Assigned: true, Said: true, Heard: true, Remarked: true,
	Attached: true, Shared: true, Unshared: true, Proposed: true, Withdrawn: true, Approved: true, Refused: true, StatementSent: true, Accepted: true,
	Rejected: true, Lapsed: true, Instructed: true, Confirmed: true, Returned: true, Closed: true, Reopened: true, Reminded: true, Escalated: true}

// Program is the part of Arrears that acts on a case by rule.
var Program = ledger.Program("disputes")

// InstructionChannel is the outbox channel of payment instructions; the content of such a message is an [Instruction].
const InstructionChannel = "instruction"

// Errors that callers may want to tell apart, beside [Mistakes] and [MoveError].
var (
	ErrNoCase     = errors.New("there is no such dispute")
	ErrNotAllowed = errors.New("this is not yours to do")
	ErrOwnWork    = errors.New("who made or changed a proposal does not approve it")
	ErrTwice      = errors.New("you have approved this already; another person must")
	ErrChanged    = errors.New("the proposal is no longer the one you looked at")
	ErrUnverified = errors.New("nobody has made sure who the sender is")
	ErrUnsettled  = errors.New("what was decided is being settled; wait for it, or have the instruction returned")
	ErrNotInBooks = errors.New("is not in the books")
)

// A MoveError says that the model has no such step from the state in which a case is.
type MoveError struct {
	Case, State, Step string
	To                string // of a move by hand
}

func (e MoveError) Error() string {
	if e.To != "" {
		return fmt.Sprintf("%s is in %s, from which nobody moves it to %s", e.Case, e.State, e.To)
	}
	return fmt.Sprintf("%s is in %s, in which it cannot be %s", e.Case, e.State, e.Step)
}

// A Customer is one of the books.
type Customer struct {
	ID, Name, Entity, Language, Email string
	Tone                              string // set of letters in which it is written to; empty: the usual one
}

// An Invoice is one of the books. Amounts are in its currency.
type Invoice struct {
	ID, Customer, Entity, Currency string
	Amount, Open                   decimal.Decimal
	IssuedOn                       time.Time
	Rate                           decimal.Decimal // one unit of its currency in the reporting currency; zero is not known
}

// Books say who and what there is; what there is not is [ErrNotInBooks]. They are the marts', asked by whoever holds them.
type Books interface {
	Customer(ctx context.Context, id string) (Customer, error)
	Invoice(ctx context.Context, customer, id string) (Invoice, error)
}

// A Validator holds a case against the books.
type Validator interface {
	Validate(ctx context.Context, c Case) (Report, error)
}

// Letters write to the customer and to staff. Each is given the case as it is after the step that causes the letter; none is a
// fine answer. A customer is written to only where the sender is verified.
type Letters interface {
	Filed(ctx context.Context, c Case) ([]ledger.Message, error)
	Status(ctx context.Context, c Case) ([]ledger.Message, error)
	Say(ctx context.Context, c Case, text string) ([]ledger.Message, error)                    // what a person wrote, and nothing more of the case: the sender may be unverified
	Shared(ctx context.Context, c Case, d Document, until time.Time) ([]ledger.Message, error) // a link to a document; [ErrNoPortal] where none opens it
	Statement(ctx context.Context, c Case) ([]ledger.Message, error)
	Reminder(ctx context.Context, c Case, role string) ([]ledger.Message, error)   // to staff, before the service level ends
	Escalation(ctx context.Context, c Case, role string) ([]ledger.Message, error) // to staff, when it has ended
}

// Options are what a desk works with. Only Books are required.
type Options struct {
	Books     Books
	Validator Validator
	Letters   Letters
	Zone      *time.Location   // the company's; nil is UTC
	Calendar  Calendar         // working time; the zero value has no holidays
	Now       func() time.Time // nil is the machine's clock
	Log       *slog.Logger
}

// A Desk is where cases are worked on. It is safe for use by several at once, and several processes may each have one.
type Desk struct {
	ledger *ledger.Ledger
	file   Model // in force until one is approved in the ledger
	opts   Options

	mu     sync.Mutex
	last   int64            // number of the newest case this desk has made
	models map[string]Model // by digest
}

// New opens a desk on a ledger that was opened with [Projection]. The model is the file's.
func New(l *ledger.Ledger, m Model, o Options) *Desk {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Desk{ledger: l, file: m, opts: o, models: map[string]Model{}}
}
