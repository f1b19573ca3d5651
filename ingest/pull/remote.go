package pull

import (
	"cmp"
	"context"
	"encoding/json"
	"io"
	"slices"
	"time"

	"arrears/ingest"
)

// A File is one that lies elsewhere, as it was, on the receipt of what was read.
type File struct {
	Path     string    `json:"path"`
	Version  string    `json:"version,omitempty"` // its ETag, where the store has one
	Size     int64     `json:"size"`
	Modified time.Time `json:"modified"`
}

func (f File) same(other File) bool {
	return f.Path == other.Path && f.Version == other.Version && f.Size == other.Size && f.Modified.Equal(other.Modified)
}

// unread turns files into extracts, oldest first, without those that have landed as they are.
func unread(files []File, known []ingest.Receipt, open func(context.Context, File) (io.ReadCloser, error)) []ingest.Extract {
	read := map[string][]File{}
	for _, r := range known {
		var f File
		if json.Unmarshal([]byte(r.Mark), &f) == nil {
			read[f.Path] = append(read[f.Path], f)
		}
	}
	slices.SortFunc(files, func(a, b File) int { return cmp.Or(a.Modified.Compare(b.Modified), cmp.Compare(a.Path, b.Path)) })
	var extracts []ingest.Extract
	for _, f := range files {
		if slices.ContainsFunc(read[f.Path], f.same) {
			continue
		}
		extracts = append(extracts, ingest.Extract{
			Name: f.Path, Size: f.Size, Mark: func() string { return jsonOf(f) },
			Open: func(ctx context.Context) (io.ReadCloser, error) { return open(ctx, f) },
		})
	}
	return extracts
}

// stream hides all but reading and closing, so that nobody tries to read over a line twice.
type stream struct {
	io.Reader
	close func() error
}

// Close ends the reading.
func (s stream) Close() error { return s.close() }

// within reads and says why its context ended, where it did.
type within struct {
	ctx context.Context
	io.Reader
}

// Read is that of the reader.
func (w within) Read(b []byte) (int, error) {
	n, err := w.Reader.Read(b)
	if err != nil && err != io.EOF { //nolint:errorlint // an end that is wrapped is none
		err = causeOf(w.ctx, err)
	}
	return n, err
}
