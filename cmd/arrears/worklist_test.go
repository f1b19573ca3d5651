package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// aList is a company of 28 customers, C01 to C26 with an invoice of as many thousands, ten days past due on the last of October.
// C01 has broken a promise. C27 owes nothing that is due, and C28 was called the same day.
func aList(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	var customers, invoices []row
	for i := 1; i <= 28; i++ {
		id, collector, due := fmt.Sprintf("C%02d", i), "EAST", "2026-10-21"
		if i > 26 {
			collector = "WEST"
		}
		if i == 27 {
			due = "2026-11-30"
		}
		customers = append(customers, row{"customer_id": id, "name": "Customer " + id, "collector": collector})
		invoices = append(invoices, row{"invoice_id": "I" + id, "customer_id": id, "issued_on": "2026-09-30", "due_on": due,
			"amount": fmt.Sprint(i * 1000), "currency": "EUR"})
	}
	putRows(t, dir, "customers", customers)
	putRows(t, dir, "invoices", invoices)
	putRows(t, dir, "promises", []row{{"promise_id": "P1", "customer_id": "C01", "made_on": "2026-10-22", "due_on": "2026-10-25",
		"amount": "1000", "currency": "EUR"}})
	putRows(t, dir, "activities", []row{{"activity_id": "A1", "customer_id": "C28", "at": "2026-10-31 10:00:00", "channel": "call", "direction": "out"}})
	return dir
}

func TestWorklistSaysWhomToCallAndWhereTheDayEnds(t *testing.T) {
	dir := aList(t)
	list := decode[map[string]any](t, must(t, exitDone, "worklist", "--data", dir, "--on", "2026-10-31", "-o", "json"))
	if len(list) != 26 {
		t.Fatalf("%d customers are listed, want 26", len(list))
	}
	for i, want := range map[int][3]string{
		0:  {"C26", "260000", "26,000.00 EUR, 10 days past due, expected 10 days more"},
		22: {"C04", "40000", "4,000.00 EUR, 10 days past due, expected 10 days more"},
		23: {"C01", "30000", "1,000.00 EUR, 10 days past due, expected 10 days more; broke a promise"}, // a duty of 20,000
		24: {"C03", "30000", "3,000.00 EUR, 10 days past due, expected 10 days more"},
	} {
		got := [3]string{show(list[i]["customer_id"]), show(list[i]["priority"]), show(list[i]["why"])}
		if got != want {
			t.Errorf("place %d: %v, want %v", i+1, got, want)
		}
		if today := list[i]["is_today"] == true; today != (i < 24) || list[i]["collectable_amount"] == "" {
			t.Errorf("place %d: today %v, %v", i+1, today, list[i])
		}
	}
	said := must(t, exitDone, "worklist", "--data", dir, "--on", "2026-10-31", "-o", "table").stdout
	if !strings.Contains(said, "EAST: today ends after 24 of 26 (360 minutes); waiting for the other 2 costs 50000 money-days\n") {
		t.Errorf("the day does not end in\n%s", said)
	}
	if lines := strings.Split(said, "\n"); !strings.HasSuffix(strings.TrimSpace(lines[24]), "today") || strings.HasSuffix(strings.TrimSpace(lines[25]), "today") {
		t.Errorf("who is called today is not said:\n%s", said)
	}
}

func TestWhoIsNotOnTheWorklistHasAReason(t *testing.T) {
	dir := aList(t)
	absent := decode[map[string]any](t, must(t, exitDone, "worklist", "--data", dir, "--on", "2026-10-31", "--not-listed", "-o", "json"))
	reasons := map[string]string{}
	for _, one := range absent {
		reasons[show(one["customer_id"])] = show(one["reason"]) + " " + show(one["open_amount"])
	}
	if len(reasons) != 2 || reasons["C27"] != "not_due 27000.00" || reasons["C28"] != "contacted 28000.00" {
		t.Errorf("not on the list: %v", reasons)
	}
	said := must(t, exitDone, "worklist", "--data", dir, "--on", "2026-10-31", "--not-listed", "--collector", "WEST", "-o", "table").stdout
	if !strings.Contains(said, "Nothing past due") || !strings.Contains(said, "Just contacted") || strings.Contains(said, "not_due") {
		t.Errorf("the reasons are not said in words:\n%s", said)
	}
	// A week later the call is long ago, and on the day before it nobody has called.
	for day, want := range map[string]int{"2026-10-30": 27, "2026-11-07": 27} {
		if list := decode[map[string]any](t, must(t, exitDone, "worklist", "--data", dir, "--on", day, "-o", "json")); len(list) != want {
			t.Errorf("on %s %d are listed, want %d", day, len(list), want)
		}
	}
}

