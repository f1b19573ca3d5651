package transform

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"testing"

	"arrears/config"
)

// A billed is an invoice over ten pieces at 100.00 and 19 % tax, 1,190.00, delivered and agreed as billed; what differs is said.
type billed struct {
	id                       string
	line, delivery, price    map[string]string // over what the plain one has; nil leaves a delivery or price out
	noDelivery, noPrice      bool
	invoice                  map[string]string
	payments, otherDocuments []map[string]string
}

func (b billed) add(all map[string]rows) {
	add := func(dataset string, plain, own map[string]string) {
		row := maps.Clone(plain)
		maps.Copy(row, own)
		all[dataset] = append(all[dataset], row)
	}
	customer := "C-" + b.id
	add("customers", map[string]string{"customer_id": customer, "name": b.id}, nil)
	add("invoices", map[string]string{"invoice_id": "I-" + b.id, "customer_id": customer, "issued_on": "2025-03-01", "due_on": "2025-03-31",
		"amount": "1190.00", "currency": "EUR"}, b.invoice)
	add("order_lines", map[string]string{"order_no": "S-" + b.id, "line_no": "10", "invoice_id": "I-" + b.id, "product": "P1", "quantity": "10",
		"price": "100", "ordered_on": "2025-02-10", "tax_percent": "19", "freight": "0", "billed_quantity": "10", "billed_price": "100",
		"billed_tax": "190.00", "billed_freight": "0"}, b.line)
	if !b.noDelivery {
		add("deliveries", map[string]string{"delivery_id": "L-" + b.id, "line_no": "1", "order_no": "S-" + b.id, "order_line": "10", "quantity": "10",
			"promised_on": "2025-02-20", "delivered_on": "2025-02-20"}, b.delivery)
	}
	if !b.noPrice {
		add("prices", map[string]string{"customer_id": customer, "product": "P1", "valid_from": "2025-01-01", "price": "100", "currency": "EUR"}, b.price)
	}
	all["payments"] = append(all["payments"], b.payments...)
	all["invoices"] = append(all["invoices"], b.otherDocuments...)
}

// say is one column that differs, or several: "price", "90".
func say(pairs ...string) map[string]string {
	m := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	return m
}

// situations are invoices with one fault each, and what the rules must find: "rule verdict amount", those that are invalid left out.
var situations = []struct {
	billed
	want string
}{
	{billed{id: "plain"}, ""},
	{billed{id: "dearer", line: say("billed_price", "110", "billed_tax", "209.00")}, "price valid 119"},    // 10 x 10 x 1.19
	{billed{id: "list", price: say("price", "95")}, "price valid 59.5"},                                    // 5 x 10 x 1.19, by the list
	{billed{id: "special", line: say("price", "98"), price: say("price", "99")}, "price valid 23.8"},       // the order is lower
	{billed{id: "last_day", price: say("price", "95", "valid_to", "2025-02-10")}, "price valid 59.5"},      // still agreed
	{billed{id: "lapsed", price: say("price", "95", "valid_to", "2025-02-09")}, ""},                        // no longer
	{billed{id: "other_money", price: say("price", "95", "currency", "USD")}, ""},                          // no price in euros
	{billed{id: "unpriced", line: say("price", ""), noPrice: true}, "price undecidable 0"},                 // nothing was agreed
	{billed{id: "hundredth", line: say("price", "99.9992"), noPrice: true}, ""},                            // 0.0095 is rounding
	{billed{id: "more", line: say("quantity", "8"), delivery: say("quantity", "8")}, "quantity valid 238"}, // 2 x 100 x 1.19
	{billed{id: "short", delivery: say("quantity", "7")}, "short_delivery valid 357"},                      // 3 x 100 x 1.19
	{billed{id: "split", delivery: say("quantity", "4", "delivered_on", "")}, "late_delivery undecidable 0, short_delivery valid 1190"},
	{billed{id: "unknown", noDelivery: true}, "late_delivery undecidable 0, short_delivery undecidable 0"},
	{billed{id: "all", line: say("billed_price", "110", "billed_tax", "209.00", "quantity", "8"), delivery: say("quantity", "6"), invoice: say("amount", "1309.00")},
		// 6 x 10, 2 x 110 and 2 x 110, all x 1.19: together what separates 1,309.00 from 6 x 100 x 1.19 = 714.00
		"price valid 71.4, quantity valid 261.8, short_delivery valid 261.8"},
	{billed{id: "late", line: say("late_percent", "5"), delivery: say("delivered_on", "2025-02-21")}, "late_delivery valid 59.5"},
	{billed{id: "late_for_nothing", delivery: say("delivered_on", "2025-02-21")}, "late_delivery undecidable 0"},
	{billed{id: "taxed", line: say("tax_percent", "7")}, "tax valid 120"}, // 190 - 70
	{billed{id: "untaxed", line: say("tax_percent", "")}, "tax undecidable 0"},
	{billed{id: "freight", line: say("billed_freight", "25.00", "freight", "10.00")}, "freight valid 15"},
	{billed{id: "freight_unknown", line: say("billed_freight", "25.00", "freight", "")}, "freight undecidable 0"},
	{billed{id: "absurd", line: say("billed_quantity", "999999999", "billed_price", "999999999", "quantity", "1", "late_percent", "99"),
		delivery: say("quantity", "999999999", "delivered_on", "2025-03-01")}, // capped by the invoice
		"late_delivery valid 117.81, price valid 1190, quantity valid 1190"},
	{billed{id: "twin", invoice: say("order_no", "S1"), otherDocuments: []map[string]string{say("invoice_id", "I-earlier", "customer_id", "C-twin",
		"issued_on", "2025-02-09", "amount", "1190.00", "currency", "EUR", "order_no", "S1")}}, "duplicate valid 1190"},
	{billed{id: "monthly", invoice: say("po_no", "B1"), otherDocuments: []map[string]string{say("invoice_id", "I-february", "customer_id", "C-monthly",
		"issued_on", "2025-02-08", "amount", "1190.00", "currency", "EUR", "po_no", "B1")}}, ""}, // 21 days
	{billed{id: "void_twin", invoice: say("order_no", "S2"), otherDocuments: []map[string]string{say("invoice_id", "I-void", "customer_id", "C-void_twin",
		"issued_on", "2025-02-20", "amount", "1190.00", "currency", "EUR", "order_no", "S2", "voided_on", "2025-03-31")}}, ""},
	{billed{id: "fee", line: say("kind", "late_fee", "fee_for", "I-intime", "billed_quantity", "1", "billed_price", "40", "billed_tax", "0"),
		invoice: say("amount", "40.00", "kind", "debit_memo"), noDelivery: true, noPrice: true,
		otherDocuments: []map[string]string{say("invoice_id", "I-intime", "customer_id", "C-fee", "issued_on", "2025-01-01", "due_on", "2025-01-31",
			"amount", "100.00", "currency", "EUR", "cleared_on", "2025-01-31")}}, "late_fee valid 40"},
	{billed{id: "fee_due", line: say("kind", "late_fee", "fee_for", "I-overdue", "billed_quantity", "1", "billed_price", "40"),
		invoice: say("amount", "40.00", "kind", "debit_memo"), noDelivery: true, noPrice: true,
		otherDocuments: []map[string]string{say("invoice_id", "I-overdue", "customer_id", "C-fee_due", "issued_on", "2025-01-01", "due_on", "2025-01-31",
			"amount", "100.00", "currency", "EUR", "cleared_on", "2025-02-01")}}, ""},
	{billed{id: "fee_of_another", line: say("kind", "late_fee", "fee_for", "I-intime", "billed_quantity", "1", "billed_price", "40"),
		invoice: say("amount", "40.00", "kind", "debit_memo"), noDelivery: true, noPrice: true}, "late_fee undecidable 0"},
	{billed{id: "refused", invoice: say("terms", "2/10 net 30"), payments: []map[string]string{say("payment_id", "P-refused", "customer_id", "C-refused",
		"received_on", "2025-03-11", "amount", "1166.20", "currency", "EUR")}}, "terms_discount valid 23.8"},
	{billed{id: "too_late", invoice: say("terms", "2/10 net 30"), payments: []map[string]string{say("payment_id", "P-too_late", "customer_id", "C-too_late",
		"received_on", "2025-03-12", "amount", "1166.20", "currency", "EUR")}}, ""},
	{billed{id: "still_time", invoice: say("terms", "2/30 net 60")}, "terms_discount undecidable 0"},
}

