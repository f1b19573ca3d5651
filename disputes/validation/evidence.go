package validation

import (
	"fmt"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"arrears/disputes"
)

// paid is whether the customer's money is there: the invoice is settled, or a receipt that nobody has applied fits what is claimed,
// what is open or the whole invoice.
func (e examination) paid(c claim, inv Invoice) disputes.Test {
	if !inv.Open.IsPositive() {
		return test(paid, disputes.Valid, c.amount, invoiceRow(inv), "Nothing of invoice %s is open.", c.invoice)
	}
	for _, d := range e.account.Unapplied {
		fits := d.Amount.Equal(c.amount) || d.Amount.Equal(inv.Open) || d.Amount.Equal(inv.Amount)
		if d.Currency == inv.Currency && fits {
			return test(paid, disputes.Valid, decimal.Min(c.amount, d.Amount),
				[]disputes.Proof{row("payments", d.ID, "unapplied", d.Amount.String(), "received_on", d.On.Format(time.DateOnly))},
				"Receipt %s over %s has not been applied and fits invoice %s.", d.ID, d.Amount, c.invoice)
		}
	}
	return test(paid, disputes.Invalid, decimal.Zero, invoiceRow(inv), "%s of invoice %s is open, and no receipt that fits waits.", inv.Open, c.invoice)
}

// discrepancies are what the rules found on the invoice, a test for each rule that was tried.
func (e examination) discrepancies(c claim, inv Invoice) []disputes.Test {
	var tests []disputes.Test
	for _, f := range e.account.Findings {
		if f.Invoice != c.invoice || !c.about(f) {
			continue
		}
		i := slices.IndexFunc(tests, func(t disputes.Test) bool { return t.Name == f.Rule })
		if i < 0 {
			i = len(tests)
			tests = append(tests, disputes.Test{Name: f.Rule, Verdict: f.Verdict})
		}
		t := &tests[i]
		if rank(disputes.Test{Name: f.Rule, Verdict: f.Verdict}) > rank(*t) {
			t.Verdict = f.Verdict
		}
		t.Amount = t.Amount.Add(f.Amount)
		t.Rows = append(t.Rows, row(f.Table, f.Key, "order_line", f.line(), "verdict", f.Verdict, "found", f.Found, "expected", f.Expected,
			"amount", f.Amount.String()))
	}
	for i := range tests {
		tests[i].Amount = decimal.Min(tests[i].Amount, inv.Amount)
		tests[i].Says = words(tests[i], c.invoice)
	}
	return tests
}

func (f Finding) line() string {
	if f.LineNo == "" {
		return ""
	}
	return f.OrderNo + "/" + f.LineNo
}

// about is whether a finding speaks of what is claimed. A rule about the whole invoice always does.
func (c claim) about(f Finding) bool {
	return len(c.lines) == 0 || f.LineNo == "" || slices.Contains(c.lines, f.LineNo) || slices.Contains(c.lines, f.line())
}

// findings are what each rule says when it supports the claim, and when it does not.
var findings = map[string][2]string{
	"price":          {"was billed above the agreed price", "was billed at the agreed price"},
	"quantity":       {"was billed with more than was ordered", "was billed with what was ordered"},
	"short_delivery": {"was billed with more than was delivered", "was delivered in full"},
	"late_delivery":  {"was delivered late, for which the order takes something off", "was delivered in time"},
	"duplicate":      {"bills what an earlier invoice has billed", "is the only one of its kind"},
	"tax":            {"was billed with more tax than is due", "was billed with the tax that is due"},
	"freight":        {"was billed with more freight than was agreed", "was billed with the freight that was agreed"},
	"terms_discount": {"was paid in time for the cash discount, which was refused", "was not paid in time for the cash discount, or got it"},
	"late_fee":       {"is a fee for paying late, and the payment came in time", "is a fee for paying late, and the payment was late"},
}

func words(t disputes.Test, id string) string {
	said := findings[t.Name]
	if said[0] == "" {
		said = [2]string{"is wrong by the rule " + t.Name, "is right by the rule " + t.Name}
	}
	switch t.Verdict {
	case disputes.Valid:
		return fmt.Sprintf("Invoice %s %s: %s is not owed.", id, said[0], t.Amount)
	case disputes.Invalid:
		return fmt.Sprintf("Invoice %s %s.", id, said[1])
	}
	return fmt.Sprintf("The books do not say whether invoice %s %s.", id, said[0])
}
