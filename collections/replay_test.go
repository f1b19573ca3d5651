package collections

import (
	"testing"

	"github.com/shopspring/decimal"
)

func money(n int64) decimal.Decimal { return decimal.NewFromInt(n) }

// North can make two calls of four, South one of two.
func TestCapturedIsWhatTheCallsOfADayAreWorth(t *testing.T) {
	percent := func(n int64) map[string]decimal.Decimal { return map[string]decimal.Decimal{"careful": money(n)} }
	accounts := []Account{
		{Customer: "a", Collector: "North", Amount: money(900), Priority: money(10), Percent: percent(50), Waited: money(100)},
		{Customer: "b", Collector: "North", Amount: money(800), Priority: money(90), Percent: percent(50), Waited: money(7000), Today: true},
		{Customer: "c", Collector: "North", Amount: money(700), Priority: money(80), Percent: percent(10), Waited: money(40)},
		{Customer: "d", Collector: "North", Amount: money(600), Priority: money(80), Percent: percent(90), Waited: money(5000), Today: true},
		{Customer: "e", Collector: "South", Amount: money(5), Priority: money(5), Percent: percent(0), Waited: money(3)},
		{Customer: "f", Collector: "South", Amount: money(4), Priority: money(5), Waited: money(9), Today: true},
	}
	for i := range accounts {
		accounts[i].Minutes = 15
	}
	minutes := func(collector string) int64 { return map[string]int64{"North": 40, "South": 15}[collector] }
	for name, c := range map[string]struct {
		order Order
		want  int64
	}{
		"by amount":     {ByAmount, 7100 + 3},
		"by money-days": {ByMoneyDays, 7040 + 3}, // of c and d, who are equal, the lower number; of e and f too
		"by points":     {ByPoints("careful"), 12000 + 3},
		"best":          {Best, 12000 + 9},
	} {
		if waited, called := Captured(accounts, minutes, c.order); !waited.Equal(money(c.want)) || called != 3 {
			t.Errorf("%s: %s of %d calls, want %d of 3", name, waited, called, c.want)
		}
	}
	if waited, called := InUse(accounts); !waited.Equal(money(12009)) || called != 3 {
		t.Errorf("in use: %s of %d calls", waited, called)
	}
	accounts[3].Minutes = 30 // d, whom the points put first, leaves too little of the day for another
	if waited, called := Captured(accounts, minutes, ByPoints("careful")); !waited.Equal(money(5003)) || called != 2 {
		t.Errorf("of unequal length: %s of %d calls", waited, called)
	}
}
