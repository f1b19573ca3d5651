package main

import (
	"strings"
	"testing"
)

// twice lands invoices, then a payment that came late, and returns when the first had landed.
func twice(t *testing.T) (dir, between string) {
	t.Helper()
	dir = t.TempDir()
	putRows(t, dir, "invoices", []row{
		{"invoice_id": "I1", "customer_id": "A", "issued_on": "2026-08-10", "due_on": "2026-09-09", "amount": "1000", "currency": "EUR"},
		{"invoice_id": "I2", "customer_id": "A", "issued_on": "2026-10-02", "due_on": "2026-11-01", "amount": "500", "currency": "EUR"},
	})
	must(t, exitDone, "kpi", "--data", dir, "ar_net")
	between = show(query(t, "select max(landed_at) as at from raw.batch", "--data", dir)[0]["at"])
	putRows(t, dir, "payments", []row{
		{"payment_id": "P1", "customer_id": "A", "received_on": "2026-08-31", "amount": "300", "currency": "EUR"},
	})
	must(t, exitDone, "kpi", "--data", dir, "ar_net")
	return dir, between
}

func TestEveryFigureCanBeReadAsItWasKnownAtAnotherTime(t *testing.T) {
	t.Parallel()
	dir, between := twice(t)
	for _, c := range []struct {
		args []string
		want string
	}{
		{nil, "1200"},
		{[]string{"--known-at", between}, "1500"},
		{[]string{"--as-of", "2026-08-31"}, "700"},
		{[]string{"--as-of", "2026-08-31", "--known-at", between}, "1000"},
		{[]string{"--as-of", "2026-08-31", "--known-at", "2999-12-31"}, "700"},
	} {
		if got := kpis(t, append([]string{"--data", dir, "ar_net"}, c.args...)...)["ar_net"]; !got.Equal(number(t, c.want)) {
			t.Errorf("%v: %s, want %s", c.args, got, c.want)
		}
	}
	paid := query(t, "select coalesce(sum(received), 0) as received from mart.movement", "--data", dir, "--known-at", between)
	if !number(t, show(paid[0]["received"])).IsZero() {
		t.Errorf("a receipt nobody knew of: %v", paid)
	}
	said := must(t, exitDone, "explain", "ar_net", "--data", dir, "--known-at", between).stdout
	if !strings.Contains(said, "1500") || !strings.Contains(said, "owner       CFO") || !strings.Contains(said, "TestReceivablesTieOnEveryDay") {
		t.Errorf("explained: %s", said)
	}
	must(t, exitUsage, "kpi", "--data", dir, "--known-at", "yesterday")
}

func TestReplaySaysThatFiguresAreTheSame(t *testing.T) {
	t.Parallel()
	dir, _ := twice(t)
	got := must(t, exitDone, "replay", "latest", "--data", dir, "-o", "json")
	if !strings.Contains(got.stderr, "are the same, to the last digit") {
		t.Errorf("said %q", got.stderr)
	}
	for _, mart := range decode[map[string]any](t, got) {
		if mart["same"] != true || mart["digest"] != mart["digest_now"] {
			t.Errorf("%v", mart)
		}
	}
	must(t, exitFailed, "replay", "20200101T000000.000000Z", "--data", dir)
	must(t, exitUsage, "replay", "--data", dir)
}
