package ingest

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A receipt that this program cannot read in full stops it with a sentence that says which, and what to do.
func TestReceiptOfANewerProgramIsRefused(t *testing.T) {
	for text, want := range map[string]string{
		`{"batch": "b", "datasets": [{"dataset": "invoices"}, {"dataset": "holograms"}]}`: "a newer program wrote it: start that one again: it holds the dataset holograms",
		`{"batch": "b", "records": {"lines": 1}}`:                                         "a newer program wrote it: start that one again: its field records is of another kind (object)",
		`{"batch": "b", "rec`: "is damaged: take it from a backup",
		"":                    "is damaged: take it from a backup",
	} {
		state := t.TempDir()
		path := receiptPath(state, "b")
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
		if _, err := Receipts(state, time.Time{}); err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}
