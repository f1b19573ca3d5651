package disputes

import (
	"reflect"
	"strconv"
	"time"

	"github.com/shopspring/decimal"

	"arrears/config"
	"arrears/ledger"
)

// SourceName is the source under which cases land.
const SourceName = config.DisputesSource

// A row is what the canonical dataset knows of a case: each of its lines is a row there, and a step that changes one is a new
// version of it. Moments that are the event's own are taken from the event.
type row struct {
	Customer string    `json:"customer"`
	Opened   time.Time `json:"opened"`
	Reason   string    `json:"reason"`
	Status   string    `json:"status"`
	Owner    string    `json:"owner,omitempty"`
	First    time.Time `json:"first,omitzero"`
	Resolved time.Time `json:"resolved,omitzero"`
	Due      time.Time `json:"due,omitzero"` // end of the state's service level
	Outcome  string    `json:"outcome,omitempty"`
	Lines    []part    `json:"lines"`
	Gone     []part    `json:"gone,omitempty"` // lines that were there before an amendment

	OpenedNow   bool `json:"opened_now,omitempty"`
	FirstNow    bool `json:"first_now,omitempty"`
	ResolvedNow bool `json:"resolved_now,omitempty"`
}

type part struct {
	Number   int             `json:"number"`
	Invoice  string          `json:"invoice"`
	Amount   decimal.Decimal `json:"amount"`
	Upheld   decimal.Decimal `json:"upheld"` // found not owed to the customer
	Credited decimal.Decimal `json:"credited"`
}

// rowOf is what a step changes of a case's rows; nil when it changes nothing.
func rowOf(before, after Case, now time.Time) *row {
	r, old := after.row(), before.row()
	if reflect.DeepEqual(r, old) || len(r.Lines) == 0 && len(old.Lines) == 0 {
		return nil
	}
	for _, p := range old.Lines {
		if p.Number > len(r.Lines) {
			r.Gone = append(r.Gone, p)
		}
	}
	r.OpenedNow = before.ID == ""
	r.FirstNow = before.FirstResponseAt.IsZero() && !after.FirstResponseAt.IsZero()
	r.ResolvedNow = before.ResolvedAt.IsZero() && !after.ResolvedAt.IsZero()
	return &r
}

func (c Case) row() row {
	r := row{Customer: c.Customer, Opened: c.OpenedAt, Reason: c.Reason, Status: c.State, Owner: c.Owner, First: c.FirstResponseAt,
		Resolved: c.ResolvedAt, Outcome: c.Outcome, Due: c.Due}
	got, credited := c.awarded(), c.credited()
	for i, l := range c.Lines {
		p := part{Number: i + 1, Invoice: l.Invoice, Amount: l.Amount}
		p.Credited = decimal.Min(l.Amount, credited[l.Invoice])
		credited[l.Invoice] = credited[l.Invoice].Sub(p.Credited)
		granted := decimal.Min(l.Amount, got[l.Invoice])
		got[l.Invoice] = got[l.Invoice].Sub(granted)
		p.Upheld = l.Amount.Sub(granted)
		r.Lines = append(r.Lines, p)
	}
	return r
}

// credited is what was credited of each invoice, as the books have confirmed it.
func (c Case) credited() map[string]decimal.Decimal {
	sums := map[string]decimal.Decimal{}
	for _, o := range c.Orders {
		for _, a := range o.Lines {
			if o.State == InstructionConfirmed && a.Kind == Credit {
				sums[a.Invoice] = sums[a.Invoice].Add(a.Amount)
			}
		}
	}
	return sums
}

// directions are those of the steps that are a contact with the customer.
var directions = map[string]string{Said: "out", Heard: "in", StatementSent: "out"}

var header = []string{"kind", "at", "customer_id", "by", "dispute_id", "invoice_id", "opened_at", "amount", "reason", "status", "owner",
	"first_response_at", "resolved_at", "outcome", "upheld", "credited", "channel", "direction", "text", "due_at"}

