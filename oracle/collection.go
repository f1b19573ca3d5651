package oracle

import "github.com/shopspring/decimal"

// A paid slice is cash that settled an instalment within the window, weighted at the invoice's own rate.
type paid struct {
	amount      decimal.Decimal
	toPay, late int // days from the invoice date and from the due date
}

// paid is the cash of the window by the instalments it settled, as known on the day (4.1): by receipt date, and in advance
// by invoice date. Reversed payments, credits and write-offs are none.
func (b *book) paid(on Day, w window) []paid {
	var all []paid
	for _, settled := range b.at(on).slices {
		for _, s := range settled {
			if s.kind == cash && w.has(s.paid) {
				all = append(all, paid{
					amount: s.amount.Mul(b.invoiceFlow(s.invoice)),
					toPay:  int(s.paid - s.invoice.Issued), late: int(s.paid - s.due),
				})
			}
		}
	}
	return all
}

// weighted is the mean of a figure of the paid amounts, by amount.
func weighted(all []paid, figure func(paid) decimal.Decimal) Value {
	return ratio(total(all, func(p paid) decimal.Decimal { return p.amount.Mul(figure(p)) }), collected(all))
}

func collected(all []paid) decimal.Decimal {
	return total(all, func(p paid) decimal.Decimal { return p.amount })
}

// daysToPay is paid x (receipt - invoice date) / paid (4.1).
func daysToPay(all []paid) Value {
	return weighted(all, func(p paid) decimal.Decimal { return number(p.toPay) })
}

// beyondTerms is paid x (receipt - due date) / paid, early payments negative (4.2, DBT).
func beyondTerms(all []paid) Value {
	return weighted(all, func(p paid) decimal.Decimal { return number(p.late) })
}

// paydexLike scores each payment between Dun & Bradstreet's published anchors and weights by amount (4.3).
func paydexLike(all []paid) Value {
	return weighted(all, func(p paid) decimal.Decimal { return paydex(p.late) })
}

// onTime is the share of what was paid by its due date (0, Days past due).
func onTime(all []paid) Value {
	return percent(collected(all).Sub(lateCash(all)), collected(all))
}

// lateCash is what was paid after its due date: on-time cash needed no collector (2.4).
func lateCash(all []paid) decimal.Decimal {
	return total(all, func(p paid) decimal.Decimal {
		if p.late > 0 {
			return p.amount
		}
		return decimal.Zero
	})
}

// paydex is a payment's score: 100 for 30 days early, 80 for prompt, 20 for 120 days late, linear between the anchors.
func paydex(late int) decimal.Decimal {
	anchors := []struct{ late, score int }{
		{-30, 100}, {-20, 90}, {0, 80}, {15, 70}, {22, 60}, {30, 50}, {60, 40}, {90, 30}, {120, 20},
	}
	if late <= anchors[0].late {
		return number(anchors[0].score)
	}
	for i, to := range anchors[1:] {
		if from := anchors[i]; late <= to.late {
			drop := number((from.score-to.score)*(late-from.late)).DivRound(number(to.late-from.late), places)
			return number(from.score).Sub(drop)
		}
	}
	return number(anchors[len(anchors)-1].score)
}

// badDebt is what was written off of invoices in the window (3.5). Small differences are none, nor is an overpayment
// taken to income.
func (b *book) badDebt(on Day, w window) decimal.Decimal {
	return total(b.WriteOffs, func(o WriteOff) decimal.Decimal {
		v, known := b.invoices[o.Invoice]
		if !known || o.Reason == "minor" || !v.standing(on) || !w.has(effective(o.On, v.Issued)) {
			return decimal.Zero
		}
		return o.Amount.Mul(b.invoiceFlow(v))
	})
}

func (b *book) recovered(w window) decimal.Decimal {
	return total(b.Recoveries, func(r Recovery) decimal.Decimal {
		if w.has(r.On) {
			return r.Amount
		}
		return decimal.Zero
	})
}

// forecast compares the cash expected on the days of the window with what came on them (2.6). Of several forecasts of a
// day the last one made stands. Accuracy is 1 - |forecast - actual| / actual, at least 0; bias is signed.
func (b *book) forecast(on Day, w window) (accuracy, bias Value) {
	last := map[Day]Forecast{}
	for _, f := range b.Forecasts {
		if w.has(f.Due) && f.Made <= f.Due && (last[f.Due].Due == Never || f.Made > last[f.Due].Made) {
			last[f.Due] = f
		}
	}
	missed, off, actual := decimal.Zero, decimal.Zero, decimal.Zero
	for day, f := range last {
		came := b.receivedOn(day, on)
		actual = actual.Add(came)
		off = off.Add(f.Amount.Sub(came))
		missed = missed.Add(f.Amount.Sub(came).Abs())
	}
	accuracy, bias = percent(actual.Sub(missed), actual), percent(off, actual)
	if accuracy.Valid {
		accuracy.Decimal = decimal.Max(accuracy.Decimal, decimal.Zero)
	}
	return accuracy, bias
}

// receivedOn is the cash of one day that still stands on another.
func (b *book) receivedOn(day, on Day) decimal.Decimal {
	return total(b.Payments, func(s Source) decimal.Decimal {
		if s.On != day || !s.standing(on) {
			return decimal.Zero
		}
		return s.Amount.Mul(b.sourceFlow(s))
	})
}

// effort is the cost of collecting in the window, and the people at work on its average (2.3, APQC).
func (b *book) effort(w window) (cost decimal.Decimal, people Value) {
	var fte []decimal.Decimal
	for _, c := range b.Costs {
		if w.has(c.On) {
			cost = cost.Add(c.Amount)
			if !c.FTE.IsZero() {
				fte = append(fte, c.FTE)
			}
		}
	}
	return cost, mean(fte)
}
