package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"arrears/config"
)

// A Source says what there is to take in and hands over its bytes. It never looks into them: they are kept as they are
// received, and read by a worker.
type Source interface {
	// List names what may be new, in the order in which it is to land. known are the receipts of this source, superseded ones too,
	// in the order in which they landed: a source that reads on from a mark finds it there. An error means that the source
	// cannot be reached; what was listed lands all the same.
	List(ctx context.Context, known []Receipt) ([]Extract, error)
}

// Extract is one thing that a source has: a file, an object, the answer to a query.
type Extract struct {
	Name string // as receipts and messages say it
	Size int64  // bytes, -1 where that is only known once it has been read

	// Open begins to read. Either it or the reader's Close may say [ErrUnsettled]; any other error of the reader or its
	// Close leaves no batch, and the extract is tried again by the next landing. A reader that can seek is read twice rather than copied
	// when its size is that of a known extract.
	Open func(ctx context.Context) (io.ReadCloser, error)

	// Mark is asked once everything has been read, and kept on the receipt: a watermark, the version of an object. May be nil.
	Mark func() string

	// Done is told when the bytes are kept, with the receipt of the batch they became or the one they had become before. May be nil.
	Done func(ctx context.Context, r Receipt) error

	// Live text is parsed while it comes: UTF-8 delimited as its source declares.
	Live bool

	// Anew says that the source is asked anew each time, as it is for Live text: what it says lands unless it is what landed last. What
	// is not anew lands once, whenever and under whatever name it comes.
	Anew bool

	// Rows is how many the sender counted, asked once everything has been read; -1 where it does not say. Another number than what
	// came leaves no batch. May be nil.
	Rows func() int64

	// Manifest is what the sender says of the extract, in the words of the manifest; it is asked before the extract is read. [ErrUnsettled]
	// says that it has to come first. May be nil.
	Manifest func(ctx context.Context) (string, error)

	digest string   // of what is in the archive since an earlier contract
	again  *Receipt // of what it had become then
	of     *correction
}

// ErrUnsettled says that an extract is still being written. It is left alone until the next landing, and is no mistake.
var ErrUnsettled = errors.New("it is still being written")

// ErrNothingNew is what Open says, or Close of a [Extract.Live] extract, when there is nothing since its mark. No batch is made of it.
var ErrNothingNew = errors.New("there is nothing new")

// sourceOf makes the source that a configuration declares.
func (l *landing) sourceOf(s config.Source) (Source, error) {
	if l.opts.Source != nil {
		if source, err := l.opts.Source(s); source != nil || err != nil {
			return source, err
		}
	}
	if len(s.Files) == 0 {
		return nil, fmt.Errorf("source %s names nothing to read", s.Name)
	}
	return fileSource{globs: s.Files, settle: s.Settle, manifest: s.Manifest, processed: s.Processed, log: l.log.With("source", s.Name)}, nil
}

// archived are the extracts that landed under another contract, in the order in which they did.
type archived struct{ landing *landing }

func (a archived) extracts(source *config.Source) []Extract {
	contract := contractOf(*source)
	seen := map[string]bool{}
	for _, r := range a.landing.receipts {
		if r.Source == source.Name && r.Contract == contract {
			seen[r.Digest] = true // whatever its batch is called
		}
	}
	last := map[string]Receipt{}
	for _, r := range a.landing.receipts {
		if r.Source == source.Name {
			last[r.Digest] = r
		}
	}
	var extracts []Extract
	for _, r := range a.landing.receipts {
		if r.Source != source.Name || seen[r.Digest] {
			continue
		}
		seen[r.Digest] = true
		extracts = append(extracts, a.extract(last[r.Digest], contract))
	}
	return extracts
}

// extract is one that landed, as it is to land again. A correction follows the batch that it corrects.
func (a archived) extract(r Receipt, contract string) Extract {
	e := Extract{Name: r.File, Size: r.Bytes, digest: r.Digest, again: &r, Mark: func() string { return r.Mark },
		Open: func(context.Context) (io.ReadCloser, error) {
			return os.Open(archivePath(a.landing.cfg.State, r.Digest))
		}}
	if r.Manifest != "" {
		e.Manifest = func(context.Context) (string, error) { return r.Manifest, nil }
	}
	if i := slices.IndexFunc(a.landing.receipts, func(of Receipt) bool { return of.Batch == r.Of }); r.Of != "" && i >= 0 {
		of := a.landing.receipts[i]
		e.of = &correction{batchOf(of.Source, identity(of.Digest, of.Manifest), contract), r.Corrected}
	}
	return e
}
