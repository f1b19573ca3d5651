package demo

import (
	"fmt"
	"sync/atomic"
)

// part is the open files of one part, and the draw it comes from.
type part struct {
	*mass
	draw                                      *drawing
	invoices, applications, credits, disputes *canonical
	orders                                    orders
	seq                                       int // number of the next application
	owed                                      [len(massCurrencies)]int64
}

// documents writes one part: its invoices, and what was applied to, credited on and claimed about them.
func (m *mass) documents(number int) (err error) {
	p := &part{mass: m, draw: newDrawing(m.opts, m.customers, uint64(number)+1), seq: number * partSize * 3}
	var files folder
	defer func() { err = files.close(err) }()
	suffix := fmt.Sprintf("-%03d", number)
	p.invoices = files.open(m.dir, "invoices", suffix, "invoice_id", "customer_id", "issued_on", "due_on", "amount", "currency", "entity")
	p.applications = files.open(m.dir, "applications", suffix, "application_id", "source_id", "invoice_id", "applied_on", "amount")
	p.credits = files.open(m.dir, "credits", suffix, "credit_id", "customer_id", "issued_on", "amount", "currency", "reason", "invoice_id")
	p.disputes = files.open(m.dir, "disputes", suffix, "dispute_id", "invoice_id", "customer_id", "opened_at", "amount", "reason", "status",
		"owner", "first_response_at", "resolved_at", "outcome", "upheld", "credited", "recovered")
	if m.opts.OrderLines > 0 {
		p.orders = files.orders(m.dir, suffix)
	}
	last := min((number+1)*partSize, m.opts.Invoices)
	for n := number * partSize; n < last && files.err == nil; n++ {
		p.invoice(n)
	}
	for i, amount := range p.owed {
		m.net[i].Add(amount)
	}
	m.applied.Add(p.applications.total)
	m.credited.Add(p.credits.total)
	m.disputed.Add(p.disputes.total)
	return files.err
}

// invoice writes one invoice and all that happens to it.
func (p *part) invoice(n int) {
	d := p.draw.invoice(n)
	id, customer, currency := code('I', n), code('C', d.customer), massCurrency(d.customer)
	p.invoices.text(id).text(customer).day(d.issued).day(d.due).cents(d.cents).text(massCurrencies[currency]).text(massEntity(d.customer)).end()
	p.owed[currency] += d.cents
	if p.opts.OrderLines > 0 {
		p.order(n, d)
	}

	left := d.cents
	if p.draw.rng.IntN(1000) < 30 {
		left -= p.credit(n, d)
	}
	if p.draw.rng.IntN(1000) < 25 {
		p.dispute(n, d)
	}
	if p.draw.rng.IntN(100) < 2 {
		return // never paid
	}
	paid := max(d.issued+1, d.due+Day(p.draw.lateness(d.customer)))
	if p.draw.rng.IntN(5) == 0 {
		p.pay(id, d.customer, paid, left/2)
		paid, left = paid+Day(7+p.draw.rng.IntN(28)), left-left/2
	}
	p.pay(id, d.customer, paid, left)
}

// pay applies money of the customer's receipt of the week, if that has come.
func (p *part) pay(invoice string, customer int, paid Day, amount int64) {
	if paid > AsOf {
		return
	}
	week := p.week(paid)
	p.apply(p.receipt(customer, week), invoice, p.lastDay(week), amount)
	atomic.AddInt64(&p.received[customer*p.weeks+week], amount)
}

func (p *part) apply(source, invoice string, on Day, amount int64) {
	p.applications.text(code('A', p.seq)).text(source).text(invoice).day(on).cents(amount).end()
	p.seq++
}

