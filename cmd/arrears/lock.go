package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

// patience is how long a command waits for another one that lands or refreshes the same company.
const patience = 10 * time.Second

// lock keeps a second process from landing or refreshing the same state. Readers need no lock.
func lock(ctx context.Context, state string) (unlock func(), err error) {
	return lockWithin(ctx, state, time.After(patience))
}

// lockMail keeps a second process from taking mail in for the same company.
func lockMail(ctx context.Context, state string, deadline <-chan time.Time) (unlock func(), err error) {
	return lockFile(ctx, filepath.Join(state, "mail.lock"), deadline, "another arrears is taking mail in")
}

// lockWithin waits until the deadline, or as long as the context lasts where there is none (nil).
func lockWithin(ctx context.Context, state string, deadline <-chan time.Time) (unlock func(), err error) {
	return lockFile(ctx, filepath.Join(state, "lock"), deadline, "another arrears is landing or refreshing "+state)
}

func lockFile(ctx context.Context, path string, deadline <-chan time.Time, busy string) (unlock func(), err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, fmt.Errorf("make the state folder: %w", err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fmt.Errorf("lock the state folder: %w", err)
	}
	for {
		err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		if err == nil {
			return func() { _ = f.Close() }, nil
		}
		if !errors.Is(err, unix.EWOULDBLOCK) {
			return nil, errors.Join(fmt.Errorf("lock %s: %w", path, err), f.Close())
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(ctx.Err(), f.Close())
		case <-deadline:
			return nil, errors.Join(fmt.Errorf("%s; try again when it is done", busy), f.Close())
		case <-time.After(50 * time.Millisecond):
		}
	}
}
