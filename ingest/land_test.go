package ingest

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"arrears/config"
)

// invoiceSource is a source of invoices in canonical columns.
func invoiceSource(dir string) config.Source {
	return config.Source{
		Name: "invoices", Files: []string{filepath.Join(dir, "inbox", "*.csv")}, Format: "csv",
		CSV:  config.Dialect{Delimiter: ",", Quote: `"`, Encoding: "utf-8", Header: 1, Decimal: ".", Date: "YYYY-MM-DD", Timestamp: "YYYY-MM-DD HH:MM:SS", Negative: "minus"},
		Maps: []config.Map{{Dataset: "invoices", Canonical: true}},
	}
}

func stateFor(t testing.TB, sources ...config.Source) config.Config {
	t.Helper()
	return config.Config{State: filepath.Join(t.TempDir(), "state"), Worker: config.Worker{Memory: "1GB", Deadline: time.Minute}, Sources: sources}
}

func put(t testing.TB, dir, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Join(dir, "inbox"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "inbox", name), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func mustLand(t testing.TB, cfg config.Config) Report {
	t.Helper()
	report, err := Land(context.Background(), cfg, slog.New(slog.NewTextHandler(testLog{t}, nil)), Options{})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// testLog shows the log of a test that failed.
type testLog struct{ t testing.TB }

func (l testLog) Write(b []byte) (int, error) {
	l.t.Log(string(b[:len(b)-1]))
	return len(b), nil
}

func TestCleanFileLandsWhole(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "a.csv", "invoice_id,customer_id,issued_on,due_on,amount,currency\n0001,C1,2024-01-31,2024-02-29,10.50,EUR\n0002,,2024-01-31,,\"-3\",USD\n")
	cfg := stateFor(t, invoiceSource(dir))
	report := mustLand(t, cfg)
	if len(report.Landed) != 1 || report.Landed[0].Landed != 2 || report.Landed[0].Rejected != 0 {
		t.Fatalf("landed %+v", report.Landed)
	}
	sums := report.Landed[0].Datasets[0].Sums
	if sums["EUR"] != "10.500" || sums["USD"] != "-3.000" {
		t.Errorf("sums %v", sums)
	}
	if again := mustLand(t, cfg); len(again.Landed) != 0 || again.Known != 1 {
		t.Errorf("second landing %+v", again)
	}
}
