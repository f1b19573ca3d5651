package pull_test

import (
	"os"
	"testing"

	"arrears/ingest"
	"arrears/ingest/worker"
)

// The test program is its own worker.
func TestMain(m *testing.M) {
	if worker.Is(os.Args) {
		os.Exit(worker.Main(os.Stdin, os.Stdout, os.Stderr, ingest.Task))
	}
	os.Exit(m.Run())
}
