package main

import (
	"strings"
	"testing"
	"time"

	"arrears/ingest"
)

func TestMeterShowsRowsBytesAndRateOnOneLine(t *testing.T) {
	var out strings.Builder
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	m := &meter{to: &out, now: func() time.Time { return now }}
	step := func(after time.Duration, p ingest.Progress) {
		now = now.Add(after)
		p.Source, p.File = "erp", "invoices.csv"
		m.progress(p)
	}
	step(0, ingest.Progress{Bytes: 1, Total: 4_000_000})
	step(100*time.Millisecond, ingest.Progress{Bytes: 2, Total: 4_000_000})
	if out.Len() > 0 {
		t.Errorf("it writes too often: %q", out.String())
	}
	step(900*time.Millisecond, ingest.Progress{Bytes: 1_000_000, Total: 4_000_000, Rows: 20_000})
	step(time.Second, ingest.Progress{Bytes: 3_000_000, Total: -1, Rows: 60_000})
	step(0, ingest.Progress{Done: true})
	want := "\r\x1b[Kerp: 20000 rows, 1.0 MB of 4.0 (25 %), 1.0 MB/s, 20000 rows/s\r\x1b[Kerp: 60000 rows, 3.0 MB, 1.5 MB/s, 30000 rows/s\r\x1b[K"
	if out.String() != want {
		t.Errorf("it shows %q\nwant %q", out.String(), want)
	}
	if newMeter(&out) != nil {
		t.Error("there is a meter where there is no terminal")
	}
}
