// Package demo makes up a company: customers who pay by a known law, and everything a receivables desk would see of them.
// It writes the extracts of three systems that do not speak alike, the arrears.yaml that maps them, and the truth: the
// open balances worked out in plain Go, without a line of the SQL that is to find them again.
//
// The same options give the same bytes. Scale makes canonical files of any size for measurements.
package demo

import (
	"math/rand/v2"
	"sort"
	"time"

	"github.com/shopspring/decimal"
)

// Options is what the made-up company depends on. The zero value is the company of the README.
type Options struct {
	Seed      uint64 // 0 is 1
	Customers int    // 0 is 80
	Months    int    // 0 is 24; the last one is that of AsOf
}

func (o Options) withDefaults() Options {
	if o.Seed == 0 {
		o.Seed = 1
	}
	if o.Customers == 0 {
		o.Customers = 80
	}
	if o.Months == 0 {
		o.Months = 24
	}
	return o
}

// warmUp is how many months the books were kept before the ones asked for, so that the first of them begins with a ledger
// that has filled up.
const warmUp = 4

// The two legal entities. What names no entity belongs to Domestic.
const (
	Domestic = "1000" // runs the SAP-like system
	Overseas = "2000" // runs the other ERP
)

// Reporting is the currency in which the company reports.
const Reporting = "EUR"

// Company is everything that happened by AsOf. Slices are in the order of their numbers.
type Company struct {
	Customers    []*Customer
	Invoices     []*Invoice
	Payments     []*Payment
	Credits      []*Credit
	Applications []*Application
	WriteOffs    []*WriteOff
	Disputes     []*Dispute
	Promises     []*Promise
	Activities   []*Activity
	Plans        []*PaymentPlan
	LegalSteps   []*LegalStep
	Recoveries   []Recovery
	Rates        []Rate
	Forecasts    []Forecast
	Costs        []Cost
	Targets      []Target
	Balances     []Balance
	Periods      []Period
	OrderLines   []*OrderLine
	Deliveries   []*Delivery
	Prices       []*Price
	Faults       []Fault
}

// Invoice is one document that asks for money, or with a negative amount gives it back. Due is zero where the system kept
// no due date; terms is what was agreed all the same.
type Invoice struct {
	ID          string
	Customer    *Customer // nil where the document names none
	Issued, Due Day
	Amount      decimal.Decimal
	Currency    string
	Kind        string // invoice or debit_memo
	Entity      string
	Order, PO   string
	Terms       string
	Cleared     Day
	Voided      Day
	Instalments []Instalment // empty for a single due date

	dueAgreed Day
	open      int64 // cents, while the customer's story is told
	touched   Day   // last day that changed open
}

// Instalment is a part of an invoice with its own due date.
type Instalment struct {
	Due    Day
	Amount decimal.Decimal
}

// Payment is one receipt of money.
type Payment struct {
	ID        string
	Customer  *Customer
	Received  Day
	Amount    decimal.Decimal
	Currency  string
	Method    string
	Reference string
	Reversed  Day
}

// Credit is one credit memo.
type Credit struct {
	ID       string
	Customer *Customer
	Issued   Day
	Amount   decimal.Decimal
	Currency string
	Reason   string
	Invoice  *Invoice // nil where it stands alone
}

// Application is money of a payment or a credit put against an invoice.
type Application struct {
	ID       string
	Payment  *Payment // or
	Credit   *Credit
	Invoice  *Invoice
	On       Day
	Amount   decimal.Decimal
	Discount decimal.Decimal
}

// SourceID is the number of the payment or credit that is applied.
func (a *Application) SourceID() string {
	if a.Payment != nil {
		return a.Payment.ID
	}
	return a.Credit.ID
}

// WriteOff gives up what is left of an invoice; or, with a negative amount, takes what is left of a payment to income.
type WriteOff struct {
	ID      string
	Invoice *Invoice // or
	Payment *Payment
	On      Day
	Amount  decimal.Decimal
	Reason  string
}

// Dispute is a customer's claim that a part of an invoice is not owed.
type Dispute struct {
	ID                          string
	Invoice                     *Invoice
	Amount                      decimal.Decimal
	Reason, Owner               string
	Opened, Answered, Resolved  time.Time // zero: not yet
	Outcome                     string
	Upheld, Credited, Recovered decimal.Decimal
}

// Promise is a customer's word to pay by a day.
type Promise struct {
	ID        string
	Invoice   *Invoice
	Made, Due Day
	Amount    decimal.Decimal
}

// Activity is one contact with a customer.
type Activity struct {
	ID                              string
	Customer                        *Customer
	At                              time.Time
	Channel, Direction, By, Outcome string
	Note                            string
}

// Generate makes up the company.
func Generate(opts Options) *Company {
	opts = opts.withDefaults()
	rng := rand.New(rand.NewPCG(opts.Seed, 0))
	c := &Company{Customers: newCustomers(opts), Rates: newRates(rng, opts.Months+warmUp)}
	for i, customer := range c.Customers {
		// A stream of its own for each customer: one more customer changes nobody else's story.
		rng := rand.New(rand.NewPCG(opts.Seed, uint64(i)+1))
		newStory(c, customer, rng, opts.Months+warmUp).tell()
	}
	addStrays(c)
	c.number()
	c.evidence(opts)
	c.plan(rng, opts.Months)
	c.agree()
	return c
}

func cents(n int64) decimal.Decimal { return decimal.New(n, -2) }

// byDay sorts documents as a system would have numbered them: by day, and within a day in the order they were made.
func byDay[T any](rows []T, day func(T) int64) {
	sort.SliceStable(rows, func(i, j int) bool { return day(rows[i]) < day(rows[j]) })
}
