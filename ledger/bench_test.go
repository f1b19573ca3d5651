package ledger

import (
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// benchWrites is enough for the files to reach their usual size.
const benchWrites = 2000

// Acknowledged writes a second, by one caller after the other and by many at once, beside a loop that inserts the same bytes into
// a table of SQLite's with the same settings and nothing around it.
func BenchmarkWrites(b *testing.B) {
	for b.Loop() {
		plain := plainInserts(b)
		for _, callers := range []int{1, 16} {
			took := benchWrite(b, callers)
			b.ReportMetric(benchWrites/took.Seconds(), fmt.Sprintf("writes/s-by-%d", callers))
			b.ReportMetric(took.Seconds()/plain.Seconds(), fmt.Sprintf("of-plain-by-%d", callers))
		}
		b.ReportMetric(benchWrites/plain.Seconds(), "plain-inserts/s")
	}
}

func benchWrite(b *testing.B, callers int) time.Duration {
	l := open(b, b.TempDir())
	start := time.Now()
	var all sync.WaitGroup
	for caller := range callers {
		all.Go(func() {
			for n := range benchWrites / callers {
				write(b, l, note(fmt.Sprint(caller, " ", n), "C1", "called, will pay on Friday"))
			}
		})
	}
	all.Wait()
	took := time.Since(start)
	if err := l.Close(); err != nil {
		b.Fatal(err)
	}
	return took
}

func plainInserts(b *testing.B) time.Duration {
	db, err := openFile(filepath.Join(b.TempDir(), "plain.sqlite"), false)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := db.ExecContext(b.Context(), "create table event (sequence integer primary key, text text not null) strict"); err != nil {
		b.Fatal(err)
	}
	e, err := note("1", "C1", "called, will pay on Friday").event()
	if err != nil {
		b.Fatal(err)
	}
	text := fmt.Sprint(e.record())
	start := time.Now()
	for n := range benchWrites {
		if _, err := db.ExecContext(b.Context(), "insert into event values (?, ?)", n+1, text); err != nil {
			b.Fatal(err)
		}
	}
	took := time.Since(start)
	if err := db.Close(); err != nil {
		b.Fatal(err)
	}
	return took
}

// Events verified a second, everything included, beside reading the same events and doing nothing with them.
func BenchmarkVerify(b *testing.B) {
	state := b.TempDir()
	l := open(b, state)
	var all sync.WaitGroup
	for caller := range 16 {
		all.Go(func() {
			for n := range benchWrites {
				write(b, l, note(fmt.Sprint(caller, " ", n), "C1", "called, will pay on Friday"))
			}
		})
	}
	all.Wait()
	for b.Loop() {
		start := time.Now()
		if err := l.Events(b.Context(), 0, func(Event) error { return nil }); err != nil {
			b.Fatal(err)
		}
		reading := time.Since(start)
		start = time.Now()
		found := sound(b, state)
		took := time.Since(start)
		b.ReportMetric(float64(found.Events)/took.Seconds(), "events/s")
		b.ReportMetric(took.Seconds()/reading.Seconds(), "of-reading")
	}
}
