package validation

import (
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"arrears/disputes"
)

// paid is whether the customer's money is there: the invoice is settled, or a receipt that nobody has applied fits what is claimed,
// what is open or the whole invoice.
func (e examination) paid(c claim, inv Invoice) disputes.Test {
	if !inv.Open.IsPositive() {
		return test(paid, disputes.Valid, c.amount, invoiceRow(inv), "paid.settled", "invoice", c.invoice)
	}
	for _, d := range e.account.Unapplied {
		fits := d.Amount.Equal(c.amount) || d.Amount.Equal(inv.Open) || d.Amount.Equal(inv.Amount)
		if d.Currency == inv.Currency && fits {
			return test(paid, disputes.Valid, decimal.Min(c.amount, d.Amount),
				[]disputes.Proof{row("payments", d.ID, "unapplied", d.Amount.String(), "received_on", d.On.Format(time.DateOnly))},
				"paid.receipt", "document", d.ID, "amount", d.Amount.String(), "invoice", c.invoice)
		}
	}
	return test(paid, disputes.Invalid, decimal.Zero, invoiceRow(inv), "paid.open", "open", inv.Open.String(), "invoice", c.invoice)
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
		says, phrase := ruled(tests[i], c.invoice)
		tests[i].Says, tests[i].Phrases = says, []disputes.Phrase{phrase}
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
