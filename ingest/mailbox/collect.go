package mailbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"arrears/ingest/worker"
)

// A Collector takes messages out of boxes. Only one of a state may be at work.
type Collector struct {
	State   string // folder
	Limit   int64  // bytes of a message above which it is not read
	Trusted string // the authserv-id of the company's own mail server; empty trusts none
	Worker  worker.Worker
	Log     *slog.Logger
	Now     func() time.Time

	// Known says whether the message of this digest, from this place, is on record.
	Known func(ctx context.Context, digest, box, place string) (bool, error)
	// Take puts a message on record with all that follows from it; the same message may be handed over again after a crash.
	Take func(ctx context.Context, m Message) error
}

// beginning is how much is kept of a message that is larger than the limit: its header, mostly.
const beginning = 256 << 10

// Collect takes what waits in a box and returns how many messages were taken. What is wrong with one message stops no other.
func (c *Collector) Collect(ctx context.Context, name string, box Source) (taken int, err error) {
	if err := sweep(c.State); err != nil {
		return 0, fmt.Errorf("clear what an interrupted collection left: %w", err)
	}
	err = box.Each(ctx, func(a Arrival) error {
		err := c.one(ctx, name, a)
		if err == nil {
			taken++
		}
		return err
	})
	if err != nil {
		err = fmt.Errorf("mail box %s: %w", name, err)
	}
	return taken, err
}

func (c *Collector) one(ctx context.Context, name string, a Arrival) error {
	m := Message{Box: name, Place: a.Place, Size: a.Size}
	var err error
	if m.Digest, err = c.keep(a, &m); err != nil {
		return err
	}
	known, err := c.Known(ctx, m.Digest, name, a.Place)
	if err != nil || known {
		return err
	}
	folder, err := os.MkdirTemp(filepath.Join(c.State, "mail"), "files-*")
	if err != nil {
		return err
	}
	if err = c.read(ctx, &m, folder); err == nil {
		m.At = c.Now()
		err = c.Take(ctx, m)
	}
	return errors.Join(err, os.RemoveAll(folder))
}

// keep archives a message; of one that is too large, its beginning.
func (c *Collector) keep(a Arrival, m *Message) (digest string, err error) {
	most := c.Limit + 1
	if a.Size > c.Limit {
		most = beginning
	}
	in, err := a.Open(most)
	if err != nil {
		return "", fmt.Errorf("open it: %w", err)
	}
	digest, size, err := keep(c.State, in)
	if err = errors.Join(err, in.Close()); err != nil {
		return "", err
	}
	m.Size = max(size, a.Size)
	if m.Size > c.Limit {
		m.Refused = fmt.Sprintf("it has %.1f MB, and %.1f MB are read at most (mail_size); its first %d KB are kept, the whole stays in the box",
			float64(m.Size)/1e6, float64(c.Limit)/1e6, size>>10)
	}
	return digest, nil
}

// read has a worker read a message that was kept. One that kills its worker twice is refused and stays in the archive.
func (c *Collector) read(ctx context.Context, m *Message, folder string) error {
	file, err := os.Open(Path(c.State, m.Digest))
	if err != nil {
		return fmt.Errorf("read it from the archive: %w", err)
	}
	defer func() { _ = file.Close() }() // only read
	var found reading
	_, err = c.Worker.Run(ctx, worker.Job{Task: Task.Name, File: file, Ask: ask{folder, c.Trusted, m.Refused != ""}}, &found, func(_, _ int64) {})
	var killed worker.KilledError
	switch {
	case errors.As(err, &killed):
		c.Log.WarnContext(ctx, "message killed its worker twice", "digest", m.Digest, "why", killed.Why)
		m.Refused = "the worker that reads it died twice: " + killed.Why
		return nil
	case err != nil:
		return fmt.Errorf("read it: %w", err)
	case found.Broken != "":
		return fmt.Errorf("read it: %s", found.Broken)
	}
	found.Digest, found.Box, found.Place, found.Size = m.Digest, m.Box, m.Place, m.Size
	if m.Refused != "" {
		found.Refused = m.Refused
	}
	*m = found.Message
	return nil
}
