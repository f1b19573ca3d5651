// Package ledger is the system of record of what people do: an append-only chain of events in SQLite, the tables that
// follow from them, what has to be sent because of them, and who may sign in to add to it. Nobody edits an event, and an
// edited, cut or replaced file is noticed.
package ledger

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Options are what a ledger is opened with.
type Options struct {
	Log         *slog.Logger
	Projections []Projection     // kept beside the outbox and the users; every process of one company names the same
	Now         func() time.Time // the clock; nil is the machine's
}

// A Ledger is one company's, open. It may be open in several processes; each write is one's alone.
type Ledger struct {
	state       string // folder
	opts        Options
	identity    string
	projections []Projection
	write, read *sql.DB
	file        os.FileInfo // of the database that is open
	requests    chan *request
	stop        chan struct{} // closed by Close
	stopped     chan struct{} // closed when the last write is done
	once        sync.Once
}

// Where the ledger lies in the state folder. The head lies beside the folder, not in it.
const (
	folder     = "ledger"
	extractDir = "ledger/extracts"
	fileName   = "ledger/ledger.sqlite"
	headName   = "ledger.head"
)

// Exists says whether a state folder has a ledger, or what is left of one.
func Exists(state string) bool {
	return present(filepath.Join(state, fileName)) || present(filepath.Join(state, headName))
}

func present(path string) bool {
	_, err := os.Lstat(path)
	return !errors.Is(err, os.ErrNotExist)
}

// Open opens the ledger of a state folder, or begins one. One that was cut or replaced since its last write is [ErrBroken].
func Open(ctx context.Context, state string, opts Options) (*Ledger, error) {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	if err := os.MkdirAll(filepath.Join(state, folder), 0o700); err != nil {
		return nil, fmt.Errorf("make the ledger's folder: %w", err)
	}
	l := &Ledger{
		state: state, opts: opts, projections: append(builtIn(), opts.Projections...),
		requests: make(chan *request), stop: make(chan struct{}), stopped: make(chan struct{}),
	}
	unlock, err := lock(ctx, state)
	if err != nil {
		return nil, err
	}
	defer unlock()
	if err := l.open(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open the ledger: %w", err), l.closeFiles())
	}
	go l.serve()
	return l, nil
}

// open is called under the lock.
func (l *Ledger) open(ctx context.Context) error {
	h, err := l.begin()
	if err != nil {
		return err
	}
	path := filepath.Join(l.state, fileName)
	if h.Committed.Sequence > 0 && !present(path) {
		return fmt.Errorf("%w: the database is gone", ErrBroken)
	}
	if l.write, err = openFile(path, false); err != nil {
		return err
	}
	if l.read, err = openFile(path, true); err != nil {
		return err
	}
	if err := migrate(ctx, l.write, l.opts.Now()); err != nil {
		return err
	}
	if err := l.identify(ctx, h.Ledger); err != nil {
		return err
	}
	if l.file, err = os.Stat(path); err != nil {
		return err
	}
	tx, err := l.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	f, _, err := l.settle(ctx, tx)
	if err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return errors.Join(tx.Commit(), f.Close())
}

// begin reads the head, or makes that of a new ledger: it is there before the database is, so that a database without a head
// is always a fault.
func (l *Ledger) begin() (head, error) {
	f, err := openHead(filepath.Join(l.state, headName), false)
	if err == nil {
		h, err := f.read()
		return h, errors.Join(err, f.Close())
	}
	if !errors.Is(err, errNoHead) {
		return head{}, err
	}
	left, err := filepath.Glob(filepath.Join(l.state, extractDir, "*.csv"))
	if err != nil {
		return head{}, err
	}
	if present(filepath.Join(l.state, fileName)) || len(left) > 0 {
		return head{}, fmt.Errorf("%w: %w", ErrBroken, errNoHead)
	}
	start := genesis(rand.Text())
	return start, createHead(filepath.Join(l.state, headName), start)
}

// genesis is the head of a ledger without events.
func genesis(identity string) head {
	zero := Point{Hash: sum("arrears ledger 1", identity)}
	return head{Ledger: identity, Committed: zero, Next: zero}
}

// identify makes sure that head and database belong together.
func (l *Ledger) identify(ctx context.Context, identity string) error {
	l.identity = identity
	var found string
	err := l.write.QueryRowContext(ctx, "select id from ledger").Scan(&found)
	if errors.Is(err, sql.ErrNoRows) {
		_, err = l.write.ExecContext(ctx, "insert into ledger (id, created_at) values (?, ?)", identity, l.opts.Now().UTC().Format(clock))
		return err
	}
	if err == nil && found != identity {
		return fmt.Errorf("%w: the database is that of another ledger", ErrBroken)
	}
	return err
}

// settle makes sure that the database ends where the head says, and brings the projections to that end.
func (l *Ledger) settle(ctx context.Context, tx *sql.Tx) (f headFile, end Point, err error) {
	if end, err = l.end(ctx, tx); err != nil {
		return f, end, err
	}
	if f, err = l.head(end); err != nil {
		return f, end, err
	}
	if err := l.catchUp(ctx, tx, end.Sequence); err != nil {
		return f, end, errors.Join(err, f.Close())
	}
	return f, end, nil
}

// head opens the record of the head, makes sure that the database may end where it does, and finishes what a crash left
// between the two.
func (l *Ledger) head(end Point) (headFile, error) {
	f, err := openHead(filepath.Join(l.state, headName), true)
	if err != nil {
		return f, fmt.Errorf("%w: %w", ErrBroken, err)
	}
	h, err := f.read()
	now, gone := os.Stat(filepath.Join(l.state, fileName))
	switch {
	case err != nil:
		err = fmt.Errorf("%w: %w", ErrBroken, err)
	case gone != nil || !os.SameFile(now, l.file):
		err = fmt.Errorf("%w: another database was put in its place while it was open", ErrBroken)
	case h.Ledger != l.identity:
		err = fmt.Errorf("%w: the head is that of another ledger", ErrBroken)
	case end != h.Committed && end != h.Next:
		err = fmt.Errorf("%w: it ends at event %d %s, the head at %d %s", ErrBroken, end.Sequence, end.Hash, h.Committed.Sequence, h.Committed.Hash)
	case end != h.Committed || end != h.Next:
		err = f.write(head{l.identity, end, end})
	}
	if err != nil {
		return f, errors.Join(err, f.Close())
	}
	return f, nil
}

// end is the last event, or the beginning.
func (l *Ledger) end(ctx context.Context, db Reader) (Point, error) {
	p := genesis(l.identity).Committed
	err := db.QueryRowContext(ctx, "select sequence, hash from event order by sequence desc limit 1").Scan(&p.Sequence, &p.Hash)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return p, fmt.Errorf("read the last event: %w", err)
	}
	return p, nil
}

// Close waits for the writes that are under way.
func (l *Ledger) Close() error {
	l.once.Do(func() { close(l.stop) })
	<-l.stopped
	return l.closeFiles()
}

func (l *Ledger) closeFiles() error {
	var errs []error
	for _, db := range []*sql.DB{l.read, l.write} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(errs...)
}
