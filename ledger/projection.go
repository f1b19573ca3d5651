package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// A Projection is what follows from the events: tables that are kept in the same transaction as each event, and can be thrown away
// and made again from the first one. What it does may depend on the event and on its own tables, and on nothing else.
type Projection struct {
	Name    string
	Version int      // raised whenever Schema or Apply changes, so that the tables are made again
	Tables  []string // their names
	Schema  string   // statements that make them
	Apply   func(ctx context.Context, tables Tables, e Event) error
}

// Tables are read and written by a projection.
type Tables interface {
	Reader
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

func builtIn() []Projection { return []Projection{outbox, users} }

func (p Projection) apply(ctx context.Context, tx Tables, e Event) error {
	if err := p.Apply(ctx, tx, e); err != nil {
		return fmt.Errorf("%s at event %d, %s: %w", p.Name, e.Sequence, e.Type, err)
	}
	return nil
}

// catchUp brings every projection to the end: those that are new, or were made in another way, from the first event, those that
// another process did not know from where they are.
func (l *Ledger) catchUp(ctx context.Context, tx *sql.Tx, end int64) error {
	for _, p := range l.projections {
		var version int
		var reached int64
		err := tx.QueryRowContext(ctx, "select version, sequence from projection where name = ?", p.Name).Scan(&version, &reached)
		if err == nil && version == p.Version && reached == end {
			continue
		}
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if err != nil || version != p.Version {
			if err := p.clear(ctx, tx); err != nil {
				return err
			}
			reached = 0
		}
		if err := p.replay(ctx, tx, tx, reached); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "insert into projection values (?, ?, ?) on conflict (name) do update set version = excluded.version, sequence = excluded.sequence",
			p.Name, p.Version, end)
		if err != nil {
			return err
		}
	}
	return nil
}

// clear makes the tables anew, empty.
func (p Projection) clear(ctx context.Context, tables Tables) error {
	for _, name := range p.Tables {
		if _, err := tables.ExecContext(ctx, "drop table if exists "+name); err != nil {
			return fmt.Errorf("clear %s: %w", p.Name, err)
		}
	}
	if _, err := tables.ExecContext(ctx, p.Schema); err != nil {
		return fmt.Errorf("make the tables of %s: %w", p.Name, err)
	}
	return nil
}

// page is how many events are read before they are applied: the one connection of a writer cannot do both at once.
const page = 1000

// replay applies the events after a number, read from one database, to tables of the same or of another one.
func (p Projection) replay(ctx context.Context, events Reader, tables Tables, after int64) error {
	for {
		var read []Event
		err := each(ctx, events, func(e Event) error { read = append(read, e); return nil },
			" where sequence > ? order by sequence limit ?", after, page)
		if err != nil || len(read) == 0 {
			return err
		}
		for _, e := range read {
			if err := p.apply(ctx, tables, e); err != nil {
				return err
			}
		}
		after = read[len(read)-1].Sequence
	}
}
