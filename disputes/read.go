package disputes

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"arrears/ledger"
)

// Case finds a case, or says [ErrNoCase].
func (d *Desk) Case(ctx context.Context, id string) (Case, error) {
	return caseOf(ctx, d.ledger.Reader(), id)
}

// CaseFor is a customer's own case; another's is [ErrNoCase].
func (d *Desk) CaseFor(ctx context.Context, customer, id string) (Case, error) {
	c, err := d.Case(ctx, id)
	if err == nil && c.Customer != customer {
		return Case{}, fmt.Errorf("%w: %q", ErrNoCase, id)
	}
	return c, err
}

// A Filter selects cases; what is empty selects all.
type Filter struct {
	Customer, Invoice, State, Owner, Reason, Contact string
	Open, Closed                                     bool // only those
	Alert                                            bool // only those that somebody should look at
	OpenedAfter                                      time.Time
	After                                            string // only those with higher numbers than this case: to page on
	Limit                                            int    // 0 is all
}

// Cases are those a filter selects, in the order of their numbers.
func (d *Desk) Cases(ctx context.Context, f Filter) ([]Case, error) {
	var where []string
	var args []any
	add := func(condition string, value any) { where, args = append(where, condition), append(args, value) }
	for _, c := range []struct{ column, value string }{
		{"customer", f.Customer}, {"state", f.State}, {"owner", f.Owner}, {"reason", f.Reason}, {"json_extract(body, '$.contact')", f.Contact},
	} {
		if c.value != "" {
			add(c.column+" = ?", c.value)
		}
	}
	if f.Invoice != "" {
		add("id in (select dispute from dispute_line where invoice = ?)", f.Invoice)
	}
	if f.Open != f.Closed {
		add("closed = ?", f.Closed)
	}
	if f.Alert {
		add("coalesce(json_extract(body, '$.alert'), '') <> ?", "")
	}
	if !f.OpenedAfter.IsZero() {
		add("opened_at > ?", f.OpenedAfter.UTC().Format(stamp))
	}
	if f.After != "" {
		add("number > ?", numberOf(f.After))
	}
	query := "select body from dispute"
	if len(where) > 0 {
		query += " where " + strings.Join(where, " and ")
	}
	query += " order by number"
	if f.Limit > 0 {
		query += fmt.Sprintf(" limit %d", f.Limit)
	}
	return casesOf(ctx, d.ledger.Reader(), query, args...)
}

func casesOf(ctx context.Context, db ledger.Reader, query string, args ...any) ([]Case, error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("read the disputes: %w", err)
	}
	var found []Case
	for rows.Next() {
		var body string
		if err := rows.Scan(&body); err != nil {
			return nil, errors.Join(err, rows.Close())
		}
		c, err := decodeCase(body)
		if err != nil {
			return nil, errors.Join(err, rows.Close())
		}
		found = append(found, c)
	}
	return found, errors.Join(rows.Err(), rows.Close())
}

// SeenElsewhere are the cases of other customers in which a document was enclosed: a sign of fraud.
func (d *Desk) SeenElsewhere(ctx context.Context, digest, customer string) ([]string, error) {
	rows, err := d.ledger.Reader().QueryContext(ctx,
		"select dispute from dispute_document where digest = ? and customer <> ? order by dispute", digest, customer)
	if err != nil {
		return nil, fmt.Errorf("look for document %s: %w", digest, err)
	}
	var found []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, errors.Join(err, rows.Close())
		}
		found = append(found, id)
	}
	return found, errors.Join(rows.Err(), rows.Close())
}

// A Moment is one thing that happened to a case.
type Moment struct {
	Sequence  int64
	At        time.Time
	By        ledger.Actor
	Type      string
	Reason    string
	State     string // that was entered, if one was
	Text      string
	Channel   string
	Contact   string
	Documents []Document
	Until     time.Time // when the link to a document that was shared expires
	Ended     time.Time // when somebody ended that link before it expired
	Public    bool      // the customer may see it
}

// History is what happened to a case, in order.
func (d *Desk) History(ctx context.Context, id string) ([]Moment, error) {
	events, err := d.ledger.Of(ctx, ledger.Subject{Kind: Kind, ID: id}, 0)
	if err != nil {
		return nil, fmt.Errorf("read the history of %s: %w", id, err)
	}
	if len(events) == 0 {
		return nil, fmt.Errorf("%w: %q", ErrNoCase, id)
	}
	history := make([]Moment, len(events))
	for i, e := range events {
		var ch change
		if err := e.Into(&ch); err != nil {
			return nil, err
		}
		m := Moment{Sequence: e.Sequence, At: e.At, By: e.Actor, Type: e.Type, Reason: e.Reason, State: ch.State, Text: ch.Text,
			Channel: ch.Channel, Contact: ch.Contact, Documents: ch.Documents, Until: ch.Until, Public: public[e.Type]}
		if e.Type == Filed {
			m.Text, m.Documents, m.Channel, m.Contact = ch.Claim.Text, ch.Claim.Documents, ch.Claim.Channel, ch.Claim.Contact
		}
		history[i] = m
	}
	endSharings(history)
	return history, nil
}

// public are the steps that a customer sees; who of us took them, and why, it doesn't.
var public = map[string]bool{Filed: true, Said: true, Heard: true, Shared: true, Unshared: true, StatementSent: true, Accepted: true, Rejected: true, Closed: true, Reopened: true}
