package config

import (
	"os"
	"testing"
)

// golden compares a text with the file it was written to when somebody last read it; make golden writes it anew.
func golden(t *testing.T, path, got string) {
	t.Helper()
	if os.Getenv("ARREARS_GOLDEN") == "write" {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is not what is written now; run make golden and read the change\ngot:\n%s\nwant:\n%s", path, got, want)
	}
}
