package demo

import "fmt"

// intent is what a customer means to pay of one invoice.
type intent struct {
	invoice *Invoice
	amount  int64    // cents, before any discount
	dispute *Dispute // whose rejected claim this pays
	again   bool     // after a bounced payment
}

// onAccount is money or a credit of a customer that no invoice has taken yet.
type onAccount struct {
	payment *Payment
	credit  *Credit
	from    Day
	left    int64
}

// intend plans the payment of an amount due; now and then the customer pays a part first and the rest weeks later.
func (s *story) intend(inv *Invoice, amount int64, due, day Day) {
	s.chase(inv, amount, due, day)
	if amount > 20000 && s.chance(0.1) {
		part := amount * int64(s.between(30, 80)) / 100
		s.plan(day, intent{invoice: inv, amount: part})
		day, amount = s.nextRun(day+s.between(10, 40)), amount-part
	}
	s.plan(day, intent{invoice: inv, amount: amount})
}

func (s *story) plan(day Day, what intent) { s.due[day] = append(s.due[day], what) }

// payRun pays everything that is due in a currency with one transfer.
func (s *story) payRun(day Day, intents []intent) {
	for _, currency := range currencies {
		var paid []intent
		for _, what := range intents {
			if what.invoice.Currency != currency {
				continue
			}
			if what.amount -= s.useOnHand(day, what); what.amount > 0 {
				paid = append(paid, what)
			}
		}
		if len(paid) > 0 {
			s.pay(day, currency, paid)
		}
	}
}

// useOnHand applies older money or credits first. Half the time the desk does not notice that there is any.
func (s *story) useOnHand(day Day, what intent) int64 {
	if s.chance(0.5) {
		return 0
	}
	for _, hand := range s.onHand {
		if hand.left == 0 || hand.from > day || hand.currency() != what.invoice.Currency {
			continue
		}
		amount := min(hand.left, what.amount)
		hand.left -= amount
		s.apply(&Application{Payment: hand.payment, Credit: hand.credit, Invoice: what.invoice, On: day, Amount: cents(amount)}, amount)
		return amount
	}
	return 0
}

func (h *onAccount) currency() string {
	if h.payment != nil {
		return h.payment.Currency
	}
	return h.credit.Currency
}

// pay is one transfer for several invoices. It may bounce, be a few cents short, or be too much.
func (s *story) pay(day Day, currency string, paid []intent) {
	p := s.newPayment(day, currency)
	bounced := p.Method != "transfer" && s.chance(0.06) && day+8 <= AsOf
	if bounced {
		p.Reversed = day + s.between(2, 8)
	}
	applied := min(day+s.between(0, 3), AsOf)
	if bounced {
		applied = day + s.between(0, 1) // before the bank takes it back
	}
	onStatement := day+2 > AsOf && s.chance(0.6) // just come in: not applied yet
	var total int64
	for _, what := range paid {
		discount := s.discount(day, what)
		short := s.shortBy(what, bounced)
		cash := what.amount - discount - short
		total += cash
		if onStatement {
			continue
		}
		taken := int64(0)
		if !bounced {
			taken = cash + discount
		}
		s.apply(&Application{Payment: p, Invoice: what.invoice, On: applied, Amount: cents(cash), Discount: cents(discount)}, taken)
		switch {
		case bounced:
			s.plan(s.nextRun(p.Reversed+s.between(5, 20)), intent{invoice: what.invoice, amount: what.amount, dispute: what.dispute, again: true})
		case what.dispute != nil:
			what.dispute.Recovered = what.dispute.Recovered.Add(cents(cash + discount))
		}
		if short > 0 && applied+15 <= AsOf {
			s.writeOff(what.invoice, applied+s.between(3, 15), short, "minor")
		}
	}
	if !bounced && !onStatement {
		total += s.tooMuch(p, total)
	}
	p.Amount = cents(total)
}

func (s *story) newPayment(day Day, currency string) *Payment {
	p := &Payment{
		Customer: s.customer, Received: day, Currency: currency,
		Method:    []string{"transfer", "transfer", "direct_debit", "cheque"}[s.rng.IntN(4)],
		Reference: fmt.Sprintf("REF %06d", s.rng.IntN(1000000)),
	}
	s.company.Payments = append(s.company.Payments, p)
	return p
}

// apply records an application and takes what it settles from the invoice.
func (s *story) apply(a *Application, settles int64) {
	if settles > 0 {
		a.Invoice.settle(a.On, settles)
	}
	s.company.Applications = append(s.company.Applications, a)
}

// settle takes an amount from what is open and remembers the day on which nothing is left.
func (inv *Invoice) settle(on Day, amount int64) {
	inv.open -= amount
	inv.touched = max(inv.touched, on)
	if inv.open == 0 {
		inv.Cleared = inv.touched
	}
}

func (s *story) writeOff(inv *Invoice, on Day, amount int64, reason string) {
	s.company.WriteOffs = append(s.company.WriteOffs, &WriteOff{Invoice: inv, On: on, Amount: cents(amount), Reason: reason})
	inv.settle(on, amount)
}

// discount is 2 % of the whole invoice when it is paid within ten days.
func (s *story) discount(day Day, what intent) int64 {
	if !s.customer.takesCashOff || what.again || what.dispute != nil || day > what.invoice.Issued+10 {
		return 0
	}
	return what.amount * 2 / 100
}

// shortBy is a bank charge somebody took off on the way; it is written off as minor.
func (s *story) shortBy(what intent, bounced bool) int64 {
	if bounced || what.dispute != nil || what.amount < 10000 || !s.chance(0.01) {
		return 0
	}
	return int64(s.between(1, 450))
}

// tooMuch is what a customer pays beyond the invoices: cents that are taken to income, or money that waits on account.
func (s *story) tooMuch(p *Payment, total int64) int64 {
	switch {
	case s.chance(0.006):
		over := int64(s.between(1, 200))
		if on := p.Received + s.between(10, 30); on <= AsOf {
			s.company.WriteOffs = append(s.company.WriteOffs, &WriteOff{Payment: p, On: on, Amount: cents(-over), Reason: "minor"})
		}
		return over
	case s.chance(0.012):
		over := 1 + total/int64(s.between(4, 12))
		s.onHand = append(s.onHand, &onAccount{payment: p, from: p.Received + 20, left: over})
		return over
	}
	return 0
}

// payOnAccount is money that names no invoice.
func (s *story) payOnAccount(day Day) {
	amount := int64(100 * s.customer.typical * (0.3 + s.rng.Float64()))
	p := s.newPayment(day, s.customer.Currency)
	p.Amount, p.Reference = cents(amount), "A/C"
	s.onHand = append(s.onHand, &onAccount{payment: p, from: day + s.between(5, 60), left: amount})
}

// bonus is a yearly rebate or a goodwill credit that stands alone until somebody applies it.
func (s *story) bonus(day Day) {
	amount := int64(100 * s.customer.typical * (0.05 + 0.2*s.rng.Float64()))
	memo := &Credit{
		Customer: s.customer, Issued: day, Amount: cents(amount), Currency: s.customer.Currency,
		Reason: []string{"rebate", "goodwill"}[s.rng.IntN(2)],
	}
	s.company.Credits = append(s.company.Credits, memo)
	s.onHand = append(s.onHand, &onAccount{credit: memo, from: day + s.between(10, 90), left: amount})
}
