package transform

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"arrears/config"
	"arrears/warehouse"
)

// said reads one query of the published marts, a text a row.
func said(t *testing.T, in Input, query string) []string {
	t.Helper()
	v := openView(t, Reading{State: in.State, Models: in.Models})
	defer func() { _ = v.Close() }()
	table, err := v.DB.Query(context.Background(), query)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, row := range table.Rows {
		lines = append(lines, strings.Trim(fmt.Sprint(row), "[]"))
	}
	return lines
}

// A segment is entered and left between two runs, and the list of moves is kept for ever.
func TestSegmentMovesAreKept(t *testing.T) {
	in := worklistInput(t, accounts("a", "b"))
	in.Worklist.Segments = []config.Segment{{Name: "late", When: "oldest_days_past_due > 30"}}
	refresh(t, in)
	const moves = "select as_of, customer_id, segment_before, segment from mart.segment_move order by run_id, customer_id"
	same(t, "after the first run", said(t, in, "select customer_id from mart.segment_move"))
	in.AsOf = "2025-04-01"
	refresh(t, in)
	first := []string{"2025-04-01 00:00:00 +0000 UTC C-a  late", "2025-04-01 00:00:00 +0000 UTC C-b  late"}
	same(t, "a day later", said(t, in, moves), first...)
	refresh(t, in)
	same(t, "after one more run", said(t, in, moves), first...)
	in.Batches = append(in.Batches, land(t, in.State, "b2", map[string]rows{
		"payments":     {{"payment_id": "P", "customer_id": "C-a", "received_on": "2025-04-01", "amount": "1000.00", "currency": "EUR"}},
		"applications": {{"application_id": "A", "source_id": "P", "invoice_id": "I-a", "applied_on": "2025-04-01", "amount": "1000.00"}},
	}))
	refresh(t, in)
	same(t, "after it was paid", said(t, in, moves), append(first, "2025-04-01 00:00:00 +0000 UTC C-a late ")...)
}

