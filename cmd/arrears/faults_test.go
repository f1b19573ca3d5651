package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"arrears/demo"
)

// The made-up company knows which of its invoices are wrong, where and by how much. Of those that are open or disputed the rules find
// each, to the cent, and no other.
func TestTheRulesRecoverTheFaultsOfTheDemo(t *testing.T) {
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
