package ingest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// A Fault is a file of the state that is not what its receipt says.
type Fault struct{ File, What string }

// Verify compares every kept extract with its digest, and looks for the rows of every receipt. It returns how many extracts it read.
func Verify(ctx context.Context, state string) (extracts int, faults []Fault, err error) {
	receipts, err := readReceipts(state)
	if err != nil {
		return 0, nil, err
	}
	read := map[string]bool{}
	for _, r := range receipts {
		if ctx.Err() != nil {
			return extracts, faults, ctx.Err()
		}
		if !read[r.Digest] {
			read[r.Digest] = true
			extracts++
			if what := compareExtract(state, r.Digest); what != "" {
				faults = append(faults, Fault{filepath.Join(archiveDir, r.Digest), fmt.Sprintf("%s, received as %s: %s", r.Source, r.File, what)})
			}
		}
		for _, l := range r.Datasets {
			if _, err := os.Stat(filepath.Join(state, l.Path)); err != nil {
				faults = append(faults, Fault{l.Path, fmt.Sprintf("rows of batch %s: %v", r.Batch, errors.Unwrap(err))})
			}
		}
	}
	return extracts, faults, nil
}

// compareExtract says what is wrong with a kept extract, or nothing.
func compareExtract(state, digest string) string {
	f, err := os.Open(archivePath(state, digest))
	if err != nil {
		return fmt.Sprint(errors.Unwrap(err))
	}
	defer func() { _ = f.Close() }() // only read
	got, err := digestOf(f)
	if err != nil {
		return err.Error()
	}
	if got != digest {
		return "its bytes are not the ones received"
	}
	return ""
}

// ArchivePath is where the bytes of an extract are kept.
func ArchivePath(state, digest string) string { return archivePath(state, digest) }
