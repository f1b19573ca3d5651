package oracle

import (
	"slices"
	"time"

	"github.com/shopspring/decimal"
)

// Leap is a shift by four years. Between 1901 and 2099 every run of 1461 days holds one 29 February, so that months keep
// their lengths and ends of months fall on ends of months.
const Leap Day = 1461

// clone is the ledger under another name, without what belongs to no entity.
func (l Ledger) clone(suffix string) Ledger {
	l.Entity += suffix
	l.Customers, l.Invoices = slices.Clone(l.Customers), slices.Clone(l.Invoices)
	l.Payments, l.Credits = slices.Clone(l.Payments), slices.Clone(l.Credits)
	l.Apply, l.WriteOffs = slices.Clone(l.Apply), slices.Clone(l.WriteOffs)
	l.Disputes, l.Promises, l.Rates = slices.Clone(l.Disputes), slices.Clone(l.Promises), slices.Clone(l.Rates)
	l.Recoveries, l.Forecasts, l.Costs = nil, nil, nil
	for i := range l.Invoices {
		l.Invoices[i].Instalments = slices.Clone(l.Invoices[i].Instalments)
	}
	return l
}

// Until is the ledger as it was at the end of a day, under another name: nothing that happened later is in it.
func (l Ledger) Until(on Day, suffix string) Ledger {
	l = l.clone(suffix)
	kept := map[string]bool{"": true}
	forget := func(d *Day) {
		if *d > on {
			*d = Never
		}
	}
	l.Invoices = slices.DeleteFunc(l.Invoices, func(v Invoice) bool { return v.Issued > on })
	for i := range l.Invoices {
		kept[l.Invoices[i].ID] = true
		forget(&l.Invoices[i].Voided)
	}
	for _, sources := range []*[]Source{&l.Payments, &l.Credits} {
		*sources = slices.DeleteFunc(*sources, func(s Source) bool { return s.On > on })
		for i := range *sources {
			kept[(*sources)[i].ID] = true
			forget(&(*sources)[i].Reversed)
		}
	}
	l.Apply = slices.DeleteFunc(l.Apply, func(a Application) bool { return a.On > on || !kept[a.Source] || !kept[a.Invoice] })
	l.WriteOffs = slices.DeleteFunc(l.WriteOffs, func(w WriteOff) bool {
		return w.On > on || !kept[w.Source] || !kept[w.Invoice]
	})
	l.Promises = slices.DeleteFunc(l.Promises, func(p Promise) bool { return p.Made > on || !kept[p.Invoice] && p.Due >= on })
	l.Disputes = slices.DeleteFunc(l.Disputes, func(d Dispute) bool { return d.opened() > on })
	for i := range l.Disputes {
		d := &l.Disputes[i]
		if d.responded() > on {
			d.Responded = time.Time{}
		}
		if d.resolved() > on {
			d.Resolved, d.Outcome, d.Upheld, d.Recovered = time.Time{}, "", decimal.NullDecimal{}, decimal.Zero
		}
	}
	return l
}

// Scaled is the ledger with every amount so many times as large, under another name.
func (l Ledger) Scaled(factor decimal.Decimal, suffix string) Ledger {
	l = l.clone(suffix)
	for i := range l.Invoices {
		v := &l.Invoices[i]
		scale(factor, &v.Amount)
		for j := range v.Instalments {
			scale(factor, &v.Instalments[j].Amount)
		}
	}
	for _, sources := range [][]Source{l.Payments, l.Credits} {
		for i := range sources {
			scale(factor, &sources[i].Amount)
		}
	}
	for i := range l.Apply {
		scale(factor, &l.Apply[i].Amount, &l.Apply[i].Discount)
	}
	for i := range l.WriteOffs {
		scale(factor, &l.WriteOffs[i].Amount)
	}
	for i := range l.Disputes {
		scale(factor, &l.Disputes[i].Amount, &l.Disputes[i].Upheld.Decimal, &l.Disputes[i].Recovered)
	}
	for i := range l.Promises {
		scale(factor, &l.Promises[i].Amount)
	}
	return l
}

func scale(factor decimal.Decimal, amounts ...*decimal.Decimal) {
	for _, a := range amounts {
		*a = a.Mul(factor)
	}
}

// Shifted is the ledger so many days later, its rates with it, under another name.
func (l Ledger) Shifted(days Day, suffix string) Ledger {
	l = l.clone(suffix)
	for i := range l.Invoices {
		v := &l.Invoices[i]
		later(days, &v.Issued, &v.Due, &v.Voided)
		for j := range v.Instalments {
			later(days, &v.Instalments[j].Due)
		}
	}
	for _, sources := range [][]Source{l.Payments, l.Credits} {
		for i := range sources {
			later(days, &sources[i].On, &sources[i].Reversed)
		}
	}
	for i := range l.Apply {
		later(days, &l.Apply[i].On)
	}
	for i := range l.WriteOffs {
		later(days, &l.WriteOffs[i].On)
	}
	for i := range l.Rates {
		later(days, &l.Rates[i].On)
	}
	for i := range l.Promises {
		later(days, &l.Promises[i].Made, &l.Promises[i].Due)
	}
	for i := range l.Disputes {
		for _, at := range []*time.Time{&l.Disputes[i].Opened, &l.Disputes[i].Responded, &l.Disputes[i].Resolved} {
			if !at.IsZero() {
				*at = at.AddDate(0, 0, int(days))
			}
		}
	}
	return l
}

func later(days Day, dates ...*Day) {
	for _, d := range dates {
		if *d != Never {
			*d += days
		}
	}
}

// Split is the ledger with every invoice in two halves of the same dates, and what settles it, disputes it or promises to pay
// it halved with it, under another name. Half a cent is still a whole thousandth.
func (l Ledger) Split(suffix string) Ledger {
	half := l.Scaled(decimal.New(5, -1), suffix)
	l = l.clone(suffix)
	second := func(id *string) { *id += "b" }
	l.Invoices, l.Apply, l.Disputes = half.Invoices, half.Apply, half.Disputes
	for _, v := range half.Invoices {
		second(&v.ID)
		l.Invoices = append(l.Invoices, v)
	}
	for _, a := range half.Apply {
		second(&a.ID)
		second(&a.Invoice)
		l.Apply = append(l.Apply, a)
	}
	for _, d := range half.Disputes {
		second(&d.ID)
		second(&d.Invoice)
		l.Disputes = append(l.Disputes, d)
	}
	for i, w := range half.WriteOffs {
		if w.Invoice != "" {
			l.WriteOffs[i] = w
			second(&w.ID)
			second(&w.Invoice)
			l.WriteOffs = append(l.WriteOffs, w)
		}
	}
	for i, p := range half.Promises {
		if p.Invoice != "" {
			l.Promises[i] = p
			second(&p.ID)
			second(&p.Invoice)
			l.Promises = append(l.Promises, p)
		}
	}
	return l
}
