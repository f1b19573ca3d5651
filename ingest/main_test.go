package ingest

import (
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"testing"

	"arrears/config"
	"arrears/ingest/worker"
)

// landCommand makes the test program land what a configuration in JSON says, so that it can be killed at it.
const landCommand = "land"

// The test program is its own worker, and the victim of the tests that kill.
func TestMain(m *testing.M) {
	switch {
	case worker.Is(os.Args):
		os.Exit(worker.Main(os.Stdin, os.Stdout, os.Stderr, Task, batchTask))
	case len(os.Args) == 3 && os.Args[1] == landCommand:
		var cfg config.Config
		if err := json.Unmarshal([]byte(os.Args[2]), &cfg); err != nil {
			panic(err)
		}
		if _, err := Land(context.Background(), cfg, slog.New(slog.DiscardHandler), Options{}); err != nil {
			panic(err)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}