// The first fifty of a list are compared with those of the last run of the day before, whatever that day knew.
func TestWhoComesAndGoesSinceYesterday(t *testing.T) {
	names := make([]string, 52)
	for i := range names {
		names[i] = fmt.Sprintf("%02d", i)
	}
	all := accounts(names...)
	all["invoices"].of("I-50")["amount"] = "999.00"
	all["invoices"].of("I-51")["amount"] = "998.00"
	all["promises"] = rows{{"promise_id": "T", "customer_id": "C-51", "made_on": "2025-03-20", "due_on": "2025-03-31", "amount": "998.00", "currency": "EUR"}}
	in := worklistInput(t, all)
	refresh(t, in)
	const changes = "select customer_id, change, place_before, place, why from mart.worklist_change order by customer_id"
	same(t, "without a day before", append(said(t, in, changes), said(t, in, "select * from mart.worklist_turnover")...))

	in.AsOf = "2025-04-01"
	in.Batches = append(in.Batches, land(t, in.State, "b2", map[string]rows{
		"payments": {{"payment_id": "P", "customer_id": "C-00", "received_on": "2025-04-01", "amount": "1000.00", "currency": "EUR"},
			{"payment_id": "P2", "customer_id": "C-01", "received_on": "2025-04-01", "amount": "500.00", "currency": "EUR"}},
		"applications": {{"application_id": "A", "source_id": "P", "invoice_id": "I-00", "applied_on": "2025-04-01", "amount": "1000.00"},
			{"application_id": "A2", "source_id": "P2", "invoice_id": "I-01", "applied_on": "2025-04-01", "amount": "500.00"}},
		"actions": {{"action_id": "X", "customer_id": "C-02", "at": "2025-04-01 08:00:00", "kind": "snooze", "until": "2025-04-30"}},
	}))
	refresh(t, in)
	want := []string{"C-00 left 1 <nil> paid", "C-02 left 3 <nil> snoozed", "C-50 entered 51 49 days", "C-51 entered <nil> 1 promised"}
	same(t, "a day later", said(t, in, changes), want...) // C-01 fell to the fiftieth place, and is still among the first fifty
	same(t, "in all", said(t, in, "select collector, since, listed, changed, changed_percent from mart.worklist_turnover"),
		"North 2025-03-31 00:00:00 +0000 UTC 50 2 4")
	refresh(t, in)
	same(t, "after one more run of the day", said(t, in, changes), want...)

	// Had the score of C-50 been another on the day before, that would be why.
	list := filepath.Join(in.State, closingDir, "lists", "2025-03-31.parquet")
	db, err := warehouse.Open(t.Context(), warehouse.Options{Files: []string{in.State}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	for _, s := range []string{"create table list as from read_parquet('" + list + "')", "update list set score = score - 20 where customer_id = 'C-50'",
		"copy list to '" + list + "' (format parquet)"} {
		if err := db.Exec(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
	refresh(t, in)
	same(t, "why C-50 came", said(t, in, "select why, score - score_before from mart.worklist_change where customer_id = 'C-50'"), "score 20")
}

// Who is given to another collector is on that list, until given back; the last entry decides.
func TestACustomerIsGivenToAnotherCollector(t *testing.T) {
	all := accounts("a", "b", "c")
	all["assignments"] = rows{
		{"assignment_id": "1", "customer_id": "C-a", "at": "2025-03-20 08:00:00", "collector": "South"},
		{"assignment_id": "2", "customer_id": "C-b", "at": "2025-03-20 08:00:00", "collector": "South"},
		{"assignment_id": "3", "customer_id": "C-b", "at": "2025-03-21 08:00:00"},
	}
	in := worklistInput(t, all)
	refresh(t, in)
	same(t, "lists", said(t, in, "select collector, customer_id from mart.worklist order by customer_id"), "South C-a", "North C-b", "North C-c")
}

// What was forecast stays as it was, and is measured once its weeks are over.
func TestForecastsAreKeptAsMade(t *testing.T) {
	in := worklistInput(t, accounts("a", "b"))
	in.KnownAt = time.Date(2025, 3, 31, 18, 0, 0, 0, time.UTC)
	refresh(t, in)
	first := said(t, in, "select week, expected_amount from mart.forecast order by week")
	in.Batches = append(in.Batches, land(t, in.State, "b2", map[string]rows{
		"invoices": {{"invoice_id": "N", "customer_id": "C-a", "issued_on": "2025-03-31", "due_on": "2025-04-05", "amount": "7000", "currency": "EUR"}},
		"payments": {{"payment_id": "P", "customer_id": "C-a", "received_on": "2025-04-03", "amount": "1000.00", "currency": "EUR"},
			{"payment_id": "P2", "customer_id": "C-b", "received_on": "2025-04-08", "amount": "300.00", "currency": "EUR"}},
	}))
	refresh(t, in) // of the same day, which has been forecast
	in.AsOf, in.KnownAt = "2025-04-14", time.Date(2025, 4, 30, 18, 0, 0, 0, time.UTC)
	refresh(t, in)
	same(t, "kept", said(t, in, "select week, expected_amount from mart.forecast_made where made_on = '2025-03-31' order by week"), first...)
	same(t, "what came", said(t, in, "select week, actual_amount from mart.forecast_made where made_on = '2025-03-31' and actual_amount is not null order by week"),
		"1 1000", "2 300")
	in.AsOf, in.KnownAt = "2025-05-01", time.Date(2025, 5, 1, 18, 0, 0, 0, time.UTC)
	refresh(t, in)
	same(t, "made in time", said(t, in, "select made_on, in_time from mart.forecast_made where week = 1 order by made_on"),
		"2025-03-31 00:00:00 +0000 UTC true", "2025-04-14 00:00:00 +0000 UTC false")
	same(t, "measured", said(t, in, "select week, forecasts, actual_amount from mart.forecast_kept where week < 3 order by week"), "1 1 1000", "2 1 300")
	kept, err := filepath.Glob(filepath.Join(in.State, closingDir, "forecasts", "*.parquet"))
	if err != nil || len(kept) != 3 {
		t.Errorf("kept are %v (%v)", kept, err)
	}
	if err := os.RemoveAll(filepath.Join(in.State, "warehouse")); err != nil {
		t.Fatal(err)
	}
	refresh(t, in)
	same(t, "after the warehouse was lost", said(t, in, "select week, expected_amount from mart.forecast_made where made_on = '2025-03-31' order by week"), first...)
}

// Overrides are counted, and what came of them stands beside what came of accounts that nobody touched.
func TestOverridesAreComparedWithTheScore(t *testing.T) {
	all := accounts("pinned", "snoozed", "free", "paid", "due")
	all["invoices"].of("I-pinned")["amount"] = "100.00"
	all["invoices"].of("I-snoozed")["amount"] = "5000.00"
	for _, name := range []string{"pinned", "snoozed", "free", "paid"} {
		all["invoices"].of("I-" + name)["due_on"] = "2025-02-10"
	}
	all["actions"] = rows{
		{"action_id": "X1", "customer_id": "C-pinned", "at": "2025-02-20 08:00:00", "kind": "pin", "by": "ana"},
		{"action_id": "X2", "customer_id": "C-snoozed", "at": "2025-02-21 08:00:00", "kind": "snooze", "until": "2025-02-25"},
		{"action_id": "X3", "customer_id": "C-snoozed", "at": "2025-03-20 08:00:00", "kind": "snooze", "until": "2025-04-25"},
	}
	all["payments"] = rows{
		{"payment_id": "P1", "customer_id": "C-pinned", "received_on": "2025-03-01", "amount": "30.00", "currency": "EUR"},
		{"payment_id": "P2", "customer_id": "C-paid", "received_on": "2025-03-15", "amount": "1000.00", "currency": "EUR"},
	}
	all["applications"] = rows{
		{"application_id": "A1", "source_id": "P1", "invoice_id": "I-pinned", "applied_on": "2025-03-01", "amount": "30.00"},
		{"application_id": "A2", "source_id": "P2", "invoice_id": "I-paid", "applied_on": "2025-03-15", "amount": "1000.00"},
	}
	in := worklistInput(t, all)
	refresh(t, in)
	same(t, "overrides", said(t, in, "select action_id, kind, in_force, place, place_by_score, past_due_amount, settled_amount from mart.override order by action_id"),
		"X1 pin true 1 3 100 30", "X2 snooze false <nil> <nil> 5000 0", "X3 snooze true <nil> 1 5000 <nil>")
	same(t, "by kind", said(t, in, `select kind, overrides, customers, in_force, past_due_amount, settled_amount, settled_percent, others_percent
		from mart.override_kind order by kind`), "pin 1 1 1 100 30 30 50", "snooze 2 1 1 10000 0 0 50")
}