// faulty is the company of the situations, in which every payment settles the invoice of its customer.
func faulty(t *testing.T) Input {
	all := map[string]rows{}
	for _, s := range situations {
		s.add(all)
	}
	for _, p := range all["payments"] {
		all["applications"] = append(all["applications"], say("application_id", "A-"+p["payment_id"], "source_id", p["payment_id"],
			"invoice_id", strings.Replace(p["customer_id"], "C-", "I-", 1), "applied_on", p["received_on"], "amount", p["amount"]))
	}
	in := input(t, "2025-03-31", all)
	in.Validation = config.Validation{FilingDays: 60, DeductionPaid: 70}
	return in
}

// linesOf reads a query as one line a row, and by its first column.
func linesOf(t *testing.T, in Input, query string) map[string][]string {
	t.Helper()
	v := openView(t, Reading{State: in.State, Models: in.Models})
	got, err := v.DB.Query(context.Background(), query)
	if err != nil {
		t.Fatal(err)
	}
	lines := map[string][]string{}
	for _, row := range got.Rows {
		text := fmt.Sprintln(row[1:]...)
		lines[row[0].(string)] = append(lines[row[0].(string)], strings.TrimSpace(text))
	}
	return lines
}

func TestRulesFindEachFaultAndNoOther(t *testing.T) {
	in := faulty(t)
	refresh(t, in)
	found := linesOf(t, in, "select invoice_id, rule, verdict, amount from mart.discrepancy where verdict <> 'invalid' order by invoice_id, rule")
	for _, s := range situations {
		if got := strings.Join(found["I-"+s.id], ", "); got != s.want {
			t.Errorf("%s: got %q, want %q", s.id, got, s.want)
		}
	}
	tried := linesOf(t, in, "select rule, count(*) as n from mart.discrepancy group by rule")
	for _, rule := range []string{"price", "quantity", "short_delivery", "late_delivery", "duplicate", "tax", "freight", "terms_discount", "late_fee"} {
		if len(tried[rule]) == 0 {
			t.Errorf("the rule %s was never tried", rule)
		}
	}
}

func TestShortPaymentsAreDeductionCandidates(t *testing.T) {
	in := faulty(t)
	refresh(t, in)
	got := linesOf(t, in, "select invoice_id, payment_id, days, short_amount, suggested_reason, supported_amount, verdict from mart.deduction")
	want := map[string]string{
		"I-refused":  "P-refused 20 23.8 terms 23.8 valid",
		"I-too_late": "P-too_late 19 23.8 terms 0 invalid",
	}
	for id, line := range want {
		if strings.Join(got[id], ", ") != line {
			t.Errorf("%s: got %q, want %q", id, got[id], line)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d candidates: %v", len(got), got)
	}
}
