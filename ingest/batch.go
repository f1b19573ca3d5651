package ingest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// land takes one extract in, unless its bytes are known under the source's contract.
func (l *landing) land(ctx context.Context, a arrival) error {
	if a.extract.Live {
		return l.stream(ctx, a)
	}
	begun := time.Now()
	manifest, err := l.manifest(ctx, a)
	if err != nil || manifest == waiting {
		return err
	}
	path, digest, err := l.receive(ctx, a, manifest)
	if errors.Is(err, ErrNothingNew) {
		return nil
	}
	if errors.Is(err, ErrUnsettled) {
		l.log.Info("file is still being written, left alone", "source", a.source.Name, "file", a.extract.Name)
		l.report.Left++
		return nil
	}
	if err != nil {
		return err
	}
	r := l.receiptFor(a, digest, manifest)
	if before, ok := l.before(r, a.extract.Anew); ok {
		l.report.Known++
		return errors.Join(os.RemoveAll(path), l.done(ctx, a, before))
	}
	if l.batches[r.Batch] { // it came before something else did
		r.Batch = batchOf(r.Source, rand.Text(), r.Contract)
	}
	if a.extract.Mark != nil {
		r.Mark = a.extract.Mark()
	}
	done, peak, err := l.read(ctx, a, &r, path)
	if err != nil {
		return err
	}
	if err := l.commit(&r, done); err != nil {
		return err
	}
	l.tell(ctx, r, time.Since(begun), peak)
	return l.done(ctx, a, r)
}

// waiting stands for a manifest that has to come first.
const waiting = "\x00"

func (l *landing) manifest(ctx context.Context, a arrival) (string, error) {
	if a.extract.Manifest == nil {
		return "", nil
	}
	text, err := a.extract.Manifest(ctx)
	if errors.Is(err, ErrUnsettled) {
		l.log.Info("file waits for its manifest", "source", a.source.Name, "file", a.extract.Name)
		l.report.Left++
		return waiting, nil
	}
	if err != nil {
		return "", fmt.Errorf("read the manifest: %w", err)
	}
	return text, nil
}

// receiptFor is what is known of an extract before it is read.
func (l *landing) receiptFor(a arrival, digest, manifest string) Receipt {
	r := Receipt{Source: a.source.Name, File: a.extract.Name, Digest: digest, Contract: contractOf(*a.source), Format: a.source.Format, Manifest: manifest}
	r.Batch = batchOf(r.Source, identity(digest, manifest), r.Contract)
	if a.source.Packed != "none" {
		r.Packed = a.source.Packed
	}
	if a.extract.of != nil {
		r.Of, r.Corrected, r.Packed = a.extract.of.batch, a.extract.of.lines, ""
	}
	return r
}

func (l *landing) done(ctx context.Context, a arrival, r Receipt) error {
	if a.extract.Done == nil {
		return nil
	}
	return a.extract.Done(ctx, r)
}

// before finds the batch that the same bytes have become; of what is asked anew each time only the last one counts.
func (l *landing) before(r Receipt, anew bool) (Receipt, bool) {
	if anew {
		last, ok := l.latest(r.Source)
		return last, ok && last.Digest == r.Digest && last.Contract == r.Contract
	}
	if !l.batches[r.Batch] {
		return Receipt{}, false
	}
	if len(l.places) != len(l.receipts) { // some have landed since
		l.places = make(map[string]int, len(l.receipts))
		for i, known := range l.receipts {
			l.places[known.Batch] = i
		}
	}
	return l.receipts[l.places[r.Batch]], true
}

// read has a worker parse the received bytes while they move into the archive. The path is empty for what lies there already.
func (l *landing) read(ctx context.Context, a arrival, r *Receipt, path string) (result, int64, error) {
	var kept <-chan error
	from := path
	if path == "" {
		from = archivePath(l.cfg.State, r.Digest)
	}
	extract, err := os.Open(from) // before the copy moves into the archive
	if err != nil {
		return result{}, 0, err
	}
	defer func() { _ = extract.Close() }() // only read
	info, err := extract.Stat()
	if err != nil {
		return result{}, 0, err
	}
	r.Bytes = info.Size()
	if path != "" {
		kept = inBackground(func() error { return keep(l.cfg.State, path, r.Digest) })
	}
	j := job{Batch: r.Batch, Source: *a.source, File: r.File, Folder: l.folder, Digest: r.Digest, Manifest: r.Manifest,
		Unpacked: l.unpacked, Ratio: l.cfg.Worker.Ratio}
	if r.Of != "" {
		j.Source, j.Corrected = corrected(j.Source), !written(j.Source.Format)
		if of, ok := l.receiptOf(r.Of); ok {
			j.Since1904 = of.Since1904
		}
	}
	done, peak, err := l.work(ctx, j, extract, func(bytes, rows int64) {
		l.opts.Progress(Progress{Source: r.Source, File: r.File, Bytes: bytes, Total: r.Bytes, Rows: rows})
	})
	if kept != nil {
		err = errors.Join(err, <-kept) // the bytes are safe before anything says so
	}
	return done, peak, err
}