func TestWorklistOfOneCollectorInEveryFormat(t *testing.T) {
	dir := aList(t)
	for _, format := range formats {
		if must(t, exitDone, "worklist", "--data", dir, "--collector", "EAST", "-o", format).stdout == "" {
			t.Errorf("-o %s prints nothing", format)
		}
	}
	path := filepath.Join(t.TempDir(), "east.xlsx")
	put(t, path, must(t, exitDone, "worklist", "--data", dir, "--on", "2026-10-31", "--collector", "EAST", "-o", "xlsx").stdout)
	book, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := book.GetRows("Sheet1")
	if err != nil || len(rows) != 27 || rows[1][0] != "EAST" || rows[1][2] != "C26" {
		t.Errorf("the workbook has %d rows: %v (%v)", len(rows), rows[:2], err)
	}
	if err := book.Close(); err != nil {
		t.Error(err)
	}
	if list := decode[map[string]any](t, must(t, exitDone, "worklist", "--data", dir, "--on", "2026-10-31", "--collector", "WEST", "-o", "json")); len(list) != 0 {
		t.Errorf("WEST calls %v", list)
	}
	if got := must(t, exitUsage, "worklist", "--data", dir, "--collector", "NORTH"); !strings.Contains(got.stderr, "EAST, WEST") {
		t.Errorf("said %q", got.stderr)
	}
	must(t, exitUsage, "worklist", "--data", dir, "--on", "someday")
}

// The list of a day is compared with that of the day before, and overrides are counted.
func TestWorklistSaysWhatChangedAndWhoWasOverruled(t *testing.T) {
	dir := aList(t)
	putRows(t, dir, "actions", []row{{"action_id": "X1", "customer_id": "C26", "at": "2026-10-30 08:00:00", "kind": "snooze", "until": "2026-10-31"}})
	putRows(t, dir, "invoices-october", []row{{"invoice_id": "N", "customer_id": "C27", "issued_on": "2026-10-31", "due_on": "2026-12-31", "amount": "1", "currency": "EUR"}})
	said := must(t, exitDone, "worklist", "--data", dir, "--changes", "-o", "table").stdout
	if !strings.Contains(said, "nothing to compare with") {
		t.Errorf("without a day before:\n%s", said)
	}
	putRows(t, dir, "payments-later", []row{{"payment_id": "P", "customer_id": "C02", "received_on": "2026-11-01", "amount": "2000", "currency": "EUR"}})
	putRows(t, dir, "applications-later", []row{{"application_id": "A", "source_id": "P", "invoice_id": "IC02", "applied_on": "2026-11-01", "amount": "2000"}})
	said = must(t, exitDone, "worklist", "--data", dir, "--changes", "-o", "table").stdout
	for _, want := range []string{"was: snoozed", "owes nothing any more", "EAST: 1 of the first 25 are new since 2026-10-31, 4 %\n"} {
		if !strings.Contains(said, want) {
			t.Errorf("lacks %q:\n%s", want, said)
		}
	}
	overruled := decode[map[string]any](t, must(t, exitDone, "worklist", "--data", dir, "--overrides", "-o", "json"))
	if len(overruled) != 1 || overruled[0]["kind"] != "snooze" || show(overruled[0]["overrides"]) != "1" || show(overruled[0]["past_due_amount"]) != "26000.00" {
		t.Errorf("overruled: %v", overruled)
	}
	must(t, exitUsage, "worklist", "--data", dir, "--changes", "--on", "2026-10-01")
}
