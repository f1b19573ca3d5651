package transform

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"arrears/config"
)

// accounts are customers of whom each is in one situation: C-<situation> owes 1,000.00 since 2025-03-01, thirty days by the end of
// the month, unless the situation says otherwise.
func accounts(situations ...string) map[string]rows {
	all := map[string]rows{}
	for _, s := range situations {
		id := "C-" + s
		all["customers"] = append(all["customers"], map[string]string{"customer_id": id, "name": s, "collector": "North"})
		all["invoices"] = append(all["invoices"], map[string]string{"invoice_id": "I-" + s, "customer_id": id, "issued_on": "2025-01-30",
			"due_on": "2025-03-01", "amount": "1000.00", "currency": "EUR"})
	}
	return all
}

func (r rows) of(id string) map[string]string {
	i := slices.IndexFunc(r, func(row map[string]string) bool { return row["customer_id"] == id || row["invoice_id"] == id })
	return r[i]
}

// callList reads the worklist in its order, as customer and priority, and who is not on it, as customer and reason.
func callList(t *testing.T, in Input) (list, others []string) {
	t.Helper()
	refresh(t, in)
	v := openView(t, Reading{State: in.State, Models: in.Models})
	defer func() { _ = v.Close() }()
	for query, into := range map[string]*[]string{
		"select name, cast(priority as bigint) from mart.worklist order by collector, place": &list,
		"select name, reason from mart.not_listed order by name":                             &others,
	} {
		table, err := v.DB.Query(context.Background(), query)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range table.Rows {
			*into = append(*into, fmt.Sprint(row[0], " ", row[1]))
		}
	}
	return list, others
}

func worklistInput(t *testing.T, all map[string]rows) Input {
	in := input(t, "2025-03-31", all)
	in.Worklist = config.Worklist{Minimum: 50, ContactedDays: 3, Minutes: 15, Capacity: 30, PromiseDays: 14, DisputeDays: 7, RequestDays: 3,
		Duties: map[string]int64{"promise_broken": 5_000, "dispute_closed": 3_000, "request": 7_000}}
	return in
}

// With too little history to learn from, a debt is expected to stay open as many days more as it is late: 1,000.00 x 30.
func TestEveryoneIsListedOrHasAReason(t *testing.T) {
	all := accounts("plain", "larger", "broken", "closed", "caller", "pinned",
		"held", "on_hold", "skipped", "snoozed", "future", "disputed", "promised", "promised_any", "credited", "small", "contacted", "half")
	all["invoices"].of("I-larger")["amount"] = "1100.00"
	all["invoices"].of("I-small")["amount"] = "49.99"
	all["invoices"].of("I-future")["due_on"] = "2025-03-31"
	all["customers"].of("C-on_hold")["on_hold"] = "true"
	all["promises"] = rows{
		{"promise_id": "T1", "customer_id": "C-broken", "made_on": "2025-03-05", "due_on": "2025-03-20", "amount": "1000.00", "currency": "EUR"},
		{"promise_id": "T2", "customer_id": "C-promised", "invoice_id": "I-promised", "made_on": "2025-03-20", "due_on": "2025-04-10", "amount": "1000.00", "currency": "EUR"},
		{"promise_id": "T3", "customer_id": "C-promised_any", "made_on": "2025-03-20", "due_on": "2025-03-31", "amount": "1000.00", "currency": "EUR"},
		{"promise_id": "T4", "customer_id": "C-half", "invoice_id": "I-half", "made_on": "2025-03-20", "due_on": "2025-04-10", "amount": "300.00", "currency": "EUR"},
	}
	all["disputes"] = rows{
		{"dispute_id": "D1", "invoice_id": "I-closed", "customer_id": "C-closed", "opened_at": "2025-03-02 09:00:00", "resolved_at": "2025-03-28 09:00:00", "amount": "1000.00", "outcome": "invalid"},
		{"dispute_id": "D2", "invoice_id": "I-disputed", "customer_id": "C-disputed", "opened_at": "2025-03-02 09:00:00", "amount": "1000.00"},
		{"dispute_id": "D3", "invoice_id": "I-half", "customer_id": "C-half", "opened_at": "2025-03-02 09:00:00", "amount": "200.00"},
	}
	all["payments"] = rows{{"payment_id": "P1", "customer_id": "C-credited", "received_on": "2025-03-30", "amount": "1000.00", "currency": "EUR"}}
	all["activities"] = rows{
		{"activity_id": "V1", "customer_id": "C-contacted", "at": "2025-03-29 10:00:00", "channel": "call", "direction": "out"},
		{"activity_id": "V2", "customer_id": "C-caller", "at": "2025-03-30 10:00:00", "channel": "call", "direction": "in"},
		{"activity_id": "V3", "customer_id": "C-plain", "at": "2025-03-30 10:00:00", "channel": "note"},
		{"activity_id": "V4", "customer_id": "C-pinned", "at": "2025-03-31 10:00:00", "channel": "call", "direction": "out"},
	}
	all["actions"] = rows{
		{"action_id": "X1", "customer_id": "C-pinned", "at": "2025-03-01 08:00:00", "kind": "pin"},
		{"action_id": "X2", "customer_id": "C-held", "at": "2025-03-01 08:00:00", "kind": "hold"},
		{"action_id": "X3", "customer_id": "C-skipped", "at": "2025-03-31 08:00:00", "kind": "skip"},
		{"action_id": "X4", "customer_id": "C-plain", "at": "2025-03-30 08:00:00", "kind": "skip"}, // yesterday's
		{"action_id": "X5", "customer_id": "C-snoozed", "at": "2025-03-20 08:00:00", "kind": "snooze", "until": "2025-03-31"},
		{"action_id": "X6", "customer_id": "C-larger", "at": "2025-03-20 08:00:00", "kind": "snooze", "until": "2025-04-30"},
		{"action_id": "X7", "customer_id": "C-larger", "at": "2025-03-21 08:00:00", "kind": "unsnooze"},
		{"action_id": "X8", "customer_id": "C-plain", "at": "2025-03-01 08:00:00", "kind": "snooze", "until": "2025-03-30"}, // over
	}
	list, others := callList(t, worklistInput(t, all))
	want := []string{"pinned 30000", "caller 37000", "broken 35000", "closed 33000", "larger 33000", "plain 30000", "half 15000"}
	if !slices.Equal(list, want) {
		t.Errorf("the list is %q, want %q", list, want)
	}
	wanted := []string{"contacted contacted", "credited covered_by_credit", "disputed disputed", "future not_due", "held on_hold",
		"on_hold on_hold", "promised promised", "promised_any promised", "skipped skipped", "small below_minimum", "snoozed snoozed"}
	if !slices.Equal(others, wanted) {
		t.Errorf("not on it are %q, want %q", others, wanted)
	}
}

