package demo

import "time"

// cause is why customers dispute: how often, what part of the invoice, who works on it, and how often they are right.
type cause struct {
	reason    string
	weight    int
	low, high int // percent of the invoice
	owner     string
	right     float64
}

var causes = []cause{
	{"price", 30, 3, 30, "SALES", 0.55},
	{"quantity", 22, 5, 50, "LOGISTICS", 0.6},
	{"damaged", 16, 10, 60, "QUALITY", 0.65},
	{"duplicate", 6, 100, 100, "BILLING", 0.7},
	{"tax", 8, 19, 19, "BILLING", 0.35},
	{"freight", 12, 2, 6, "LOGISTICS", 0.4},
	{"late_delivery", 6, 5, 10, "SALES", 0.3},
}

func (s *story) cause() cause {
	n := s.rng.IntN(100)
	for _, c := range causes {
		if n -= c.weight; n < 0 {
			return c
		}
	}
	return causes[0]
}

// dispute holds back the claimed part of an invoice; the rest is paid as always. What happens to the part depends on how
// the case ends.
func (s *story) dispute(inv *Invoice, payDay Day) {
	why := s.cause()
	part := max(1, inv.open*int64(s.between(why.low, why.high))/100)
	opened := min(inv.Issued+s.between(2, 25), payDay)
	if opened > AsOf {
		s.intend(inv, inv.open, inv.dueAgreed, payDay)
		return
	}
	d := &Dispute{
		Invoice: inv, Amount: cents(part), Reason: why.reason, Owner: why.owner,
		Opened: s.hour(opened),
	}
	s.company.Disputes = append(s.company.Disputes, d)
	if rest := inv.open - part; rest > 0 {
		s.intend(inv, rest, inv.dueAgreed, payDay)
	}
	s.resolve(d, part, opened+s.between(4, 90), why.right)
}

func (s *story) hour(day Day) time.Time {
	return day.Time().Add(time.Duration(s.rng.IntN(10*60)+7*60) * time.Minute)
}

// resolve answers and closes the case, if its days have come.
func (s *story) resolve(d *Dispute, part int64, resolved Day, right float64) {
	answer := d.Opened.Add(time.Duration(s.rng.ExpFloat64()*30*60) * time.Minute)
	if answered := !s.chance(0.08); answered && answer.Before((AsOf + 1).Time()) && answer.Before(resolved.Time()) {
		d.Answered = answer
	}
	if resolved > AsOf {
		return
	}
	d.Resolved = s.hour(resolved)
	back := int64(0) // credited to the customer
	switch n := s.rng.Float64(); {
	case n < 0.08:
		d.Outcome = "withdrawn"
	case n < 0.2 && part > 1:
		d.Outcome, back = "partial", part*int64(s.between(20, 80))/100
	case s.chance(right):
		d.Outcome, back = "valid", part
	default:
		d.Outcome = "invalid"
	}
	d.Credited = cents(back)
	if d.Outcome != "withdrawn" {
		d.Upheld = cents(part - back)
	}
	if back > 0 {
		s.creditDispute(d, back, resolved)
	}
	if rest := part - back; rest > 0 {
		s.plan(s.nextRun(resolved+s.between(4, 40)), intent{invoice: d.Invoice, amount: rest, dispute: d})
	}
}

// creditDispute issues the credit memo that settles a claim and applies it to the invoice within days.
func (s *story) creditDispute(d *Dispute, amount int64, on Day) {
	memo := &Credit{
		Customer: s.customer, Issued: on, Amount: cents(amount), Currency: d.Invoice.Currency, Reason: d.Reason, Invoice: d.Invoice,
	}
	s.company.Credits = append(s.company.Credits, memo)
	if applied := on + s.between(0, 6); applied <= AsOf {
		s.apply(&Application{Credit: memo, Invoice: d.Invoice, On: applied, Amount: cents(amount)}, amount)
	}
}
