package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Four customers of whom one thing each has changed by 31 October 2026, and one of whom nothing has.
func TestAlarmsByHand(t *testing.T) {
	var invoices, payments, applications, minor strings.Builder
	n := 0
	bill := func(customer, issued, due, paid, short string) {
		n++
		amount := "100"
		fmt.Fprintf(&invoices, "I%02d,%s,%s,%s,100,EUR\n", n, customer, issued, due)
		if paid == "" {
			return
		}
		if short != "" {
			amount = "99"
			fmt.Fprintf(&minor, "W%02d,I%02d,%s,1,minor\n", n, n, paid)
		}
		fmt.Fprintf(&payments, "P%02d,%s,%s,%s,EUR\n", n, customer, paid, amount)
		fmt.Fprintf(&applications, "A%02d,P%02d,I%02d,%s,%s\n", n, n, n, paid, amount)
	}
	before := []string{"2025-09-05", "2025-10-05", "2025-11-05", "2025-12-05", "2026-01-05"}
	lately := []string{"2026-08-25", "2026-08-26", "2026-09-25", "2026-09-26", "2026-10-25"}
	early := []string{"2026-08-05", "2026-08-06", "2026-09-05", "2026-09-06", "2026-10-05"}
	for i := range before {
		for _, customer := range []string{"MOVED", "SHORT", "STEADY"} {
			bill(customer, "2025-08-10", before[i], before[i], "")
		}
		bill("MOVED", "2026-08-01", lately[i], lately[i], "")
		bill("STEADY", "2026-08-01", early[i], early[i], "")
		bill("SHORT", "2026-08-01", early[i], early[i], map[bool]string{true: "short"}[i < 3])
	}
	for _, day := range []string{"2026-04-20", "2026-05-20", "2026-06-20", "2026-07-20"} {
		bill("QUIET", "2026-03-01", day, day, "")
	}
	bill("QUIET", "2026-07-15", "2026-08-15", "", "")
	bill("BROKE", "2026-09-01", "2026-10-01", "", "")
	dir := t.TempDir()
	for name, text := range map[string]string{
		"invoices.csv":     "invoice_id,customer_id,issued_on,due_on,amount,currency\n" + invoices.String(),
		"payments.csv":     "payment_id,customer_id,received_on,amount,currency\n" + payments.String(),
		"applications.csv": "application_id,source_id,invoice_id,applied_on,amount\n" + applications.String(),
		"write_offs.csv":   "write_off_id,invoice_id,written_off_on,amount,reason\n" + minor.String(),
		"promises.csv":     fmt.Sprintf("promise_id,customer_id,invoice_id,made_on,due_on,amount,currency\nR1,BROKE,I%02d,2026-10-05,2026-10-12,100,EUR\n", n),
	} {
		put(t, filepath.Join(dir, name), text)
	}
	ask := func(day string) []string {
		said := must(t, exitDone, "query", `select alarm.customer_id, alarm.alarm, cast(alarm.before_value as decimal(9, 1)) as before,
			cast(alarm.after_value as decimal(9, 1)) as after, count(behind.document_id) as behind from mart.alarm as alarm
			left join mart.alarm_row as behind on behind.customer_id = alarm.customer_id and behind.alarm = alarm.alarm
			group by all order by all`, "--data", dir, "--as-of", day, "-o", "csv").stdout
		return strings.Split(strings.TrimSpace(said), "\n")[1:]
	}
	want := []string{"BROKE,first_broken_promise,0,1,1", "MOVED,pay_day_moved,1,3,5", "QUIET,gone_quiet,31,103,1", "SHORT,short_pays_rising,0,60,3"}
	// STEADY has paid in the first third all along; QUIET had gaps of 30, 31 and 30 days.
	if got := ask("2026-10-31"); !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	// In the middle of August QUIET was not late yet, and nobody had broken or changed anything.
	if got := ask("2026-08-14"); len(got) != 0 {
		t.Errorf("on 14 August %v", got)
	}
}
