package score

import (
	"fmt"
	"math"
	"slices"

	"github.com/dustin/go-humanize/english"
)

// A Feature is something known of an item or of its customer, in whole steps (levels), each of which is given points.
type Feature struct {
	Name      string // column of core.risk_example
	Title     string // what it is, for pages
	Low, High int64  // lowest and highest level; what lies beyond counts as these
	OfItem    bool   // known of the item itself; others are known of its customer
	Later     bool   // not known when the item is issued, but only once it is raised
	terms     []term
	words     func(level int64) string
}

// A term is a shape of a feature that has a coefficient of its own.
type term struct {
	name  string
	shape func(level float64) float64
}

// Features are all features, in the order of Example.Levels.
func Features() []Feature { return slices.Clone(features) }

var features = []Feature{
	{Name: "late_percent", Title: "payments late", Low: 0, High: 100, terms: bent,
		words: says("%d %% of its payments were late")},
	{Name: "late_percent_recent", Title: "payments late, last 90 days", Low: 0, High: 100, terms: asOdds,
		words: says("%d %% of its payments of the last 90 days were late")},
	{Name: "days_late", Title: "mean days late", Low: earliest, High: latest, terms: asIs, words: saysDays("pays %s on average")},
	{Name: "days_late_recent", Title: "mean days late, last 90 days", Low: earliest, High: latest, terms: asIs,
		words: saysDays("paid %s on average in the last 90 days")},
	{Name: "days_late_last", Title: "days late of the last payment", Low: earliest, High: latest, terms: asIs,
		words: saysDays("its last payment was %s")},
	{Name: "overdue_items", Title: "overdue items", Low: 0, High: 20, terms: asCount, words: saysSome("%s overdue", "item")},
	{Name: "overdue_percent", Title: "overdue share of what it owes", Low: 0, High: 100, terms: asIs,
		words: says("%d %% of what it owes is overdue")},
	{Name: "open_items", Title: "open items", Low: 0, High: 100, terms: asCount, words: saysSome("%s open", "item")},
	{Name: "open_days", Title: "days of billing open", Low: 0, High: 365, terms: asCount, words: saysSome("owes %s of its billing", "day")},
	{Name: "disputed_percent", Title: "items disputed", Low: 0, High: 100, terms: asIs, words: says("disputes %d %% of its items")},
	{Name: "short_percent", Title: "payments short", Low: 0, High: 100, terms: asIs, words: says("%d %% of its payments were short")},
	{Name: "broken_promises", Title: "promises broken in a year", Low: 0, High: 12, terms: asCount,
		words: saysSome("%s broken in a year", "promise")},
	{Name: "paid_items", Title: "payments seen", Low: 0, High: 200, terms: asCount, words: saysSome("%s seen so far", "payment")},
	{Name: "related_months", Title: "age of the relation", Low: 0, High: 122, terms: asCount, words: saysSome("customer for %s", "month")},
	{Name: "terms_days", Title: "terms", Low: 0, High: 180, OfItem: true, terms: asIs, words: saysSome("due %s after its issue", "day")},
	{Name: "usual_percent", Title: "amount against the customer's usual", Low: 5, High: 400, OfItem: true, terms: asRatio,
		words: says("%d %% of the customer's usual amount")},
	{Name: "amount_percent", Title: "amount against everybody's", Low: 5, High: 400, OfItem: true, terms: asRatio,
		words: says("%d %% of the mean amount of all")},
	{Name: "month_end_wait", Title: "wait for its month-end payment run", Low: 0, High: 31, OfItem: true, terms: asIs,
		words: saysSome("falls due %s before the customer's pay day at the end of the month", "day")},
	{Name: "disputed", Title: "disputed", Low: 0, High: 1, OfItem: true, Later: true, terms: asIs,
		words: func(level int64) string {
			if level == 0 {
				return "not disputed"
			}
			return "disputed"
		}},
}

// The prior late rate has three terms, so that its points may level off: even the best payers are late now and then.
var (
	asIs    = []term{{"", plain}}
	asCount = []term{{"", logCount}}
	asRatio = []term{{"", logPercent}}
	asOdds  = []term{{"", logOdds}}
	bent    = []term{{"log odds", logOdds}, {"percent", plain}, {"percent squared", square}}
)

// at is the level within the feature's bounds.
func (f *Feature) at(level int64) int64 { return min(max(level, f.Low), f.High) }

func plain(x float64) float64    { return x }
func square(x float64) float64   { return x * x }
func logCount(x float64) float64 { return math.Log1p(x) }

// logOdds keeps a percentage one step away from certainty.
func logOdds(percent float64) float64 {
	p := clip(percent, 1, 99) / 100
	return math.Log(p / (1 - p))
}

func logPercent(percent float64) float64 { return math.Log(percent / 100) }

func says(format string) func(int64) string {
	return func(level int64) string { return fmt.Sprintf(format, level) }
}

// saysSome says how many there are of a thing: 1 day, 2 days.
func saysSome(format, thing string) func(int64) string {
	return func(level int64) string { return fmt.Sprintf(format, english.Plural(int(level), thing, "")) }
}

func saysDays(format string) func(int64) string {
	return func(level int64) string {
		switch {
		case level > 0:
			return fmt.Sprintf(format, english.Plural(int(level), "day", "")+" late")
		case level < 0:
			return fmt.Sprintf(format, english.Plural(int(-level), "day", "")+" early")
		}
		return fmt.Sprintf(format, "on the due day")
	}
}
