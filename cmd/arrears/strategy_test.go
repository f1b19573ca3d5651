package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// aPast is a company of three customers whose invoices were past due on the first of August: the largest was paid the next day, the
// smallest ninety days later.
func aPast(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	var customers, invoices, payments, applications []row
	for i, c := range []struct{ amount, paid string }{{"3000", "2026-08-02"}, {"2000", "2026-08-31"}, {"1000", "2026-10-30"}} {
		id := fmt.Sprintf("C%d", i+1)
		customers = append(customers, row{"customer_id": id, "name": "Customer " + id, "collector": "EAST"})
		invoices = append(invoices, row{"invoice_id": "I" + id, "customer_id": id, "issued_on": "2026-06-30", "due_on": "2026-07-20", "amount": c.amount, "currency": "EUR"})
		payments = append(payments, row{"payment_id": "P" + id, "customer_id": id, "received_on": c.paid, "amount": c.amount, "currency": "EUR"})
		applications = append(applications, row{"application_id": "A" + id, "source_id": "P" + id, "invoice_id": "I" + id, "applied_on": c.paid, "amount": c.amount})
	}
	invoices = append(invoices, row{"invoice_id": "N", "customer_id": "C1", "issued_on": "2026-10-31", "due_on": "2026-10-31", "amount": "10", "currency": "EUR"},
		row{"invoice_id": "M", "customer_id": "C2", "issued_on": "2026-09-30", "due_on": "2026-10-01", "amount": "900", "currency": "EUR"},
		row{"invoice_id": "O", "customer_id": "C3", "issued_on": "2026-09-30", "due_on": "2026-10-05", "amount": "400", "currency": "EUR"})
	putRows(t, dir, "customers", customers)
	putRows(t, dir, "invoices", invoices)
	putRows(t, dir, "payments", payments)
	putRows(t, dir, "applications", applications)
	return dir
}

func tried(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "tried.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const byName = `worklist:
  strategies: [{name: third, rules: [{name: It, when: customer_id == "C3", points: 5}]}]
  strategy: third
  capacity: 15
`

// Of the sixty days after the first of August the 3,000 waited 1, the 2,000 thirty and the 1,000 all of them.
func TestStrategiesAreReplayedOnThePast(t *testing.T) {
	dir := aPast(t)
	lines := decode[map[string]any](t, must(t, exitDone, "strategy", "replay", tried(t, byName), "--data", dir, "--months", "2", "--capacity", "15", "-o", "json"))
	got := map[string]string{}
	for _, line := range lines {
		got[show(line["on"])+" "+show(line["strategy"])] = strings.Join([]string{show(line["listed"]), show(line["called"]), show(line["captured"]),
			show(line["at_stake"]), show(line["percent_of_stake"]), show(line["percent_of_best"])}, " ")
	}
	for name, want := range map[string]string{
		"2026-08-01 in use":        "3 1 3000 123000 2.4 5",
		"2026-08-01 file":          "3 1 60000 123000 48.8 100",
		"2026-08-01 money_days":    "3 1 3000 123000 2.4 5",
		"2026-08-01 by amount":     "3 1 3000 123000 2.4 5",
		"2026-08-01 best possible": "3 1 60000 123000 48.8 100",
		"2026-09-01 in use":        "1 1 59000 59000 100 100",
		"all file":                 "4 2 119000 182000 65.4 100",
	} {
		if got[name] != want {
			t.Errorf("%s: %q, want %q", name, got[name], want)
		}
	}
	must(t, exitUsage, "strategy", "replay", "--data", dir, "--months", "0")
	must(t, exitUsage, "strategy", "replay", tried(t, "worklist: {strategies: [{name: a, rules: [{name: b, when: nonsense > 3, points: 1}]}]}"), "--data", dir)
	must(t, exitFailed, "strategy", "replay", "--data", dir, "--days", "365", "--months", "1")
	must(t, exitFailed, "strategy", "replay", "--data", dir, "--months", "2", "--as-known") // nothing had landed then
}

func TestAPreviewSaysWhoMoves(t *testing.T) {
	dir := aPast(t)
	moves := decode[map[string]any](t, must(t, exitDone, "strategy", "preview", tried(t, byName), "--data", dir, "-o", "json"))
	var got []string
	for _, m := range moves {
		got = append(got, fmt.Sprint(show(m["customer_id"]), " ", show(m["place_before"]), ">", show(m["place"]), " ", m["today_before"], ">", m["today"], " ", show(m["percent"])))
	}
	if want := "C3 2>1 true>true 100, C2 1>2 true>false 0"; strings.Join(got, ", ") != want {
		t.Errorf("moves are %v, want %s", got, want)
	}
	said := must(t, exitDone, "strategy", "preview", tried(t, byName), "--data", dir, "-o", "table").stdout
	if !strings.Contains(said, "0 would be called today and are not, 1 are and would not be") {
		t.Errorf("it ends with %s", said)
	}
	must(t, exitUsage, "strategy", "preview", "--data", dir)
	if wrong := must(t, exitUsage, "strategy", "preview", tried(t, "currency: EUR\n"), "--data", dir); !strings.Contains(wrong.stderr, "says nothing of the worklist") {
		t.Errorf("a file without a worklist: %s", wrong.stderr)
	}
}
