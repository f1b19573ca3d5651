package main

import (
	"cmp"
	"maps"
	"strconv"
	"strings"
	"testing"
)

// beforeAll is a day before the first document of any case.
const beforeAll = "2000-01-01"

// A record is a row of a case under its short names; tables are all of them, by short name too.
type (
	record = map[string]any
	tables map[string][]record
)

// canonical says which dataset a table of a case is, and which column each of its short names.
var canonical = map[string]struct {
	dataset string
	columns map[string]string
}{
	"customers": {"customers", row{"id": "customer_id", "terms_days": "terms_days", "entity": "entity"}},
	"invoices": {"invoices", row{"id": "invoice_id", "customer": "customer_id", "date": "issued_on", "due_date": "due_on",
		"amount": "amount", "currency": "currency", "rate": "rate", "voided": "voided_on", "entity": "entity"}},
	"instalments": {"instalments", row{"invoice": "invoice_id", "number": "number", "due_date": "due_on", "amount": "amount"}},
	"payments": {"payments", row{"id": "payment_id", "customer": "customer_id", "date": "received_on", "amount": "amount",
		"currency": "currency", "rate": "rate", "reversed": "reversed_on"}},
	"credit_memos": {"credits", row{"id": "credit_id", "customer": "customer_id", "date": "issued_on", "amount": "amount",
		"currency": "currency", "rate": "rate"}},
	"applications": {"applications", row{"id": "application_id", "source": "source_id", "invoice": "invoice_id",
		"date": "applied_on", "amount": "amount"}},
	"write_offs": {"write_offs", row{"id": "write_off_id", "invoice": "invoice_id", "source": "source_id",
		"date": "written_off_on", "amount": "amount", "reason": "reason"}},
	"recoveries": {"recoveries", row{"id": "recovery_id", "date": "recovered_on", "amount": "amount"}},
	"disputes": {"disputes", row{"id": "dispute_id", "invoice": "invoice_id", "customer": "customer_id", "amount": "amount",
		"opened": "opened_at", "first_response": "first_response_at", "resolved": "resolved_at", "outcome": "outcome",
		"upheld": "upheld", "recovered": "recovered"}},
	"promises": {"promises", row{"id": "promise_id", "invoice": "invoice_id", "customer": "customer_id", "made": "made_on",
		"due": "due_on", "amount": "amount", "currency": "currency"}},
	"forecasts": {"forecasts", row{"made": "made_on", "date": "due_on", "forecast": "amount"}},
	"costs":     {"costs", row{"date": "on", "amount": "amount", "fte": "fte"}},
	"rates":     {"rates", row{"from": "from_currency", "to": "to_currency", "date": "on", "rate": "rate"}},
}

// peerLedgers are ledgers whose every figure was worked out by an independent computation.
func peerLedgers(t *testing.T) []peerCase {
	t.Helper()
	var file struct {
		Ledgers []struct {
			ID       string
			AsOf     string `json:"as_of"`
			Options  struct{ Closing, Rates row }
			Tables   tables
			Expected record
		}
	}
	readPeers(t, "ledgers.json", &file)
	var cases []peerCase
	for _, l := range file.Ledgers {
		cases = append(cases, peerCase{"ledger-" + l.ID, l.AsOf, datasets(t, l.Tables, l.Options.Closing, ""), l.Expected, l.Options.Rates})
	}
	return cases
}

// peerVectors are cases of other systems' own tests. What is expected is the house's answer, also where theirs differs.
func peerVectors(t *testing.T) []peerCase {
	t.Helper()
	var file struct {
		Vectors []struct {
			ID           string
			AsOf         string `json:"as_of"`
			Documents    []record
			Customers    []record
			ClosingRates record `json:"closing_rates"`
			Expected     record
		}
	}
	readPeers(t, "vectors.json", &file)
	var cases []peerCase
	for _, v := range file.Vectors {
		if len(v.ClosingRates) > 0 {
			t.Fatalf("%s has closing rates: it cannot share a company with the others", v.ID)
		}
		given := tables{"customers": v.Customers}
		for _, document := range v.Documents {
			given.document(document)
		}
		given.entity(v.ID)
		cases = append(cases, peerCase{v.ID, v.AsOf, datasets(t, given, nil, v.ID+"/"), v.Expected, nil})
	}
	return cases
}

