package ingest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// land takes one file in, unless its bytes are known under the source's contract.
func (l *landing) land(ctx context.Context, a arrival) error {
	begun := time.Now()
	contract := contractOf(*a.source)
	path := a.path
	var kept <-chan error
	if a.digest == "" {
		copied, digest, err := l.receive(a)
		if err != nil || digest == "" {
			return err
		}
		if l.batches[batchOf(a.source.Name, digest, contract)] {
			l.report.Known++
			return os.RemoveAll(copied)
		}
		a.digest = digest
		path = copied
	}
	r := Receipt{Batch: batchOf(a.source.Name, a.digest, contract), Source: a.source.Name, File: a.file, Digest: a.digest, Contract: contract}
	extract, err := os.Open(path) // before the copy moves into the archive
	if err != nil {
		return err
	}
	defer func() { _ = extract.Close() }() // only read
	info, err := extract.Stat()
	if err != nil {
		return err
	}
	r.Bytes = info.Size()
	if path != a.path {
		kept = inBackground(func() error { return keep(l.cfg.State, path, a.digest) })
	}
	j := job{Batch: r.Batch, Source: *a.source, File: a.file, Folder: l.folder, Memory: l.worker.memory}
	done, peak, err := l.worker.do(ctx, j, extract, func(bytes int64) { l.opts.Progress(a.source.Name, a.file, bytes, r.Bytes) })
	if kept != nil {
		err = errors.Join(err, <-kept) // the bytes are safe before anything says so
	}
	if err != nil {
		return err
	}
	if err := l.commit(&r, done); err != nil {
		return err
	}
	l.tell(ctx, r, time.Since(begun), peak)
	return nil
}

func inBackground(do func() error) <-chan error {
	done := make(chan error, 1)
	go func() { done <- do() }()
	return done
}

// receive copies a file in and digests it. The digest is empty when the file changed meanwhile, or turned out to be known
// before it was copied.
func (l *landing) receive(a arrival) (copied, digest string, err error) {
	in, err := os.Open(a.path)
	if err != nil {
		return "", "", err
	}
	defer func() { _ = in.Close() }() // only read
	if l.sizes[a.info.Size()] {       // it may well be known: reading it costs less than copying it
		if digest, err = digestOf(in); err != nil {
			return "", "", err
		}
		if l.batches[batchOf(a.source.Name, digest, contractOf(*a.source))] {
			l.report.Known++
			return "", "", nil
		}
		if _, err = in.Seek(0, 0); err != nil {
			return "", "", err
		}
	}
	out, err := os.CreateTemp(l.folder, "received-*")
	if err != nil {
		return "", "", err
	}
	digest, size, err := copyIn(in, out)
	info, statErr := in.Stat()
	if err = errors.Join(err, out.Close(), statErr); err != nil {
		return "", "", fmt.Errorf("copy into the archive: %w", err)
	}
	if changed(a.info, info) || size != info.Size() {
		l.log.Info("file is still being written, left alone", "source", a.source.Name, "file", a.file)
		l.report.Left++
		return "", "", os.Remove(out.Name())
	}
	return out.Name(), digest, nil
}

// commit moves a worker's files into the lake and then writes the receipt: from that moment the batch exists.
func (l *landing) commit(r *Receipt, done result) error {
	r.Records, r.Landed, r.Rejected, r.NonData = done.Records, done.Landed, done.Rejected, done.NonData
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
