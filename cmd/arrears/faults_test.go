package main

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"arrears/demo"
	"arrears/disputes"
	"arrears/disputes/validation"
)

// The made-up company knows which of its invoices are wrong, where and by how much. Of those that are open or disputed the rules find
// each, to the cent, and no other.
func TestTheRulesRecoverTheFaultsOfTheDemo(t *testing.T) {
	t.Parallel()
	_, path := made(t)
	c := demo.Generate(demo.Options{})
	disputed := map[string]bool{}
	for _, d := range c.Disputes {
		disputed[d.Invoice.ID] = true
	}
	want := map[string]decimal.Decimal{}
	hidden := 0
	for _, f := range c.Faults {
		if inv := f.Invoice; disputed[inv.ID] || inv.Cleared == 0 && inv.Voided == 0 {
			want[strings.Join([]string{inv.ID, f.Line, f.Rule}, " ")] = f.Amount
		} else {
			hidden++
		}
	}
	found, right := 0, 0
	byRule := map[string]int{}
	for _, r := range query(t, "select invoice_id, line_no, rule, amount from mart.discrepancy where verdict = 'valid'", "-c", path) {
		found++
		key := fmt.Sprintf("%v %v %v", r["invoice_id"], r["line_no"], r["rule"])
		amount, there := want[key]
		switch got := number(t, show(r["amount"])); {
		case !there:
			t.Errorf("%s: the rule finds %s, and nothing is wrong", key, got)
		case got.Sub(amount).Abs().GreaterThan(decimal.New(1, -2)):
			t.Errorf("%s: the rule finds %s of %s", key, got, amount)
		default:
			right++
			byRule[show(r["rule"])]++
			delete(want, key)
		}
	}
	for key, amount := range want {
		t.Errorf("%s: the rule does not find %s", key, amount)
	}
	t.Logf("%d of %d faults found, %d hits, %d faults on invoices that are settled and undisputed; by rule: %v", right, right+len(want), found, hidden, byRule)
	for _, rule := range []string{"price", "quantity", "short_delivery", "late_delivery", "duplicate", "tax", "freight", "terms_discount", "late_fee"} {
		if byRule[rule] == 0 {
			t.Errorf("no fault is one of %s: nothing is proven of the rule", rule)
		}
	}
}

// A case that is filed here is judged as one that comes in an extract: of every dispute of the demo that is open, the report says what
// mart.dispute_verdict says, test by test.
func TestCasesAndExtractsAreJudgedAlike(t *testing.T) {
	t.Parallel()
	_, path := made(t)
	open := query(t, `select v.dispute_id, v.customer_id, v.invoice_id, v.reason, v.currency, v.claimed, v.supported, v.verdict, d.opened_at
		from mart.dispute_verdict v join mart.dispute d using (dispute_id) where v.open order by 1`, "-c", path)
	mart := map[string]map[string]string{}
	for _, one := range query(t, "select dispute_id, test, verdict, amount from mart.dispute_test", "-c", path) {
		id := show(one["dispute_id"])
		if mart[id] == nil {
			mart[id] = map[string]string{}
		}
		mart[id][show(one["test"])] = show(one["verdict"]) + " " + number(t, show(one["amount"])).String()
	}
	where := company{file: path}
	d, err := where.open(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	b := &bookkeeper{desk: d}
	defer b.close(t.Context())
	v := validation.New(evidenceOf{b}, noRecords{}, validation.DefaultLimits)
	judged := map[string]int{}
	for _, r := range open {
		opened, err := time.Parse(time.RFC3339, show(r["opened_at"]))
		if err != nil {
			t.Fatal(err)
		}
		id := show(r["dispute_id"])
		report, err := v.Validate(t.Context(), disputes.Case{ID: id, Customer: show(r["customer_id"]), Currency: show(r["currency"]), Verified: true,
			Reason: show(r["reason"]), OpenedAt: opened, Lines: []disputes.Line{{Invoice: show(r["invoice_id"]), Amount: number(t, show(r["claimed"]))}}})
		if err != nil {
			t.Fatal(err)
		}
		if report.Verdict != r["verdict"] || !report.Supported.Equal(number(t, show(r["supported"]))) {
			t.Errorf("%s: the report says %s %s, the mart %v %v", id, report.Verdict, report.Supported, r["verdict"], r["supported"])
		}
		judged[report.Verdict]++
		tests := map[string]string{}
		for _, one := range report.Tests {
			tests[one.Name] = one.Verdict + " " + one.Amount.String()
		}
		for name, want := range mart[id] {
			if tests[name] != want {
				t.Errorf("%s: %s is %s in the report and %s in the mart", id, name, tests[name], want)
			}
			delete(tests, name)
		}
		if len(tests) > 0 {
			t.Errorf("%s: the mart has no %v", id, tests)
		}
	}
	t.Logf("judged alike: %v", judged)
	if judged[disputes.Valid] == 0 || judged[disputes.Invalid]+judged[disputes.Undecidable] == 0 {
		t.Error("too few kinds of verdicts were compared")
	}
}

// noRecords is a ledger in which nothing has been filed.
type noRecords struct{}

func (noRecords) Cases(context.Context, disputes.Filter) ([]disputes.Case, error) { return nil, nil }

func (noRecords) SeenElsewhere(context.Context, string, string) ([]string, error) { return nil, nil }

func (noRecords) Model(context.Context) (disputes.Model, error) {
	return disputes.Model{FilingDays: 90}, nil
}
