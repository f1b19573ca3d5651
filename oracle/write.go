package oracle

import (
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/shopspring/decimal"
)

// A Table is the records of a canonical dataset, its header first.
type Table [][]string

// Write puts ledgers into a folder as the canonical files of one company, each of them an entity of its own.
func Write(dir string, ledgers []Ledger) error {
	for name, table := range Merge(ledgers...).Tables() {
		if err := table.Write(filepath.Join(dir, name+".csv")); err != nil {
			return fmt.Errorf("write the ledgers: %w", err)
		}
	}
	return nil
}

// Write puts the table into a CSV file.
func (t Table) Write(path string) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(csv.NewWriter(file).WriteAll(t), file.Close())
}

// Tables are the canonical datasets of the ledger by name, without those that are empty.
func (l Ledger) Tables() map[string]Table {
	tables := l.documents()
	for name, table := range l.settlements() {
		tables[name] = table
	}
	for name, table := range l.told() {
		tables[name] = table
	}
	for name, table := range tables {
		if len(table) == 1 {
			delete(tables, name)
		}
	}
	return tables
}

func (l Ledger) documents() map[string]Table {
	customers := Table{{"customer_id", "parent_id", "entity", "terms_days"}}
	for _, c := range l.Customers {
		terms := ""
		if c.Terms != nil {
			terms = strconv.Itoa(*c.Terms)
		}
		customers = append(customers, []string{c.ID, c.Parent, c.Entity, terms})
	}
	invoices := Table{{"invoice_id", "customer_id", "entity", "issued_on", "due_on", "amount", "currency", "voided_on", "rate"}}
	instalments := Table{{"invoice_id", "number", "due_on", "amount"}}
	for _, v := range l.Invoices {
		invoices = append(invoices, []string{
			v.ID, v.Customer, v.Entity, v.Issued.String(), v.Due.String(), v.Amount.String(), v.Currency, v.Voided.String(),
			maybe(v.Rate),
		})
		for _, i := range v.Instalments {
			instalments = append(instalments, []string{v.ID, strconv.Itoa(i.Number), i.Due.String(), i.Amount.String()})
		}
	}
	rates := Table{{"from_currency", "to_currency", "on", "rate"}}
	for _, r := range l.Rates {
		rates = append(rates, []string{r.From, l.Currency, r.On.String(), r.Rate.String()})
	}
	return map[string]Table{"customers": customers, "invoices": invoices, "instalments": instalments, "rates": rates}
}

func (l Ledger) settlements() map[string]Table {
	payments := Table{{"payment_id", "customer_id", "received_on", "amount", "currency", "reversed_on", "rate"}}
	for _, p := range l.Payments {
		payments = append(payments, []string{
			p.ID, p.Customer, p.On.String(), p.Amount.String(), p.Currency, p.Reversed.String(), maybe(p.Rate),
		})
	}
	credits := Table{{"credit_id", "customer_id", "issued_on", "amount", "currency", "rate"}}
	for _, c := range l.Credits {
		credits = append(credits, []string{c.ID, c.Customer, c.On.String(), c.Amount.String(), c.Currency, maybe(c.Rate)})
	}
	applications := Table{{"application_id", "source_id", "invoice_id", "applied_on", "amount", "discount"}}
	for _, a := range l.Apply {
		applications = append(applications, []string{
			a.ID, a.Source, a.Invoice, a.On.String(), a.Amount.String(), maybe(a.Discount),
		})
	}
	writeOffs := Table{{"write_off_id", "invoice_id", "source_id", "written_off_on", "amount", "reason"}}
	for _, w := range l.WriteOffs {
		writeOffs = append(writeOffs, []string{w.ID, w.Invoice, w.Source, w.On.String(), w.Amount.String(), w.Reason})
	}
	recoveries := Table{{"recovery_id", "recovered_on", "amount"}}
	for _, r := range l.Recoveries {
		recoveries = append(recoveries, []string{r.ID, r.On.String(), r.Amount.String()})
	}
	return map[string]Table{
		"payments": payments, "credits": credits, "applications": applications, "write_offs": writeOffs, "recoveries": recoveries,
	}
}

func (l Ledger) told() map[string]Table {
	disputes := Table{{
		"dispute_id", "invoice_id", "customer_id", "opened_at", "amount", "first_response_at", "resolved_at", "outcome",
		"upheld", "recovered",
	}}
	for _, d := range l.Disputes {
		upheld := ""
		if d.Upheld.Valid {
			upheld = d.Upheld.Decimal.String()
		}
		disputes = append(disputes, []string{
			d.ID, d.Invoice, d.Customer, stamp(d.Opened), d.Amount.String(), stamp(d.Responded), stamp(d.Resolved), d.Outcome,
			upheld, maybe(d.Recovered),
		})
	}
	promises := Table{{"promise_id", "customer_id", "invoice_id", "made_on", "due_on", "amount", "currency"}}
	for _, p := range l.Promises {
		promises = append(promises, []string{
			p.ID, p.Customer, p.Invoice, p.Made.String(), p.Due.String(), p.Amount.String(), p.Currency,
		})
	}
	forecasts := Table{{"made_on", "due_on", "amount"}}
	for _, f := range l.Forecasts {
		forecasts = append(forecasts, []string{f.Made.String(), f.Due.String(), f.Amount.String()})
	}
	costs := Table{{"on", "amount", "fte"}}
	for _, c := range l.Costs {
		costs = append(costs, []string{c.On.String(), c.Amount.String(), maybe(c.FTE)})
	}
	return map[string]Table{"disputes": disputes, "promises": promises, "forecasts": forecasts, "costs": costs}
}

// maybe is an amount, or nothing for zero.
func maybe(d decimal.Decimal) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

func stamp(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.Format("2006-01-02 15:04:05")
}
