package demo

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/shopspring/decimal"
)

// story tells what happened with one customer: documents first, then money, day by day.
type story struct {
	company  *Company
	customer *Customer
	rng      *rand.Rand
	months   int
	due      map[Day][]intent // what the customer means to pay on a day
	onHand   []*onAccount     // money and credits waiting for an invoice, oldest first
}

func newStory(c *Company, customer *Customer, rng *rand.Rand, months int) *story {
	return &story{company: c, customer: customer, rng: rng, months: months, due: map[Day][]intent{}}
}

func (s *story) chance(p float64) bool { return s.rng.Float64() < p }

// between draws a whole number from low to high, both possible.
func (s *story) between(low, high int) Day { return Day(low + s.rng.IntN(high-low+1)) }

func (s *story) tell() {
	for ago := s.months - 1; ago >= 0; ago-- {
		for range monthlyCount(s.rng, s.customer.perMonth) {
			s.invoice(ago)
		}
		if s.chance(0.04) {
			s.payOnAccount(monthStart(ago) + s.between(2, 25))
		}
		if s.chance(0.04) {
			s.bonus(monthStart(ago) + s.between(2, 25))
		}
	}
	for day := monthStart(s.months - 1); day <= AsOf; day++ {
		if intents := s.due[day]; len(intents) > 0 {
			s.payRun(day, intents)
		}
	}
}

// invoice issues one document of the month and decides its fate.
func (s *story) invoice(ago int) {
	inv := s.newInvoice(s.issueDay(ago))
	s.company.Invoices = append(s.company.Invoices, inv)
	switch {
	case inv.Amount.IsNegative():
		return // a correction in the customer's favour, left standing as a credit
	case s.chance(0.008) && inv.Issued+12 <= AsOf:
		inv.Voided = inv.Issued + s.between(1, 12)
		return
	}
	at := float64(inv.Issued-monthStart(s.months-1)) / float64(AsOf-monthStart(s.months-1)+1)
	switch {
	case s.chance(s.customer.Law.Lost):
		s.lose(inv)
	case inv.open > 800000 && s.chance(0.15):
		s.split(inv, at)
	case inv.open > 5000 && s.chance(0.06):
		s.dispute(inv, s.payDay(inv, inv.dueAgreed, at))
	default:
		s.intend(inv, inv.open, inv.dueAgreed, s.payDay(inv, inv.dueAgreed, at))
	}
}

// issueDay leans to the end of the month, when warehouses empty their docks.
func (s *story) issueDay(ago int) Day {
	first, last := monthStart(ago), monthEnd(ago)
	if s.chance(0.4) {
		return last - s.between(0, 4)
	}
	return first + s.between(0, int(last-first))
}

func (s *story) newInvoice(issued Day) *Invoice {
	c := s.customer
	amount := int64(math.Round(100 * c.typical * math.Exp(0.9*s.rng.NormFloat64())))
	inv := &Invoice{
		Customer: c, Issued: issued, Currency: c.Currency, Kind: "invoice", Entity: c.Entity,
		PO: fmt.Sprintf("PO-%05d", s.rng.IntN(100000)), Terms: fmt.Sprintf("N%03d", c.Terms),
	}
	if s.chance(0.03) && c.Currency != Reporting {
		inv.Currency = Reporting // now and then a sale in the company's own currency
	}
	switch {
	case s.chance(0.02):
		inv.Kind, amount = "debit_memo", 1+amount/10
	case s.chance(0.004):
		amount = -(1 + amount/8)
	}
	if c.takesCashOff {
		inv.Terms = fmt.Sprintf("S%03d", c.Terms)
	}
	inv.Amount, inv.open = cents(amount), amount
	inv.dueAgreed = issued + Day(c.Terms)
	inv.Due = inv.dueAgreed
	if s.chance(0.02) && c.InMaster {
		inv.Due = 0
	}
	return inv
}

// split agrees two or three instalments, a month apart; cents that do not divide go into the last.
func (s *story) split(inv *Invoice, at float64) {
	n := int64(s.between(2, 3))
	part := inv.open / n
	for i := range n {
		amount := part
		if i == n-1 {
			amount = inv.open - part*(n-1)
		}
		due := inv.dueAgreed + Day(30*i)
		inv.Instalments = append(inv.Instalments, Instalment{Due: due, Amount: cents(amount)})
		s.intend(inv, amount, due, s.payDay(inv, due, at))
	}
	inv.Due = inv.Instalments[n-1].Due
}

// payDay is when the law lets the customer pay what is due on a day, moved to the next payment run.
func (s *story) payDay(inv *Invoice, due Day, at float64) Day {
	day := due + Day(s.customer.Law.Late(s.rng, at))
	if s.customer.takesCashOff && s.chance(0.6) {
		day = inv.Issued + s.between(3, 8)
	}
	return s.nextRun(max(day, inv.Issued+1))
}

func (s *story) nextRun(day Day) Day {
	return day + Day((s.customer.runsOn-int(day)%7+7)%7)
}

// lose is an invoice nobody will pay: contacts and broken promises, and after half a year mostly a write-off.
func (s *story) lose(inv *Invoice) {
	s.chase(inv, inv.open, inv.dueAgreed, AsOf+1)
	on := inv.dueAgreed + s.between(150, 240)
	if on > AsOf || s.chance(0.2) {
		return
	}
	if back := on + s.between(20, 120); back <= AsOf && s.chance(0.5) {
		s.company.Recoveries = append(s.company.Recoveries, Recovery{On: back, Amount: s.company.inReporting(inv.Amount, inv.Currency, back).Div(four).Round(2)})
	}
	s.writeOff(inv, on, inv.open, "bad_debt")
}

var four = decimal.NewFromInt(4)
