package transform

import (
	"testing"
	"time"
)

// closed is a company whose sub-ledger is 460 on 31 January: an invoice of 1,000, receipts of 500 and 40, 90 of them unapplied. Its
// general ledger says something of its own.
func closed(gl string) map[string]rows {
	return map[string]rows{
		"customers": {{"customer_id": "A", "terms_days": "30"}},
		"invoices": {
			{"invoice_id": "I1", "customer_id": "A", "issued_on": "2025-01-10", "amount": "1000", "currency": "EUR"},
			{"invoice_id": "I2", "customer_id": "A", "issued_on": "2025-02-03", "amount": "70", "currency": "EUR"},
		},
		"payments": {
			{"payment_id": "P1", "customer_id": "A", "received_on": "2025-01-20", "amount": "500", "currency": "EUR"},
			{"payment_id": "P2", "customer_id": "A", "received_on": "2025-01-31", "amount": "40", "currency": "EUR"},
			{"payment_id": "P3", "customer_id": "A", "received_on": "2025-02-01", "amount": "15", "currency": "EUR"},
		},
		"applications": {
			{"application_id": "1", "source_id": "P1", "invoice_id": "I1", "applied_on": "2025-01-20", "amount": "450"},
		},
		"gl_balances": {{"entity": "E", "account": "1200", "on": "2025-01-31", "amount": gl, "currency": "EUR"}},
	}
}

func TestControlAccountIsComparedWithTheSubLedgerOfItsDay(t *testing.T) {
	in := input(t, "2025-02-28", closed("460"))
	if faults := refresh(t, in).Faults(Warn); len(faults) > 0 {
		t.Errorf("faults %s", pretty(faults))
	}
	v := openView(t, Reading{State: in.State})
	figured(t, v, "select account || ' ' || cast(balance_on as varchar), subledger_amount from mart.control_account", map[string]string{"1200 2025-01-31": "460"})
	figured(t, v, "select 'unapplied', unapplied_amount from mart.control_account", map[string]string{"unapplied": "90"})
	figured(t, v, "select document_id, amount from mart.control_difference", nil)
}

func TestDifferenceOfTheControlAccountIsListedItemByItem(t *testing.T) {
	for gl, want := range map[string]map[string]string{
		"500":    {"missing received P2": "-40", "near received P3": "-15", "open_item unapplied P2": "-40"}, // P2 is not in the ledger
		"530":    {"early billed I2": "70", "near received P2": "-40", "near received P3": "-15"},            // I2 is in it already
		"420":    {"twice received P2": "-40", "near received P3": "-15", "open_item unapplied P2": "-40"},   // P2 is in it twice
		"540":    {"wrong_sign received P2": "-40", "near received P3": "-15", "near billed I2": "70"},       // P2 is in it as a charge
		"460.01": {},                                                                                         // a cent: nothing that is known explains it
	} {
		in := input(t, "2025-02-28", closed(gl))
		run := refresh(t, in)
		if faults := run.Faults(Warn); len(faults) != 1 || faults[0].Check != "control_account_ties" {
			t.Errorf("balance %s: faults %s", gl, pretty(faults))
		}
		v := openView(t, Reading{State: in.State})
		figured(t, v, "select reason || ' ' || kind || ' ' || document_id, amount from mart.control_difference", want)
	}
}

// What arrived on a later day than the balance was not known when it was drawn.
func TestDocumentsThatLandedAfterTheCloseAreListed(t *testing.T) {
	in := input(t, "2025-02-28", closed("460"))
	late := land(t, in.State, "b2", map[string]rows{"invoices": {
		{"invoice_id": "I9", "customer_id": "A", "issued_on": "2025-01-15", "amount": "300", "currency": "EUR"},
		{"invoice_id": "I8", "customer_id": "A", "issued_on": "2025-01-16", "amount": "25", "currency": "EUR"},
	}})
	late.LandedAt = in.Batches[0].LandedAt.Add(48 * time.Hour)
	in.Batches = append(in.Batches, late)
	refresh(t, in)
	v := openView(t, Reading{State: in.State})
	figured(t, v, "select balance_on, difference from mart.control_account", map[string]string{"2025-01-31 00:00:00 +0000 UTC": "-325"})
	figured(t, v, "select document_id, amount from mart.control_difference where reason = 'landed_later'", map[string]string{"I9": "300", "I8": "25"})
}

func TestOpenItemsWithoutAnAccountStandAgainstNothing(t *testing.T) {
	data := closed("460")
	data["invoices"] = append(data["invoices"], map[string]string{"invoice_id": "I3", "customer_id": "A", "issued_on": "2025-01-12", "amount": "8", "currency": "USD", "rate": "0.9"})
	in := input(t, "2025-02-28", data)
	in.Currency = "EUR"
	refresh(t, in)
	figured(t, openView(t, Reading{State: in.State}), "select account || ' ' || currency, difference from mart.control_account", map[string]string{"1200 EUR": "0", "* USD": "-8"})
}
