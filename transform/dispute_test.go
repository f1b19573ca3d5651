package transform

import (
	"strings"
	"testing"

	"arrears/config"
)

// disputed is a customer with an invoice over 1,000.00 of 2025-01-10 and disputes about it, read on 2025-03-31.
func disputed(t *testing.T, more map[string]rows) Input {
	all := map[string]rows{
		"customers": {say("customer_id", "C1", "entity", "E")},
		"invoices":  {say("invoice_id", "I1", "customer_id", "C1", "issued_on", "2025-01-10", "amount", "1000.00", "currency", "EUR")},
	}
	for name, data := range more {
		all[name] = append(all[name], data...)
	}
	in := input(t, "2025-03-31", all)
	in.Validation = config.Validation{FilingDays: 60, DeductionPaid: 70}
	refresh(t, in)
	return in
}

// Stays are from one stage to the next, however often a stage is told; the stage in which a dispute ended is none. What is due at the
// moment it is left is in time.
func TestStaysInAStageAreMeasuredAgainstTheServiceLevel(t *testing.T) {
	stage := func(id, name, entered, due string) map[string]string {
		return say("dispute_id", id, "stage", name, "entered_at", entered, "due_at", due)
	}
	in := disputed(t, map[string]rows{
		"disputes": {
			say("dispute_id", "D-1/1", "invoice_id", "I1", "customer_id", "C1", "opened_at", "2025-03-01 08:00:00", "resolved_at", "2025-03-04 08:00:00", "amount", "10", "reason", "price"),
			say("dispute_id", "D-2/1", "invoice_id", "I1", "customer_id", "C1", "opened_at", "2025-03-29 08:00:00", "amount", "20", "reason", "price"),
			say("dispute_id", "X3", "invoice_id", "I1", "customer_id", "C1", "opened_at", "2025-03-29 08:00:00", "amount", "30", "reason", "tax"),
		},
		"dispute_stages": {
			stage("D-1", "received", "2025-03-01 08:00:00", "2025-03-01 12:00:00"),
			stage("D-1", "review", "2025-03-01 12:00:00", "2025-03-02 12:00:00"), // in time, to the second
			stage("D-1", "review", "2025-03-02 09:00:00", "2025-03-02 12:00:00"), // another owner
			stage("D-1", "closed", "2025-03-04 12:00:00", ""),
			stage("D-2", "received", "2025-03-29 08:00:00", "2025-03-29 12:00:00"),
			stage("D-2", "review", "2025-03-29 14:00:00", "2025-03-31 23:59:59"),
			stage("X3", "prefecture", "2025-03-29 08:00:00", ""),
		},
	})
	want := map[string]string{
		"received price": "2 0 5 5 1 50",  // 4 and 6 hours, the second late
		"review price":   "2 1 72 72 2 0", // three days, late; still in it, and its end has passed
		"prefecture tax": "1 1 <nil> <nil> 0 <nil>",
	}
	got := linesOf(t, in, "select stage || ' ' || reason, visits, now_in, mean_hours, median_hours, late, in_time_percent from mart.dispute_stage")
	for key, line := range want {
		if strings.Join(got[key], ", ") != line {
			t.Errorf("%s: got %q, want %q", key, got[key], line)
		}
	}
	if len(got) != len(want) {
		t.Errorf("stages %v", got)
	}
}