// Form is how events become records of an extract: those that change a case's rows, and those that are a contact with the customer.
// Datasets have no zone: moments are those of the company's clocks.
func Form(zone *time.Location) ledger.Form {
	return ledger.Form{Name: SourceName, Header: header, Records: func(e ledger.Event) ([][]string, error) {
		if e.Subject.Kind != Kind {
			return nil, nil
		}
		var ch change
		if err := e.Into(&ch); err != nil {
			return nil, err
		}
		at := func(t time.Time) string {
			if t.IsZero() {
				return ""
			}
			return t.In(zone).Format(time.DateTime)
		}
		var records [][]string
		if ch.Row != nil {
			records = ch.Row.records(e, at)
		}
		if direction, contact := directions[e.Type]; contact && ch.Customer != Unknown {
			records = append(records, []string{"contact", at(e.At), ch.Customer, e.Actor.Name(), e.Subject.ID, "", "", "", "", "", "", "", "", e.Type, "",
				"", orElse(ch.Channel, Mail), direction, ch.Text, ""})
		}
		return records, nil
	}}
}

func (r row) records(e ledger.Event, at func(time.Time) string) [][]string {
	opened, first, resolved := r.Opened, r.First, r.Resolved
	if r.OpenedNow {
		opened = e.At
	}
	if r.FirstNow {
		first = e.At
	}
	if r.ResolvedNow {
		resolved = e.At
	}
	var records [][]string
	add := func(p part, status, outcome string, resolved time.Time) {
		upheld, credited := "", ""
		if outcome != "" && outcome != OutcomeWithdrawn {
			outcome, upheld, credited = outcomeOf(p.Amount, p.Amount.Sub(p.Upheld)), p.Upheld.String(), p.Credited.String()
		}
		records = append(records, []string{"dispute", at(e.At), r.Customer, e.Actor.Name(), e.Subject.ID + "/" + strconv.Itoa(p.Number), p.Invoice,
			at(opened), p.Amount.String(), r.Reason, status, r.Owner, at(first), at(resolved), outcome, upheld, credited, "", "", "", ""})
	}
	records = append(records, []string{"stage", at(e.At), r.Customer, e.Actor.Name(), e.Subject.ID, "", "", "", "", r.Status, r.Owner,
		"", "", "", "", "", "", "", "", at(r.Due)})
	for _, p := range r.Lines {
		add(p, r.Status, r.Outcome, resolved)
	}
	for _, p := range r.Gone { // a line that was claimed by mistake
		add(p, r.Status, OutcomeWithdrawn, e.At)
	}
	return records
}

// Source is what becomes of disputes as one more source of a refresh: its extracts, and how their records become rows.
func Source(state string) config.Source {
	from := func(columns ...string) map[string]config.Column {
		m := map[string]config.Column{}
		for i := 0; i < len(columns); i += 2 {
			m[columns[i]] = config.Column{From: columns[i+1]}
		}
		return m
	}
	same := []string{"dispute_id", "invoice_id", "customer_id", "opened_at", "amount", "reason", "status", "owner", "first_response_at",
		"resolved_at", "outcome", "upheld", "credited"}
	var columns []string
	for _, name := range same {
		columns = append(columns, name, name)
	}
	return config.Source{
		Name: SourceName, Files: []string{ledger.ExtractFiles(state, SourceName)}, Format: "csv",
		CSV: config.Dialect{
			Delimiter: ",", Quote: `"`, Encoding: "utf-8", Header: 1, Decimal: ".", Date: "YYYY-MM-DD", Timestamp: "YYYY-MM-DD HH:MM:SS",
			Negative: "minus",
		},
		Maps: []config.Map{
			{Dataset: "disputes", Where: `kind == "dispute"`, Columns: from(columns...)},
			{Dataset: "dispute_stages", Where: `kind == "stage"`, Columns: from("dispute_id", "dispute_id", "stage", "status", "entered_at", "at",
				"due_at", "due_at", "owner", "owner")},
			{Dataset: "activities", Where: `kind == "contact"`, Columns: from("activity_id", "event", "customer_id", "customer_id", "at", "at",
				"channel", "channel", "direction", "direction", "by", "by", "outcome", "outcome", "note", "text")},
		},
	}
}
