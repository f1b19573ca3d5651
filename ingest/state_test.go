package ingest

import (
	"context"
	"encoding/json"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"arrears/config"
)

func TestSameBytesLandOnceInAnyOrderUnderAnyName(t *testing.T) {
	a, b, c := goodHeader+goodLine(1)+goodLine(2), goodHeader+goodLine(3)+"bad\n", goodHeader+goodLine(4)
	var want []string
	for i, files := range [][]string{{a, b, c}, {c, b, a}, {b, a, c, a, b}, {a, a, c, c, b}} {
		dir := t.TempDir()
		cfg := stateFor(t, invoiceSource(dir))
		if i%2 == 0 { // all at once, or one after the other
			for j, text := range files {
				put(t, dir, string(rune('a'+j))+".csv", text)
			}
			mustLand(t, cfg)
		}
		for j, text := range files {
			put(t, dir, string(rune('a'+j))+".csv", text)
			mustLand(t, cfg)
		}
		mustLand(t, cfg)
		receipts, err := Receipts(cfg.State, time.Time{})
		if err != nil || len(receipts) != 3 {
			t.Fatalf("%d receipts, %v", len(receipts), err)
		}
		got := stateRows(t, cfg.State)
		if want == nil {
			want = got
		}
		if !slices.Equal(got, want) {
			t.Errorf("order %d: got %s\nwant %s", i, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

func TestFileStillBeingWrittenIsLeftAlone(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "a.csv", goodHeader+goodLine(1))
	source := invoiceSource(dir)
	source.Settle = 400 * time.Millisecond
	cfg := stateFor(t, source)
	time.AfterFunc(100*time.Millisecond, func() {
		_ = os.WriteFile(filepath.Join(dir, "inbox", "a.csv"), []byte(goodHeader+goodLine(1)+goodLine(2)), 0o644)
	})
	if report := mustLand(t, cfg); len(report.Landed) != 0 || report.Left != 1 {
		t.Fatalf("%+v", report)
	}
	if report := mustLand(t, cfg); len(report.Landed) != 1 || report.Landed[0].Landed != 2 {
		t.Fatalf("%+v", report)
	}
}

func TestNewContractLandsTheArchiveAgain(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "a.csv", goodHeader+"X,C,2024-01-02,,1.234,EUR,\n")
	put(t, dir, "b.csv", goodHeader+"X,C,2024-01-02,,2.345,EUR,\n")
	source := invoiceSource(dir)
	cfg := stateFor(t, source)
	first := mustLand(t, cfg).Landed
	for _, name := range []string{"a.csv", "b.csv"} {
		if err := os.Remove(filepath.Join(dir, "inbox", name)); err != nil {
			t.Fatal(err)
		}
	}
	cfg.Sources[0].CSV.Decimal, cfg.Sources[0].CSV.Thousands = ",", "."
	second := mustLand(t, cfg).Landed
	if len(second) != 2 || second[0].File != "a.csv" || second[0].Datasets[0].Sums["EUR"] != "1234.000" {
		t.Fatalf("%+v", second)
	}
	now, _ := Receipts(cfg.State, time.Time{})
	then, _ := Receipts(cfg.State, first[1].LandedAt)
	if len(now) != 2 || now[0].Batch != second[0].Batch || len(then) != 2 || then[0].Batch != first[0].Batch {
		t.Errorf("now %+v, then %+v", now, then)
	}
	cfg.Entity, cfg.Sources[0].Line, cfg.Sources[0].Maps[0].Line = "E", 7, 8
	if third := mustLand(t, cfg); len(third.Landed) != 0 {
		t.Errorf("what does not change a row made a new contract: %+v", third.Landed)
	}
}

func TestSameFileOfTwoSourcesIsTwoBatchesAndOneArchive(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "a.csv", goodHeader+goodLine(1))
	other := invoiceSource(dir)
	other.Name = "other"
	cfg := stateFor(t, invoiceSource(dir), other)
	if report := mustLand(t, cfg); len(report.Landed) != 2 {
		t.Fatalf("%+v", report)
	}
	kept, _ := filepath.Glob(filepath.Join(cfg.State, archiveDir, "*"))
	if len(kept) != 1 {
		t.Errorf("archive holds %v", kept)
	}
	line, err := Line(cfg.State, filepath.Base(kept[0]), 2)
	if err != nil || line+"\n" != goodLine(1) {
		t.Errorf("line 2 is %q, %v", line, err)
	}
}

// kills is how many random moments are tried.
func kills() int {
	if os.Getenv("ARREARS_LONG") != "" {
		return 1000
	}
	return 50
}

func TestKilledLandingIsCompletedByTheNext(t *testing.T) {
	if testing.Short() {
		t.Skip("kills take a while")
	}
	dir := t.TempDir()
	for i := range 2 {
		text := goodHeader
		for n := range 3000 {
			text += goodLine(i*3000 + n)
			if n%100 == 0 {
				text += "bad\n"
			}
		}
		put(t, dir, string(rune('a'+i))+".csv", text)
	}
	reference := stateFor(t, invoiceSource(dir))
	begun := time.Now()
	mustLand(t, reference)
	took := time.Since(begun) + 30*time.Millisecond // to start a process
	want := stateRows(t, reference.State)

	random := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 0))
	interrupted := 0
	for range kills() {
		cfg := stateFor(t, invoiceSource(dir))
		after := time.Duration(random.Int64N(int64(took)))
		if killAfter(t, cfg, after) {
			interrupted++
		}
		receipts, err := readReceipts(cfg.State)
		if err != nil {
			t.Fatalf("killed after %v: %v", after, err)
		}
		for _, r := range receipts { // what has a receipt is whole
			if rows := rowsOf(t, filepath.Join(cfg.State, r.Datasets[0].Path)); int64(len(rows)) != r.Landed {
				t.Fatalf("killed after %v: batch %s has %d rows of %d", after, r.Batch, len(rows), r.Landed)
			}
		}
		mustLand(t, cfg)
		if got := stateRows(t, cfg.State); !slices.Equal(got, want) {
			t.Fatalf("killed after %v: %d rows, want %d", after, len(got), len(want))
		}
		if left, _ := filepath.Glob(filepath.Join(cfg.State, tmpDir, "*")); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
	}
	t.Logf("%d of %d landings were killed at work", interrupted, kills())
	if interrupted < kills()/5 {
		t.Error("too few landings were interrupted for the test to mean something")
	}
}

func killAfter(t *testing.T, cfg config.Config, after time.Duration) (interrupted bool) {
	t.Helper()
	text, err := json.Marshal(cfg)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0], landCommand, string(text))
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(after)
	_ = cmd.Process.Kill() // it may be done
	return cmd.Wait() != nil
}

func TestCancelledLandingStopsAndIsCompleted(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "a.csv", goodHeader+goodLine(1))
	cfg := stateFor(t, invoiceSource(dir))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Land(ctx, cfg, slog.New(slog.DiscardHandler), Options{}); err == nil {
		t.Error("a cancelled landing gave no error")
	}
	if report := mustLand(t, cfg); len(report.Landed) != 1 {
		t.Errorf("%+v", report)
	}
}
