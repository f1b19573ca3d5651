// Command arrears is a company's receivables desk: it lands extracts, computes the marts and serves what they say.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"arrears/ingest"
	"arrears/ingest/mailbox"
	"arrears/ingest/worker"
)

func main() {
	if worker.Is(os.Args) {
		os.Exit(worker.Main(os.Stdin, os.Stdout, os.Stderr, ingest.Task, mailbox.Task))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is the whole program but for the process around it.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root := newRoot(stdout, stderr)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitDone
	}
	var told told
	if !errors.As(err, &told) {
		_, _ = fmt.Fprintln(stderr, "arrears:", err)
	}
	return exitStatus(err)
}
