// Package ingest takes extracts in: it keeps their bytes, has them parsed by a worker process, and leaves typed rows,
// a quarantine and a receipt. What has no receipt does not exist.
package ingest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"arrears/config"
	"arrears/ingest/worker"
)

// Options are what a caller may ask of a landing.
type Options struct {
	// Progress hears how far an extract is, from several goroutines; the last time with Done. May be nil.
	Progress func(Progress)

	// Source makes the sources that are no folders of files; nil for one that is. May be nil.
	Source func(config.Source) (Source, error)
}

// Progress is how far an extract is.
type Progress struct {
	Source, File string
	Bytes, Total int64 // that came, or were read; -1 where nobody knows how many there will be
	Rows         int64 // made of them
	Done         bool  // it has landed, or will not
}

// Report says what a landing did.
type Report struct {
	Landed  []Receipt           // new batches, refused files too
	Known   int                 // files whose bytes had landed before
	Left    int                 // files that were still being written
	Sources map[string]Standing // of those that were asked
	Over    []Receipt           // current batches with more rejects than their source tolerates, and refused files
}

// Land takes in all that is new of all sources, in the order of the configuration and of file names. A bad file gets a
// receipt that says so and never stops the rest; an error means that a file could not be dealt with at all, and is tried
// again by the next landing.
func Land(ctx context.Context, cfg config.Config, log *slog.Logger, opts Options) (Report, error) {
	l, err := newLanding(cfg, log, opts)
	if err != nil {
		return Report{}, err
	}
	unlock, err := l.lock(ctx)
	if err != nil {
		return Report{}, err
	}
	defer unlock()
	if err := l.open(); err != nil {
		return Report{}, err
	}
	defer func() { _ = os.RemoveAll(l.folder) }() // or the next sweep does it
	arrivals, err := l.arrivals(ctx)
	errs := []error{err}
	for _, a := range arrivals {
		if ctx.Err() != nil {
			errs = append(errs, ctx.Err())
			break
		}
		if err := l.land(ctx, a); err != nil {
			errs = append(errs, fmt.Errorf("land %s of %s: %w", a.extract.Name, a.source.Name, err))
			l.faults[a.source.Name] = append(l.faults[a.source.Name], err)
		}
		l.opts.Progress(Progress{Source: a.source.Name, File: a.extract.Name, Done: true})
	}
	if l.report.Over, err = l.over(); err != nil {
		errs = append(errs, err)
	}
	errs = append(errs, l.note(ctx))
	return l.report, errors.Join(errs...)
}

// landing is one call of Land.
type landing struct {
	cfg      config.Config
	log      *slog.Logger
	opts     Options
	worker   worker.Worker
	unpacked int64              // bytes that a packed file may become
	folder   string             // for what is not finished; its own, in case a worker of an interrupted landing is still dying
	receipts []Receipt          // all, superseded ones too
	batches  map[string]bool    // that have a receipt
	places   map[string]int     // of receipts in the list, by batch
	sizes    map[int64]bool     // of the files that have one
	faults   map[string][]error // of each source that could not be asked, or not be taken in
	report   Report
}

func newLanding(cfg config.Config, log *slog.Logger, opts Options) (*landing, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program to start workers: %w", err)
	}
	w := worker.Worker{Program: program, Deadline: cfg.Worker.Deadline}
	if cfg.Worker.Memory != "" {
		if w.Memory, err = config.Size(cfg.Worker.Memory); err != nil {
			return nil, err
		}
	}
	unpacked := int64(0)
	if cfg.Worker.Unpacked != "" {
		if unpacked, err = config.Size(cfg.Worker.Unpacked); err != nil {
			return nil, err
		}
	}
	if opts.Progress == nil {
		opts.Progress = func(Progress) {}
	}
	return &landing{cfg: cfg, log: log.With("room", "ingest"), opts: opts, worker: w, unpacked: unpacked}, prepare(cfg.State)
}

// lock keeps two landings into one state apart: the second waits.
func (l *landing) lock(ctx context.Context) (func(), error) {
	f, err := os.OpenFile(filepath.Join(l.cfg.State, "landing.lock"), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fmt.Errorf("lock the state folder: %w", err)
	}
	for waiting := false; ; waiting = true {
		if lockFile(f) == nil {
			return func() { _ = f.Close() }, nil // closing unlocks
		}
		if !waiting {
			l.log.InfoContext(ctx, "another landing is at work, waiting for it")
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(ctx.Err(), f.Close())
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// open clears what an interrupted landing left and reads what is known.
func (l *landing) open() error {
	if err := sweep(l.cfg.State); err != nil {
		return err
	}
	var err error
	if l.folder, err = os.MkdirTemp(filepath.Join(l.cfg.State, tmpDir), "landing-*"); err != nil {
		return err
	}
	if l.receipts, err = readReceipts(l.cfg.State); err != nil {
		return err
	}
	l.batches, l.sizes, l.faults = map[string]bool{}, map[int64]bool{}, map[string][]error{}
	for _, r := range l.receipts {
		l.batches[r.Batch], l.sizes[r.Bytes] = true, true
	}
	return nil
}

// arrival is an extract of a source that may be new.
type arrival struct {
	source  *config.Source
	extract Extract
}

// arrivals are the extracts to look at: first those of the archive whose source has a new contract, then what the sources have.
// All sources are asked at the same time, so that they wait side by side.
func (l *landing) arrivals(ctx context.Context) ([]arrival, error) {
	var all []arrival
	lists, errs := make([][]Extract, len(l.cfg.Sources)), make([]error, len(l.cfg.Sources))
	var asked sync.WaitGroup
	for i := range l.cfg.Sources {
		source := &l.cfg.Sources[i]
		for _, e := range (archived{l}).extracts(source) {
			all = append(all, arrival{source, e})
		}
		asked.Go(func() { lists[i], errs[i] = l.list(ctx, *source) })
	}
	asked.Wait()
	for i, list := range lists {
		if errs[i] != nil {
			l.faults[l.cfg.Sources[i].Name] = []error{errs[i]}
		}
		for _, e := range list {
			all = append(all, arrival{&l.cfg.Sources[i], e})
		}
	}
	return all, errors.Join(errs...)
}

func (l *landing) list(ctx context.Context, s config.Source) ([]Extract, error) {
	source, err := l.sourceOf(s)
	if err != nil {
		return nil, err
	}
	known := slices.DeleteFunc(slices.Clone(l.receipts), func(r Receipt) bool { return r.Source != s.Name })
	extracts, err := source.List(ctx, known)
	if err != nil {
		err = fmt.Errorf("ask %s what it has: %w", s.Name, err)
	}
	return extracts, err
}

// over lists the current batches that someone must look at.
func (l *landing) over() ([]Receipt, error) {
	receipts, err := Receipts(l.cfg.State, time.Time{})
	if err != nil {
		return nil, err
	}
	tolerated := map[string]config.Limit{}
	for _, s := range l.cfg.Sources {
		tolerated[s.Name] = s.MaxRejects
	}
	corrected := map[string]int64{}
	for place := range correctedLines(receipts) {
		corrected[place.batch]++
	}
	var over []Receipt
	for _, r := range receipts {
		if most, ok := tolerated[r.Source]; ok && (r.Failed != "" || r.Rejected-corrected[r.Batch] > most.Of(r.Records)) {
			over = append(over, r)
		}
	}
	return over, nil
}
