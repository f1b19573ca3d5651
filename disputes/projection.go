package disputes

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"arrears/ledger"
)

// stamp is how moments are written in the tables: of one width, so that their texts sort.
const stamp = "2006-01-02T15:04:05.000000Z"

// Projection is the tables of cases and of models, as the events leave them. Every process that opens a company's ledger names it.
func Projection() ledger.Projection {
	return ledger.Projection{
		Name: "disputes", Version: 2, Tables: []string{"dispute", "dispute_line", "dispute_document", "dispute_rules"},
		Schema: `create table dispute (
	id text primary key,
	number integer not null unique,
	revision integer not null,
	customer text not null,
	state text not null,
	owner text not null,
	reason text not null,
	priority text not null,
	closed integer not null,
	opened_at text not null,
	next_at text not null, -- when a clock strikes; empty: never
	body text not null -- the case as JSON
) strict;
create index dispute_next on dispute (next_at, number) where next_at <> '';
create index dispute_owner on dispute (owner) where closed = 0;
create index dispute_customer on dispute (customer, number);
create table dispute_line (
	dispute text not null,
	number integer not null,
	customer text not null,
	invoice text not null,
	order_line text not null,
	amount text not null, -- exact, in the invoice's currency
	closed integer not null,
	primary key (dispute, number)
) strict;
create index dispute_line_invoice on dispute_line (customer, invoice);
create table dispute_document (
	digest text not null,
	dispute text not null,
	customer text not null,
	primary key (digest, dispute)
) strict;
create table dispute_rules (
	digest text primary key,
	body text not null,
	proposed_by text not null,
	proposed_at text not null,
	approved_by text not null,
	approved_at text not null,
	approved integer not null -- number of the event; 0: not yet
) strict`,
		Apply: fold,
	}
}

func fold(ctx context.Context, tables ledger.Tables, e ledger.Event) error {
	switch e.Subject.Kind {
	case kindRules:
		return foldRules(ctx, tables, e)
	case Kind:
		return foldCase(ctx, tables, e)
	}
	return nil
}

func foldCase(ctx context.Context, tables ledger.Tables, e ledger.Event) error {
	if !known[e.Type] {
		return ledger.Strange(e)
	}
	var c Case
	var ch change
	if err := e.Into(&ch); err != nil {
		return err
	}
	var err error
	if e.Type != Filed {
		if c, err = caseOf(ctx, tables, e.Subject.ID); err != nil {
			return err
		}
	}
	if err := c.apply(e, ch); err != nil {
		return err
	}
	body, err := json.Marshal(c)
	if err != nil {
		return err
	}
	next := ""
	if at, ok := c.next(); ok {
		next = at.UTC().Format(stamp)
	}
	_, err = tables.ExecContext(ctx, `insert into dispute values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (id) do update set
		revision = excluded.revision, customer = excluded.customer, state = excluded.state, owner = excluded.owner, reason = excluded.reason,
		priority = excluded.priority, closed = excluded.closed, next_at = excluded.next_at, body = excluded.body`,
		c.ID, numberOf(c.ID), c.Revision, c.Customer, c.State, c.Owner, c.Reason, c.Priority, c.Closed, c.OpenedAt.UTC().Format(stamp), next, string(body))
	if err != nil {
		return err
	}
	return foldParts(ctx, tables, e, c)
}

// foldParts keeps the tables by which others find a case: its lines and documents.
func foldParts(ctx context.Context, tables ledger.Tables, e ledger.Event, c Case) error {
	switch e.Type {
	case Filed, Amended:
		if _, err := tables.ExecContext(ctx, "delete from dispute_line where dispute = ?", c.ID); err != nil {
			return err
		}
		for i, l := range c.Lines {
			_, err := tables.ExecContext(ctx, "insert into dispute_line values (?, ?, ?, ?, ?, ?, 0)", c.ID, i+1, c.Customer, l.Invoice,
				l.OrderLine, l.Amount.String())
			if err != nil {
				return err
			}
		}
	case Closed, Moved, Reopened:
		if _, err := tables.ExecContext(ctx, "update dispute_line set closed = ? where dispute = ?", c.Closed, c.ID); err != nil {
			return err
		}
	}
	if e.Type != Filed && e.Type != Attached && e.Type != Heard && e.Type != Amended {
		return nil
	}
	for _, d := range c.Documents {
		_, err := tables.ExecContext(ctx, `insert into dispute_document values (?, ?, ?) on conflict (digest, dispute) do update
			set customer = excluded.customer`, d.Digest, c.ID, c.Customer)
		if err != nil {
			return err
		}
	}
	return nil
}

// name is the id of a case by its number, numberOf its number by the id; 0 where it is none.
func name(number int64) string { return fmt.Sprintf("D-%06d", number) }

func numberOf(id string) int64 {
	var n int64
	if _, err := fmt.Sscanf(id, "D-%d", &n); err != nil || name(n) != id {
		return 0
	}
	return n
}

func caseOf(ctx context.Context, db ledger.Reader, id string) (Case, error) {
	var body string
	err := db.QueryRowContext(ctx, "select body from dispute where id = ?", id).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return Case{}, fmt.Errorf("%w: %q", ErrNoCase, id)
	}
	if err != nil {
		return Case{}, fmt.Errorf("read dispute %s: %w", id, err)
	}
	return decodeCase(body)
}

func decodeCase(body string) (Case, error) {
	var c Case
	if err := json.Unmarshal([]byte(body), &c); err != nil {
		return c, fmt.Errorf("read a dispute: %w", err)
	}
	return c, nil
}

func moment(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	return time.Parse(stamp, text)
}
