// Package oracle is the second opinion on every KPI: what the figures of a receivables ledger are, computed in plain Go
// from the definitions alone, one small function a formula. It shares nothing with the models in SQL, so that a mistake
// would have to be made twice. Comments name the formula and its public source. Only tests use it.
package oracle

import (
	"fmt"
	"slices"
	"time"

	"github.com/shopspring/decimal"
)

// A Ledger is what one legal entity billed, received and was told, with no figure computed from it.
type Ledger struct {
	Entity     string
	Currency   string // the reporting currency
	Customers  []Customer
	Invoices   []Invoice
	Payments   []Source
	Credits    []Source
	Apply      []Application
	WriteOffs  []WriteOff
	Recoveries []Recovery
	Forecasts  []Forecast
	Disputes   []Dispute
	Promises   []Promise
	Rates      []Rate
	Costs      []Cost
}

// A Customer owes; its parent is where its exposure is counted.
type Customer struct {
	ID, Parent, Entity string
	Terms              *int // days from invoice to due date
}

// An Invoice is a document that is owed, or with a negative amount a credit in the shape of one.
type Invoice struct {
	ID, Customer, Entity, Currency string
	Issued, Due, Voided            Day
	Amount                         decimal.Decimal
	Rate                           decimal.Decimal // one unit in the reporting currency on its day; zero: as the rates say
	Instalments                    []Instalment
}

// An Instalment is a part of an invoice with a due date of its own.
type Instalment struct {
	Number int
	Due    Day
	Amount decimal.Decimal
}

// A Source is what can settle invoices: a payment, which may be reversed, or a credit memo.
type Source struct {
	ID, Customer, Currency string
	On, Reversed           Day
	Amount, Rate           decimal.Decimal
}

// An Application settles an invoice with a part of a source. The discount settles it too and takes nothing from the source.
type Application struct {
	ID, Source, Invoice string
	On                  Day
	Amount, Discount    decimal.Decimal
}

// A WriteOff gives up an invoice, or with a source what is left of that: an overpayment taken to income is negative.
type WriteOff struct {
	ID, Invoice, Source, Reason string
	On                          Day
	Amount                      decimal.Decimal
}

// A Recovery is money that came after the write-off, in the reporting currency.
type Recovery struct {
	ID     string
	On     Day
	Amount decimal.Decimal
}

// A Forecast is the cash expected on a day as it was seen on an earlier one, in the reporting currency.
type Forecast struct {
	Made, Due Day
	Amount    decimal.Decimal
}

// A Dispute is a customer's objection to an invoice, in the invoice's currency.
type Dispute struct {
	ID, Invoice, Customer       string
	Opened, Responded, Resolved time.Time
	Outcome                     string // valid, invalid, partial or withdrawn
	Amount, Recovered           decimal.Decimal
	Upheld                      decimal.NullDecimal // the part found not owed to the customer
}

// A Promise is a customer's word to pay, for one invoice or for any.
type Promise struct {
	ID, Customer, Invoice, Currency string
	Made, Due                       Day
	Amount                          decimal.Decimal
}

// A Rate is one unit of a currency in the reporting currency from a day on.
type Rate struct {
	From string
	On   Day
	Rate decimal.Decimal
}

// A Cost is what collecting cost, in the reporting currency, and the people at work.
type Cost struct {
	On          Day
	Amount, FTE decimal.Decimal
}

// Standing says whether any document of the ledger stands on a day.
func (l Ledger) Standing(on Day) bool {
	source := func(s Source) bool { return s.standing(on) }
	return slices.ContainsFunc(l.Invoices, func(v Invoice) bool { return v.standing(on) }) ||
		slices.ContainsFunc(l.Payments, source) || slices.ContainsFunc(l.Credits, source)
}

// Merge makes one company of several ledgers. Ids get their entity in front so that none collide, and what has no
// entity is added up where its keys meet.
func Merge(ledgers ...Ledger) Ledger {
	var all Ledger
	forecasts, costs, rates := map[[2]Day]int{}, map[Day]int{}, map[string]bool{}
	for _, l := range ledgers {
		l = l.prefixed()
		all.Currency = l.Currency
		all.Customers = append(all.Customers, l.Customers...)
		all.Invoices = append(all.Invoices, l.Invoices...)
		all.Payments = append(all.Payments, l.Payments...)
		all.Credits = append(all.Credits, l.Credits...)
		all.Apply = append(all.Apply, l.Apply...)
		all.WriteOffs = append(all.WriteOffs, l.WriteOffs...)
		all.Recoveries = append(all.Recoveries, l.Recoveries...)
		all.Disputes = append(all.Disputes, l.Disputes...)
		all.Promises = append(all.Promises, l.Promises...)
		for _, f := range l.Forecasts {
			key := [2]Day{f.Made, f.Due}
			if i, there := forecasts[key]; there {
				all.Forecasts[i].Amount = all.Forecasts[i].Amount.Add(f.Amount)
				continue
			}
			forecasts[key] = len(all.Forecasts)
			all.Forecasts = append(all.Forecasts, f)
		}
		for _, c := range l.Costs {
			if i, there := costs[c.On]; there {
				all.Costs[i].Amount, all.Costs[i].FTE = all.Costs[i].Amount.Add(c.Amount), all.Costs[i].FTE.Add(c.FTE)
				continue
			}
			costs[c.On] = len(all.Costs)
			all.Costs = append(all.Costs, c)
		}
		for _, r := range l.Rates {
			if key := fmt.Sprint(r.From, r.On); !rates[key] {
				rates[key] = true
				all.Rates = append(all.Rates, r)
			}
		}
	}
	return all
}