// A week's backlog is that of the week before, and what was opened, without what was closed.
func TestTheBacklogFollowsFromWhatComesAndGoes(t *testing.T) {
	one := func(id, opened, resolved, outcome, credited string) map[string]string {
		return say("dispute_id", id, "invoice_id", "I1", "customer_id", "C1", "opened_at", opened+" 08:00:00", "resolved_at", resolved, "amount", "100",
			"reason", "price", "outcome", outcome, "credited", credited)
	}
	in := disputed(t, map[string]rows{"disputes": {
		one("D1", "2025-03-09", "2025-03-17 08:00:00", "valid", "100"), // a Sunday, closed on a Monday
		one("D2", "2025-03-10", "2025-03-12 08:00:00", "partial", "40"),
		one("D3", "2025-03-31", "", "", ""),
		one("D4", "2025-04-01", "", "", ""), // not yet
	}})
	got := linesOf(t, in, `select cast(week_on as varchar), opened, closed, backlog, backlog_amount from mart.dispute_flow where week_on >= date '2025-03-03'`)
	want := map[string]string{
		"2025-03-03": "1 0 1 100", "2025-03-10": "1 1 1 100", "2025-03-17": "0 1 0 0", "2025-03-24": "0 0 0 0", "2025-03-31": "1 0 1 100",
	}
	for week, line := range want {
		if strings.Join(got[week], ", ") != line {
			t.Errorf("%s: got %q, want %q", week, got[week], line)
		}
	}
	causes := linesOf(t, in, "select outcome, cases, amount, credited, mean_days, median_days from mart.dispute_cause")
	for outcome, line := range map[string]string{"valid": "1 100 100 8 8", "partial": "1 100 40 2 2", "open": "1 100 0 0 0"} {
		if strings.Join(causes[outcome], ", ") != line {
			t.Errorf("%s: got %q, want %q", outcome, causes[outcome], line)
		}
	}
}

// Disputes from extracts get a verdict whatever is wrong with them.
func TestDisputesFromExtractsAreJudged(t *testing.T) {
	one := func(id, invoice, customer, opened, amount, reason string, more ...string) map[string]string {
		row := say(more...)
		for name, value := range say("dispute_id", id, "invoice_id", invoice, "customer_id", customer, "opened_at", opened+" 08:00:00", "amount", amount, "reason", reason) {
			row[name] = value
		}
		return row
	}
	in := disputed(t, map[string]rows{
		"order_lines": {say("order_no", "S1", "line_no", "1", "invoice_id", "I1", "quantity", "10", "price", "90", "billed_quantity", "10", "billed_price", "100",
			"tax_percent", "0", "billed_tax", "0")},
		"payments": {say("payment_id", "P1", "customer_id", "C1", "received_on", "2025-02-01", "amount", "1000.00", "currency", "EUR")},
		"credits":  {say("credit_id", "M1", "customer_id", "C1", "issued_on", "2025-03-20", "amount", "60.00", "currency", "EUR", "invoice_id", "I1")},
		"disputes": {
			one("right", "I1", "C1", "2025-02-01", "40", "price"),
			one("late", "I1", "C1", "2025-03-12", "40", "Price"),
			one("more", "I1", "C1", "2025-02-01", "110", "price", "resolved_at", "2025-02-10 08:00:00", "outcome", "valid"),
			one("again", "I1", "C1", "2025-02-05", "40", "price"),
			one("paid", "I1", "C1", "2025-02-03", "1000", "already_paid", "resolved_at", "2025-02-10 08:00:00", "outcome", "valid"),
			one("nowhere", "I9", "C1", "2025-02-01", "40", "price"),
			one("another", "I1", "C9", "2025-02-01", "40", "price"),
			one("damaged", "I1", "C1", "2025-02-01", "40", "damaged", "resolved_at", "2025-02-10 08:00:00", "outcome", "valid"),
			one("weather", "I1", "C1", "2025-02-01", "70", "weather"),
		},
	})
	want := map[string]string{
		"right":   "true invalid 0",  // 60.00 have been credited by now
		"late":    "false invalid 0", // 61 days
		"more":    "true valid 100",  // on the day it was opened nothing had been credited
		"again":   "true invalid 0",  // the first is still open
		"paid":    "true valid 1000", // by a receipt that nobody has applied
		"nowhere": "true invalid 0",
		"another": "true invalid 0",
		"damaged": "true undecidable 0",
		"weather": "false undecidable 0",
	}
	got := linesOf(t, in, "select dispute_id, modelled, verdict, supported from mart.dispute_verdict")
	for id, line := range want {
		if strings.Join(got[id], ", ") != line {
			t.Errorf("%s: got %q, want %q", id, got[id], line)
		}
	}
}
