// Package collections is what a collector does to an account: calls, promises, notes, and the order of the day. Everything is an
// event in the ledger; the next refresh takes it in like any extract, and until then pages show it as pending.
package collections

import (
	"context"
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"arrears/ledger"
)

// What is written down, as types of events about a customer.
const (
	Call     = "call"     // a contact of any channel
	Promise  = "promise"  // a customer's word to pay
	Note     = "note"     // a remark of ours
	Snooze   = "snooze"   // off the list until after a day
	Unsnooze = "unsnooze" // back before that day
	Pin      = "pin"      // at the top of the list
	Unpin    = "unpin"
	Hold     = "hold" // off the list until further notice
	Unhold   = "unhold"
	Skip     = "skip"   // not today
	Assign   = "assign" // to another collector than that of master data
	Unassign = "unassign"

	Legal      = "legal" // with a lawyer or an agency, until a next step
	Unlegal    = "unlegal"
	AgreedPlan = "plan" // instalments agreed on
	EndedPlan  = "unplan"
)

const kindCustomer = "customer"

// Books say who and what there is. They are the marts', asked by whoever holds them.
type Books interface {
	// Customer says whether there is such a customer.
	Customer(ctx context.Context, id string) (bool, error)

	// Invoice says whether there is such an invoice of the customer.
	Invoice(ctx context.Context, customer, id string) (bool, error)

	// Open is what is open of an invoice of the customer, and in which currency; nothing of one that there is not.
	Open(ctx context.Context, customer, invoice string) (decimal.Decimal, string, error)

	// Collector says whether there is somebody of the name to whom customers can be given.
	Collector(ctx context.Context, name string) (bool, error)

	// Plans are the payment plans of a customer that are open, and the last event of the ledger that they follow from (see [Landed]).
	Plans(ctx context.Context, customer string) (open []OpenPlan, landed int64, err error)
}

// A Desk writes down what collectors do.
type Desk struct {
	ledger  *ledger.Ledger
	books   Books
	letters Letters        // nil: nobody is written to
	zone    *time.Location // in which it is today
	now     func() time.Time
}

// New opens a desk on a ledger. The zone is the company's.
func New(l *ledger.Ledger, books Books, zone *time.Location) *Desk {
	return &Desk{ledger: l, books: books, zone: zone, now: time.Now}
}

// An Entry is what was written down, beside who did so, when and why, which the event says.
type Entry struct {
	Invoice   string    `json:"invoice,omitempty"` // empty: all of the customer's
	At        time.Time `json:"at,omitzero"`       // of a contact that is written down later
	Channel   string    `json:"channel,omitempty"`
	Direction string    `json:"direction,omitempty"`
	Outcome   string    `json:"outcome,omitempty"`
	DueOn     string    `json:"due_on,omitempty"` // promised for
	Amount    string    `json:"amount,omitempty"` // promised, exact
	Currency  string    `json:"currency,omitempty"`
	Until     string    `json:"until,omitempty"`     // last day
	Collector string    `json:"collector,omitempty"` // to whom the customer is given
	Text      string    `json:"text,omitempty"`

	Invoices    []string     `json:"invoices,omitempty"` // of a plan
	Instalments []Instalment `json:"instalments,omitempty"`
	Plan        string       `json:"plan,omitempty"` // that is ended; of the events of before: none, and all of the customer's were
}

// Done is an entry with its event.
type Done struct {
	Sequence int64 // of the event
	Event    string
	Kind     string
	Customer string
	At       time.Time
	By       ledger.Actor
	Reason   string
	Entry
}

// doneOf reads an event; false is one of another room.
func doneOf(e ledger.Event) (Done, bool, error) {
	if e.Subject.Kind != kindCustomer || elsewhere[e.Type] {
		return Done{}, false, nil
	}
	if !known[e.Type] {
		return Done{}, false, ledger.Strange(e)
	}
	d := Done{Sequence: e.Sequence, Event: e.ID, Kind: e.Type, Customer: e.Subject.ID, At: e.At, By: e.Actor, Reason: e.Reason}
	if err := e.Into(&d.Entry); err != nil {
		return Done{}, false, err
	}
	if !d.Entry.At.IsZero() {
		d.At = d.Entry.At
	}
	return d, true, nil
}

// elsewhere are the types of events about customers that the portal writes: nothing of them is landed.
var elsewhere = map[string]bool{"link asked for": true, "came in by link": true}

var known = map[string]bool{Call: true, Promise: true, Note: true, Snooze: true, Unsnooze: true, Pin: true, Unpin: true, Hold: true,
	Unhold: true, Skip: true, Assign: true, Unassign: true, AgreedPlan: true, EndedPlan: true, Legal: true, Unlegal: true}

// Pending are the entries that figures do not hold yet, of all customers in the order in which they were written down: those after
// the last event that was landed when the figures were computed (see [Landed]).
func (d *Desk) Pending(ctx context.Context, landed int64) ([]Done, error) {
	var pending []Done
	err := d.ledger.Events(ctx, landed, func(e ledger.Event) error {
		done, ours, err := doneOf(e)
		if ours {
			pending = append(pending, done)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read what is pending: %w", err)
	}
	return pending, nil
}

// Today are the entries of the company's day, of all customers, the newest first.
func (d *Desk) Today(ctx context.Context) ([]Done, error) {
	now := d.now().In(d.zone)
	var today []Done
	err := d.ledger.Since(ctx, time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, d.zone), func(e ledger.Event) error {
		done, ours, err := doneOf(e)
		if ours {
			today = append(today, done)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read what was done today: %w", err)
	}
	return today, nil
}

// PendingOf is what is pending of one customer.
func (d *Desk) PendingOf(ctx context.Context, customer string, landed int64) ([]Done, error) {
	events, err := d.ledger.Of(ctx, ledger.Subject{Kind: kindCustomer, ID: customer}, landed)
	if err != nil {
		return nil, fmt.Errorf("read what is pending of customer %s: %w", customer, err)
	}
	var pending []Done
	for _, e := range events {
		done, ours, err := doneOf(e)
		if err != nil {
			return nil, err
		}
		if ours {
			pending = append(pending, done)
		}
	}
	return pending, nil
}
