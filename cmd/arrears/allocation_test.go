package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// Owed in the order of their days are I1 100, I2 50 and I3 80; 30 of I2 are settled by name. What came without a name is 110
// on account of nothing in particular: it settles I1 and 10 of I2, and then of 40 more 10 and 30 of I3.
func TestApplicationsWithoutAnInvoiceSettleTheOldest(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	invoice := func(id, customer, on, amount, currency string) row {
		return row{"invoice_id": id, "customer_id": customer, "issued_on": on, "due_on": on, "amount": amount, "currency": currency}
	}
	putRows(t, dir, "invoices", []row{
		invoice("I3", "C1", "2025-03-01", "80", "EUR"), invoice("I1", "C1", "2025-01-10", "100", "EUR"),
		invoice("I2", "C1", "2025-02-01", "50", "EUR"), invoice("I0", "C1", "2025-01-01", "70", "USD"),
		invoice("J1", "C2", "2025-01-05", "60", "EUR"), invoice("K1", "C3", "2025-01-05", "60", "EUR"),
	})
	payment := func(id, customer, on, amount, reversed string) row {
		return row{"payment_id": id, "customer_id": customer, "received_on": on, "amount": amount, "currency": "EUR", "reversed_on": reversed}
	}
	putRows(t, dir, "payments", []row{
		payment("P1", "C1", "2025-02-10", "110", ""), payment("P2", "C1", "2025-02-20", "40", ""), payment("P3", "C1", "2025-03-10", "30", ""),
		payment("P4", "C2", "2025-02-01", "75", ""), payment("P5", "C3", "2025-02-01", "60", "2025-02-15"),
	})
	apply := func(id, source, invoice, on, amount, discount string) row {
		return row{"application_id": id, "source_id": source, "invoice_id": invoice, "applied_on": on, "amount": amount, "discount": discount}
	}
	putRows(t, dir, "applications", []row{
		apply("A1", "P1", "", "2025-02-10", "110", ""), apply("A2", "P2", "", "2025-02-20", "40", ""), apply("A3", "P3", "I2", "2025-03-10", "30", ""),
		apply("A4", "P4", "", "2025-02-01", "75", ""), apply("A5", "P5", "", "2025-02-01", "60", ""),
		apply("A6", "P404", "", "2025-02-01", "5", ""), apply("A7", "P4", "", "2025-02-01", "5", "1"),
	})
	rates := "from_currency,to_currency,on,rate\nUSD,EUR,2025-01-01,1\n"
	put(t, filepath.Join(dir, "rates.csv"), rates)
	for _, c := range []struct{ on, open, credit string }{
		{"2025-02-15", "I0 70, I1 0, I2 40, J1 0, K1 60", "P4 15"},
		{"2025-02-12", "I0 70, I1 0, I2 40, J1 0, K1 60", "P4 15, P5 60"},
		{"2025-02-25", "I0 70, I1 0, I2 30, J1 0, K1 60", "P2 30, P4 15"}, // what goes to I3 waits until it is issued
		{"2025-03-31", "I0 70, I1 0, I2 0, I3 50, J1 0, K1 60", "P4 15"},
	} {
		open := query(t, `select string_agg(invoice_id || ' ' || cast(cast(left_over as integer) as varchar), ', ' order by invoice_id) as said
			from (select invoice.invoice_id, coalesce(max(item.open_amount), 0) as left_over
				from core.invoice as invoice cross join raw.run_param as param
				left join mart.open_item as item on item.invoice_id = invoice.invoice_id
				where invoice.issued_day <= param.as_of_day group by invoice.invoice_id)`, "--data", dir, "--currency", "EUR", "--as-of", c.on)
		if got := show(open[0]["said"]); got != c.open {
			t.Errorf("on %s open are %s, want %s", c.on, got, c.open)
		}
		credit := query(t, `select string_agg(source_id || ' ' || cast(cast(open_amount as integer) as varchar), ', ' order by source_id) as said
			from mart.open_credit`, "--data", dir, "--currency", "EUR", "--as-of", c.on)
		if got := show(credit[0]["said"]); got != c.credit {
			t.Errorf("on %s unapplied are %s, want %s", c.on, got, c.credit)
		}
	}
	unplaced := must(t, exitDone, "checks", "application_is_placed", "--data", dir, "--currency", "EUR", "-o", "csv").stdout
	if !strings.Contains(unplaced, ",2,") || !strings.Contains(unplaced, "A6") || !strings.Contains(unplaced, "A7") {
		t.Errorf("what cannot be placed is said as %s", unplaced)
	}
}
