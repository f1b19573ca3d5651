package demo

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"github.com/shopspring/decimal"
)

// currencies are those the company bills in.
var currencies = []string{"EUR", "GBP", "USD"}

// Rate is one unit of a currency in the reporting currency, as published on a day.
type Rate struct {
	From string
	On   Day
	Rate decimal.Decimal
}

// Recovery is money for a debt that was written off, in the reporting currency.
type Recovery struct {
	ID     string
	On     Day
	Amount decimal.Decimal
}

// Forecast is the cash expected for a day, as seen on an earlier one, in the reporting currency.
type Forecast struct {
	Made, Due Day
	Amount    decimal.Decimal
}

// Cost is what collecting cost in the month that ended on a day.
type Cost struct {
	On     Day
	Amount decimal.Decimal
	FTE    decimal.Decimal
}

// Target is what a KPI should reach in a month; an empty entity is the whole company.
type Target struct {
	KPI, Entity string
	Month       Day
	Value       decimal.Decimal
}

// Balance is the control account of the general ledger at a month's end. There is one account for each document currency,
// because the sub-ledger is exact only in document currency: at closing rates both sides would agree only after rounding.
type Balance struct {
	Entity, Account, Currency string
	On                        Day
	Amount                    decimal.Decimal
}

// Period is one fiscal period of a 4-4-5 year that begins on the Monday nearest to 1 January.
type Period struct {
	From, To     Day
	Year, Period int
}

// newRates walks each currency a little every month. The month before the first is there too, so that no day lacks a rate.
func newRates(rng *rand.Rand, months int) []Rate {
	var rates []Rate
	usd, gbp := 0.92, 1.17
	for ago := months; ago >= 0; ago-- {
		usd *= 1 + 0.012*rng.NormFloat64()
		gbp *= 1 + 0.008*rng.NormFloat64()
		on := monthEnd(ago)
		rates = append(rates,
			Rate{"GBP", on, decimal.NewFromFloat(gbp).Round(6)},
			Rate{"USD", on, decimal.NewFromFloat(usd).Round(6)})
	}
	return rates
}

// inReporting converts at the latest rate published by a day.
func (c *Company) inReporting(amount decimal.Decimal, currency string, on Day) decimal.Decimal {
	rate := decimal.NewFromInt(1)
	for _, r := range c.Rates {
		if r.From == currency && r.On <= on {
			rate = r.Rate
		}
	}
	return amount.Mul(rate)
}

// plan adds what the finance department keeps beside the documents.
func (c *Company) plan(rng *rand.Rand, months int) {
	for i := range c.Recoveries {
		c.Recoveries[i].ID = fmt.Sprintf("RC-%03d", i+1)
	}
	c.forecast(rng, min(months-1, 12))
	for ago := months - 1; ago >= 0; ago-- {
		c.Costs = append(c.Costs, Cost{On: monthEnd(ago), Amount: cents(int64(850000 + rng.IntN(150000))), FTE: decimal.New(int64(20+rng.IntN(6)), -1)})
		progress := float64(months-ago) / float64(months)
		for _, entity := range []string{"", Domestic, Overseas} {
			for _, t := range []struct {
				kpi      string
				from, to float64
			}{{"dso", 50, 44}, {"cei", 62, 72}, {"pct_past_due", 38, 30}} {
				value := decimal.NewFromFloat(math.Round(10*(t.from+(t.to-t.from)*progress)) / 10)
				c.Targets = append(c.Targets, Target{KPI: t.kpi, Entity: entity, Month: monthStart(ago), Value: value})
			}
		}
		for _, entity := range []string{Domestic, Overseas} {
			truth := c.truthOf(monthEnd(ago), entity)
			for i, currency := range currencies {
				c.Balances = append(c.Balances, Balance{
					Entity: entity, Account: fmt.Sprintf("120%d", i), Currency: currency, On: monthEnd(ago), Amount: truth.total(currency).Net,
				})
			}
		}
	}
	for year := monthStart(months - 1).Time().Year(); year <= AsOf.Time().Year(); year++ {
		c.Periods = append(c.Periods, fiscalYear(year)...)
	}
}

// forecast is made on the first of a month for each of its Fridays, and is off by up to a quarter.
func (c *Company) forecast(rng *rand.Rand, months int) {
	for ago := months - 1; ago >= 0; ago-- {
		week := monthStart(ago)
		for day := week; day <= monthEnd(ago); day++ {
			if day.Time().Weekday() != time.Friday {
				continue
			}
			off := decimal.NewFromFloat(0.8 + 0.45*rng.Float64())
			c.Forecasts = append(c.Forecasts, Forecast{Made: monthStart(ago), Due: day, Amount: c.cash(week, day).Mul(off).Round(2)})
			week = day + 1
		}
	}
}

// cash is what came in on the days from one to another, in the reporting currency.
func (c *Company) cash(from, to Day) decimal.Decimal {
	var total decimal.Decimal
	for _, p := range c.Payments {
		if p.Received >= from && p.Received <= to {
			total = total.Add(c.inReporting(p.Amount, p.Currency, p.Received))
		}
	}
	return total
}

func fiscalYear(year int) []Period {
	from, next := nearestMonday(year), nearestMonday(year+1)
	var periods []Period
	for i := range 12 {
		to := from + 4*7 - 1
		if i%3 == 2 {
			to += 7
		}
		if i == 11 {
			to = next - 1 // some years have a 53rd week
		}
		periods = append(periods, Period{From: from, To: to, Year: year, Period: i + 1})
		from = to + 1
	}
	return periods
}

func nearestMonday(year int) Day {
	newYear := dayOf(year, time.January, 1)
	after := (8 - int(newYear.Time().Weekday())) % 7 // days to the next Monday
	if after > 3 {
		after -= 7
	}
	return newYear + Day(after)
}
