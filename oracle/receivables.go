package oracle

import (
	"slices"

	"github.com/shopspring/decimal"
)

// The buckets of aging: by due date and by invoice date.
var (
	DueBuckets = []string{"current", "1-30", "31-60", "61-90", "91+"}
	AgeBuckets = []string{"0-30", "31-60", "61-90", "91+"}
)

// dueBucket is the bucket of days past due: due today is current, day 30 belongs to 1-30 (3.1, right-closed).
func dueBucket(days int) string {
	switch {
	case days <= 0:
		return "current"
	case days <= 30:
		return "1-30"
	}
	return ageBucket(days)
}

// ageBucket is the bucket of days since the invoice date (3.1).
func ageBucket(days int) string {
	switch {
	case days <= 30:
		return "0-30"
	case days <= 60:
		return "31-60"
	case days <= 90:
		return "61-90"
	}
	return "91+"
}

// agingDue is gross receivables by days past due (3.1). Credits stand apart.
func (p *position) agingDue() map[string]decimal.Decimal {
	return p.aging(DueBuckets, func(i item) string { return dueBucket(int(p.on - i.due)) })
}

// agingInvoice is gross receivables by days since the invoice date (3.1).
func (p *position) agingInvoice() map[string]decimal.Decimal {
	return p.aging(AgeBuckets, func(i item) string { return ageBucket(int(p.on - i.invoice.Issued)) })
}

func (p *position) aging(buckets []string, of func(item) string) map[string]decimal.Decimal {
	aged := map[string]decimal.Decimal{}
	for _, b := range buckets {
		aged[b] = decimal.Zero
	}
	for _, i := range p.items {
		aged[of(i)] = aged[of(i)].Add(i.reporting)
	}
	return aged
}

// unappliedCash is receipts less applications in effect (2.5), at the closing rate.
func (p *position) unappliedCash() decimal.Decimal {
	return total(p.credits, func(c balance) decimal.Decimal {
		if c.payment {
			return c.reporting
		}
		return decimal.Zero
	})
}

// applicationRate is the applied part of what was received in the window (2.5, VORTEX): what of it is not on account.
func (b *book) applicationRate(on Day, w window) Value {
	received, left := decimal.Zero, decimal.Zero
	for _, s := range b.Payments {
		if w.has(s.On) && s.standing(on) {
			received = received.Add(s.Amount.Mul(b.sourceFlow(s)))
			left = left.Add(b.left(s, on).Mul(b.sourceFlow(s)))
		}
	}
	return percent(received.Sub(left), received)
}

// exposures are the net exposures of the customer groups that owe, the largest first (3.6): customers in credit are left
// out.
func (b *book) exposures(p *position) []decimal.Decimal {
	group := func(customer string) string {
		if parent := b.customers[customer].Parent; parent != "" {
			return parent
		}
		return customer
	}
	net := map[string]decimal.Decimal{}
	for _, i := range p.items {
		net[group(i.invoice.Customer)] = net[group(i.invoice.Customer)].Add(i.reporting)
	}
	for _, c := range p.credits {
		net[group(c.customer)] = net[group(c.customer)].Sub(c.reporting)
	}
	var owing []decimal.Decimal
	for _, amount := range net {
		if amount.IsPositive() {
			owing = append(owing, amount)
		}
	}
	slices.SortFunc(owing, func(a, b decimal.Decimal) int { return b.Cmp(a) })
	return owing
}

// topShare is the share of the largest exposures, the first n of them (3.6).
func topShare(exposures []decimal.Decimal, n int) Value {
	same := func(d decimal.Decimal) decimal.Decimal { return d }
	return percent(total(exposures[:min(n, len(exposures))], same), total(exposures, same))
}

// hhi is the sum of squared percent shares (3.6, Herfindahl-Hirschman): 10,000 is one debtor.
func hhi(exposures []decimal.Decimal) Value {
	whole := total(exposures, func(d decimal.Decimal) decimal.Decimal { return d })
	squares := total(exposures, square)
	return ratio(squares.Mul(hundred).Mul(hundred), whole.Mul(whole))
}

func square(d decimal.Decimal) decimal.Decimal { return d.Mul(d) }

// ecl is the provision of a matrix: gross exposure of each bucket by its loss rate (3.4, IFRS 9 simplified approach).
func ecl(aged, rates map[string]decimal.Decimal) Value {
	if len(rates) == 0 {
		return undefined
	}
	sum := decimal.Zero
	for bucket, exposure := range aged {
		sum = sum.Add(decimal.Max(exposure, decimal.Zero).Mul(rates[bucket]))
	}
	return defined(sum)
}
