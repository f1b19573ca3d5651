package disputes

import (
	"time"

	"github.com/shopspring/decimal"
)

// What a test finds, seen from the customer's claim.
const (
	Valid       = "valid"
	Invalid     = "invalid"
	Undecidable = "undecidable"
)

// A Test is one thing that was held against the books.
type Test struct {
	Name    string          `json:"name"`
	Verdict string          `json:"verdict"`
	Amount  decimal.Decimal `json:"amount"` // that it supports, in the case's currency
	Says    string          `json:"says"`   // in plain words, in English
	Phrases []Phrase        `json:"phrases,omitempty"`
	Rows    []Proof         `json:"rows,omitempty"`
}

// A Phrase is a standard sentence by its code, with what it speaks of, so that it can be said in the reader's language. Amounts are in the case's
// currency.
type Phrase struct {
	Code   string            `json:"code"`
	Values map[string]string `json:"values,omitempty"`
}

// Unexamined is the reason of what a rule grants because it is small.
const Unexamined = "granted without further examination"

// A Proof is a row that shows what a test says.
type Proof struct {
	Table  string            `json:"table"`
	Key    string            `json:"key"`
	Values map[string]string `json:"values,omitempty"`
}

// A Report is what all tests found.
type Report struct {
	At        time.Time       `json:"at"`
	Tests     []Test          `json:"tests"`
	Supported decimal.Decimal `json:"supported"` // of what is claimed, in the case's currency
	Verdict   string          `json:"verdict"`
	Flags     []string        `json:"flags,omitempty"` // signs of fraud
}
