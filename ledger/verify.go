package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
)

// A Fault is a place at which a ledger is not what was written.
type Fault struct {
	Where string // as in "event 17", "head", "table outbox"
	What  string
}

// String is the fault in one line.
func (f Fault) String() string { return f.Where + ": " + f.What }

// Evidence is what a verification looked at and found.
type Evidence struct {
	Events  int64
	End     Point // as the database has it
	Head    Point // as the record outside of it has it
	Tables  int   // of projections, made again from the first event and compared
	Records int64 // of extracts, compared with their events
	Faults  []Fault
}

// Question is what Verify is asked.
type Question struct {
	Projections []Projection // those the ledger is opened with
	Anchors     []Point      // ends that were noted elsewhere earlier
	Extracts    []string     // files of extracts that were handed on, beside those still in the state folder
}

// mostFaults bounds how many faults of one kind are listed.
const mostFaults = 20

// Verify finds any edit, deletion, insertion, change of order or truncation of a ledger, whether or not it still opens, and says
// where. It reads one state of the ledger while others write on. An error means that it could not look.
func Verify(ctx context.Context, state string, q Question) (Evidence, error) {
	v := &verification{state: state, question: q, projections: append(builtIn(), q.Projections...)}
	files, err := filepath.Glob(filepath.Join(state, extractDir, "*.csv")) // before the events are: what is extracted later may be of later ones
	if err != nil {
		return v.Evidence, err
	}
	v.files = slices.Concat(files, q.Extracts)
	if !present(filepath.Join(state, folder)) {
		v.fault("ledger", "its folder is gone")
		return v.Evidence, nil
	}
	if err := v.open(ctx); err != nil || v.db == nil {
		return v.Evidence, err
	}
	err = v.look(ctx)
	return v.Evidence, errors.Join(err, v.tx.Rollback(), v.db.Close())
}

type verification struct {
	Evidence
	state       string
	question    Question
	projections []Projection
	files       []string // extracts
	head        head
	headless    bool
	db          *sql.DB
	tx          *sql.Tx // one state of the database for all questions
}

func (v *verification) fault(where, what string, args ...any) {
	v.Faults = append(v.Faults, Fault{where, fmt.Sprintf(what, args...)})
}

// open takes head and database at the same moment: under the lock no write is between the two.
func (v *verification) open(ctx context.Context) error {
	unlock, err := lock(ctx, v.state)
	if err != nil {
		return err
	}
	defer unlock()
	v.readHead()
	path := filepath.Join(v.state, fileName)
	if !present(path) {
		v.fault("database", "%s is gone", fileName)
		return nil
	}
	db, err := openFile(path, true)
	if err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err == nil {
		err = tx.QueryRowContext(ctx, "select count(*) from (select sequence from event limit 1)").Scan(new(int)) // the snapshot is taken now
	}
	if err != nil {
		v.fault("database", "cannot be read: %v", err)
		return errors.Join(ctx.Err(), db.Close())
	}
	v.db, v.tx = db, tx
	return nil
}

func (v *verification) readHead() {
	f, err := openHead(filepath.Join(v.state, headName), false)
	if err == nil {
		v.head, err = f.read()
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		v.headless = true
		v.fault("head", "%v", err)
	}
	v.Head = v.head.Committed
}

// look asks every question there is. A part that cannot be read is a fault of that part, and the others are still looked at.
func (v *verification) look(ctx context.Context) error {
	for _, part := range []struct {
		name string
		look func(context.Context) error
	}{
		{"database", v.pages}, {"tables", v.schema}, {"identity", v.identity}, {"events", v.chain}, {"projections", v.folds},
		{"passwords", v.passwords}, {"extracts", v.extracts},
	} {
		if err := part.look(ctx); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			v.fault(part.name, "cannot be read: %v", err)
		}
	}
	return nil
}

// pages asks SQLite whether its file is in order.
func (v *verification) pages(ctx context.Context) error {
	rows, err := v.tx.QueryContext(ctx, fmt.Sprintf("pragma integrity_check(%d)", mostFaults))
	if err != nil {
		return err
	}
	for rows.Next() {
		var said string
		if err := rows.Scan(&said); err != nil {
			return errors.Join(err, rows.Close())
		}
		if said != "ok" {
			v.fault("database", "%s", said)
		}
	}
	return errors.Join(rows.Err(), rows.Close())
}

// chain follows the events from the first to the last.
func (v *verification) chain(ctx context.Context) error {
	v.End = genesis(v.head.Ledger).Committed
	anchors := map[int64]string{}
	for _, a := range v.question.Anchors {
		anchors[a.Sequence] = a.Hash
	}
	if v.headless { // the identity that the first event goes back to is taken from the database instead
		if err := v.tx.QueryRowContext(ctx, "select id from ledger").Scan(&v.head.Ledger); err == nil {
			v.End = genesis(v.head.Ledger).Committed
		}
	}
	broken := 0
	err := eachRecord(ctx, v.tx, func(r record) error {
		before := len(v.Faults)
		if broken < mostFaults {
			v.link(r)
		}
		if hash, noted := anchors[r.sequence]; noted && hash != r.hash {
			v.fault(place(r.sequence), "has the hash %s, noted was %s", r.hash, hash)
		}
		delete(anchors, r.sequence)
		broken += len(v.Faults) - before
		v.End = Point{r.sequence, r.hash}
		v.Events++
		return nil
	}, " order by sequence")
	for sequence := range anchors {
		v.fault(place(sequence), "was noted, and is not there")
	}
	if !v.headless && v.End != v.head.Committed && v.End != v.head.Next {
		v.fault("head", "the ledger ends at event %d %s, the head says %d %s", v.End.Sequence, v.End.Hash,
			v.head.Committed.Sequence, v.head.Committed.Hash)
	}
	return err
}

// link compares an event with its own hash and with the event before.
func (v *verification) link(r record) {
	last := v.End
	switch {
	case r.sequence == last.Sequence+2:
		v.fault(place(last.Sequence+1), "is missing")
	case r.sequence > last.Sequence+1:
		v.fault(place(last.Sequence+1), "is missing, and so is every one up to %d", r.sequence-1)
	case r.sequence <= last.Sequence:
		v.fault(place(r.sequence), "comes again")
	case r.previous != last.Hash:
		v.fault(place(r.sequence), "does not follow on the event before it: one of the two was put there, or another place was theirs")
	}
	if r.hash != r.digest() {
		v.fault(place(r.sequence), "is not what was written: its content does not give its hash")
	}
}

func place(sequence int64) string { return fmt.Sprintf("event %d", sequence) }
