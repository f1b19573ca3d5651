package collections

import (
	"cmp"
	"slices"

	"github.com/shopspring/decimal"
)

// An Account is a customer who could be called on a past day, and what became of it.
type Account struct {
	Customer, Collector string
	Amount              decimal.Decimal            // that could be asked for, in the reporting currency
	Priority            decimal.Decimal            // money-days and duties, as expected on the day
	Percent             map[string]decimal.Decimal // of the points of each strategy
	Today               bool                       // called by the strategy in use, within capacity
	Minutes             int64                      // that turning to it takes
	Waited              decimal.Decimal            // money-days that came to pass after the day
}

// An Order compares two accounts of one list: negative where the first is called before the second.
type Order func(a, b Account) int

// The orders that strategies are held against. Of equals the lower customer number comes first, as on every list.
var (
	ByAmount    Order = func(a, b Account) int { return b.Amount.Cmp(a.Amount) }
	ByMoneyDays Order = func(a, b Account) int { return b.Priority.Cmp(a.Priority) }
	Best        Order = func(a, b Account) int { return b.Waited.Cmp(a.Waited) }
)

// ByPoints is the order of a strategy of points.
func ByPoints(strategy string) Order {
	return func(a, b Account) int {
		return cmp.Or(b.Percent[strategy].Cmp(a.Percent[strategy]), ByMoneyDays(a, b))
	}
}

// Captured are the money-days that came to pass on the accounts that would have been called by an order: as many of each collector's
// list as fit into the minutes of the collector's day.
func Captured(accounts []Account, capacity func(collector string) int64, order Order) (waited decimal.Decimal, called int) {
	lists := map[string][]Account{}
	for _, a := range accounts {
		lists[a.Collector] = append(lists[a.Collector], a)
	}
	for collector, list := range lists {
		slices.SortFunc(list, func(a, b Account) int { return cmp.Or(order(a, b), cmp.Compare(a.Customer, b.Customer)) })
		left := capacity(collector)
		for _, a := range list {
			if left -= a.Minutes; left < 0 {
				break
			}
			waited, called = waited.Add(a.Waited), called+1
		}
	}
	return waited, called
}

// InUse is the same of the accounts that the strategy in use would have called.
func InUse(accounts []Account) (waited decimal.Decimal, called int) {
	for _, a := range accounts {
		if a.Today {
			waited, called = waited.Add(a.Waited), called+1
		}
	}
	return waited, called
}
