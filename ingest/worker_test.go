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
	"arrears/ingest/worker"
)

// landWith lands what is in an inbox with a worker of another program.
func landWith(t *testing.T, cfg config.Config, change func(*worker.Worker)) Report {
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
	script := func(text string) func(*worker.Worker) {
		return func(w *worker.Worker) {
			w.Program = filepath.Join(t.TempDir(), "worker")
			if err := os.WriteFile(w.Program, []byte("#!/bin/sh\necho x >> "+w.Program+".runs\n"+text+"\n"), 0o755); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, c := range []struct {
		name   string
		change func(*worker.Worker)
		want   string
	}{
		{"crash", script("echo 'panic: runtime error: index out of range' >&2; exit 2"), "the worker that reads the file died twice: it crashed: panic: runtime error: index out of range"},
		{"no answer", script("exit 0"), "the worker that reads the file died twice"},
		{"too slow", func(w *worker.Worker) { script("sleep 60")(w); w.Deadline = 100 * time.Millisecond }, "the worker that reads the file died twice: it took longer than 100ms (worker.deadline)"},
		{"too large", func(w *worker.Worker) { script("sleep 60")(w); w.Memory = 1 << 10 }, "MB are allowed (worker.memory)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			put(t, dir, "a.csv", goodHeader+goodLine(1))
			cfg := stateFor(t, invoiceSource(dir))
			var program string
			report := landWith(t, cfg, func(w *worker.Worker) { c.change(w); program = w.Program })
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
