package transform

import (
	"io/fs"
	"slices"
	"testing"

	"arrears/sql"
)

// agree has a customer pay 400.00 by 2025-03-15 and 600.00 by 2025-04-15 by a plan of 2025-03-05 about the invoice.
func (all byDataset) agree(situations ...string) {
	for _, s := range situations {
		for day, amount := range map[string]string{"2025-03-15": "400.00", "2025-04-15": "600.00"} {
			all["plans"] = append(all["plans"], map[string]string{"plan_id": "L-" + s, "customer_id": "C-" + s, "made_at": "2025-03-05 10:00:00",
				"due_on": day, "amount": amount, "currency": "EUR"})
		}
		all["plan_invoices"] = append(all["plan_invoices"], map[string]string{"plan_id": "L-" + s, "invoice_id": "I-" + s})
	}
}

type byDataset map[string]rows

// pay is cash of the customer, applied to an invoice or to none.
func (all byDataset) pay(situation, day, amount, invoice string) {
	id := "P-" + situation + day
	all["payments"] = append(all["payments"], map[string]string{"payment_id": id, "customer_id": "C-" + situation, "received_on": day,
		"amount": amount, "currency": "EUR"})
	if invoice != "" {
		all["applications"] = append(all["applications"], map[string]string{"application_id": "A-" + id, "source_id": id, "invoice_id": invoice,
			"applied_on": day, "amount": amount, "currency": "EUR"})
	}
}

// A plan that is kept takes what remains of it off what can be asked for; a missed instalment breaks it, which is a duty.
func TestPlanThatIsKeptIsNotAskedFor(t *testing.T) {
	all := byDataset(accounts("kept", "on_account", "last_day", "missed", "short", "late", "before", "elsewhere", "ended", "again", "part", "spoken", "old", "named", "unnamed"))
	all.agree("kept", "on_account", "last_day", "missed", "short", "late", "before", "elsewhere", "ended", "again", "part", "spoken", "named", "unnamed")
	all.pay("kept", "2025-03-10", "400.00", "I-kept")
	all.pay("on_account", "2025-03-10", "400.00", "")
	all.pay("last_day", "2025-03-17", "400.00", "I-last_day") // two days of grace
	all.pay("short", "2025-03-15", "399.99", "I-short")
	all.pay("late", "2025-03-18", "400.00", "I-late")
	all.pay("before", "2025-03-04", "400.00", "I-before") // the plan is of the day after
	all.pay("part", "2025-03-10", "400.00", "I-part")
	all["invoices"].of("I-part")["amount"] = "1300.00" // 300.00 are not in the plan
	all["invoices"] = append(all["invoices"], map[string]string{"invoice_id": "I-new", "customer_id": "C-elsewhere", "issued_on": "2025-03-06",
		"due_on": "2025-05-06", "amount": "400.00", "currency": "EUR"})
	all.pay("elsewhere", "2025-03-10", "400.00", "I-new")
	all.pay("unnamed", "2025-03-10", "400.00", "I-unnamed")
	all["actions"] = rows{{"action_id": "X1", "customer_id": "C-ended", "at": "2025-03-20 09:00:00", "kind": "unplan", "reason": "pays at once"},
		{"action_id": "X2", "customer_id": "C-named", "at": "2025-03-20 09:00:00", "kind": "unplan", "plan_id": "L-named"},
		{"action_id": "X3", "customer_id": "C-unnamed", "at": "2025-03-20 09:00:00", "kind": "unplan", "plan_id": "another"}}
	all["plans"] = append(all["plans"], // broken, and agreed on anew
		map[string]string{"plan_id": "M", "customer_id": "C-again", "made_at": "2025-03-30 10:00:00", "due_on": "2025-04-30", "amount": "1000.00", "currency": "EUR"})
	all["plan_invoices"] = append(all["plan_invoices"], map[string]string{"plan_id": "M", "invoice_id": "I-again"})
	all["activities"] = rows{{"activity_id": "V1", "customer_id": "C-spoken", "at": "2025-03-25 10:00:00", "channel": "call", "direction": "out"}}
	in := worklistInput(t, all)
	in.PromiseGrace, in.PromisePercent = 2, 100
	in.Worklist.Duties["plan_broken"] = 4_000
	list, others := callList(t, in)
	want := []string{"before 22000", "elsewhere 34000", "ended 30000", "late 22000", "missed 34000", "named 30000", "old 30000", "part 9000", "short 22000", "spoken 30000"}
	slices.Sort(list)
	if !slices.Equal(list, want) {
		t.Errorf("the list is %q, want %q", list, want)
	}
	if wanted := []string{"again in_plan", "kept in_plan", "last_day in_plan", "on_account in_plan", "unnamed in_plan"}; !slices.Equal(others, wanted) {
		t.Errorf("not on it are %q, want %q", others, wanted)
	}
	same(t, "what remains", said(t, in, "select name, cast(planned_amount as bigint), cast(until_on as varchar) from mart.not_listed order by name"),
		"again 1000 2025-04-30", "kept 600 2025-04-15", "last_day 600 2025-04-15", "on_account 600 2025-04-15", "unnamed 600 2025-04-15")
	pane, err := fs.ReadFile(sql.Panes(), "plan.sql")
	if err != nil {
		t.Fatal(err)
	}
	same(t, "instalments", said(t, in, "select state, count(*) from ("+string(pane)+") as plan group by state order by state"), "missed 6", "open 12", "paid 5")
	in.AsOf = "2025-03-17"
	if _, others := callList(t, in); !slices.Contains(others, "missed in_plan") {
		t.Errorf("on the last day of grace nothing is missed, and not on the list are %q", others)
	}
}
