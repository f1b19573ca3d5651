package ingest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"time"

	"arrears/ingest/worker"
)

// stream takes in an extract whose bytes are parsed while they come, which takes as long as the slower of the two. Its batch is
// named before its bytes are known, and so not by them. Nothing of it exists until all of it has come and been read.
func (l *landing) stream(ctx context.Context, a arrival) error {
	begun := time.Now()
	in, err := a.extract.Open(ctx)
	if errors.Is(err, ErrNothingNew) {
		return nil
	}
	if err != nil {
		return err
	}
	s, err := l.startStream(ctx, a)
	if err != nil {
		return errors.Join(err, in.Close())
	}
	defer s.end()
	err = s.receive(in)
	if errors.Is(err, ErrNothingNew) {
		return nil
	}
	if err != nil {
		return err
	}
	done, peak, err := s.parsed()
	if err != nil {
		return err
	}
	r := s.receipt
	if last, ok := l.before(r, true); ok {
		l.report.Known++ // nothing has changed since
		return l.done(ctx, a, last)
	}
	if err := s.agree(done); err != nil {
		return err
	}
	r.Completeness = s.receipt.Completeness
	if a.extract.Mark != nil {
		r.Mark = a.extract.Mark()
	}
	if err := keep(l.cfg.State, s.out.Name(), r.Digest); err != nil {
		return err
	}
	if err := l.commit(&r, done); err != nil {
		return err
	}
	l.tell(ctx, r, time.Since(begun), peak)
	return l.done(ctx, a, r)
}

// latest is the newest batch of a source, corrections apart.
func (l *landing) latest(source string) (Receipt, bool) {
	for i := len(l.receipts) - 1; i >= 0; i-- {
		if l.receipts[i].Source == source && l.receipts[i].Of == "" {
			return l.receipts[i], true
		}
	}
	return Receipt{}, false
}

// streamed is an extract on its way in.
type streamed struct {
	landing *landing
	extract Extract
	receipt Receipt
	out     *os.File // what has come
	read    *os.File // the same, as the worker has it
	growth  *worker.Growth
	stop    context.CancelFunc
	worker  <-chan struct{} // closed when it is done
	result  result
	peak    int64
	rows    atomic.Int64 // that the worker has made so far
	err     error
}

func (l *landing) startStream(ctx context.Context, a arrival) (*streamed, error) {
	s := &streamed{landing: l, extract: a.extract, growth: worker.NewGrowth()}
	s.receipt = Receipt{Source: a.source.Name, File: a.extract.Name, Contract: contractOf(*a.source), Format: a.source.Format}
	s.receipt.Batch = batchOf(s.receipt.Source, rand.Text(), s.receipt.Contract)
	var err error
	if s.out, err = os.CreateTemp(l.folder, "received-*"); err != nil {
		return nil, err
	}
	if s.read, err = os.Open(s.out.Name()); err != nil {
		return nil, errors.Join(err, s.out.Close())
	}
	j := job{Batch: s.receipt.Batch, Source: *a.source, File: s.receipt.File, Folder: l.folder, growth: s.growth}
	ctx, s.stop = context.WithCancel(ctx)
	ended := make(chan struct{})
	s.worker = ended
	go func() {
		defer close(ended)
		s.result, s.peak, s.err = l.work(ctx, j, s.read, func(_, rows int64) { s.rows.Store(rows) })
	}()
	return s, nil
}

// receive copies what comes, and lets the worker know of it.
func (s *streamed) receive(in io.ReadCloser) error {
	digest, size, err := copyIn(in, s.out, func(bytes int64) {
		s.growth.Set(bytes, false)
		s.landing.opts.Progress(Progress{Source: s.receipt.Source, File: s.receipt.File, Bytes: bytes, Total: -1, Rows: s.rows.Load()})
	})
	if err = errors.Join(err, in.Close(), s.out.Close()); err != nil {
		return err
	}
	s.receipt.Digest, s.receipt.Bytes = digest, size
	s.growth.Set(size, true)
	return nil
}

// parsed waits for the worker.
func (s *streamed) parsed() (result, int64, error) {
	<-s.worker
	return s.result, s.peak, s.err
}

// agree compares what was counted here with what the sender counted.
func (s *streamed) agree(done result) error {
	if s.extract.Rows == nil {
		return nil
	}
	sent := s.extract.Rows()
	if sent >= 0 && sent != done.Records {
		return fmt.Errorf("the sender counted %d rows and %d came: nothing of them was taken in", sent, done.Records)
	}
	if sent >= 0 {
		s.receipt.Completeness = "sender"
	}
	return nil
}

// end stops the worker where it is still at work and lets go of the rest. What was received lies where the next sweep clears.
func (s *streamed) end() {
	s.stop()
	<-s.worker
	s.growth.Set(0, true) // so that nobody waits for more
	_ = s.read.Close()    // only read
	_ = s.out.Close()     // closed already, or not wanted
}
