package oracle

import (
	"maps"

	"github.com/shopspring/decimal"
)

// Options are what a company sets.
type Options struct {
	LossRates map[string]decimal.Decimal // of the provision matrix, by due bucket
}

// Compute is every figure of the ledger on a day, under the names of the catalogue. The rows of a figure by bucket are
// name/bucket, those of roll_rate name/from/to. What is effective after the day changes nothing.
func Compute(l Ledger, on Day, options Options) map[string]Value {
	b := open(l)
	figures := b.receivables(on, options)
	maps.Copy(figures, b.dsoFamily(on))
	maps.Copy(figures, b.collection(on))
	maps.Copy(figures, b.disputes(on))
	return figures
}

func (b *book) receivables(on Day, options Options) map[string]Value {
	p, w := b.at(on), trailing(on)
	gross, aged, owing := p.gross(), p.agingDue(), b.exposures(p)
	figures := map[string]Value{
		"ar_net":                defined(p.net()),
		"ar_gross":              defined(gross),
		"credits":               defined(p.inCredit()),
		"sales":                 defined(b.sales(w, on)),
		"pct_current":           percent(p.current(), gross),
		"pct_past_due":          percent(gross.Sub(p.current()), gross),
		"unapplied_cash":        defined(p.unappliedCash()),
		"unapplied_pct_ar":      percent(p.unappliedCash(), gross),
		"cash_application_rate": b.applicationRate(on, w),
		"disputed_open_ar":      defined(b.disputedOpen(p)),
		"disputed_pct_ar":       percent(b.disputedOpen(p), gross),
		"top10_share":           topShare(owing, 10),
		"hhi":                   hhi(owing),
		"ecl":                   ecl(aged, options.LossRates),
	}
	for bucket, amount := range aged {
		figures["aging_due/"+bucket] = defined(amount)
	}
	for bucket, amount := range p.agingInvoice() {
		figures["aging_invoice/"+bucket] = defined(amount)
	}
	return figures
}

func (b *book) dsoFamily(on Day) map[string]Value {
	p, w := b.at(on), trailing(on)
	sales, net, current, days := b.sales(w, on), p.net(), p.current(), w.days()
	opening := b.at(w.before()).net()
	dso, best := overDays(net, days, sales), overDays(current, days, sales)
	average := opening.Add(net).DivRound(number(2), places)
	back, rest := countBack(net, b.months(on))
	return map[string]Value{
		"dso":                       dso,
		"dso_avg":                   overDays(average, days, sales),
		"dso_rolling":               b.rollingDSO(on, sales),
		"dso_countback":             defined(back),
		"dso_countback_unexhausted": defined(rest),
		"dso_sales_weighted":        b.salesWeightedDSO(p),
		"dso_true":                  b.trueDSO(p),
		"avg_age_open":              p.averageAge(),
		"bpdso":                     best,
		"add":                       subtract(dso, best),
		"ddso":                      overDays(p.gross().Sub(current), days, sales),
		"ar_turnover":               turnover(sales, days, opening, net),
	}
}

func (b *book) collection(on Day) map[string]Value {
	p, w, month := b.at(on), trailing(on), monthTo(on)
	sales, net, current := b.sales(w, on), p.net(), p.current()
	monthly := cei(b.at(month.before()).net(), b.sales(month, on), net, current)
	if due := b.at(month.before()).net().Add(b.sales(month, on)); !due.GreaterThan(current) {
		monthly = undefined // 2.1: the denominator must be positive
	}
	all := b.paid(on, w)
	cost, people := b.effort(w)
	lost := b.badDebt(on, w)
	accuracy, bias := b.forecast(on, w)
	promised := b.promises(on, w)
	figures := map[string]Value{
		"cei":                   monthly,
		"cei_crf_quarter":       cei(b.at(w.before()).net(), sales.DivRound(number(3), places), net, current),
		"days_to_pay":           daysToPay(all),
		"dbt":                   beyondTerms(all),
		"paydex_like":           paydexLike(all),
		"pct_paid_on_time":      onTime(all),
		"ptp_kept_rate":         promised.keptRate(),
		"ptp_kept_value":        promised.keptValue(),
		"bad_debt_gross_pct":    percent(lost, sales),
		"bad_debt_net_pct":      percent(lost.Sub(b.recovered(w)), sales),
		"forecast_accuracy":     accuracy,
		"forecast_bias":         bias,
		"cost_per_dollar":       ratio(cost, collected(all)),
		"past_due_cash_per_fte": ratio(lateCash(all), people.Decimal),
	}
	for move, rate := range rollRates(b.migration(on)) {
		figures["roll_rate/"+move.From+"/"+move.To] = rate
	}
	return figures
}

func (b *book) disputes(on Day) map[string]Value {
	w := trailing(on)
	open := b.where(func(d Dispute) bool { return d.open(on) })
	unanswered := b.where(func(d Dispute) bool { return d.open(on) && (d.responded() == Never || d.responded() > on) })
	incurred := b.where(func(d Dispute) bool { return w.has(d.opened()) })
	answered := b.where(func(d Dispute) bool { return d.opened() <= on && w.has(d.responded()) })
	resolved := b.where(func(d Dispute) bool { return w.has(d.resolved()) && d.Outcome != "withdrawn" })
	byCount, byValue := b.disputeRates(on, w)
	figures := b.outcomes(resolved)
	maps.Copy(figures, map[string]Value{
		"dispute_rate_count":    byCount,
		"dispute_rate_value":    byValue,
		"open_disputes":         defined(total(open, b.disputed)),
		"dispute_cycle_days":    mean(cycleDays(resolved)),
		"dispute_cycle_median":  median(cycleDays(resolved)),
		"dispute_open_age":      mean(openAges(open, on)),
		"ddo":                   overDays(total(open, b.disputed), w.days(), total(incurred, b.disputed)),
		"first_response_hours":  mean(responseHours(answered)),
		"first_response_median": median(responseHours(answered)),
		"unanswered_disputes":   count(len(unanswered)),
	})
	return figures
}
