// Package statement tells a customer how a dispute was decided: what was claimed, found and decided, why, what happens next, and which
// rights there are; as a page that needs nothing else and as a PDF. Both are made of a plain value, and the same value makes the same bytes.
package statement

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/shopspring/decimal"
)

// What was decided about an amount.
const (
	Credit   = "credit"
	Refund   = "refund"
	Withhold = "withhold"
	Reject   = "reject"
	Release  = "release" // of what was withheld: it is collected again
	Split    = "split"   // awards of several kinds
)

// A Statement is all that one says. Amounts are in Currency.
type Statement struct {
	Company    string
	Case       string
	Customer   string // name
	CustomerID string
	Reference  string    // the customer's own; may be empty
	On         time.Time // day of the decision
	AnswerBy   time.Time // day; zero: no answer is asked for
	Link       string    // where to answer; may be empty

	Currency  string
	Reason    string // code
	Text      string // in the customer's words
	Documents []string
	Lines     []Line

	Findings []Finding
	Decision string // one of the above
	Awards   []Award
	Reasons  []string        // why, in words for the customer
	Before   decimal.Decimal // granted by earlier decisions of the case
}

// A Line is what is claimed of one invoice or one line of its order.
type Line struct {
	Invoice, OrderLine string
	Claimed            decimal.Decimal
}

// A Finding is a test and its result.
type Finding struct {
	Test     string // code
	Verdict  string // valid, invalid or undecidable, seen from the claim
	Supports decimal.Decimal
	Says     string
}

// An Award is what the customer gets on one invoice.
type Award struct {
	Invoice, Kind string
	Amount        decimal.Decimal
}

// Check says whether the statement can be meant: what is awarded was claimed, and the decision is what its awards are.
func (s Statement) Check() error {
	if s.Case == "" || s.Currency == "" || s.On.IsZero() || len(s.Lines) == 0 {
		return errors.New("a statement needs a case, a currency, a day and what was claimed")
	}
	claimed := map[string]decimal.Decimal{}
	for i, l := range s.Lines {
		if !l.Claimed.IsPositive() {
			return fmt.Errorf("line %d claims %s", i+1, l.Claimed)
		}
		claimed[l.Invoice] = claimed[l.Invoice].Add(l.Claimed)
	}
	var kinds []string
	for i, a := range s.Awards {
		left, known := claimed[a.Invoice]
		if !known || !a.Amount.IsPositive() || a.Amount.GreaterThan(left) {
			return fmt.Errorf("award %d is %s on invoice %q, of which %s is left that was claimed", i+1, a.Amount, a.Invoice, left)
		}
		if !slices.Contains([]string{Credit, Refund, Withhold, Release}, a.Kind) {
			return fmt.Errorf("award %d is of the kind %q", i+1, a.Kind)
		}
		claimed[a.Invoice] = left.Sub(a.Amount)
		if !slices.Contains(kinds, a.Kind) {
			kinds = append(kinds, a.Kind)
		}
	}
	if rest := s.rest(); rest.IsNegative() || s.Before.IsNegative() {
		return fmt.Errorf("%s was granted before, and together with what is awarded now that is %s more than was claimed", s.Before, rest.Neg())
	}
	switch {
	case len(kinds) == 0 && s.Decision != Reject:
		return fmt.Errorf("the decision is %q, and nothing is awarded", s.Decision)
	case len(kinds) > 0 && s.Decision == Reject:
		return errors.New("the decision is to reject, and something is awarded")
	case len(kinds) == 1 && s.Decision != kinds[0] && s.Decision != Split || len(kinds) > 1 && s.Decision != Split:
		return fmt.Errorf("the decision is %q, and its awards are %v", s.Decision, kinds)
	}
	return nil
}

// claimed, awarded and rest are the sums; rest is what was not granted.
func (s Statement) claimed() (sum decimal.Decimal) {
	for _, l := range s.Lines {
		sum = sum.Add(l.Claimed)
	}
	return sum
}

func (s Statement) awarded(kind string) (sum decimal.Decimal) {
	for _, a := range s.Awards {
		if kind == "" || a.Kind == kind {
			sum = sum.Add(a.Amount)
		}
	}
	return sum
}

func (s Statement) rest() decimal.Decimal { return s.claimed().Sub(s.Before).Sub(s.awarded("")) }
