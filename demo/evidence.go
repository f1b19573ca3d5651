package demo

import (
	"fmt"
	"math/rand/v2"

	"github.com/shopspring/decimal"
)

// OrderLine is a line of a sales order and what its invoice billed of it. A quantity or price without a value is not known.
type OrderLine struct {
	Invoice                  *Invoice
	Line, Product            string
	Ordered                  Day
	Quantity, Price          decimal.NullDecimal // by the order
	Tax, LatePercent         decimal.NullDecimal
	Freight                  decimal.NullDecimal
	BilledQuantity           decimal.Decimal
	BilledPrice              decimal.Decimal // of one unit, without tax
	BilledTax, BilledFreight decimal.Decimal
	FeeFor                   *Invoice // of a fee for paying late
}

// Delivery is what was handed over of one order line.
type Delivery struct {
	ID                  string
	Of                  *OrderLine
	Quantity            decimal.Decimal
	Promised, Delivered Day
}

// Price is what was agreed with a customer for one unit.
type Price struct {
	Of       *OrderLine
	From, To Day
	Amount   decimal.Decimal
}

// Fault is what is wrong with an invoice in the customer's disfavour: what the discrepancy rules are to find, and nothing else.
type Fault struct {
	Invoice *Invoice
	Line    string // empty for the whole invoice
	Rule    string
	Amount  decimal.Decimal // of the invoice that is not owed
}

// evidence tells what was ordered, delivered and agreed. What customers dispute follows from it: where they are right, the fault is
// there, and where they are not, it isn't. It takes no draw from the stories, which stay what they are.
func (c *Company) evidence(opts Options) {
	e := &evidence{Company: c, rng: rand.New(rand.NewPCG(opts.Seed, 1<<62))}
	e.twins()
	e.refusedDiscounts()
	planned := e.plan()
	for _, inv := range c.Invoices {
		switch {
		case !inv.Amount.IsPositive() || inv.Customer == nil:
		case inv.Kind == "debit_memo":
			e.fee(inv)
		default:
			e.bill(inv, planned[inv])
		}
	}
}

type evidence struct {
	*Company
	rng *rand.Rand
}

func (e *evidence) chance(p float64) bool { return e.rng.Float64() < p }

// planted is a fault before the lines of its invoice are there.
type planted struct {
	rule string
	part int64 // cents of the invoice
}

// rulesOf are the rules that find what customers mean by a reason.
var rulesOf = map[string][]string{
	"price": {"price"}, "quantity": {"quantity", "short_delivery"}, "tax": {"tax"}, "freight": {"freight"}, "late_delivery": {"late_delivery"},
}

// plan says which invoices have which fault: those that customers dispute rightly, and some that nobody has noticed yet.
func (e *evidence) plan() map[*Invoice]planted {
	faults := map[*Invoice]planted{}
	seen := map[*Invoice]bool{}
	for _, d := range e.Disputes {
		seen[d.Invoice] = true
		rules := rulesOf[d.Reason]
		if part := e.owedBack(d); len(rules) > 0 && part > 0 {
			faults[d.Invoice] = planted{rules[e.rng.IntN(len(rules))], part}
		}
	}
	for _, inv := range e.Invoices {
		if inv.Kind != "invoice" || inv.Amount.LessThan(decimal.NewFromInt(100)) || seen[inv] || inv.Customer == nil || !e.chance(0.03) {
			continue
		}
		rule := []string{"price", "quantity", "short_delivery", "tax", "freight", "late_delivery"}[e.rng.IntN(6)]
		percent := int64(2 + e.rng.IntN(8))
		faults[inv] = planted{rule, inv.cents() * percent / 100}
	}
	return faults
}

// owedBack is how far a customer is right: as the case was decided, and of those still open as often as usual.
func (e *evidence) owedBack(d *Dispute) int64 {
	switch d.Outcome {
	case "valid", "partial":
		return d.Credited.Shift(2).IntPart()
	case "":
		for _, why := range causes {
			if why.reason == d.Reason && e.chance(why.right) {
				return d.Amount.Shift(2).IntPart()
			}
		}
	}
	return 0
}

func (inv *Invoice) cents() int64 { return inv.Amount.Shift(2).IntPart() }