func inBackground(do func() error) <-chan error {
	done := make(chan error, 1)
	go func() { done <- do() }()
	return done
}

// receive copies an extract in and digests it. The path is empty when the bytes need no copy, for they are in the archive.
func (l *landing) receive(ctx context.Context, a arrival, manifest string) (path, digest string, err error) {
	if a.extract.digest != "" {
		return "", a.extract.digest, nil
	}
	in, err := a.extract.Open(ctx)
	if err != nil {
		return "", "", err
	}
	path, digest, err = l.receiveFrom(in, a, manifest)
	if err = errors.Join(err, in.Close()); err != nil {
		return "", "", errors.Join(err, os.RemoveAll(path))
	}
	return path, digest, nil
}

func (l *landing) receiveFrom(in io.Reader, a arrival, manifest string) (path, digest string, err error) {
	if again, ok := in.(io.Seeker); ok && l.sizes[a.extract.Size] { // it may well be known: reading it costs less than copying it
		if digest, err = digestOf(in); err != nil {
			return "", "", err
		}
		if l.batches[batchOf(a.source.Name, identity(digest, manifest), contractOf(*a.source))] {
			return "", digest, nil
		}
		if _, err = again.Seek(0, io.SeekStart); err != nil {
			return "", "", err
		}
	}
	out, err := os.CreateTemp(l.folder, "received-*")
	if err != nil {
		return "", "", err
	}
	digest, size, err := copyIn(in, out, func(bytes int64) {
		if a.extract.Mark != nil { // it comes from elsewhere, which may take longer than to read it
			l.opts.Progress(Progress{Source: a.source.Name, File: a.extract.Name, Bytes: bytes, Total: a.extract.Size})
		}
	})
	if err = errors.Join(err, out.Close()); err != nil {
		return out.Name(), "", fmt.Errorf("copy into the archive: %w", err)
	}
	if a.extract.Size >= 0 && size != a.extract.Size {
		return out.Name(), "", ErrUnsettled
	}
	return out.Name(), digest, nil
}

// commit moves a worker's files into the lake and then writes the receipt: from that moment the batch exists.
func (l *landing) commit(r *Receipt, done result) error {
	if err := l.judge(r, &done); err != nil {
		return err
	}
	r.Records, r.Landed, r.Rejected, r.NonData = done.Records, done.Landed, done.Rejected, done.NonData
	r.Member, r.Since1904, r.Patterns = done.Member, done.Since1904, done.patterns(r.Source, l.cfg)
	r.Failed, r.Notes, r.Datasets = done.Failed, append([]string{}, done.Notes...), []Landing{}
	place := func(name, dir string) (string, error) {
		path := filepath.Join(lakeDir, dir, r.Batch+".parquet")
		return path, publish(filepath.Join(l.folder, name), filepath.Join(l.cfg.State, path))
	}
	for _, d := range done.Datasets {
		path, err := place(d.Name, d.Dataset)
		if err != nil {
			return err
		}
		r.Datasets = append(r.Datasets, Landing{Dataset: d.Dataset, Path: path, Rows: d.Rows, Sums: d.Sums})
	}
	if done.Rejects != "" {
		path, err := place(done.Rejects, rejectsName)
		if err != nil {
			return err
		}
		r.Rejects = path
	}
	r.LandedAt = l.now()
	if err := r.write(l.cfg.State, l.folder); err != nil {
		return fmt.Errorf("write the receipt: %w", err)
	}
	l.receipts = append(l.receipts, *r)
	l.batches[r.Batch], l.sizes[r.Bytes] = true, true
	l.report.Landed = append(l.report.Landed, *r)
	return nil
}

// now is later than every landing before, so that the order of batches stays that in which they came.
func (l *landing) now() time.Time {
	now := time.Now().UTC().Truncate(time.Microsecond)
	if n := len(l.receipts); n > 0 {
		if next := l.receipts[n-1].LandedAt.Add(time.Microsecond); next.After(now) {
			return next
		}
	}
	return now
}

func (l *landing) tell(ctx context.Context, r Receipt, took time.Duration, peak int64) {
	facts := []any{"source", r.Source, "file", r.File, "batch", r.Batch, "rows", r.Landed, "rejected", r.Rejected,
		"took", took.Round(time.Millisecond), "worker_mb", peak >> 20}
	if r.Failed != "" {
		l.log.WarnContext(ctx, "file refused", append(facts, "cause", r.Failed)...)
		return
	}
	l.log.InfoContext(ctx, "batch landed", facts...)
	for _, note := range r.Notes {
		l.log.InfoContext(ctx, "file noted", "source", r.Source, "file", r.File, "note", note)
	}
}
