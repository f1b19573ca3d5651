package ledger

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
)

// A Form says how events become records of an extract: the ledger is one more source of the next refresh.
type Form struct {
	Name   string   // of the source, and how its files begin
	Header []string // columns beside those every extract of a ledger begins with

	// Record is the record of an event, of as many fields as Header; nil leaves the event out. It may depend on the event alone.
	Record func(Event) ([]string, error)

	// Records are those of an event that has several; it takes the place of Record.
	Records func(Event) ([][]string, error)
}

// The columns every record begins with: number, id and hash of its event, so that a figure leads back to the event, and what has
// been landed proves what the ledger held.
var extractColumns = []string{"sequence", "event", "hash"}

// ExtractFiles is the glob of a form's extracts in a state folder.
func ExtractFiles(state, name string) string { return filepath.Join(state, extractDir, name+"-*.csv") }

var extractName = regexp.MustCompile(`-(\d{12})-(\d{12})\.csv$`)

// Extracted is the number of the last event that extracts of these names hold.
func Extracted(files ...string) int64 {
	last := int64(0)
	for _, file := range files {
		if found := extractName.FindStringSubmatch(file); found != nil {
			to, _ := strconv.ParseInt(found[2], 10, 64) // twelve digits are a number
			last = max(last, to)
		}
	}
	return last
}

// Extract writes the events since the last extract of a form as one CSV file with canonical formats: UTF-8, commas. It writes none
// when nothing of the form has happened. A file is there whole or not at all, and is never written again. One process at a
// time may do so.
func (l *Ledger) Extract(ctx context.Context, f Form) (records int, err error) {
	files, err := filepath.Glob(ExtractFiles(l.state, f.Name))
	if err != nil {
		return 0, err
	}
	after := Extracted(files...)
	var text bytes.Buffer
	out := csv.NewWriter(&text)
	if err := out.Write(slices.Concat(extractColumns, f.Header)); err != nil {
		return 0, err
	}
	first, last := after+1, after
	err = l.Events(ctx, after, func(e Event) error {
		last = e.Sequence
		all, err := f.records(e)
		for _, fields := range all {
			if len(fields) != len(f.Header) {
				return fmt.Errorf("event %d: %d fields for %d columns", e.Sequence, len(fields), len(f.Header))
			}
			records++
			err = errors.Join(err, out.Write(append([]string{strconv.FormatInt(e.Sequence, 10), e.ID, e.Hash}, fields...)))
		}
		return err
	})
	if err != nil || records == 0 {
		return 0, err
	}
	out.Flush()
	name := fmt.Sprintf("%s-%012d-%012d.csv", f.Name, first, last)
	return records, errors.Join(out.Error(), writeOnce(filepath.Join(l.state, extractDir), name, text.Bytes()))
}

func (f Form) records(e Event) ([][]string, error) {
	if f.Records != nil {
		return f.Records(e)
	}
	fields, err := f.Record(e)
	if err != nil || fields == nil {
		return nil, err
	}
	return [][]string{fields}, nil
}

// writeOnce puts a file in place so that after a crash it is there whole or not at all.
func writeOnce(dir, name string, text []byte) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	tmp := filepath.Join(dir, ".new")
	f, err := os.Create(tmp)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(tmp, filepath.Join(dir, name)); err != nil {
		return err
	}
	return syncDir(dir)
}
