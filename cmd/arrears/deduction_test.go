package main

import (
	"strings"
	"testing"

	"arrears/disputes"
	"arrears/transform"
)

// A cash discount that was refused is filed as a dispute, once; it is validated while a page reads the same marts, and what the evidence
// supports is what is short.
func TestAShortPaymentBecomesADisputeOnce(t *testing.T) {
	t.Parallel()
	_, path := made(t)
	candidates := query(t, "select invoice_id, short_amount from mart.deduction where suggested_reason = 'terms' and verdict = 'valid' order by 1", "-c", path)
	if len(candidates) == 0 {
		t.Fatal("the demo has no refused discount")
	}
	invoice := show(candidates[0]["invoice_id"])
	first := must(t, exitDone, "deductions", "file", invoice, "-c", path).stdout
	if again := must(t, exitDone, "deductions", "file", invoice, "-c", path).stdout; again != first || !strings.HasSuffix(first, " "+invoice+"\n") {
		t.Errorf("filed as %q, then as %q", first, again)
	}
	if got := arrears(t, "deductions", "file", "no-such", "-c", path); got.status != exitFailed || !strings.Contains(got.stderr, "no-such") {
		t.Errorf("status %d: %s", got.status, got.stderr)
	}
	where := company{file: path}
	d, err := where.open(newLog(t.Output(), 100))
	if err != nil {
		t.Fatal(err)
	}
	l, err := d.openLedger(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	books := &bookkeeper{desk: d}
	defer books.close(t.Context())
	desk, err := d.disputeDesk(l, books)
	if err != nil {
		t.Fatal(err)
	}
	page, err := d.at(t.Context(), transform.Reading{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = page.Close() }()
	id, _, _ := strings.Cut(first, " ")
	c, err := desk.Validate(t.Context(), disputes.Program, "validate", id)
	if err != nil {
		t.Fatal(err)
	}
	if c.Channel != disputes.Deduction || c.Reason != "terms" || c.Report.Verdict != disputes.Valid || !c.Report.Supported.Equal(number(t, show(candidates[0]["short_amount"]))) {
		t.Errorf("the case is %+v with the report %+v", c, c.Report)
	}
}
