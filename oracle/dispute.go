package oracle

import (
	"time"

	"github.com/shopspring/decimal"
)

func (d Dispute) opened() Day    { return dayOf(d.Opened) }
func (d Dispute) resolved() Day  { return dayOf(d.Resolved) }
func (d Dispute) responded() Day { return dayOf(d.Responded) }

func (d Dispute) open(on Day) bool {
	return d.opened() <= on && (d.resolved() == Never || d.resolved() > on)
}

// upheld is the part found not owed to the customer: all of an invalid claim, none of a valid one, of a partial one what
// was found.
func (d Dispute) upheld() decimal.Decimal {
	switch {
	case d.Outcome == "valid":
		return decimal.Zero
	case d.Upheld.Valid:
		return d.Upheld.Decimal
	case d.Outcome == "invalid":
		return d.Amount
	}
	return decimal.Zero
}

// disputed is a dispute's amount at its invoice's own rate.
func (b *book) disputed(d Dispute) decimal.Decimal { return d.Amount.Mul(b.disputeRate(d)) }

func (b *book) disputeRate(d Dispute) decimal.Decimal { return b.invoiceFlow(b.invoices[d.Invoice]) }

// where are the disputes of which something is true.
func (b *book) where(is func(Dispute) bool) []Dispute {
	var some []Dispute
	for _, d := range b.Disputes {
		if is(d) {
			some = append(some, d)
		}
	}
	return some
}

// disputedOpen is, of each open invoice, the lesser of its open disputes and its residual, at the closing rate (5, stock
// form of the dispute rate).
func (b *book) disputedOpen(p *position) decimal.Decimal {
	disputed := map[string]decimal.Decimal{}
	for _, d := range b.Disputes {
		if d.open(p.on) {
			disputed[d.Invoice] = disputed[d.Invoice].Add(d.Amount)
		}
	}
	residual, rate := map[string]decimal.Decimal{}, map[string]decimal.Decimal{}
	for _, i := range p.items {
		v := i.invoice
		residual[v.ID] = residual[v.ID].Add(i.open)
		rate[v.ID] = b.stock(v.Rate, v.Currency, v.Issued, p.on)
	}
	sum := decimal.Zero
	for id, open := range residual {
		sum = sum.Add(decimal.Min(open, disputed[id]).Mul(rate[id]))
	}
	return sum
}

// disputeRates are the invoices issued in the window that were ever disputed by the day, by number and by value, the
// disputed amount at most the invoice (5). Voided and negative invoices are out.
func (b *book) disputeRates(on Day, w window) (byCount, byValue Value) {
	disputed := map[string]decimal.Decimal{}
	for _, d := range b.Disputes {
		if d.opened() <= on {
			disputed[d.Invoice] = disputed[d.Invoice].Add(d.Amount)
		}
	}
	issued, hit, invoiced, held := 0, 0, decimal.Zero, decimal.Zero
	for _, v := range b.Invoices {
		if !w.has(v.Issued) || !v.standing(on) || !v.Amount.IsPositive() {
			continue
		}
		issued++
		rate := b.invoiceFlow(v)
		invoiced = invoiced.Add(v.Amount.Mul(rate))
		if amount, ever := disputed[v.ID]; ever {
			hit++
			held = held.Add(decimal.Min(amount, v.Amount).Mul(rate))
		}
	}
	return percent(number(hit), number(issued)), percent(held, invoiced)
}

// cycleDays are calendar days from opened to resolved of the cases resolved in the window; withdrawn ones are out (5).
func cycleDays(resolved []Dispute) []decimal.Decimal {
	var days []decimal.Decimal
	for _, d := range resolved {
		days = append(days, number(int(d.resolved()-d.opened())))
	}
	return days
}

// openAges are calendar days since opened of the cases still open (5).
func openAges(open []Dispute, on Day) []decimal.Decimal {
	var days []decimal.Decimal
	for _, d := range open {
		days = append(days, number(int(on-d.opened())))
	}
	return days
}

// responseHours are hours from opened to the first reply, on the calendar (5).
func responseHours(answered []Dispute) []decimal.Decimal {
	var hours []decimal.Decimal
	for _, d := range answered {
		seconds := decimal.New(int64(d.Responded.Sub(d.Opened)/time.Second), 0)
		hours = append(hours, seconds.DivRound(number(3600), places))
	}
	return hours
}

// outcomes are the shares of the resolved cases (5): the customer was right, and the claim was rejected, by number; what
// was upheld of what was disputed; what was recovered of what was upheld and of all.
func (b *book) outcomes(resolved []Dispute) map[string]Value {
	valid, won := 0, 0
	disputed, upheld, recovered := decimal.Zero, decimal.Zero, decimal.Zero
	for _, d := range resolved {
		switch d.Outcome {
		case "valid":
			valid++
		case "invalid":
			won++
		}
		rate := b.disputeRate(d)
		disputed = disputed.Add(d.Amount.Mul(rate))
		upheld = upheld.Add(d.upheld().Mul(rate))
		recovered = recovered.Add(d.Recovered.Mul(rate))
	}
	cases := number(len(resolved))
	return map[string]Value{
		"dispute_valid_rate_count": percent(number(valid), cases),
		"dispute_win_rate_count":   percent(number(won), cases),
		"dispute_win_rate_value":   percent(upheld, disputed),
		"deduction_recovery_rate":  percent(recovered, upheld),
		"deduction_recovery_total": percent(recovered, disputed),
	}
}