func TestTodayEndsWhereTheMinutesDo(t *testing.T) {
	in := worklistInput(t, accounts("a", "b", "c", "d"))
	in.Worklist.Capacities = map[string]int64{"South": 15}
	all := accounts("e", "f")
	for _, c := range all["customers"] {
		c["collector"] = "South"
	}
	in.Batches = append(in.Batches, land(t, in.State, "b2", all))
	refresh(t, in)
	v := openView(t, Reading{State: in.State, Models: in.Models})
	defer func() { _ = v.Close() }()
	table, err := v.DB.Query(context.Background(), "select collector, count(*), sum(case when is_today then 1 else 0 end) from mart.worklist group by collector order by 1")
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(table.Rows); got != "[[North 4 2] [South 2 1]]" {
		t.Errorf("collector, listed and today are %s", got)
	}
}

// With legal nobody is called before the day of the next step; from that day on the step is a duty, whoever was spoken to.
func TestLegalWaitsForItsNextStep(t *testing.T) {
	all := accounts("waiting", "tomorrow", "today", "spoken", "taken_back", "invoice", "some", "small", "again")
	all["invoices"] = append(all["invoices"], map[string]string{"invoice_id": "I-other", "customer_id": "C-some", "issued_on": "2025-01-30",
		"due_on": "2025-03-01", "amount": "100.00", "currency": "EUR"}, map[string]string{"invoice_id": "I-little", "customer_id": "C-small",
		"issued_on": "2025-01-30", "due_on": "2025-03-01", "amount": "10.00", "currency": "EUR"})
	for i, a := range [][4]string{
		{"waiting", "", "legal", "2025-04-30"}, {"tomorrow", "", "legal", "2025-04-01"}, {"today", "", "legal", "2025-03-31"}, {"spoken", "", "legal", "2025-03-10"},
		{"taken_back", "", "legal", "2025-04-30"}, {"taken_back", "", "unlegal", ""}, {"invoice", "I-invoice", "legal", "2025-04-30"},
		{"some", "I-some", "legal", "2025-04-30"}, {"small", "I-small", "legal", "2025-04-30"}, {"again", "", "legal", "2025-03-10"}, {"again", "", "legal", "2025-05-10"},
	} {
		all["actions"] = append(all["actions"], map[string]string{"action_id": fmt.Sprintf("X%02d", i), "customer_id": "C-" + a[0], "invoice_id": a[1],
			"at": fmt.Sprintf("2025-03-02 08:00:%02d", i), "kind": a[2], "until": a[3]})
	}
	all["activities"] = rows{{"activity_id": "V1", "customer_id": "C-spoken", "at": "2025-03-30 10:00:00", "channel": "call", "direction": "out"}}
	in := worklistInput(t, all)
	in.Worklist.Duties["legal_step"] = 6_000
	list, others := callList(t, in)
	if want := []string{"spoken 36000", "today 36000", "taken_back 30000", "some 3000"}; !slices.Equal(list, want) {
		t.Errorf("the list is %q, want %q", list, want)
	}
	if want := []string{"again legal_wait", "invoice legal_wait", "small legal_wait", "tomorrow legal_wait", "waiting legal_wait"}; !slices.Equal(others, want) {
		t.Errorf("not on it are %q, want %q", others, want)
	}
	same(t, "until", said(t, in, "select name, cast(until_on as varchar) from mart.not_listed order by name"),
		"again 2025-05-10", "invoice 2025-04-30", "small 2025-04-30", "tomorrow 2025-04-01", "waiting 2025-04-30")
}
