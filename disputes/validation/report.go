package validation

import (
	"slices"

	"github.com/shopspring/decimal"

	"arrears/disputes"
)

// Tests that stop a claim when they are invalid, in the order of the report.
const (
	identity = "identity"
	invoice  = "invoice"
	amount   = "amount"
	repeat   = "repeat"
	credited = "credited"
	inTime   = "in_time"
	paid     = "paid" // supports one instead
)

// pathOf are the tests that speak about each reason. A reason of the model that is not here is for people to decide.
var pathOf = map[string][]string{
	"price": {"price"}, "quantity": {"quantity", "short_delivery"}, "short_delivery": {"short_delivery"}, "late_delivery": {"late_delivery"},
	"delivery": {"short_delivery", "late_delivery"}, "duplicate": {"duplicate"}, "tax": {"tax"}, "freight": {"freight"},
	"terms": {"terms_discount"}, "discount": {"terms_discount"}, "terms_discount": {"terms_discount"}, "late_fee": {"late_fee"},
	"paid": {paid}, "already_paid": {paid},
}

// cent is how far amounts may be apart and still be the same: prices have more decimals than money.
var cent = decimal.New(1, -2)

// An examination is one case beside what is known of it.
type examination struct {
	disputes.Case
	account    Account
	filingDays int
	before     []disputes.Case
}

// report makes all tests and draws the verdict from them.
func (e examination) report(claims []claim) disputes.Report {
	sum := &summary{}
	sum.add(e.identity())
	for _, c := range claims {
		e.judge(c, sum)
	}
	return sum.report(e.Claimed())
}

// judge tests what is claimed of one invoice.
func (e examination) judge(c claim, sum *summary) {
	inv, ok := e.invoice(c.invoice)
	exists := e.exists(c, inv, ok)
	sum.add(exists)
	if !ok || exists.Verdict == disputes.Invalid {
		sum.broken = append(sum.broken, c.invoice)
		return // what another owes is nobody else's business
	}
	conditions := []disputes.Test{e.possible(c, inv), e.repeated(c), e.credited(c, inv), e.inTime(c, inv)}
	for _, t := range conditions {
		sum.add(t)
	}
	evidence := append([]disputes.Test{e.paid(c, inv)}, e.discrepancies(c, inv)...)
	for _, t := range evidence {
		sum.add(t)
	}
	if e.Customer == disputes.Unknown || !e.account.Known || slices.ContainsFunc(conditions, func(t disputes.Test) bool { return t.Verdict == disputes.Invalid }) {
		sum.broken = append(sum.broken, c.invoice)
		return
	}
	sum.weigh(c, pathOf[e.Reason], evidence, e.notCredited(c, inv))
}

// A summary gathers the tests of all invoices of a case.
type summary struct {
	tests       []disputes.Test
	broken      []string // invoices on which a condition is broken
	weighed     int
	undecidable bool
	supported   decimal.Decimal
}

// add puts a test beside those of the same name of other invoices. Of several verdicts the most doubtful is told; only of the
// evidence, what supports a claim is.
func (s *summary) add(t disputes.Test) {
	i := slices.IndexFunc(s.tests, func(o disputes.Test) bool { return o.Name == t.Name })
	if i < 0 {
		s.tests = append(s.tests, t)
		return
	}
	old := &s.tests[i]
	if rank(t) > rank(*old) {
		old.Verdict = t.Verdict
	}
	old.Amount = old.Amount.Add(t.Amount)
	old.Says += " " + t.Says
	old.Phrases = append(old.Phrases, t.Phrases...)
	old.Rows = append(old.Rows, t.Rows...)
}

func rank(t disputes.Test) int {
	order := []string{disputes.Valid, disputes.Undecidable, disputes.Invalid}
	if !slices.Contains([]string{identity, invoice, amount, repeat, credited, inTime}, t.Name) {
		order = []string{disputes.Invalid, disputes.Undecidable, disputes.Valid}
	}
	return slices.Index(order, t.Verdict)
}

// weigh takes what the tests of the reason support, at most what is claimed and not credited yet.
func (s *summary) weigh(c claim, path []string, evidence []disputes.Test, notCredited decimal.Decimal) {
	s.weighed++
	supported := decimal.Zero
	tried, doubt := 0, false
	for _, t := range evidence {
		if slices.Contains(path, t.Name) {
			tried++
			supported = supported.Add(t.Amount)
			doubt = doubt || t.Verdict == disputes.Undecidable || slices.ContainsFunc(t.Rows, doubtful)
		}
	}
	supported = decimal.Max(decimal.Min(supported, c.amount, notCredited), decimal.Zero)
	s.supported = s.supported.Add(supported)
	if !all(supported, c.amount) && (doubt || tried == 0) {
		s.undecidable = true
	}
}

// doubtful is a row about which its rule could say nothing.
func doubtful(p disputes.Proof) bool { return p.Values["verdict"] == disputes.Undecidable }

// all is whether what is supported is all that is claimed.
func all(supported, claimed decimal.Decimal) bool {
	return supported.IsPositive() && claimed.Sub(supported).LessThanOrEqual(cent)
}

// report is the first that applies: nothing but broken conditions, or none to weigh: invalid; all of the claim is supported: valid;
// something could not be decided: undecidable; a part is supported: valid, that much; else invalid.
func (s *summary) report(claimed decimal.Decimal) disputes.Report {
	r := disputes.Report{Tests: s.tests, Supported: s.supported}
	switch {
	case s.weighed == 0 && len(s.broken) == 0:
		r.Verdict = disputes.Undecidable // no invoice is named yet
	case s.weighed == 0:
		r.Verdict = disputes.Invalid
	case all(s.supported, claimed):
		r.Verdict = disputes.Valid
	case s.undecidable:
		r.Verdict = disputes.Undecidable
	case s.supported.IsPositive():
		r.Verdict = disputes.Valid
	default:
		r.Verdict = disputes.Invalid
	}
	return r
}
