package dashboard

import (
	"context"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
)

const (
	shelfSize   = 8 // snapshots of other dates that are kept
	readsAtOnce = 2 // readers of other dates and of the rows behind a figure who may ask the database at the same time
)

// A shelf keeps the snapshot of the published run and the last few of other dates. Readers never wait for a refresh.
type shelf struct {
	opts    Options
	queries map[string]string
	slots   chan struct{}
	flight  singleflight.Group

	mu        sync.Mutex
	published *snapshot
	dated     []*snapshot // most recently used last
}

func newShelf(opts Options, queries map[string]string) *shelf {
	return &shelf{opts: opts, queries: queries, slots: make(chan struct{}, readsAtOnce)}
}

// readQueries reads sql/panel: the name of a file is the name of its table in a snapshot.
func readQueries(panels fs.FS) (map[string]string, error) {
	files, err := fs.Glob(panels, "*.sql")
	if err != nil {
		return nil, fmt.Errorf("list panel queries: %w", err)
	}
	queries := map[string]string{}
	for _, file := range files {
		text, err := fs.ReadFile(panels, file)
		if err != nil {
			return nil, fmt.Errorf("read panel query %s: %w", file, err)
		}
		queries[strings.TrimSuffix(file, ".sql")] = string(text)
	}
	return queries, nil
}

func (s *shelf) publish(ctx context.Context) error {
	snap, err := s.read(ctx, time.Time{})
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.published = snap
	s.dated = slices.DeleteFunc(s.dated, func(old *snapshot) bool { return old.run.id != snap.run.id })
	return nil
}

// at finds the snapshot of a date, the published one for the zero time, and reads it when it is not at hand.
func (s *shelf) at(ctx context.Context, asOf time.Time) (*snapshot, error) {
	if snap := s.find(asOf); snap != nil {
		return snap, nil
	}
	ctx, cancel := context.WithTimeout(ctx, s.opts.Deadline)
	defer cancel()
	// The read outlives the reader who asked first: others may be waiting for the same date.
	found := s.flight.DoChan(asOf.Format(time.DateOnly), func() (any, error) {
		return s.fetch(context.WithoutCancel(ctx), asOf)
	})
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case result := <-found:
		if result.Err != nil {
			return nil, result.Err
		}
		return result.Val.(*snapshot), nil
	}
}

func (s *shelf) fetch(ctx context.Context, asOf time.Time) (*snapshot, error) {
	ctx, done, err := s.turn(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	if asOf.IsZero() {
		if err := s.publish(ctx); err != nil {
			return nil, err
		}
		return s.find(asOf), nil
	}
	snap, err := s.read(ctx, asOf)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.published == nil || s.published.run.id == snap.run.id || snap.run.id == "" {
		s.dated = append(s.dated, snap)
		s.dated = s.dated[max(0, len(s.dated)-shelfSize):]
	}
	return snap, nil
}

// turn waits until one more reader may ask the database, and gives it until the deadline.
func (s *shelf) turn(ctx context.Context) (context.Context, func(), error) {
	ctx, cancel := context.WithTimeout(ctx, s.opts.Deadline)
	select {
	case s.slots <- struct{}{}:
		return ctx, func() { <-s.slots; cancel() }, nil
	case <-ctx.Done():
		cancel()
		return nil, nil, ctx.Err()
	}
}

func (s *shelf) find(asOf time.Time) *snapshot {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.published != nil && (asOf.IsZero() || asOf.Equal(s.published.asOf)) {
		return s.published
	}
	i := slices.IndexFunc(s.dated, func(snap *snapshot) bool { return snap.asOf.Equal(asOf) })
	if i < 0 {
		return nil
	}
	snap := s.dated[i]
	s.dated = append(slices.Delete(s.dated, i, i+1), snap)
	return snap
}

func (s *shelf) read(ctx context.Context, asOf time.Time) (*snapshot, error) {
	view, release, err := s.opts.Marts.At(ctx, asOf)
	if err != nil {
		return nil, err
	}
	defer release()
	return takeSnapshot(ctx, s.opts.Log, view, s.queries)
}
