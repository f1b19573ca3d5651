package ingest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"time"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"

	"arrears/config"
)

// Reject is one thing that is wrong with one record in quarantine, or with a whole file (then the line is 0).
type Reject struct {
	Batch  string `json:"batch"`
	Source string `json:"source"`
	File   string `json:"file"`
	Line   int64  `json:"line"`   // on which the record begins, or the field where a quote was opened
	Column string `json:"column"` // header of the file, or dataset.column where an expression gives the value
	Value  string `json:"value"`
	Reason string `json:"reason"`
	Text   string `json:"text"` // the record as received, of a format that is no text as one of JSON, cut at 2,000 bytes
}

const (
	maxValue = 200
	maxText  = 2000
)

var errRequired = errors.New("it is empty, and every row needs it")

// newQuarantine is the table of rejects of one batch.
func newQuarantine(job job) *table {
	t := &table{}
	t.constant("batch", job.Batch)
	t.constant("source", job.Source.Name)
	t.constant("file", job.File)
	t.columns = append(t.columns, column{name: "line", kind: config.Integer, required: true})
	for _, name := range []string{"column", "value", "reason", "text"} {
		t.columns = append(t.columns, column{name: name, kind: config.Text, required: true})
	}
	return t
}

// quarantine writes the faults of one record down.
func (l *loader) quarantine(line int64, text []byte) {
	l.tally.rejected++
	for i, f := range l.faults {
		if !slices.ContainsFunc(l.faults[:i], func(before fault) bool { return before.column == f.column }) {
			l.tally.faults[f.column]++
		}
	}
	shown := []byte(cut(bytes.TrimRight(text, "\r\n"), maxText))
	c := l.rejects.columns[3:]
	for _, f := range l.faults {
		at := line
		if f.line > 0 {
			at = f.line
		}
		c[0].ints = append(c[0].ints, at)
		for i, text := range [][]byte{[]byte(f.column), []byte(f.value), []byte(f.reason), shown} {
			c[i+1].texts = append(c[i+1].texts, parquet.ByteArray(text))
		}
		l.rejects.rows++
	}
}

// Rejects is the quarantine of the current batches, in the order of landing, but for what has been corrected since.
func Rejects(state string) ([]Reject, error) {
	receipts, err := Receipts(state, time.Time{})
	if err != nil {
		return nil, err
	}
	rejects := []Reject{}
	done := correctedLines(receipts)
	for _, r := range receipts {
		if r.Failed != "" {
			rejects = append(rejects, Reject{Batch: r.Batch, Source: r.Source, File: r.File, Reason: r.Failed})
			continue
		}
		if r.Rejects == "" {
			continue
		}
		if rejects, err = appendRejects(rejects, filepath.Join(state, r.Rejects)); err != nil {
			return nil, fmt.Errorf("read the quarantine of %s: %w", r.File, err)
		}
	}
	return slices.DeleteFunc(rejects, func(r Reject) bool { return done[recordPlace{r.Batch, r.Line}] }), nil
}

// Uncorrected is by batch how many of its rejected records nobody has corrected, or only wrongly. A correction's own count to its batch.
func Uncorrected(receipts []Receipt) map[string]int64 {
	open := map[string]int64{}
	for _, r := range receipts {
		batch := r.Batch
		if r.Of != "" {
			batch = r.Of
		}
		open[batch] += r.Rejected
	}
	for place := range correctedLines(receipts) {
		open[place.batch]--
	}
	return open
}

// correctedLines are the rejected records for which a correction has been taken in. What is still wrong with it is in its own quarantine.
func correctedLines(receipts []Receipt) map[recordPlace]bool {
	lines := map[recordPlace]bool{}
	for _, r := range receipts {
		for _, line := range r.Corrected {
			if r.Failed == "" {
				lines[recordPlace{r.Of, line}] = true
			}
		}
	}
	return lines
}

// appendRejects reads a quarantine file, which this program wrote itself.
func appendRejects(to []Reject, path string) ([]Reject, error) {
	f, err := file.OpenParquetFile(path, false)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // only read
	reader, err := pqarrow.NewFileReader(f, pqarrow.ArrowReadProperties{BatchSize: 4096}, memory.DefaultAllocator)
	if err != nil {
		return nil, err
	}
	records, err := reader.GetRecordReader(context.Background(), nil, nil)
	if err != nil {
		return nil, err
	}
	defer records.Release()
	for {
		batch, err := records.Read()
		if errors.Is(err, io.EOF) {
			return to, nil
		}
		if err != nil {
			return nil, err
		}
		text := func(column, row int) string { return batch.Column(column).(*array.String).Value(row) }
		for i := range int(batch.NumRows()) {
			to = append(to, Reject{Batch: text(0, i), Source: text(1, i), File: text(2, i),
				Line: batch.Column(3).(*array.Int64).Value(i), Column: text(4, i), Value: text(5, i), Reason: text(6, i), Text: text(7, i)})
		}
	}
}
