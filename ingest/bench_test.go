package ingest

import (
	"bufio"
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"

	_ "github.com/duckdb/duckdb-go/v2" // the loader that landing is measured against

	"arrears/config"
)

// BenchmarkLanding lands a generated invoice extract with bad rows and quoted fields, everything included (archive, digest, independent count,
// quarantine, Parquet, all of it on disk), beside DuckDB's fastest load of the same rows without the bad ones and without
// any check. ARREARS_BENCH_ROWS sets the size, ARREARS_BENCH_DIR the folder; the two take turns and their medians are
// compared.
func BenchmarkLanding(b *testing.B) {
	rows := 1_000_000
	if text := os.Getenv("ARREARS_BENCH_ROWS"); text != "" {
		var err error
		if rows, err = strconv.Atoi(text); err != nil {
			b.Fatal(err)
		}
	}
	dir, err := os.MkdirTemp(os.Getenv("ARREARS_BENCH_DIR"), "landing-")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = os.RemoveAll(dir) })
	dirty, clean := filepath.Join(dir, "dirty.csv"), filepath.Join(dir, "clean.csv")
	bad := generate(b, dirty, clean, rows)
	var landed, loaded, landedCPU, loadedCPU []float64
	var peak int64
	for range max(b.N, 3) {
		before := cpuSeconds()
		l, p := timeLanding(b, dir, dirty, rows, bad)
		between := cpuSeconds()
		landed, peak = append(landed, l), max(peak, p)
		loaded = append(loaded, timeLoad(b, dir, clean))
		landedCPU, loadedCPU = append(landedCPU, between-before), append(loadedCPU, cpuSeconds()-between)
	}
	b.Logf("landing %.2f s of %v, DuckDB %.2f s of %v", median(landed), landed, median(loaded), loaded)
	b.ReportMetric(median(landed), "s/landing")
	b.ReportMetric(median(loaded), "s/duckdb")
	b.ReportMetric(median(landed)/median(loaded), "ratio")
	b.ReportMetric(median(landedCPU)/median(loadedCPU), "cpu-ratio") // steadier on a machine that others use too
	b.ReportMetric(float64(peak)/1e6, "worker-MB")
	b.ReportMetric(0, "ns/op")
}

// cpuSeconds is what this process and its ended children have used.
func cpuSeconds() float64 {
	total := 0.0
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var usage syscall.Rusage
		if syscall.Getrusage(who, &usage) == nil {
			total += time.Duration(usage.Utime.Nano() + usage.Stime.Nano()).Seconds()
		}
	}
	return total
}

func median(list []float64) float64 {
	sorted := slices.Sorted(slices.Values(list))
	return sorted[len(sorted)/2]
}

func timeLanding(b *testing.B, dir, path string, rows, bad int) (seconds float64, peak int64) {
	b.Helper()
	source := invoiceSource(dir)
	source.Files = []string{path}
	cfg := config.Config{State: filepath.Join(dir, "state"), Worker: config.Worker{Memory: "1GB", Deadline: time.Hour}, Sources: []config.Source{source}}
	var log peakLog
	runtime.GC()
	begun := time.Now()
	report, err := Land(context.Background(), cfg, slog.New(&log), Options{})
	seconds = time.Since(begun).Seconds()
	if err != nil {
		b.Fatal(err)
	}
	if r := report.Landed[0]; r.Records != int64(rows) || r.Rejected != int64(bad) || r.Failed != "" {
		b.Fatalf("%d records, %d rejected, %q; want %d and %d", r.Records, r.Rejected, r.Failed, rows, bad)
	}
	if err := os.RemoveAll(cfg.State); err != nil {
		b.Fatal(err)
	}
	return seconds, log.peak
}

// peakLog takes the worker's memory from the line that a batch logs.
type peakLog struct {
	slog.Handler
	peak int64
}

func (l *peakLog) Enabled(context.Context, slog.Level) bool { return true }
func (l *peakLog) WithAttrs([]slog.Attr) slog.Handler       { return l }
func (l *peakLog) Handle(_ context.Context, r slog.Record) error {
	r.Attrs(func(a slog.Attr) bool {
		if a.Key == "worker_mb" {
			l.peak = max(l.peak, a.Value.Int64()<<20)
		}
		return true
	})
	return nil
}

func timeLoad(b *testing.B, dir, path string) float64 {
	b.Helper()
	file := filepath.Join(dir, "duck.db")
	begun := time.Now()
	db, err := sql.Open("duckdb", file)
	if err != nil {
		b.Fatal(err)
	}
	for _, statement := range []string{
		"set preserve_insertion_order=false",
		`create table invoices as select * from read_csv('` + path + `', header=true, auto_detect=false, delim=',', quote='"', columns={
			'invoice_id': 'VARCHAR', 'customer_id': 'VARCHAR', 'issued_on': 'DATE', 'due_on': 'DATE', 'amount': 'DECIMAL(18,3)', 'currency': 'VARCHAR', 'po_no': 'VARCHAR'})`,
		"checkpoint",
	} {
		if _, err := db.Exec(statement); err != nil {
			b.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		b.Fatal(err)
	}
	seconds := time.Since(begun).Seconds()
	if err := os.Remove(file); err != nil {
		b.Fatal(err)
	}
	return seconds
}

// generate writes the same invoices twice: as they should be, and with one row in two hundred made bad in one of five ways.
func generate(b testing.TB, dirty, clean string, rows int) (bad int) {
	b.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	var files []*os.File
	var writers []*bufio.Writer
	for _, path := range []string{dirty, clean} {
		f, err := os.Create(path)
		if err != nil {
			b.Fatal(err)
		}
		files, writers = append(files, f), append(writers, bufio.NewWriterSize(f, 1<<20))
		_, _ = io.WriteString(writers[len(writers)-1], "invoice_id,customer_id,issued_on,due_on,amount,currency,po_no\n") // Flush tells
	}
	currencies := []string{"EUR", "EUR", "EUR", "USD", "GBP", "CHF"}
	for i := range rows {
		day := time.Date(2022, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, random.IntN(1000))
		po := "PO" + strconv.Itoa(random.IntN(1e6))
		if i%10 == 0 {
			po = `"Smith, ""Bob"" & Co"`
		}
		cents := random.IntN(5_000_000)
		values := []any{i, random.IntN(rows/200 + 1), day.Format(time.DateOnly), day.AddDate(0, 0, 30).Format(time.DateOnly), cents / 100, cents % 100,
			currencies[random.IntN(len(currencies))], po}
		line := fmt.Sprintf("INV%09d,C%06d,%s,%s,%d.%02d,%s,%s\n", values...)
		_, _ = writers[1].WriteString(line) // Flush tells
		if i%200 == 7 {
			bad++
			line = spoil(line, bad%5)
		}
		_, _ = writers[0].WriteString(line) // Flush tells
	}
	for i, w := range writers {
		if err := cmp.Or(w.Flush(), files[i].Sync(), files[i].Close()); err != nil {
			b.Fatal(err)
		}
	}
	return bad
}

func spoil(line string, way int) string {
	switch way {
	case 0:
		return "," + line // a column too many
	case 1:
		return line[:3] + `"` + line[3:] // a stray quote
	case 2:
		return line[:21] + "2023-02-30" + line[31:] // no such day
	case 3:
		return line[:43] + "x" + line[43:] // no amount
	default:
		return line[:13] + "\xff" + line[13:] // no text
	}
}

func inDuck(b *testing.B, file string, statements ...string) {
	b.Helper()
	db, err := sql.Open("duckdb", file)
	if err != nil {
		b.Fatal(err)
	}
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			b.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		b.Fatal(err)
	}
}
