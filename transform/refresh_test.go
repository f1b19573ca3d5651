package transform

import (
	"fmt"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
)

// ledger is the small company of the worked examples: two customers, four invoices, a bounced cheque, a credit, a write-off.
func ledger() map[string]rows {
	return map[string]rows{
		"customers": {{"customer_id": "A", "terms_days": "30"}, {"customer_id": "B"}},
		"invoices": {
			{"invoice_id": "I1", "customer_id": "A", "issued_on": "2025-01-10", "due_on": "2025-02-09", "amount": "1000", "currency": "EUR"},
			{"invoice_id": "I2", "customer_id": "A", "issued_on": "2025-02-10", "amount": "800", "currency": "EUR"},
			{"invoice_id": "I3", "customer_id": "B", "issued_on": "2025-03-01", "due_on": "2025-03-31", "amount": "600", "currency": "EUR"},
			{"invoice_id": "I4", "customer_id": "B", "issued_on": "2025-03-15", "due_on": "2025-04-14", "amount": "400", "currency": "EUR"},
		},
		"payments": {
			{"payment_id": "P1", "customer_id": "A", "received_on": "2025-02-19", "amount": "700", "currency": "EUR"},
			{"payment_id": "P2", "customer_id": "B", "received_on": "2025-03-20", "amount": "250", "currency": "EUR"},
			{"payment_id": "P3", "customer_id": "A", "received_on": "2025-03-10", "amount": "300", "currency": "EUR", "reversed_on": "2025-03-25"},
		},
		"credits": {{"credit_id": "C1", "customer_id": "A", "issued_on": "2025-03-05", "amount": "100", "currency": "EUR"}},
		"applications": {
			{"application_id": "1", "source_id": "P1", "invoice_id": "I1", "applied_on": "2025-02-19", "amount": "700"},
			{"application_id": "2", "source_id": "P2", "invoice_id": "I3", "applied_on": "2025-03-21", "amount": "200"},
			{"application_id": "3", "source_id": "P3", "invoice_id": "I2", "applied_on": "2025-03-10", "amount": "300"},
		},
		"write_offs": {{"write_off_id": "W1", "invoice_id": "I1", "written_off_on": "2025-03-28", "amount": "50"}},
		"recoveries": {{"recovery_id": "R1", "recovered_on": "2025-03-29", "amount": "10"}},
		"forecasts":  {{"made_on": "2025-03-01", "due_on": "2025-03-20", "amount": "300"}},
		"costs":      {{"on": "2025-03-31", "amount": "45", "fte": "1"}},
		"promises": {
			{"promise_id": "1", "customer_id": "B", "invoice_id": "I3", "made_on": "2025-03-18", "due_on": "2025-03-22", "amount": "200", "currency": "EUR"},
			{"promise_id": "2", "customer_id": "A", "made_on": "2025-03-01", "due_on": "2025-03-12", "amount": "300", "currency": "EUR"},
			{"promise_id": "3", "customer_id": "B", "made_on": "2025-03-20", "due_on": "2025-03-31", "amount": "900", "currency": "EUR"},
		},
		"disputes": {
			{"dispute_id": "D1", "invoice_id": "I2", "customer_id": "A", "opened_at": "2025-03-01 09:00:00", "amount": "100",
				"first_response_at": "2025-03-01 21:00:00", "resolved_at": "2025-03-11", "outcome": "invalid", "recovered": "60"},
			{"dispute_id": "D2", "invoice_id": "I4", "customer_id": "B", "opened_at": "2025-03-21 09:00:00", "amount": "80"},
		},
	}
}

func TestLedgerOfTheWorkedExamples(t *testing.T) {
	in := input(t, "2025-03-31", ledger())
	in.ProvisionRates = map[string]string{"current": "0.01", "1-30": "0.05", "31-60": "0.10", "61-90": "0.25", "91+": "0.5"}
	run := refresh(t, in)
	if faults := run.Faults(Error); len(faults) > 0 {
		t.Fatalf("faults %s", pretty(faults))
	}
	got := figures(t, openView(t, Reading{State: in.State}))
	want := `ar_net 1700, ar_gross 1850, credits 150, sales 2700, aging_due/current 800, aging_due/1-30 800, aging_due/31-60 250,
		aging_due/61-90 0, aging_due/91+ 0, aging_invoice/0-30 800, aging_invoice/31-60 800, aging_invoice/61-90 250, aging_invoice/91+ 0,
		pct_current 43.243243, pct_past_due 56.756757, dso 56.666667, dso_avg 28.333333, dso_rolling 42.222222, dso_countback 59,
		dso_countback_unexhausted 0, dso_sales_weighted 63.305556, dso_true 89.444444, avg_age_open 41.945946, bpdso 26.666667, add 30,
		ddso 35, cei 25, cei_crf_quarter -800, ar_turnover 12.882353, days_to_pay 35.333333, dbt 5.333333, paydex_like 76.037037,
		pct_paid_on_time 22.222222, unapplied_cash 50, unapplied_pct_ar 2.702703, cash_application_rate 94.736842, open_disputes 80,
		disputed_open_ar 80, disputed_pct_ar 4.324324, dispute_cycle_days 10, dispute_cycle_median 10, dispute_open_age 10, ddo 40,
		top10_share 100, hhi 5069.204152, ecl 73, bad_debt_gross_pct 1.851852, bad_debt_net_pct 1.481481, cost_per_dollar 0.05,
		past_due_cash_per_fte 700, forecast_accuracy 80, forecast_bias 20, ptp_kept_rate 50, ptp_kept_value 40,
		dispute_rate_count 50, dispute_rate_value 6.428571, first_response_hours 12, first_response_median 12, unanswered_disputes 1,
		dispute_valid_rate_count 0, dispute_win_rate_count 100, dispute_win_rate_value 100, deduction_recovery_rate 60,
		deduction_recovery_total 60, roll_rate/current>1-30 100, roll_rate/1-30>31-60 83.333333, roll_rate/1-30>write_off 16.666667`
	for pair := range strings.SplitSeq(want, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(pair), " ")
		if got[name] == "" || got[name] == "null" || !decimal.RequireFromString(got[name]).Round(6).Equal(decimal.RequireFromString(value)) {
			t.Errorf("%s is %q, want %s", name, got[name], value)
		}
		delete(got, name)
	}
	if len(got) > 0 {
		t.Errorf("figures nobody worked out: %v", got)
	}
}

