package oracle

import "github.com/shopspring/decimal"

// A Move is where a part of a bucket went.
type Move struct{ From, To string }

// migration follows each item open at the end of the month before to where it is on the day (3.3, item level): a bucket,
// cash, credit or write-off, all of it at the closing rate of the day, so that no rate moves anything. New invoices
// are outside, and what a reversed payment re-opened is capped at its opening value.
func (b *book) migration(on Day) map[Move]decimal.Decimal {
	opening, closing := b.at(monthTo(on).before()), b.at(on)
	moves := map[Move]decimal.Decimal{}
	for _, i := range opening.items {
		rate := b.stock(i.invoice.Rate, i.invoice.Currency, i.invoice.Issued, on)
		from := dueBucket(int(opening.on - i.due))
		gone := i.open
		if now, still := closing.part(i); still {
			stayed := decimal.Min(now.open, i.open)
			gone = i.open.Sub(stayed)
			to := Move{from, dueBucket(int(closing.on - i.due))}
			moves[to] = moves[to].Add(stayed.Mul(rate))
		}
		for what, share := range leaving(i, opening, closing, gone) {
			to := Move{from, string(what)}
			moves[to] = moves[to].Add(share.Mul(rate))
		}
	}
	return moves
}

// leaving splits what is gone of an item by what took effect since and stands. Where a reversal let more settle than is
// gone, each takes part in proportion; a voided invoice is gone whole.
func leaving(i item, opening, closing *position, gone decimal.Decimal) map[kind]decimal.Decimal {
	switch {
	case !gone.IsPositive():
		return nil
	case !i.invoice.standing(closing.on):
		return map[kind]decimal.Decimal{void: gone}
	}
	settled := map[kind]decimal.Decimal{}
	sum := decimal.Zero
	for _, s := range closing.slices[i.invoice.ID] {
		if s.number == i.number && s.effective > opening.on {
			settled[s.kind] = settled[s.kind].Add(s.amount)
			sum = sum.Add(s.amount)
		}
	}
	for what, amount := range settled {
		settled[what] = amount.Mul(gone).DivRound(sum, places)
	}
	return settled
}

// rollRates are the moves in percent of their opening bucket.
func rollRates(moves map[Move]decimal.Decimal) map[Move]Value {
	opening := map[string]decimal.Decimal{}
	for m, amount := range moves {
		opening[m.From] = opening[m.From].Add(amount)
	}
	rates := map[Move]Value{}
	for m, amount := range moves {
		rates[m] = percent(amount, opening[m.From])
	}
	return rates
}

// aggregateRolls are bucket k+1 on the day / bucket k at the end of the month before (3.3, OCC): an approximation.
func (b *book) aggregateRolls(on Day) map[Move]Value {
	before, now := b.at(monthTo(on).before()).agingDue(), b.at(on).agingDue()
	rates := map[Move]Value{}
	for i, to := range DueBuckets[1:] {
		rates[Move{DueBuckets[i], to}] = percent(now[to], before[DueBuckets[i]])
	}
	return rates
}
