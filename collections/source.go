package collections

import (
	"time"

	"arrears/config"
	"arrears/ledger"
)

// SourceName is the source under which what people did lands.
const SourceName = config.LedgerSource

var header = []string{"kind", "at", "day", "customer_id", "by", "invoice_id", "channel", "direction", "outcome", "due_on", "amount",
	"currency", "until", "reason", "text"}

// Form is how entries become records of an extract. Datasets have no zone: moments are those of the company's clocks.
func Form(zone *time.Location) ledger.Form {
	return ledger.Form{Name: SourceName, Header: header, Records: func(e ledger.Event) ([][]string, error) {
		d, ours, err := doneOf(e)
		switch {
		case err != nil || !ours:
			return nil, err
		case d.Kind == AgreedPlan:
			return d.planRecords(zone), nil
		case d.Kind == Assign: // in a column of its own it would be missing in the extracts of before
			d.Text = d.Collector
		case d.Kind == EndedPlan: // for the same reason
			d.Text = d.Plan
		}
		return [][]string{d.record(zone)}, nil
	}}
}

func (d Done) record(zone *time.Location) []string {
	at := d.At.In(zone)
	return []string{d.Kind, at.Format(time.DateTime), at.Format(time.DateOnly), d.Customer, d.By.Name(), d.Invoice, d.Channel,
		d.Direction, d.Outcome, d.DueOn, d.Amount, d.Currency, d.Until, d.Reason, d.Text}
}

// Of a plan there is a record for each instalment and invoice, and one for the contact in which it was agreed.
const (
	instalmentRecord = "plan instalment"
	invoiceRecord    = "plan invoice"
)

func (d Done) planRecords(zone *time.Location) [][]string {
	var all [][]string
	for _, one := range d.Instalments {
		part := Done{Kind: instalmentRecord, Customer: d.Customer, At: d.At, By: d.By, Entry: Entry{DueOn: one.DueOn, Amount: one.Amount, Currency: d.Currency}}
		all = append(all, part.record(zone))
	}
	for _, id := range d.Invoices {
		all = append(all, Done{Kind: invoiceRecord, Customer: d.Customer, At: d.At, By: d.By, Entry: Entry{Invoice: id}}.record(zone))
	}
	if d.Channel != "" {
		all = append(all, d.record(zone))
	}
	return all
}

// Source is the ledger as one more source of a refresh: its extracts, and how their records become rows. A promise that was given
// in a call is a contact too.
func Source(state string) config.Source {
	from := func(columns ...string) map[string]config.Column {
		m := map[string]config.Column{}
		for i := 0; i < len(columns); i += 2 {
			m[columns[i]] = config.Column{From: columns[i+1]}
		}
		return m
	}
	return config.Source{
		Name: SourceName, Files: []string{ledger.ExtractFiles(state, SourceName)}, Format: "csv",
		CSV: config.Dialect{
			Delimiter: ",", Quote: `"`, Encoding: "utf-8", Header: 1, Decimal: ".", Date: "YYYY-MM-DD", Timestamp: "YYYY-MM-DD HH:MM:SS",
			Negative: "minus",
		},
		Maps: []config.Map{
			{Dataset: "activities", Where: `channel != ""`, Columns: from("activity_id", "event", "customer_id", "customer_id", "at", "at",
				"channel", "channel", "direction", "direction", "by", "by", "outcome", "outcome", "note", "text")},
			{Dataset: "promises", Where: `kind == "promise"`, Columns: from("promise_id", "event", "customer_id", "customer_id",
				"invoice_id", "invoice_id", "made_on", "day", "due_on", "due_on", "amount", "amount", "currency", "currency")},
			{Dataset: "plans", Where: `kind == "plan instalment"`, Columns: from("plan_id", "event", "customer_id", "customer_id", "made_at", "at",
				"by", "by", "due_on", "due_on", "amount", "amount", "currency", "currency")},
			{Dataset: "plan_invoices", Where: `kind == "plan invoice"`, Columns: from("plan_id", "event", "invoice_id", "invoice_id")},
			{Dataset: "actions", Where: `kind in ["snooze", "unsnooze", "pin", "unpin", "hold", "unhold", "skip", "unplan", "legal", "unlegal"]`, Columns: from("action_id", "event",
				"customer_id", "customer_id", "at", "at", "by", "by", "kind", "kind", "until", "until", "reason", "reason", "invoice_id", "invoice_id", "plan_id", "text")},
			{Dataset: "assignments", Where: `kind in ["assign", "unassign"]`, Columns: from("assignment_id", "event", "customer_id", "customer_id",
				"at", "at", "by", "by", "collector", "text", "reason", "reason")},
		},
	}
}

// Landed is the last event that files of the source hold: what comes after it is pending.
func Landed(files ...string) int64 { return ledger.Extracted(files...) }
