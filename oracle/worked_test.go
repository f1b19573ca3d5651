package oracle

import (
	"cmp"
	"fmt"
	"testing"
)

// ledger is the worked ledger in our own types. An application without a date is as old as its source, and the reporting
// currency is one that no document has.
func (w workedLedger) ledger(t *testing.T) Ledger {
	t.Helper()
	const own = "USD"
	l := Ledger{Currency: own}
	for _, c := range w.Tables.Customers {
		l.Customers = append(l.Customers, Customer{ID: c.ID, Terms: c.Terms})
	}
	for _, v := range w.Tables.Invoices {
		invoice := Invoice{
			ID: v.ID, Customer: v.Customer, Currency: cmp.Or(v.Currency, own), Issued: day(t, v.Date), Due: day(t, v.Due),
			Voided: day(t, v.Voided), Amount: v.Amount, Rate: v.Rate,
		}
		for i, part := range v.Installments {
			invoice.Instalments = append(invoice.Instalments, Instalment{i + 1, day(t, part.Due), part.Amount})
		}
		l.Invoices = append(l.Invoices, invoice)
	}
	source := func(s workedSource) Source {
		return Source{
			ID: s.ID, Customer: s.Customer, Currency: cmp.Or(s.Currency, own), On: day(t, s.Date), Reversed: day(t, s.Reversed),
			Amount: s.Amount, Rate: s.Rate,
		}
	}
	dated := map[string]Day{}
	for _, p := range w.Tables.Payments {
		l.Payments = append(l.Payments, source(p))
		dated[p.ID] = day(t, p.Date)
	}
	for _, c := range w.Tables.Credits {
		l.Credits = append(l.Credits, source(c))
		dated[c.ID] = day(t, c.Date)
	}
	for i, a := range w.Tables.Applications {
		l.Apply = append(l.Apply, Application{
			ID: fmt.Sprint("A", i), Source: a.Source, Invoice: a.Invoice, On: max(day(t, a.Date), dated[a.Source]), Amount: a.Amount,
		})
	}
	for i, o := range w.Tables.WriteOffs {
		l.WriteOffs = append(l.WriteOffs, WriteOff{
			ID: fmt.Sprint("W", i), Invoice: o.Invoice, Source: o.Source, Reason: o.Reason, On: day(t, o.Date), Amount: o.Amount,
		})
	}
	for currency, rate := range w.Options.Closing {
		l.Rates = append(l.Rates, Rate{currency, Date(2000, 1, 1), rate})
	}
	w.told(t, &l)
	return l
}

// told adds what is no document: recoveries, disputes, promises, forecasts and costs.
func (w workedLedger) told(t *testing.T, l *Ledger) {
	t.Helper()
	for _, r := range w.Tables.Recoveries {
		l.Recoveries = append(l.Recoveries, Recovery{On: day(t, r.Date), Amount: r.Amount})
	}
	customers := map[string]string{}
	for _, v := range l.Invoices {
		customers[v.ID] = v.Customer
	}
	for _, d := range w.Tables.Disputes {
		l.Disputes = append(l.Disputes, Dispute{
			ID: d.ID, Invoice: d.Invoice, Customer: customers[d.Invoice], Opened: moment(t, d.Opened),
			Responded: moment(t, d.Response), Resolved: moment(t, d.Resolved), Outcome: d.Outcome, Amount: d.Amount,
			Recovered: d.Recovered, Upheld: d.Upheld,
		})
	}
	for i, p := range w.Tables.Promises {
		l.Promises = append(l.Promises, Promise{
			ID: fmt.Sprint("M", i), Customer: cmp.Or(p.Customer, customers[p.Invoice]), Invoice: p.Invoice, Currency: l.Currency,
			Made: day(t, p.Made), Due: day(t, p.Due), Amount: p.Amount,
		})
	}
	for _, f := range w.Tables.Forecasts {
		l.Forecasts = append(l.Forecasts, Forecast{Made: day(t, f.Date) - 30, Due: day(t, f.Date), Amount: f.Forecast})
	}
	for _, c := range w.Tables.Costs {
		l.Costs = append(l.Costs, Cost{On: day(t, c.Date), Amount: c.Amount, FTE: c.FTE})
	}
}
