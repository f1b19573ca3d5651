package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// ErrNoEvent says that there is no such event.
var ErrNoEvent = errors.New("there is no such event")

const selectEvent = `select sequence, id, at, actor_kind, actor, subject_kind, subject, type, payload, reason, key, messages,
	previous, hash from event`

func insert(ctx context.Context, tx *sql.Tx, r record) error {
	_, err := tx.ExecContext(ctx, "insert into event values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", r.sequence, r.id, r.at,
		r.actorKind, r.actor, r.subjectKind, r.subject, r.kind, r.payload, r.reason, r.key, r.messages, r.previous, r.hash)
	if err != nil {
		return fmt.Errorf("write event %d: %w", r.sequence, err)
	}
	return nil
}

type scanner interface{ Scan(fields ...any) error }

func scanRecord(row scanner) (r record, err error) {
	err = row.Scan(&r.sequence, &r.id, &r.at, &r.actorKind, &r.actor, &r.subjectKind, &r.subject, &r.kind, &r.payload, &r.reason,
		&r.key, &r.messages, &r.previous, &r.hash)
	if errors.Is(err, sql.ErrNoRows) {
		return r, ErrNoEvent
	}
	if err != nil {
		return r, fmt.Errorf("read an event: %w", err)
	}
	return r, nil
}

func scanOne(row scanner) (Event, error) {
	r, err := scanRecord(row)
	if err != nil {
		return Event{}, err
	}
	return r.event()
}

// each calls for every event that a query selects, in its order.
func each(ctx context.Context, db Reader, use func(Event) error, tail string, args ...any) error {
	return eachRecord(ctx, db, func(r record) error {
		e, err := r.event()
		if err != nil {
			return err
		}
		return use(e)
	}, tail, args...)
}

func eachRecord(ctx context.Context, db Reader, use func(record) error, tail string, args ...any) error {
	rows, err := db.QueryContext(ctx, selectEvent+tail, args...)
	if err != nil {
		return fmt.Errorf("read the events: %w", err)
	}
	for err == nil && rows.Next() {
		var r record
		if r, err = scanRecord(rows); err == nil {
			err = use(r)
		}
	}
	return errors.Join(err, rows.Err(), rows.Close())
}

// Events calls for every event after a number, in order; after 0 that is all of them. An error of the call ends it.
func (l *Ledger) Events(ctx context.Context, after int64, use func(Event) error) error {
	return each(ctx, l.read, use, " where sequence > ? order by sequence", after)
}

// Since calls for every event from the newest back to the first that was written at a moment or later.
func (l *Ledger) Since(ctx context.Context, at time.Time, use func(Event) error) error {
	earlier := errors.New("an earlier event")
	err := each(ctx, l.read, func(e Event) error {
		if e.At.Before(at) {
			return earlier
		}
		return use(e)
	}, " order by sequence desc")
	if errors.Is(err, earlier) {
		return nil
	}
	return err
}

// Of are the events about a subject after a number, in order.
func (l *Ledger) Of(ctx context.Context, s Subject, after int64) ([]Event, error) {
	var events []Event
	err := each(ctx, l.read, func(e Event) error { events = append(events, e); return nil },
		" where subject_kind = ? and subject = ? and sequence > ? order by sequence", s.Kind, s.ID, after)
	return events, err
}

// Event finds an event by its id, or says [ErrNoEvent].
func (l *Ledger) Event(ctx context.Context, id string) (Event, error) {
	return scanOne(l.read.QueryRowContext(ctx, selectEvent+" where id = ?", id))
}

// Keyed finds the event that was asked for under an idempotency key, or says [ErrNoEvent].
func (l *Ledger) Keyed(ctx context.Context, key string) (Event, error) {
	return scanOne(l.read.QueryRowContext(ctx, selectEvent+" where key = ?", key))
}

// End is the last event that is written: what to note elsewhere, to compare with later.
func (l *Ledger) End(ctx context.Context) (Point, error) { return l.end(ctx, l.read) }

// Reader asks the tables of events and projections as they are committed.
func (l *Ledger) Reader() Reader { return l.read }
