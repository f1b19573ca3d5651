package main

import (
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"arrears/config"
)

// A letter asks for what is past due and for nothing else: the oldest first, and of an invoice that is due in parts the parts that are late.
func TestLetterAsksForWhatCanBeAskedFor(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"customers": "customer_id,name\nC1,Alder Tools\nC2,Beech Foods\n",
		"invoices": "invoice_id,customer_id,issued_on,due_on,amount,currency\n" +
			"OLD,C1,2025-01-02,2025-02-01,100.00,EUR\nNEW,C1,2025-02-02,2025-03-04,70.50,USD\nPART,C1,2025-02-02,,90.00,EUR\n" +
			"DUE_TODAY,C1,2025-03-01,2025-03-31,10.00,EUR\nDISPUTED,C1,2025-01-02,2025-02-01,100.00,EUR\nPROMISED,C1,2025-01-02,2025-02-01,100.00,EUR\n" +
			"PLANNED,C1,2025-01-02,2025-02-01,100.00,EUR\nSNOOZED,C1,2025-01-02,2025-02-01,100.00,EUR\nLEGAL,C1,2025-01-02,2025-02-01,100.00,EUR\n" +
			"PAID,C1,2025-01-02,2025-02-01,100.00,EUR\nOTHERS,C2,2025-01-02,2025-02-01,100.00,EUR\n",
		"instalments":   "invoice_id,number,due_on,amount\nPART,1,2025-03-10,30.00\nPART,2,2025-04-10,60.00\n",
		"payments":      "payment_id,customer_id,received_on,amount,currency\nP1,C1,2025-02-10,120.00,EUR\n",
		"applications":  "application_id,source_id,invoice_id,applied_on,amount\nA1,P1,PAID,2025-02-10,100.00\nA2,P1,OLD,2025-02-10,20.00\n",
		"disputes":      "dispute_id,invoice_id,customer_id,opened_at,amount\nD1,DISPUTED,C1,2025-03-02 09:00:00,5.00\n",
		"promises":      "promise_id,customer_id,invoice_id,made_on,due_on,amount,currency\nT1,C1,PROMISED,2025-03-20,2025-04-10,60.00,EUR\n",
		"plans":         "plan_id,customer_id,made_at,due_on,amount,currency\nL1,C1,2025-03-20 09:00:00,2025-04-20,60.00,EUR\n",
		"plan_invoices": "plan_id,invoice_id\nL1,PLANNED\n",
		"actions": "action_id,customer_id,at,kind,until,invoice_id\nX1,C1,2025-03-20 09:00:00,snooze,2025-04-20,SNOOZED\n" +
			"X2,C1,2025-03-20 09:00:00,legal,2025-04-20,LEGAL\n",
		"rates": "from_currency,to_currency,on,rate\nUSD,EUR,2025-01-31,0.9\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name+".csv"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cfg, err := config.Folder(dir, "EUR")
	if err != nil {
		t.Fatal(err)
	}
	cfg.AsOf = "2025-03-31"
	d := &desk{cfg: cfg, log: slog.New(slog.DiscardHandler), canned: true}
	if err := d.prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	b := &bookkeeper{desk: d}
	t.Cleanup(func() { b.close(t.Context()) })
	items, err := b.askedFor(t.Context(), "C1")
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, i := range items {
		said = append(said, i.Invoice+" "+i.Due.Format("2006-01-02")+" "+i.Open.StringFixed(2)+" "+i.Currency)
	}
	if want := []string{"OLD 2025-02-01 80.00 EUR", "NEW 2025-03-04 70.50 USD", "PART 2025-03-10 30.00 EUR"}; !slices.Equal(said, want) {
		t.Errorf("the letter asks for %q, want %q", said, want)
	}
	for customer, want := range map[string]int{"C2": 1, "C3": 0} {
		if items, err := b.askedFor(t.Context(), customer); err != nil || len(items) != want {
			t.Errorf("%s: %v %v", customer, items, err)
		}
	}
}
