package ingest

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestProcessedFilesAreMovedAndRefusedOnesStay(t *testing.T) {
	dir := t.TempDir()
	source := invoiceSource(dir)
	source.Processed = filepath.Join(dir, "done")
	cfg := stateFor(t, source)
	names := func(folder string) string {
		found, err := filepath.Glob(filepath.Join(dir, folder, "*"))
		if err != nil {
			t.Fatal(err)
		}
		for i := range found {
			found[i] = filepath.Base(found[i])
		}
		return fmt.Sprint(found)
	}
	put(t, dir, "a.csv", goodHeader+goodLine(1))
	put(t, dir, "b.csv", "no,such,header\n1,2,3\n")
	mustLand(t, cfg)
	if names("inbox") != "[b.csv]" || names("done") != "[a.csv]" {
		t.Errorf("inbox %s, done %s", names("inbox"), names("done"))
	}
	put(t, dir, "a.csv", goodHeader+goodLine(1)) // the same bytes again
	put(t, dir, "c.csv", goodHeader+goodLine(2))
	report := mustLand(t, cfg)
	if len(report.Landed) != 1 || names("inbox") != "[b.csv]" || len(names("done")) <= len("[a.csv c.csv]") {
		t.Errorf("landed %d, inbox %s, done %s", len(report.Landed), names("inbox"), names("done"))
	}
}

// BenchmarkRescan looks through a folder of 10,000 files that are all known.
func BenchmarkRescan(b *testing.B) {
	const files = 10_000
	dir := b.TempDir()
	cfg := stateFor(b, invoiceSource(dir))
	if err := prepare(cfg.State); err != nil {
		b.Fatal(err)
	}
	contract := contractOf(cfg.Sources[0])
	old := time.Now().Add(-time.Hour)
	for n := range files {
		name, text := fmt.Sprintf("%05d.csv", n), goodHeader+goodLine(n)+goodLine(n+files)
		put(b, dir, name, text)
		path := filepath.Join(dir, "inbox", name)
		f, err := os.Open(path)
		if err != nil {
			b.Fatal(err)
		}
		r := Receipt{Source: "invoices", File: name, Contract: contract, Bytes: int64(len(text)), LandedAt: old}
		r.Digest, err = digestOf(f)
		if err != nil || f.Close() != nil || os.Chtimes(path, old, old) != nil {
			b.Fatal(err)
		}
		r.Batch = batchOf(r.Source, r.Digest, contract)
		receipt, err := json.MarshalIndent(r, "", "  ")
		if err != nil || os.WriteFile(receiptPath(cfg.State, r.Batch), receipt, 0o644) != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		if report := mustLand(b, cfg); report.Known != files || len(report.Landed) > 0 {
			b.Fatalf("%d known, %d landed", report.Known, len(report.Landed))
		}
	}
}
