package transform

import "testing"

// abroad is one invoice in dollars settled at another rate than it was billed at.
func abroad(amount, billedAt, paid, paidAt string) map[string]rows {
	return map[string]rows{
		"invoices": {{"invoice_id": "I", "customer_id": "A", "issued_on": "2025-06-10", "due_on": "2025-06-30", "amount": amount, "currency": "USD", "rate": billedAt}},
		"payments": {{"payment_id": "P", "customer_id": "A", "received_on": "2025-06-20", "amount": paid, "currency": "USD", "rate": paidAt}},
		"applications": {
			{"application_id": "1", "source_id": "P", "invoice_id": "I", "applied_on": "2025-06-20", "amount": paid},
		},
	}
}

// Without closing rates everything is realised, and what is left open stays at the invoice's own rate.
func TestRealisedDifferenceIsAppliedAtTheRatesOfBoth(t *testing.T) {
	for _, c := range []struct{ amount, billedAt, paid, paidAt, realised, open string }{
		{"100", "80", "90", "75", "-450", "800"},
		{"100", "85", "100", "80", "-500", "0"},
		{"100", "80", "40", "82.5", "100", "4800"},
	} {
		in := input(t, "2025-06-30", abroad(c.amount, c.billedAt, c.paid, c.paidAt))
		in.Currency = "EUR"
		refresh(t, in)
		v := openView(t, Reading{State: in.State})
		figured(t, v, "select 'realised', sum(realised) from mart.fx_difference", map[string]string{"realised": c.realised})
		figured(t, v, "select 'total', sum(total) from mart.fx_difference", map[string]string{"total": c.realised})
		figured(t, v, "select 'ar_net', value from mart.kpi where kpi = 'ar_net' and dimension = ''", map[string]string{"ar_net": c.open})
	}
}

// Half of 100 dollars is paid: billed at 0.90, paid at 0.92, June closes at 0.95 and July at 0.91; the payment bounces in July.
func TestRealisedAndUnrealisedDifferencesStandApart(t *testing.T) {
	data := abroad("100", "0.90", "50", "0.92")
	data["payments"][0]["reversed_on"] = "2025-07-15"
	data["rates"] = rows{
		{"from_currency": "USD", "to_currency": "EUR", "on": "2025-06-27", "rate": "0.95"},
		{"from_currency": "USD", "to_currency": "EUR", "on": "2025-07-28", "rate": "0.91"},
	}
	in := input(t, "2025-07-31", data)
	in.Currency = "EUR"
	refresh(t, in)
	v := openView(t, Reading{State: in.State})
	figured(t, v, "select cast(month_end as varchar), realised from mart.fx_difference where month_end >= '2025-05-31'",
		map[string]string{"2025-05-31": "0", "2025-06-30": "1", "2025-07-31": "-1"})
	figured(t, v, "select cast(month_end as varchar), closing_unrealised from mart.fx_difference where month_end >= '2025-05-31'",
		map[string]string{"2025-05-31": "0", "2025-06-30": "2.5", "2025-07-31": "1"})
	figured(t, v, "select cast(month_end as varchar), total from mart.fx_difference where month_end >= '2025-05-31'",
		map[string]string{"2025-05-31": "0", "2025-06-30": "3.5", "2025-07-31": "-2.5"})
	figured(t, v, "select cast(month_end as varchar), fx from mart.movement where month_end >= '2025-05-31'",
		map[string]string{"2025-05-31": "0", "2025-06-30": "3.5", "2025-07-31": "-2.5"})
}

// An entity that keeps its books in pounds has a dollar invoice and a report in euros: three currencies side by side.
func TestPositionShowsThreeCurrenciesWithTheirRates(t *testing.T) {
	rate := func(from, on, rate string) map[string]string {
		return map[string]string{"from_currency": from, "to_currency": "EUR", "on": on, "rate": rate}
	}
	in := input(t, "2025-06-30", map[string]rows{
		"customers": {{"customer_id": "A", "entity": "UK"}},
		"invoices": {
			{"invoice_id": "own", "customer_id": "A", "issued_on": "2025-06-10", "amount": "100", "currency": "USD", "rate": "0.88"},
			{"invoice_id": "listed", "customer_id": "A", "issued_on": "2025-06-10", "amount": "100", "currency": "USD"},
			{"invoice_id": "home", "customer_id": "A", "issued_on": "2025-06-10", "amount": "100", "currency": "EUR"},
		},
		"payments":    {{"payment_id": "cash", "customer_id": "A", "received_on": "2025-06-25", "amount": "20", "currency": "GBP"}},
		"rates":       {rate("USD", "2025-06-01", "0.90"), rate("USD", "2025-06-20", "0.96"), rate("GBP", "2025-06-01", "1.20")},
		"gl_balances": {{"entity": "UK", "account": "1200", "on": "2025-05-31", "amount": "0", "currency": "GBP"}},
	})
	in.Currency = "EUR"
	refresh(t, in)
	v := openView(t, Reading{State: in.State})
	for query, want := range map[string]map[string]string{
		"select document_id || ' ' || rate_on, rate from mart.currency_position": {
			"own 2025-06-10": "0.88", "listed 2025-06-01": "0.9", "home 2025-06-10": "1", "cash 2025-06-01": "1.2"},
		"select document_id || ' ' || closing_rate_on, closing_rate from mart.currency_position": {
			"own 2025-06-20": "0.96", "listed 2025-06-20": "0.96", "home 2025-06-10": "1", "cash 2025-06-01": "1.2"},
		"select document_id, unrealised_difference from mart.currency_position":                   {"own": "8", "listed": "6", "home": "0", "cash": "0"},
		"select document_id, reporting_amount from mart.currency_position":                        {"own": "96", "listed": "96", "home": "100", "cash": "-24"},
		"select document_id || ' ' || entity_currency, entity_amount from mart.currency_position": {"own GBP": "80", "listed GBP": "80", "home GBP": "83.333333", "cash GBP": "-20"},
		"select document_id, entity_rate from mart.currency_position":                             {"own": "0.733333", "listed": "0.75", "home": "0.833333", "cash": "1"},
	} {
		figured(t, v, query, want)
	}
	in.Entities = map[string]string{"UK": "USD"} // what the configuration says wins over what the control accounts suggest
	refresh(t, in)
	declared := openView(t, Reading{State: in.State})
	figured(t, declared, "select document_id || ' ' || entity_currency, entity_amount from mart.currency_position where document_id = 'home'",
		map[string]string{"home USD": "104.166667"})
}

func TestMissingRateIsANamedFault(t *testing.T) {
	in := input(t, "2025-06-30", abroad("100", "", "40", "0.9"))
	in.Currency, in.Severity = "EUR", map[string]string{"currency_has_a_rate": Warn, "fx_differences_add_up": Warn}
	for _, c := range refresh(t, in).Faults(Warn) {
		if c.Check == "currency_has_a_rate" {
			if want := "currency USD, kind invoice, documents 1, example I"; c.Sample != want {
				t.Errorf("the fault says %q, want %q", c.Sample, want)
			}
			v := openView(t, Reading{State: in.State})
			figured(t, v, "select document_id, reporting_amount from mart.currency_position", map[string]string{"I": "null"})
			return
		}
	}
	t.Error("a document without a rate is no fault")
}
