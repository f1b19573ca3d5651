package ledger

import (
	"context"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
)

// extracts compares what has been handed to the refresh with the events it was taken from: a ledger that was rewritten with
// its head still contradicts what was landed.
func (v *verification) extracts(ctx context.Context) error {
	for _, file := range v.files {
		if err := v.extract(ctx, file); err != nil {
			v.fault("extract "+filepath.Base(file), "cannot be read: %v", err)
		}
	}
	return nil
}

func (v *verification) extract(ctx context.Context, file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // only read
	in := csv.NewReader(f)
	if _, err := in.Read(); err != nil { // the header
		return err
	}
	for {
		fields, err := in.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		sequence, err := strconv.ParseInt(fields[0], 10, 64)
		if err != nil || len(fields) < len(extractColumns) {
			v.fault("extract "+filepath.Base(file), "has a record that is none")
			continue
		}
		var same bool
		err = v.tx.QueryRowContext(ctx, "select exists (select 1 from event where sequence = ? and id = ? and hash = ?)", sequence,
			fields[1], fields[2]).Scan(&same)
		if err != nil {
			return err
		}
		v.Records++
		if !same {
			v.fault(place(sequence), "is not the one that went into the extract %s", filepath.Base(file))
		}
	}
}
