package oracle

import "github.com/shopspring/decimal"

// sales is what was billed in a window, as known on a day: invoices that stand less credit memos, taxes included, each at
// its own rate (0, Credit sales; CRF-NSDTR).
func (b *book) sales(w window, on Day) decimal.Decimal {
	billed := total(b.Invoices, func(v Invoice) decimal.Decimal {
		if !w.has(v.Issued) || !v.standing(on) {
			return decimal.Zero
		}
		return v.Amount.Mul(b.invoiceFlow(v))
	})
	credited := total(b.Credits, func(c Source) decimal.Decimal {
		if !w.has(c.On) || c.On > on {
			return decimal.Zero
		}
		return c.Amount.Mul(b.sourceFlow(c))
	})
	return billed.Sub(credited)
}

// sold names the sales of a month as known on a day.
type sold struct {
	month Month
	on    Day
}

func (b *book) monthSales(m Month, on Day) decimal.Decimal {
	key := sold{m, on}
	if _, known := b.sold[key]; !known {
		b.sold[key] = b.sales(window{m.First(), m.Last()}, on)
	}
	return b.sold[key]
}

// history is the first month in which anything was billed or credited.
func (b *book) history(on Day) (Month, bool) {
	first := on + 1
	for _, v := range b.Invoices {
		if v.standing(on) {
			first = min(first, v.Issued)
		}
	}
	for _, c := range b.Credits {
		first = min(first, c.On)
	}
	return first.Month(), first <= on
}

// rollingDSO is (month-end 1 + 2 + 3) x 30 / sales of the quarter (1.3, CRF-NSDTR).
func (b *book) rollingDSO(on Day, sales decimal.Decimal) Value {
	m := on.Month()
	sum := b.at((m - 2).Last()).net().Add(b.at((m - 1).Last()).net()).Add(b.at(on).net())
	return overDays(sum, 30, sales)
}

// A monthly figure is a month's sales with its days.
type monthly struct {
	days  int
	sales decimal.Decimal
}

// countBack exhausts the balance on the months' sales, the newest first (1.4): while it is more than a month's sales the
// month counts whole, the last month in proportion. A month without sales, or with more credited than billed, lets its
// days pass and absorbs nothing. Where the months run out the rest stays unexhausted.
func countBack(balance decimal.Decimal, months []monthly) (days, unexhausted decimal.Decimal) {
	for _, m := range months {
		if !balance.IsPositive() {
			break
		}
		if m.sales.IsPositive() && balance.LessThanOrEqual(m.sales) {
			return days.Add(balance.Mul(number(m.days)).DivRound(m.sales, places)), decimal.Zero
		}
		days = days.Add(number(m.days))
		if m.sales.IsPositive() {
			balance = balance.Sub(m.sales)
		}
	}
	return days, decimal.Max(balance, decimal.Zero)
}

// months are the months of sales from the day back to the first of the history.
func (b *book) months(on Day) []monthly {
	first, any := b.history(on)
	if !any {
		return nil
	}
	var all []monthly
	for m := on.Month(); m >= first; m-- {
		all = append(all, monthly{m.elapsed(on), b.monthSales(m, on)})
	}
	return all
}

// salesWeightedDSO is, over billing months, what is open of the month / its sales x its days (1.5). It is undefined where
// a month with something open has no sales.
func (b *book) salesWeightedDSO(p *position) Value {
	open := map[Month]decimal.Decimal{}
	for _, i := range p.items {
		m := i.invoice.Issued.Month()
		open[m] = open[m].Add(i.reporting)
	}
	sum := decimal.Zero
	for m, amount := range open {
		sales := b.monthSales(m, p.on)
		if !sales.IsPositive() {
			return undefined
		}
		sum = sum.Add(amount.Mul(number(m.elapsed(p.on))).DivRound(sales, places))
	}
	return defined(sum)
}

// trueDSO is, over open items, days since the invoice date x open amount / sales of the month of sale (1.6, EBS as
// documented).
func (b *book) trueDSO(p *position) Value {
	sum := decimal.Zero
	for _, i := range p.items {
		sales := b.monthSales(i.invoice.Issued.Month(), p.on)
		if !sales.IsPositive() {
			return undefined
		}
		sum = sum.Add(i.reporting.Mul(number(int(p.on-i.invoice.Issued))).DivRound(sales, places))
	}
	return defined(sum)
}

// averageAge is the age of open items weighted by amount (1.6, not to be called DSO).
func (p *position) averageAge() Value {
	aged := total(p.items, func(i item) decimal.Decimal {
		return i.reporting.Mul(number(int(p.on - i.invoice.Issued)))
	})
	return ratio(aged, p.gross())
}

// subtract gives average days delinquent, DSO less best possible DSO (1.8).
func subtract(a, b Value) Value {
	if !a.Valid || !b.Valid {
		return undefined
	}
	return defined(a.Decimal.Sub(b.Decimal))
}

// turnover is annualised sales over the average of opening and closing receivables (1.10).
func turnover(sales decimal.Decimal, days int, opening, closing decimal.Decimal) Value {
	average := opening.Add(closing).DivRound(number(2), places)
	return ratio(sales.Mul(number(365)), average.Mul(number(days)))
}

// cei is what was collected of what could be: (opening + sales - closing) / (opening + sales - current) (2.1).
func cei(opening, sales, closing, current decimal.Decimal) Value {
	due := opening.Add(sales)
	return percent(due.Sub(closing), due.Sub(current))
}
