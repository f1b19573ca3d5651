package ingest

import (
	"os"
	"testing"
)

// The test program is its own worker.
func TestMain(m *testing.M) {
	if IsWorker(os.Args) {
		os.Exit(Worker(os.Stdin, os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}