// document files a document under its table, and what it settles under applications. A write-off is what it settles.
func (given tables) document(d record) {
	table := show(d["type"]) + "s"
	applied, _ := d["applies_to"].([]any)
	delete(d, "type")
	delete(d, "applies_to")
	if table != "write_offs" {
		given[table] = append(given[table], d)
	}
	for _, part := range applied {
		a := part.(record)
		of := record{"source": d["id"], "invoice": a["id"], "amount": a["amount"], "date": cmp.Or(a["date"], d["date"])}
		if table == "write_offs" {
			delete(of, "source")
			given[table] = append(given[table], of)
			continue
		}
		given["applications"] = append(given["applications"], of)
	}
}

// entity gives the case a legal entity of its own: invoices name it, and payments take it from their customers.
func (given tables) entity(name string) {
	known := map[any]bool{}
	for _, c := range given["customers"] {
		known[c["id"]] = true
	}
	for _, table := range []string{"invoices", "payments", "credit_memos"} {
		for _, d := range given[table] {
			if id := d["customer"]; id != nil && !known[id] {
				known[id] = true
				given["customers"] = append(given["customers"], record{"id": id})
			}
		}
	}
	for _, table := range []string{"customers", "invoices"} {
		for _, r := range given[table] {
			r["entity"] = name
		}
	}
}

// datasets are the tables of a case in canonical rows, with what their short form leaves to the reader.
func datasets(t *testing.T, given tables, closing map[string]string, prefix string) map[string][]row {
	t.Helper()
	for currency, rate := range closing {
		given["rates"] = append(given["rates"], record{"from": currency, "to": house, "date": beforeAll, "rate": rate})
	}
	documents := map[string]record{}
	for _, table := range []string{"invoices", "payments", "credit_memos"} {
		for _, d := range given[table] {
			documents[show(d["id"])] = d
			d["currency"] = cmp.Or(d["currency"], any(house))
			parts, _ := d["installments"].([]any)
			delete(d, "installments")
			for i, part := range parts {
				p := maps.Clone(part.(record))
				p["invoice"], p["number"] = d["id"], i+1
				given["instalments"] = append(given["instalments"], p)
			}
		}
	}
	rows := map[string][]row{}
	for table, records := range given {
		for i, r := range records {
			complete(table, i, r, documents)
			rows[canonical[table].dataset] = append(rows[canonical[table].dataset], canonicalRow(t, table, r, prefix))
		}
	}
	return rows
}

// complete adds what a record leaves out: a number, the day and the customer of its document, a currency, a day of making.
func complete(table string, i int, r record, documents map[string]record) {
	columns := canonical[table].columns
	defaults := record{"id": table + strconv.Itoa(i), "made": beforeAll, "currency": house}
	if source, ok := documents[show(r["source"])]; ok {
		defaults["date"] = source["date"]
	}
	if invoice, ok := documents[show(r["invoice"])]; ok {
		defaults["customer"] = invoice["customer"]
	}
	for short, value := range defaults {
		if _, has := r[short]; columns[short] != "" && !has {
			r[short] = value
		}
	}
}

func canonicalRow(t *testing.T, table string, r record, prefix string) row {
	t.Helper()
	named := row{}
	for short, value := range r {
		column := canonical[table].columns[short]
		if column == "" {
			t.Fatalf("%s have a %s that no column takes", table, short)
		}
		text := ""
		if value != nil {
			text = show(value)
		}
		switch {
		case strings.HasSuffix(column, "_at"):
			text = canonicalMoment(text)
		case strings.HasSuffix(column, "_id") && text != "":
			text = prefix + text
		}
		named[column] = text
	}
	return named
}

// canonicalMoment writes 2025-03-01T09:00 as canonical files do.
func canonicalMoment(text string) string {
	if day, clock, both := strings.Cut(text, "T"); both {
		return day + " " + clock + ":00"
	}
	return text
}
