package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// crashes is how many random moments are tried.
func crashes() int {
	switch {
	case os.Getenv("ARREARS_LONG") != "":
		return 500
	case testing.Short():
		return 5
	}
	return 20
}

// A run is killed at random moments of landing and refreshing. Whoever reads in between sees the old figures or the new, and
// a run that is let live completes what the killed ones began.
func TestKilledRunLeavesOldOrNew(t *testing.T) {
	t.Parallel()
	const seed = 4711
	rng := rand.New(rand.NewPCG(seed, 1))
	old, _ := kpiOf(t, crashShop(t, 1))
	reference := crashShop(t, 2)
	updated, took := kpiOf(t, reference)
	if old == updated {
		t.Fatal("the second delivery changes nothing: the test would prove nothing")
	}
	published := crashShop(t, 1)
	must(t, exitDone, "run", "-c", published)
	killed, news, cases := 0, 0, 0
	for ; killed < crashes(); cases++ {
		dir := t.TempDir()
		if err := os.CopyFS(dir, os.DirFS(filepath.Dir(published))); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, "arrears.yaml")
		deliver(t, dir, 2)
		for kills := 1 + rng.IntN(4); kills > 0; kills-- {
			if killRun(t, path, time.Duration(rng.Int64N(int64(took+took/8)))) {
				killed++
			}
			switch got := must(t, exitDone, "kpi", "-c", path, "-o", "json").stdout; got {
			case old:
			case updated:
				news++
			default:
				t.Fatalf("seed %d, case %d: after a kill kpi says\n%s\nwhich is neither\n%s\nnor\n%s", seed, cases, got, old, updated)
			}
		}
		must(t, exitDone, "run", "-c", path)
		if got := must(t, exitDone, "kpi", "-c", path, "-o", "json").stdout; got != updated {
			t.Fatalf("seed %d, case %d: a complete run says\n%s\nwant\n%s", seed, cases, got, updated)
		}
		leftovers(t, filepath.Join(dir, ".arrears"))
		if cases > 4*crashes() {
			t.Fatalf("only %d of %d runs could be killed", killed, cases)
		}
	}
	t.Logf("%d runs were killed in %d cases, %d times kpi said the new figures; a run takes %s", killed, cases, news, took.Round(time.Millisecond))
}

// crashShop is a small shop whose first deliveries have come.
func crashShop(t *testing.T, deliveries int) (path string) {
	t.Helper()
	dir, path := configured(t, "")
	for n := 2; n <= deliveries; n++ {
		deliver(t, dir, n)
	}
	return path
}

// deliver brings some files at once, so that a kill may come between them.
func deliver(t *testing.T, dir string, delivery int) {
	t.Helper()
	for n := range 2 {
		id := fmt.Sprintf("%d-%d", delivery, n)
		putRows(t, dir, "invoices-"+id, []row{{"invoice_id": id, "customer_id": "C2", "issued_on": "2025-03-05", "due_on": "2025-03-25",
			"amount": fmt.Sprint(1 << n), "currency": "EUR"}})
	}
	putRows(t, dir, "payments-"+fmt.Sprint(delivery), []row{{"payment_id": fmt.Sprint("P", delivery), "customer_id": "C2",
		"received_on": "2025-03-06", "amount": "1", "currency": "EUR"}})
}

// kpiOf is what an uninterrupted run says, and how long its process takes.
func kpiOf(t *testing.T, path string) (said string, took time.Duration) {
	t.Helper()
	start := time.Now()
	if err := command(t.Context(), path).Run(); err != nil {
		t.Fatal(err)
	}
	took = time.Since(start)
	return must(t, exitDone, "kpi", "-c", path, "-o", "json").stdout, took
}

// command is the real process: this test program as arrears run.
func command(ctx context.Context, path string) *exec.Cmd {
	c := exec.CommandContext(ctx, os.Args[0], "run", "-c", path)
	c.Env = append(os.Environ(), asCommand+"=1")
	return c
}

// killRun starts a run and kills it after a while; it says whether it came before the end.
func killRun(t *testing.T, path string, after time.Duration) bool {
	t.Helper()
	c := command(t.Context(), path)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(after)
	_ = c.Process.Kill() // it may have ended
	return c.Wait() != nil
}

// leftovers wants nothing of the killed runs to be left behind.
func leftovers(t *testing.T, state string) {
	t.Helper()
	for pattern, most := range map[string]int{"tmp/*.*": 0, "warehouse/*.building*": 0, "warehouse/*.duckdb": 1, "warehouse/.tmp-*": 0} {
		found, err := filepath.Glob(filepath.Join(state, pattern))
		if err != nil || len(found) > most {
			t.Errorf("left behind: %v %v", found, err)
		}
	}
}