func (e *evidence) fault(inv *Invoice, line, rule string, part int64) {
	e.Faults = append(e.Faults, Fault{Invoice: inv, Line: line, Rule: rule, Amount: cents(part)})
}

// fee is a debit memo for paying late. It is not owed where the invoice it speaks of was paid in time.
func (e *evidence) fee(inv *Invoice) {
	late := e.dueBefore(inv)
	line := &OrderLine{Invoice: inv, Line: "1", BilledQuantity: decimal.NewFromInt(1), BilledPrice: inv.Amount, FeeFor: late}
	e.OrderLines = append(e.OrderLines, line)
	if late != nil && !e.open(late.Due).invoices[late].IsPositive() {
		e.fault(inv, line.Line, "late_fee", inv.cents())
	}
}

// dueBefore is the customer's last plain invoice that had fallen due when another was issued.
func (e *evidence) dueBefore(inv *Invoice) (last *Invoice) {
	for _, other := range e.Invoices {
		if other.Customer == inv.Customer && other.Kind == "invoice" && other.Due != 0 && other.Due < inv.Issued && other.Amount.IsPositive() &&
			len(other.Instalments) == 0 && (last == nil || other.Due > last.Due) {
			last = other
		}
	}
	return last
}

// twins gives every invoice that was rightly disputed as a duplicate the one that it repeats: a few days older, and paid in time.
func (e *evidence) twins() {
	for _, d := range e.Disputes {
		if d.Reason != "duplicate" || e.owedBack(d) != d.Invoice.cents() {
			continue
		}
		first := *d.Invoice
		first.Issued -= Day(1 + e.rng.IntN(10))
		first.Due = first.Issued + Day(first.Customer.Terms)
		first.dueAgreed, first.Instalments, first.Cleared, first.touched = first.Due, nil, 0, 0
		first.open = first.cents()
		e.issue(&first)
		e.pay(&first, first.Due, first.open)
		e.fault(d.Invoice, "", "duplicate", d.Invoice.cents())
	}
}

// refusedDiscounts are invoices of customers with a cash discount who took it off themselves: one in time, which was refused all the
// same, and one too late.
func (e *evidence) refusedDiscounts() {
	told := 0
	for _, k := range e.Customers {
		if !k.takesCashOff || !k.InMaster || told == 3 {
			continue
		}
		for i, after := range []Day{9, 20} {
			inv := &Invoice{
				Customer: k, Issued: AsOf - Day(45+7*told), Currency: k.Currency, Kind: "invoice", Entity: k.Entity, Terms: fmt.Sprintf("S%03d", k.Terms),
				PO: fmt.Sprintf("PO-%05d", 100000+2*told+i), Amount: cents(int64(150000 + 10000*(2*told+i))),
			}
			inv.Due = inv.Issued + Day(k.Terms)
			inv.dueAgreed, inv.open = inv.Due, inv.cents()
			discount := inv.open * 2 / 100
			e.issue(inv)
			e.pay(inv, inv.Issued+after, inv.open-discount)
			if after <= 10 {
				e.fault(inv, "", "terms_discount", discount)
			}
		}
		told++
	}
}

// issue adds an invoice behind those that have their numbers.
func (e *evidence) issue(inv *Invoice) {
	e.Invoices = append(e.Invoices, inv)
	inv.ID = pick(inv.Entity, "1900%06d", "INV-%06d", len(e.Invoices))
	inv.Order = pick(inv.Entity, "45%08d", "SO-%06d", len(e.Invoices))
}

// pay settles cents of an invoice with a transfer of their own, if its day has come.
func (e *evidence) pay(inv *Invoice, on Day, amount int64) {
	if on > AsOf {
		return
	}
	p := &Payment{Customer: inv.Customer, Received: on, Amount: cents(amount), Currency: inv.Currency, Method: "transfer", Reference: inv.PO}
	e.Payments = append(e.Payments, p)
	p.ID = pick(entityOf(p.Customer), "1400%06d", "LB-%06d", len(e.Payments))
	a := &Application{Payment: p, Invoice: inv, On: on, Amount: p.Amount}
	e.Applications = append(e.Applications, a)
	a.ID = pick(inv.Entity, "AP%08d", "APP-%06d", len(e.Applications))
	inv.settle(on, amount)
}
