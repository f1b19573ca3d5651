package ingest

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"arrears/config"
)

// landWith lands what is in an inbox with a worker of another program.
func landWith(t *testing.T, cfg config.Config, change func(*worker)) Report {
	t.Helper()
	l, err := newLanding(cfg, slog.New(slog.DiscardHandler), Options{})
	if err != nil {
		t.Fatal(err)
	}
	change(&l.worker)
	if err := l.open(); err != nil {
		t.Fatal(err)
	}
	arrivals, err := l.arrivals(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range arrivals {
		if err := l.land(context.Background(), a); err != nil {
			t.Fatal(err)
		}
	}
	return l.report
}

func TestFileThatKillsItsWorkerTwiceIsRefused(t *testing.T) {
	script := func(text string) func(*worker) {
		return func(w *worker) {
			w.program = filepath.Join(t.TempDir(), "worker")
			if err := os.WriteFile(w.program, []byte("#!/bin/sh\necho x >> "+w.program+".runs\n"+text+"\n"), 0o755); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, c := range []struct {
		name   string
		change func(*worker)
		want   string
	}{
		{"crash", script("echo 'panic: runtime error: index out of range' >&2; exit 2"), "the worker that reads the file died twice: it crashed: panic: runtime error: index out of range"},
		{"no answer", script("exit 0"), "the worker that reads the file died twice"},
		{"too slow", func(w *worker) { script("sleep 60")(w); w.deadline = 100 * time.Millisecond }, "the worker that reads the file died twice: it took longer than 100ms (worker.deadline)"},
		{"too large", func(w *worker) { script("sleep 60")(w); w.memory = 1 << 10 }, "MB are allowed (worker.memory)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			put(t, dir, "a.csv", goodHeader+goodLine(1))
			cfg := stateFor(t, invoiceSource(dir))
			var program string
			report := landWith(t, cfg, func(w *worker) { c.change(w); program = w.program })
			if len(report.Landed) != 1 || !strings.Contains(report.Landed[0].Failed, c.want) {
				t.Fatalf("%+v", report.Landed)
			}
			if again := mustLand(t, cfg); len(again.Landed) != 0 {
				t.Errorf("the file was tried again: %+v", again.Landed)
			}
			runs, err := os.ReadFile(program + ".runs")
			if c.name == "too slow" || c.name == "too large" { // it may be killed before it has done anything
				return
			}
			if err != nil || string(runs) != "x\nx\n" {
				t.Errorf("the worker ran %q times, %v", runs, err)
			}
		})
	}
}

func TestWorkerEndsWithItsParent(t *testing.T) {
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = read.Close() }()
	w := worker{program: os.Args[0]}
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
