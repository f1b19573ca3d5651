package oracle

import (
	"cmp"
	"slices"

	"github.com/shopspring/decimal"
)

// A receipt is the cash of one payment that no promise has used yet.
type receipt struct {
	Source
	left    decimal.Decimal
	applied map[string]decimal.Decimal // by invoice
}

// kept is how the promises of a window ended (2.2).
type kept struct {
	kept, partial, broken int
	promised, received    decimal.Decimal
}

// promises judges those that fell due in the window: kept in full, in part or broken by cash received between the day it
// was made and the day it was due. Due today is not matured. One unit of cash satisfies one promise, the earliest due first,
// so promises before the window take their cash as well.
func (b *book) promises(on Day, w window) kept {
	receipts := b.receipts(on)
	matured := slices.SortedFunc(slices.Values(b.Promises), func(a, b Promise) int {
		return cmp.Or(cmp.Compare(a.Due, b.Due), cmp.Compare(a.Made, b.Made), cmp.Compare(a.ID, b.ID))
	})
	var sum kept
	for _, p := range matured {
		if p.Due >= on {
			break
		}
		got := decimal.Zero
		for _, r := range receipts[p.Customer] {
			got = got.Add(r.take(p, p.Amount.Sub(got)))
		}
		if !w.has(p.Due) {
			continue
		}
		switch {
		case got.GreaterThanOrEqual(p.Amount):
			sum.kept++
		case got.IsPositive():
			sum.partial++
		default:
			sum.broken++
		}
		rate := b.flow(decimal.Zero, p.Currency, p.Made)
		sum.promised, sum.received = sum.promised.Add(p.Amount.Mul(rate)), sum.received.Add(got.Mul(rate))
	}
	return sum
}

// receipts are the payments that stand on a day by customer, in the order in which they came.
func (b *book) receipts(on Day) map[string][]*receipt {
	all := map[string][]*receipt{}
	for _, s := range b.Payments {
		if !s.standing(on) {
			continue
		}
		r := &receipt{Source: s, left: s.Amount, applied: map[string]decimal.Decimal{}}
		for _, a := range b.applied[s.ID] {
			v := b.invoices[a.Invoice]
			if v.standing(on) && effective(a.On, s.On, v.Issued) <= on {
				r.applied[v.ID] = r.applied[v.ID].Add(a.Amount)
			}
		}
		all[s.Customer] = append(all[s.Customer], r)
	}
	for _, own := range all {
		slices.SortFunc(own, func(a, b *receipt) int { return cmp.Or(cmp.Compare(a.On, b.On), cmp.Compare(a.ID, b.ID)) })
	}
	return all
}

// take gives a promise of its customer what it still needs of the receipt: for an invoice what was applied to that, otherwise anything.
// The receipt date counts, not that of the application.
func (r *receipt) take(p Promise, needed decimal.Decimal) decimal.Decimal {
	if r.Currency != p.Currency || r.On < p.Made || r.On > p.Due {
		return decimal.Zero
	}
	taken := decimal.Min(needed, r.left)
	if p.Invoice != "" {
		taken = decimal.Min(taken, r.applied[p.Invoice])
		r.applied[p.Invoice] = r.applied[p.Invoice].Sub(taken)
	}
	r.left = r.left.Sub(taken)
	return taken
}

// keptRate is kept / (kept + partial + broken).
func (k kept) keptRate() Value { return percent(number(k.kept), number(k.kept+k.partial+k.broken)) }

// keptValue is the sum of min(received, promised) / promised.
func (k kept) keptValue() Value { return percent(k.received, k.promised) }
