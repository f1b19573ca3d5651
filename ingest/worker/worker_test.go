package worker

import (
	"encoding/json"
	"io"
	"os"
	"testing"
	"time"
)

// The test program is its own worker.
func TestMain(m *testing.M) {
	if Is(os.Args) {
		os.Exit(Main(os.Stdin, os.Stdout, os.Stderr, Task{Name: "read", Do: func(_ json.RawMessage, file *os.File, _ Progress) any {
			n, _ := io.Copy(io.Discard, file) // what stops it is of no interest here
			return n
		}}))
	}
	os.Exit(m.Run())
}

func TestWorkerEndsWithItsParent(t *testing.T) {
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = read.Close() }()
	w := Worker{Program: os.Args[0]}
	c, err := w.start(read) // a file that it waits for for ever
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		_ = c.cmd.Wait() // how it ends is its own affair
		close(done)
	}()
	if err := c.in.Close(); err != nil {
		t.Fatal(err)
	}
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		t.Error("the worker lives on")
		killGroup(c.cmd.Process)
	}
	_ = write.Close()
}
