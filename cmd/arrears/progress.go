package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/term"

	"arrears/ingest"
)

// A meter shows on one line of a terminal how far the extract at work is.
type meter struct {
	to    io.Writer
	now   func() time.Time
	mu    sync.Mutex
	file  string // at work
	since time.Time
	shown time.Time
	line  bool // something stands on the line
}

// newMeter is nil where there is no terminal: there the log says what has landed.
func newMeter(w io.Writer) *meter {
	if f, ok := w.(*os.File); !ok || !term.IsTerminal(int(f.Fd())) {
		return nil
	}
	return &meter{to: w, now: time.Now}
}

// often is how often the line is written anew.
const often = 200 * time.Millisecond

func (m *meter) progress(p ingest.Progress) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now, file := m.now(), p.Source+" "+p.File
	if p.Done {
		if m.line {
			_, _ = io.WriteString(m.to, "\r\x1b[K")
		}
		m.file, m.line = "", false
		return
	}
	if m.file != file {
		m.file, m.since, m.shown = file, now, now
		return
	}
	if now.Sub(m.shown) < often {
		return
	}
	m.shown, m.line = now, true
	_, _ = io.WriteString(m.to, "\r\x1b[K"+meterLine(p, now.Sub(m.since))) // a line that is not shown costs nothing
}

// meterLine is how far an extract is: rows, bytes, the share of all where that is known, and how fast.
func meterLine(p ingest.Progress, took time.Duration) string {
	megabytes := float64(p.Bytes) / 1e6
	line := fmt.Sprintf("%s: %d rows, %.1f MB", p.Source, p.Rows, megabytes)
	if p.Total > 0 {
		line += fmt.Sprintf(" of %.1f (%d %%)", float64(p.Total)/1e6, 100*p.Bytes/p.Total)
	}
	if seconds := took.Seconds(); seconds > 0 {
		line += fmt.Sprintf(", %.1f MB/s, %.0f rows/s", megabytes/seconds, float64(p.Rows)/seconds)
	}
	return line
}
