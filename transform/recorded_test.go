package transform

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A record of a run that this program cannot read says where it lies, who wrote it and what to do.
func TestRecordOfARunThatCannotBeRead(t *testing.T) {
	for text, want := range map[string]string{
		`{"as_of": {"day": 1}}`: "was written by a newer program: its field as_of is of another kind (object)",
		`{"as_of": "2025`:       "is damaged; remove it and run arrears run",
	} {
		state := t.TempDir()
		folder := filepath.Join(state, "runs")
		if err := errors.Join(os.Mkdir(folder, 0o700), os.WriteFile(filepath.Join(folder, "r1.json"), []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
		if _, err := Recorded(state, "r1"); err == nil || !strings.Contains(err.Error(), "run r1 in "+folder) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}
