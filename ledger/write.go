package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// A request is a write that waits for its turn.
type request struct {
	event     Event // without a place yet
	decide    func(ctx context.Context, written Reader) (Draft, error)
	guard     func(ctx context.Context, written Reader) error
	also      func(ctx context.Context, tx Tables, e Event) error // what is written with the event and is none
	abandoned func() error                                        // whether the caller has gone meanwhile
	reply     chan reply
}

type reply struct {
	event Event
	err   error
}

// Write appends an event and returns it as it is written, or as it was written when the key was used for the same before. When
// Write returns without an error the event is on disk. A caller whose context ends does not know, and asks again with the same key.
func (l *Ledger) Write(ctx context.Context, d Draft) (Event, error) {
	return l.writeAlso(ctx, d, nil)
}

func (l *Ledger) writeAlso(ctx context.Context, d Draft, also func(context.Context, Tables, Event) error) (Event, error) {
	e, err := d.event()
	if err != nil {
		return Event{}, err
	}
	return l.ask(ctx, &request{event: e, guard: d.Guard, also: also})
}

func (l *Ledger) ask(ctx context.Context, r *request) (Event, error) {
	r.reply, r.abandoned = make(chan reply, 1), ctx.Err
	select {
	case l.requests <- r:
	case <-ctx.Done():
		return Event{}, ctx.Err()
	case <-l.stop:
		return Event{}, ErrClosed
	}
	select {
	case a := <-r.reply:
		return a.event, a.err
	case <-ctx.Done():
		return Event{}, fmt.Errorf("whether the event is written is not known, ask again with the same key: %w", ctx.Err())
	}
}

// group is how many writes share one transaction at most.
const group = 128

// serve takes the writes in the order in which they come. Those that came while a transaction was under way share the next.
func (l *Ledger) serve() {
	defer close(l.stopped)
	for {
		var waiting []*request
		select {
		case r := <-l.requests:
			waiting = append(waiting, r)
		case <-l.stop:
			return
		}
		for more := true; more && len(waiting) < group; {
			select {
			case r := <-l.requests:
				waiting = append(waiting, r)
			default:
				more = false
			}
		}
		replies, err := l.commit(waiting)
		for i, r := range waiting {
			if err != nil {
				replies[i] = reply{err: fmt.Errorf("write to the ledger: %w", err)}
			}
			r.reply <- replies[i]
		}
	}
}

// commit writes a group in one transaction. What one of them is refused does not touch the others.
func (l *Ledger) commit(waiting []*request) ([]reply, error) {
	replies := make([]reply, len(waiting))
	ctx := context.Background() // what one of a group no longer waits for, others do, and a broken-off question could end the transaction
	unlock, err := lock(ctx, l.state)
	if err != nil {
		return replies, err
	}
	defer unlock()
	tx, err := l.write.BeginTx(ctx, nil)
	if err != nil {
		return replies, err
	}
	defer func() { _ = tx.Rollback() }() // after a commit there is nothing to roll back
	f, end, err := l.settle(ctx, tx)
	if err != nil {
		return replies, err
	}
	defer func() { _ = f.Close() }() // what is written is synced
	next := end
	for i, r := range waiting {
		replies[i], err = l.append(ctx, tx, r, next)
		if err != nil {
			return replies, err
		}
		if e := replies[i].event; replies[i].err == nil && e.Sequence > next.Sequence {
			next = Point{e.Sequence, e.Hash}
		}
	}
	if next == end {
		return replies, nil
	}
	for _, p := range l.projections { // those of other processes stay where they are
		if _, err := tx.ExecContext(ctx, "update projection set sequence = ? where name = ?", next.Sequence, p.Name); err != nil {
			return replies, err
		}
	}
	return replies, l.finish(tx, f, end, next)
}

// finish records where the ledger will end, commits, and records that it does: only then is anybody told.
func (l *Ledger) finish(tx *sql.Tx, f headFile, end, next Point) error {
	if err := f.write(head{l.identity, end, next}); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	return f.write(head{l.identity, next, next})
}

// append writes one event of a group, or none of it. An error is one of the whole group.
func (l *Ledger) append(ctx context.Context, tx *sql.Tx, r *request, last Point) (reply, error) {
	if _, err := tx.ExecContext(ctx, "savepoint one"); err != nil {
		return reply{}, err
	}
	e, refused := l.appendOne(ctx, tx, r, last)
	if refused != nil {
		if _, err := tx.ExecContext(ctx, "rollback to one"); err != nil { // a full disk ends the transaction itself
			return reply{}, errors.Join(refused, err)
		}
	}
	_, err := tx.ExecContext(ctx, "release one")
	return reply{e, refused}, err
}

func (l *Ledger) appendOne(ctx context.Context, tx *sql.Tx, r *request, last Point) (Event, error) {
	if err := r.abandoned(); err != nil {
		return Event{}, err
	}
	e := r.event
	if r.decide != nil {
		d, err := r.decide(ctx, tx)
		if err != nil {
			return Event{}, err
		}
		if e, err = d.event(); err != nil {
			return Event{}, err
		}
	}
	first, err := scanOne(tx.QueryRowContext(ctx, selectEvent+" where key = ?", e.Key))
	switch {
	case err == nil && first.asked() == e.asked():
		return first, nil
	case err == nil:
		return Event{}, fmt.Errorf("%w: event %d is %s", ErrKeyReused, first.Sequence, first.Type)
	case !errors.Is(err, ErrNoEvent):
		return Event{}, err
	}
	if r.guard != nil {
		if err := r.guard(ctx, tx); err != nil {
			return Event{}, err
		}
	}
	e.place(last, l.opts.Now())
	if err := insert(ctx, tx, e.record()); err != nil {
		return Event{}, err
	}
	for _, p := range l.projections {
		if err := p.apply(ctx, tx, e); err != nil {
			return Event{}, err
		}
	}
	if r.also != nil {
		return e, r.also(ctx, tx, e)
	}
	return e, nil
}
