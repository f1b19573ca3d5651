package main

import (
	"strings"
	"testing"
)

// The general ledger says 90, the sub-ledger 100 less the 25 that were received: the check says by how much and shows both sides.
func TestChecksShowTheTwoSidesThatTheyCompare(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	putRows(t, dir, "invoices", []row{{"invoice_id": "I", "customer_id": "A", "issued_on": "2025-01-10", "due_on": "2025-02-09", "amount": "100", "currency": "EUR"}})
	putRows(t, dir, "payments", []row{{"payment_id": "P", "customer_id": "A", "received_on": "2025-01-20", "amount": "25", "currency": "EUR"}})
	putRows(t, dir, "gl_balances", []row{{"entity": "", "account": "1200", "on": "2025-01-31", "amount": "90", "currency": "EUR"}})
	must(t, exitWarnings, "run", "--data", dir, "--as-of", "2025-01-31")

	ties := decode[map[string]any](t, must(t, exitDone, "checks", "--data", dir, "-o", "json", "control_account_ties"))
	want := map[string]string{"severity": "warn", "faults": "1", "part": "* account 1200", "currency": "EUR", "left_side": "general ledger",
		"left_amount": "90", "right_side": "sub-ledger", "right_amount": "75", "difference": "15", "compared": "1"}
	if len(ties) != 1 {
		t.Fatalf("the check has %d parts: %v", len(ties), ties)
	}
	for column, value := range want {
		if show(ties[0][column]) != value {
			t.Errorf("%s is %v, want %s", column, ties[0][column], value)
		}
	}

	shown := map[string]bool{}
	for _, check := range decode[map[string]any](t, must(t, exitDone, "checks", "--data", dir, "-o", "json")) {
		shown[show(check["check"])] = true
	}
	for _, run := range query(t, `select name from mart."check"`, "--data", dir) {
		if !shown[show(run["name"])] {
			t.Errorf("%v is a check of the run, and is not listed", run["name"])
		}
	}
	if got := must(t, exitUsage, "checks", "--data", dir, "no_such"); !strings.Contains(got.stderr, "no_such") {
		t.Errorf("an unknown check is not named: %s", got.stderr)
	}
}
