package demo

import (
	"fmt"

	"github.com/shopspring/decimal"
)

// lots are quantities by which an amount in cents divides into prices of few decimals.
var lots = []int64{1, 2, 4, 5, 10, 20, 25, 50}

var goods = []string{"BOLT", "VALVE", "PIPE", "BELT", "PUMP", "BEARING"}

// bill divides an invoice into lines of its order, the first of which has the fault if there is one.
func (e *evidence) bill(inv *Invoice, fault planted) {
	left := inv.cents()
	number := 10
	if fault.rule != "" {
		left -= e.faulty(inv, fault)
		number = 20
	}
	for ; left > 0; number += 10 {
		amount := left
		if left > 20000 && number < 30 && e.chance(0.6) {
			amount = left * int64(30+e.rng.IntN(40)) / 100
		}
		e.line(inv, number, amount, lots[e.rng.IntN(len(lots))])
		left -= amount
	}
}

// line is a line that was ordered, delivered and agreed as it was billed; of some we lack one or the other.
func (e *evidence) line(inv *Invoice, number int, gross, quantity int64) *OrderLine {
	line := &OrderLine{
		Invoice: inv, Line: fmt.Sprint(number), Ordered: inv.Issued - Day(5+e.rng.IntN(20)),
		Product: fmt.Sprintf("%s-%06d", goods[e.rng.IntN(len(goods))], len(e.OrderLines)+1),
		Tax:     whole(0), Freight: whole(0), Quantity: whole(quantity), BilledQuantity: decimal.NewFromInt(quantity),
	}
	if inv.Customer.Country == "DE" {
		line.Tax = whole(19)
	}
	net := decimal.NewFromInt(gross).DivRound(line.factor(), 0)
	line.BilledPrice = net.DivRound(line.BilledQuantity, 6).Shift(-2)
	line.BilledTax = decimal.NewFromInt(gross).Sub(net).Shift(-2)
	line.Price = decimal.NewNullDecimal(line.BilledPrice)
	e.OrderLines = append(e.OrderLines, line)
	if e.chance(0.05) {
		line.Price = decimal.NullDecimal{}
	}
	if !e.chance(0.06) {
		e.deliver(line)
	}
	return line
}

// factor is what tax makes of a net amount.
func (l *OrderLine) factor() decimal.Decimal {
	return decimal.NewFromInt(1).Add(l.Tax.Decimal.Shift(-2))
}

func whole(n int64) decimal.NullDecimal { return decimal.NewNullDecimal(decimal.NewFromInt(n)) }

// deliver hands over what was billed, one time in nine a few days late.
func (e *evidence) deliver(line *OrderLine) *Delivery {
	d := &Delivery{
		ID: fmt.Sprintf("DN-%06d", len(e.Deliveries)+1), Of: line, Quantity: line.BilledQuantity,
		Promised: line.Invoice.Issued - Day(1+e.rng.IntN(3)),
	}
	d.Delivered = d.Promised
	if e.chance(0.11) {
		d.Delivered += Day(1 + e.rng.IntN(4))
	}
	d.Delivered = min(d.Delivered, AsOf)
	e.Deliveries = append(e.Deliveries, d)
	return d
}

// faulty is the line with a fault worth a part of the invoice. It says how much of the invoice the line is.
func (e *evidence) faulty(inv *Invoice, fault planted) (gross int64) {
	line := map[string]func(*Invoice, int64) (*OrderLine, int64){
		"price": e.overcharged, "quantity": e.notOrdered, "short_delivery": e.notDelivered, "tax": e.overtaxed,
		"freight": e.freighted, "late_delivery": e.delayed,
	}[fault.rule]
	l, gross := line(inv, fault.part)
	e.fault(inv, l.Line, fault.rule, fault.part)
	return gross
}

// overcharged was agreed at less, in the order or in the customer's own prices.
func (e *evidence) overcharged(inv *Invoice, part int64) (*OrderLine, int64) {
	gross := inv.cents()
	if gross > 2*part {
		gross = max(gross/2, part)
	}
	line := e.line(inv, 10, gross, lots[e.rng.IntN(len(lots))])
	e.arrived(line)
	over := decimal.NewFromInt(part).DivRound(line.factor().Mul(line.BilledQuantity), 2).Shift(-2)
	agreed := line.BilledPrice.Sub(over)
	if e.chance(0.5) {
		line.Price = decimal.NewNullDecimal(agreed)
		return line, gross
	}
	line.Price = decimal.NewNullDecimal(line.BilledPrice)
	e.Prices = append(e.Prices, &Price{Of: line, From: line.Ordered - 30, To: line.Ordered + 60, Amount: agreed})
	return line, gross
}

// arrived makes sure that all of the line was delivered.
func (e *evidence) arrived(line *OrderLine) *Delivery {
	if n := len(e.Deliveries); n > 0 && e.Deliveries[n-1].Of == line {
		return e.Deliveries[n-1]
	}
	return e.deliver(line)
}

// pieces is a line of as many pieces as the invoice has room for, each worth the part.
func (e *evidence) pieces(inv *Invoice, part int64) (*OrderLine, int64) {
	n := max(1, min(8, inv.cents()/part))
	line := e.line(inv, 10, n*part, n)
	line.BilledPrice = decimal.NewFromInt(part).DivRound(line.factor(), 2).Shift(-2)
	line.BilledTax = cents(n * part).Sub(line.BilledPrice.Mul(line.BilledQuantity)).Round(2)
	line.Price = decimal.NewNullDecimal(line.BilledPrice)
	return line, n * part
}

func (e *evidence) notOrdered(inv *Invoice, part int64) (*OrderLine, int64) {
	line, gross := e.pieces(inv, part)
	line.Quantity = decimal.NewNullDecimal(line.BilledQuantity.Sub(decimal.NewFromInt(1)))
	return line, gross
}

func (e *evidence) notDelivered(inv *Invoice, part int64) (*OrderLine, int64) {
	line, gross := e.pieces(inv, part)
	d := e.arrived(line)
	d.Quantity = line.BilledQuantity.Sub(decimal.NewFromInt(1))
	return line, gross
}

// overtaxed was billed with tax, though none is due.
func (e *evidence) overtaxed(inv *Invoice, part int64) (*OrderLine, int64) {
	gross := inv.cents()
	line := e.line(inv, 10, gross, 1)
	line.Tax, line.BilledTax = whole(0), cents(part)
	line.BilledPrice = cents(gross - part)
	line.Price = decimal.NewNullDecimal(line.BilledPrice)
	return line, gross
}

func (e *evidence) freighted(inv *Invoice, part int64) (*OrderLine, int64) {
	agreed := min(int64(2500), (inv.cents()-part)/4)
	line := e.line(inv, 10, inv.cents()-part-agreed, lots[e.rng.IntN(len(lots))])
	line.Freight, line.BilledFreight = decimal.NewNullDecimal(cents(agreed)), cents(agreed+part)
	return line, inv.cents()
}

// delayed came late, for which the order takes a percentage off.
func (e *evidence) delayed(inv *Invoice, part int64) (*OrderLine, int64) {
	gross := inv.cents()
	line := e.line(inv, 10, gross, lots[e.rng.IntN(len(lots))])
	line.LatePercent = decimal.NewNullDecimal(decimal.NewFromInt(part).Shift(2).DivRound(decimal.NewFromInt(gross), 4))
	d := e.arrived(line)
	d.Promised -= 10
	d.Delivered = d.Promised + Day(1+e.rng.IntN(8))
	line.Ordered = min(line.Ordered, d.Promised-3)
	return line, gross
}
