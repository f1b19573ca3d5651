package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"arrears/ingest"
	"arrears/transform"
)

// A source that breaks off in the middle of its answer leaves nothing behind and stops no other: the figures are published of the rest, the
// failure is counted, and its cause is named without the secret.
func TestFailedPullStopsNothingElse(t *testing.T) {
	const token = "s3cret-of-billing"
	var broken atomic.Bool
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		text := "invoice_id,customer_id,issued_on,due_on,amount,currency\nB1,C2,2025-03-01,2025-04-01,11,EUR\n"
		if broken.Load() {
			w.Header().Set("Content-Length", "100000")
			text += "B2,C2,2025-03-01,2025-04-01,22,EUR\n"
		}
		_, _ = io.WriteString(w, text)
	}))
	t.Cleanup(web.Close)
	dir, path := configured(t, "schedule: '@every 1s'")
	put(t, filepath.Join(dir, "token"), token)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	put(t, path, string(text)+"  - {name: billing, http: {url: "+web.URL+", token: {file: token}, retries: 0}, maps: [{dataset: invoices, canonical: true}]}\n")
	must(t, exitDone, "run", "-c", path)
	if got := kpis(t, "-c", path)["ar_gross"].String(); got != "2211.5" {
		t.Fatalf("with what billing had at first %s is open", got)
	}

	broken.Store(true)
	putRows(t, dir, "invoices-late", []row{{"invoice_id": "I9", "customer_id": "C2", "issued_on": "2025-03-30", "due_on": "2025-04-30", "amount": "70", "currency": "EUR"}})
	run := must(t, exitFailed, "run", "-c", path)
	if !strings.Contains(run.stdout, "published as of 2025-03-31: 1 new files, 1 rows landed") || !strings.Contains(run.stderr, "billing") ||
		!strings.Contains(run.stderr, "unexpected EOF") {
		t.Errorf("it says\n%s%s", run.stdout, run.stderr)
	}
	if got := kpis(t, "-c", path)["ar_gross"].String(); got != "2281.5" {
		t.Errorf("with the rest and what billing had before %s is open", got)
	}
	s := serve(t, "serve", "-c", path)
	s.until("a second failure", func() bool {
		_, scrape := s.get("/metrics")
		return strings.Contains(scrape, `arrears_source_failures_total{source="billing"} 2`)
	})
	s.until("/readyz", s.answers("/readyz", http.StatusOK))
	_, scrape := s.get("/metrics")
	good := regexp.MustCompile(`arrears_source_last_good_timestamp_seconds\{source="(billing|invoices)"\} (\S+)`).FindAllStringSubmatch(scrape, -1)
	if len(good) != 2 || number(t, good[0][2]).GreaterThanOrEqual(number(t, good[1][2])) {
		t.Errorf("billing was last good no earlier than the invoices: %v", good)
	}
	s.end()
	if said := run.stdout + run.stderr + scrape + s.said.String(); strings.Contains(said, token) {
		t.Error("the token is in what it says")
	}
	leavesOne(t, filepath.Join(dir, ".arrears"))
}

// leavesOne wants one batch of billing in a state, whole, and nothing half done.
func leavesOne(t *testing.T, state string) {
	t.Helper()
	receipts, err := ingest.Receipts(state, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	batches := map[string]int{}
	known := map[string]bool{}
	for _, r := range receipts {
		batches[r.Source]++
		known[r.Batch] = true
	}
	if batches["billing"] != 1 || batches["invoices"] != 2 {
		t.Errorf("batches by source: %v", batches)
	}
	lake, err := filepath.Glob(filepath.Join(state, "lake", "*", "*.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range lake {
		if !known[strings.TrimSuffix(filepath.Base(file), ".parquet")] {
			t.Errorf("%s is of no batch", file)
		}
	}
	standings, err := ingest.Standings(state)
	if err != nil || !strings.Contains(standings["billing"].Cause, "unexpected EOF") {
		t.Errorf("billing stands at %+v, %v", standings["billing"], err)
	}
	if _, id, err := transform.Published(state); err != nil || id == "" {
		t.Errorf("published is %q, %v", id, err)
	}
	if text, err := json.Marshal(standings); err != nil || strings.Contains(string(text), "s3cret") {
		t.Errorf("the standings are %s, %v", text, err)
	}
}