// credit writes a credit memo for a tenth of the invoice, and says how much of the invoice it settles.
func (p *part) credit(n int, d drawn) int64 {
	on, amount := d.issued+Day(3+p.draw.rng.IntN(30)), d.cents/10
	if on > AsOf {
		return 0
	}
	currency := massCurrency(d.customer)
	p.credits.text(code('M', n)).text(code('C', d.customer)).day(on).cents(amount).text(massCurrencies[currency]).
		text(causes[n%len(causes)].reason).text(code('I', n)).end()
	p.owed[currency] -= amount
	if p.draw.rng.IntN(10) < 3 {
		return 0 // still waits to be applied
	}
	p.apply(code('M', n), code('I', n), on, amount)
	return amount
}

func (p *part) dispute(n int, d drawn) {
	opened := d.issued + Day(2+p.draw.rng.IntN(30))
	if opened > AsOf {
		return
	}
	why, amount := causes[n%len(causes)], 1+d.cents/8
	row := p.disputes.text(code('D', n)).text(code('I', n)).text(code('C', d.customer)).moment(opened, 9).cents(amount).text(why.reason)
	resolved := opened + Day(3+p.draw.rng.IntN(60))
	switch {
	case resolved > AsOf:
		row.text("open").text(why.owner).moment(min(opened+1, AsOf), 15).none(5).end()
	case p.draw.rng.Float64() < why.right:
		row.text("resolved").text(why.owner).moment(opened+1, 15).moment(resolved, 11).text("valid").cents(0).cents(amount).cents(0).end()
	default:
		row.text("resolved").text(why.owner).moment(opened+1, 15).moment(resolved, 11).text("invalid").cents(amount).cents(0).cents(amount / 2).end()
	}
}

func massEntity(customer int) string {
	if customer%3 == 2 {
		return Overseas
	}
	return Domestic
}

// masterData writes customers and rates.
func (m *mass) masterData() (err error) {
	var files folder
	defer func() { err = files.close(err) }()
	customers := files.open(m.dir, "customers", "", "customer_id", "name", "parent_id", "entity", "segment", "country", "currency", "terms_days", "credit_limit", "collector")
	for i := range m.customers {
		parent := ""
		if i%6 == 5 {
			parent = code('C', i/6)
		}
		customers.text(code('C', i)).text("Customer " + code('C', i)).text(parent).text(massEntity(i)).text(segments[i%len(segments)]).text("DE").
			text(massCurrencies[massCurrency(i)]).number(int64(massTerms(i))).cents(int64(5_000_000 + i%20*1_000_000)).text(collected[i%len(collected)]).end()
	}
	rates := files.open(m.dir, "rates", "", "from_currency", "to_currency", "on", "rate")
	for ago := m.opts.Months; ago >= 0; ago-- {
		for i, base := range []int64{920, 1170, 1040, 88, 232} { // thousandths of a euro
			rates.text(massCurrencies[i+1]).text(Reporting).day(monthEnd(ago)).rate(base*1000 + int64((ago*37+i*11)%29)*100).end()
		}
	}
	return files.err
}

// payments writes a receipt for every customer and week that had money. One in 200 bounces, and one in 100 is too much.
func (m *mass) payments() (err error) {
	var files folder
	defer func() { err = files.close(err) }()
	payments := files.open(m.dir, "payments", "", "payment_id", "customer_id", "received_on", "amount", "currency", "method", "reversed_on")
	for i, amount := range m.received {
		if amount == 0 {
			continue
		}
		customer, week := i/m.weeks, i%m.weeks
		on, reversed := m.lastDay(week), Day(0)
		mixed := (uint64(i) + m.opts.Seed) * 0x9e3779b97f4a7c15 >> 40
		switch {
		case mixed%200 == 0:
			reversed = known(on + 4)
		case mixed%100 == 1:
			amount += amount / 20
		}
		currency := massCurrency(customer)
		payments.text(m.receipt(customer, week)).text(code('C', customer)).day(on).cents(amount).text(massCurrencies[currency]).text("transfer").day(reversed).end()
		if reversed == 0 {
			m.net[currency].Add(-amount)
		}
		if files.err != nil {
			return files.err
		}
	}
	m.paid.Store(payments.total)
	return files.err
}
