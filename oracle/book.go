package oracle

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/shopspring/decimal"
)

// A kind says what reduced an invoice. The text of roll rates (3.3) has cash, credit and write-off; a discount granted and an
// invoice voided are none of them and keep their own names.
type kind string

const (
	cash     kind = "cash"
	credit   kind = "credit"
	discount kind = "discount"
	writeOff kind = "write_off"
	void     kind = "void"
)

// A book finds what belongs to a document, whatever its date.
type book struct {
	Ledger
	customers map[string]Customer
	invoices  map[string]Invoice
	sources   map[string]Source
	cash      map[string]bool          // ids of payments; the other sources are credits
	apply     map[string][]Application // by invoice
	applied   map[string][]Application // by source
	writeOffs map[string][]WriteOff    // by invoice or source
	positions map[Day]*position
	sold      map[sold]decimal.Decimal
}

func open(l Ledger) *book {
	b := &book{
		Ledger: l, customers: map[string]Customer{}, invoices: map[string]Invoice{}, sources: map[string]Source{},
		cash: map[string]bool{}, apply: map[string][]Application{}, applied: map[string][]Application{},
		writeOffs: map[string][]WriteOff{}, positions: map[Day]*position{}, sold: map[sold]decimal.Decimal{},
	}
	for _, c := range l.Customers {
		b.customers[c.ID] = c
	}
	for _, v := range l.Invoices {
		b.invoices[v.ID] = v
	}
	for _, p := range l.Payments {
		b.sources[p.ID], b.cash[p.ID] = p, true
	}
	for _, c := range l.Credits {
		b.sources[c.ID] = c
	}
	for _, a := range l.Apply {
		b.apply[a.Invoice] = append(b.apply[a.Invoice], a)
		b.applied[a.Source] = append(b.applied[a.Source], a)
	}
	for _, w := range l.WriteOffs {
		b.writeOffs[w.Invoice+w.Source] = append(b.writeOffs[w.Invoice+w.Source], w)
	}
	return b
}

// standing says whether an invoice counts on a day: issued and not voided.
func (v Invoice) standing(on Day) bool { return v.Issued <= on && (v.Voided == Never || v.Voided > on) }

// standing says whether a source counts on a day: a reversed payment is ignored from its reversal on (0, Reversed payment).
func (s Source) standing(on Day) bool { return s.On <= on && (s.Reversed == Never || s.Reversed > on) }

// parts are the instalments of an invoice, or itself as its only one. A missing due date is the customer's terms after
// the invoice date, or else the invoice date (0, Missing due date).
func (b *book) parts(v Invoice) []Instalment {
	if len(v.Instalments) > 0 {
		return slices.SortedFunc(slices.Values(v.Instalments), func(a, b Instalment) int {
			return cmp.Or(cmp.Compare(a.Due, b.Due), cmp.Compare(a.Number, b.Number))
		})
	}
	due := v.Due
	if due == Never {
		due = v.Issued
		if terms := b.customers[v.Customer].Terms; terms != nil {
			due += Day(*terms)
		}
	}
	return []Instalment{{1, due, v.Amount}}
}

// rate is the newest rate of a currency on or before a day.
func (b *book) rate(currency string, on Day) (decimal.Decimal, bool) {
	if currency == b.Currency {
		return decimal.New(1, 0), true
	}
	var newest Rate
	for _, r := range b.Rates {
		if r.From == currency && r.On <= on && r.On > newest.On {
			newest = r
		}
	}
	return newest.Rate, newest.On != Never
}

// flow is the rate of a document's own day, its own or that of the rates (0, FX: flows at document rate).
func (b *book) flow(own decimal.Decimal, currency string, on Day) decimal.Decimal {
	if !own.IsZero() {
		return own
	}
	rate, known := b.rate(currency, on)
	if !known {
		panic(fmt.Sprintf("no rate of %s on %s", currency, on))
	}
	return rate
}

// stock is the closing rate of a day, or before the first of them the document's own (0, FX: stock at closing rate).
func (b *book) stock(own decimal.Decimal, currency string, dated, on Day) decimal.Decimal {
	if rate, known := b.rate(currency, on); known {
		return rate
	}
	return b.flow(own, currency, dated)
}

func (b *book) invoiceFlow(v Invoice) decimal.Decimal { return b.flow(v.Rate, v.Currency, v.Issued) }
func (b *book) sourceFlow(s Source) decimal.Decimal   { return b.flow(s.Rate, s.Currency, s.On) }
