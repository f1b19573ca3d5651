package disputes

import (
	"crypto/sha256"
	_ "embed" // the model that comes with the program
	"encoding/hex"
	"slices"
	"sync"
	"time"

	"github.com/shopspring/decimal"
)

// defaultModel is the process where a company has none of its own.
//
//go:embed disputes.yaml
var defaultModel []byte

// Default is the model that comes with the program.
func Default() Model { return standard() }

var standard = sync.OnceValue(func() Model {
	m, err := Parse("disputes.yaml", defaultModel)
	if err != nil {
		panic(err) // it is embedded, and checked by a test
	}
	return m
})

// DefaultText is its text, for a company to begin its own from.
func DefaultText() string { return string(defaultModel) }

// A Model is the process by which cases are settled. It is made by [Parse] and not changed.
type Model struct {
	FilingDays int          `yaml:"filing_days"` // after an invoice was issued, within which it is disputed in time; 0: always
	Hours      Hours        `yaml:"hours"`
	RootCauses []string     `yaml:"root_causes"`
	Reasons    []Reason     `yaml:"reasons"`
	States     []State      `yaml:"states"`
	Steps      []Transition `yaml:"transitions"`
	Levels     []Level      `yaml:"levels"`
	Routing    []Route      `yaml:"routing"`
	Fixtures   []Fixture    `yaml:"fixtures"`

	Text   string `yaml:"-"`
	Digest string `yaml:"-"` // SHA-256 of Text
	rules  rules
}

// Hours are when people work. Service levels are measured in them.
type Hours struct {
	From     string            `yaml:"from"` // as in 09:00
	To       string            `yaml:"to"`
	Days     []string          `yaml:"days"`     // mon to sun
	Holidays map[string]string `yaml:"holidays"` // entity, or default -> country whose public holidays are kept, as in de
}

// A Reason is a type of dispute.
type Reason struct {
	Code     string   `yaml:"code"`
	Title    string   `yaml:"title"`
	Evidence []string `yaml:"evidence"` // what the customer is asked to enclose
	Keywords []string `yaml:"keywords"` // by which a mail is taken to have this reason
	Required bool     `yaml:"required"` // nothing is granted without a document or a test that supports it
	Other    bool     `yaml:"other"`    // stands for every reason that the model does not know; exactly one does
}

// A State is where a case stands.
type State struct {
	Name     string  `yaml:"name"`
	Title    string  `yaml:"title"`
	Owner    string  `yaml:"owner"`    // role whose turn it is, or customer
	Within   int     `yaml:"within"`   // service level in working hours
	Remind   int     `yaml:"remind"`   // working hours before its end, when the owner is reminded; 0: a quarter of it
	Escalate string  `yaml:"escalate"` // role that is told when it has ended
	Silence  Silence `yaml:"silence"`
	Initial  bool    `yaml:"initial"`
	End      bool    `yaml:"end"`
	Outcome  string  `yaml:"outcome"` // of an end state: decision (what was decided) or withdrawn
}

// Silence is what follows when the customer does not answer.
type Silence struct {
	Days int    `yaml:"days"` // calendar days
	Then string `yaml:"then"` // accepted, or lapsed
}

// A Transition is a step that leads from a state to another.
type Transition struct {
	From string   `yaml:"from"`
	On   string   `yaml:"on"` // one of the steps below
	To   string   `yaml:"to"`
	By   []string `yaml:"by"` // roles, customer, or rule; of approved and refused none: the level says who
}

// A Level is what a proposal needs before it holds. The levels are tried in their order: the first whose condition is met is the
// one, the last has none.
type Level struct {
	Name      string   `yaml:"name"`
	When      string   `yaml:"when"`
	Grant     string   `yaml:"grant"` // what a rule proposes by itself: claimed or supported; only where no approval is needed
	Approvals int      `yaml:"approvals"`
	Roles     []string `yaml:"roles"`
}

// A Route says who works on a case. The row with the highest priority whose condition is met is taken; one row has none.
type Route struct {
	Name     string   `yaml:"name"`
	Priority int      `yaml:"priority"`
	When     string   `yaml:"when"`
	Role     string   `yaml:"role"`    // the least busy user with this role
	Users    []string `yaml:"users"`   // or the least busy of these
	Urgency  string   `yaml:"urgency"` // low, normal or high
	Alert    bool     `yaml:"alert"`   // the model has no path of its own for such a case: somebody should look
	Says     string   `yaml:"says"`    // with alert: why the case waits there, and what to do
}

// A Fixture is a case and where the model must lead it. It is tried whenever the model is checked.
type Fixture struct {
	Name  string       `yaml:"name"`
	Case  FixtureCase  `yaml:"case"`
	Level string       `yaml:"level"`
	Route string       `yaml:"route"`
	Also  FixtureExtra `yaml:"proposal"`
}

// FixtureCase is what is known of a made-up case. Amounts are in the reporting currency.
type FixtureCase struct {
	Reason    string          `yaml:"reason"`
	Customer  string          `yaml:"customer"`
	Entity    string          `yaml:"entity"`
	Currency  string          `yaml:"currency"`
	Channel   string          `yaml:"channel"`
	Verified  bool            `yaml:"verified"`
	Claimed   decimal.Decimal `yaml:"claimed"`
	Supported decimal.Decimal `yaml:"supported"`
	Verdict   string          `yaml:"verdict"`
	Flags     []string        `yaml:"flags"`
}

// FixtureExtra is what somebody proposes for it; nothing said is what a rule would.
type FixtureExtra struct {
	Kind    string          `yaml:"kind"`
	Awarded decimal.Decimal `yaml:"awarded"`
}

// steps are what a transition may be caused by.
var steps = []string{Validated, Moved, Heard, Lapsed, Proposed, Withdrawn, Approved, Refused, StatementSent, Accepted, Rejected, Returned,
	Closed, Reopened}

// Who may do a step beside the roles of users.
const (
	ByRule     = "rule"
	ByCustomer = "customer"
)

func digestOf(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// State finds a state by name.
func (m Model) State(name string) (State, bool) {
	i := slices.IndexFunc(m.States, func(s State) bool { return s.Name == name })
	if i < 0 {
		return State{}, false
	}
	return m.States[i], true
}

// ReasonOf finds a reason by its code, or the one that stands for all others; known is false then.
func (m Model) ReasonOf(code string) (r Reason, known bool) {
	for _, one := range m.Reasons {
		if one.Code == code {
			return one, true
		}
		if one.Other {
			r = one
		}
	}
	return r, false
}

func (m Model) initial() State {
	return m.States[slices.IndexFunc(m.States, func(s State) bool { return s.Initial })]
}

// next is where a step leads from a state. To is asked for where a step may lead to several.
func (m Model) next(from, step, to string) (Transition, bool) {
	i := slices.IndexFunc(m.Steps, func(t Transition) bool {
		return t.From == from && t.On == step && (to == "" || t.To == to)
	})
	if i < 0 {
		return Transition{}, false
	}
	return m.Steps[i], true
}

// Moves are the steps that lead from a state, as the model has them.
func (m Model) Moves(from string) []Transition {
	return slices.DeleteFunc(slices.Clone(m.Steps), func(t Transition) bool { return t.From != from })
}

// remind is how long before the end of a state's service level its owner is reminded.
func (s State) remind() time.Duration {
	if s.Remind > 0 {
		return time.Duration(s.Remind) * time.Hour
	}
	return time.Duration(s.Within) * time.Hour / 4
}