// A group pays for its subsidiary: the receipt stands in one entity, the invoice in another.
func TestPaymentInAnotherEntityTies(t *testing.T) {
	in := input(t, "2025-03-31", map[string]rows{
		"customers": {{"customer_id": "A", "entity": "North"}, {"customer_id": "B", "entity": "South"}},
		"invoices":  {{"invoice_id": "I1", "customer_id": "B", "issued_on": "2025-01-10", "due_on": "2025-02-09", "amount": "1000", "currency": "EUR"}},
		"payments": {
			{"payment_id": "P1", "customer_id": "A", "received_on": "2025-02-19", "amount": "700", "currency": "EUR"},
			{"payment_id": "P2", "customer_id": "A", "received_on": "2025-02-20", "amount": "100", "currency": "EUR", "reversed_on": "2025-03-05"},
		},
		"applications": {
			{"application_id": "1", "source_id": "P1", "invoice_id": "I1", "applied_on": "2025-03-01", "amount": "650"},
			{"application_id": "2", "source_id": "P2", "invoice_id": "I1", "applied_on": "2025-03-01", "amount": "100"},
		},
	})
	refresh(t, in)
	v := openView(t, Reading{State: in.State})
	got, err := v.DB.Query(t.Context(), `select entity, cast(opening as varchar), cast(received as varchar), cast(transferred as varchar),
		cast(closing as varchar) from mart.movement where month = 2025 * 12 + 2 order by entity`)
	if err != nil {
		t.Fatal(err)
	}
	want := "[[North -800.000000000000 0.000000000000 650.000000000000 -50.000000000000] " +
		"[South 1000.000000000000 0.000000000000 -650.000000000000 350.000000000000]]"
	if fmt.Sprint(got.Rows) != want {
		t.Errorf("movements are %v, want %v", got.Rows, want)
	}
}

// A hundred dollars do not pay a hundred euros: the application waits, named, and everything still ties.
func TestApplicationAcrossCurrenciesWaits(t *testing.T) {
	in := input(t, "2025-03-31", map[string]rows{
		"invoices":     {{"invoice_id": "I1", "customer_id": "A", "issued_on": "2025-01-10", "due_on": "2025-02-09", "amount": "100", "currency": "EUR"}},
		"payments":     {{"payment_id": "P1", "customer_id": "A", "received_on": "2025-02-19", "amount": "100", "currency": "USD", "rate": "0.9"}},
		"applications": {{"application_id": "1", "source_id": "P1", "invoice_id": "I1", "applied_on": "2025-02-19", "amount": "100"}},
	})
	in.Currency = "EUR"
	run := refresh(t, in)
	if faults := run.Faults(Warn); len(faults) != 1 || faults[0].Check != "application_keeps_its_currency" {
		t.Errorf("warnings %s", pretty(faults))
	}
	got := figures(t, openView(t, Reading{State: in.State}))
	if got["ar_net"] != "10" || got["unapplied_cash"] != "90" {
		t.Errorf("net %s and unapplied %s, want 10 and 90", got["ar_net"], got["unapplied_cash"])
	}
}

// Dates far off are odd, not lost.
func TestDatesBeyondTheCalendarAreKept(t *testing.T) {
	in := input(t, "2025-03-31", map[string]rows{
		"invoices": {
			{"invoice_id": "I1", "customer_id": "A", "issued_on": "2025-01-10", "due_on": "2999-12-31", "amount": "100", "currency": "EUR"},
			{"invoice_id": "I2", "customer_id": "A", "issued_on": "1850-01-10", "due_on": "1850-02-10", "amount": "10", "currency": "EUR"},
		},
	})
	refresh(t, in)
	v := openView(t, Reading{State: in.State})
	got, err := v.DB.Query(t.Context(), "select invoice_id, cast(due_on as varchar), bucket from mart.open_item order by invoice_id")
	if err != nil {
		t.Fatal(err)
	}
	if want := "[[I1 2999-12-31 current] [I2 1850-02-10 91+]]"; fmt.Sprint(got.Rows) != want {
		t.Errorf("open items are %v, want %v", got.Rows, want)
	}
}
