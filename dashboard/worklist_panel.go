package dashboard

import (
	"fmt"
	"maps"
	"slices"

	"github.com/shopspring/decimal"
)

// The panels of the worklist page. Without a collector in the address their tables hold everybody's, as an export may want.

var worklistPanel = panel{
	name: "worklist", title: "Whom to call", kind: moneyDays, query: "worklist", mart: "mart.worklist", spare: true,
	size: func(r reading) int { return len(r.queue()) },
	definition: "Customers in the order of what a call is worth: what can be asked of them today times the days it is expected to take " +
		"beyond today, and what a duty is worth (a broken promise, a dispute just closed, a call they asked for); by a strategy of " +
		"points, in the order of those. Pinned customers come first. What is disputed, promised or covered by credits is not asked for.",
	empty:   "Nobody is to be called.",
	missing: listByCurrency,
	table: func(r reading) table {
		t := table{columns: []column{
			{key: "collector", title: "Collector"}, {key: "place", title: "Place", kind: count}, {key: "customer", title: "Customer"},
			{key: "name", title: "Name"}, {key: "why", title: "Why"}, {key: "at_stake", title: "At stake", kind: amount, total: true},
			{key: "further_days", title: "Expected further days", kind: ratio},
			{key: "money_days", title: "Money-days", kind: moneyDays, total: true}, {key: "duties", title: "Duties", kind: moneyDays, total: true},
			{key: "priority", title: "Priority", kind: moneyDays, total: true}, {key: "days_past_due", title: "Days past due", kind: count},
			{key: "past_due", title: "Past due", kind: amount, total: true}, {key: "disputed", title: "Disputed", kind: amount, total: true},
			{key: "promised", title: "Promised", kind: amount, total: true}, {key: "credits", title: "Credits", kind: amount, total: true},
			{key: "days_since_contact", title: "Days since contact", kind: count},
			{key: "action", title: "Action"}, {key: "takes", title: "Minutes", kind: count}, {key: "minutes", title: "Minutes to here", kind: count}, {key: "today", title: "Today"},
			{key: "segment", title: "Treated as"}, {key: "strategy", title: "Strategy"}, {key: "points", title: "Percent of points", kind: ratio},
		}}
		for _, l := range head(r.queue(), r.top) {
			today := ""
			if l.today {
				today = "yes"
			}
			t.rows = append(t.rows, []cell{
				textCell(l.collector), countCell(l.place), textCell(l.customer), textCell(l.name), textCell(r.sentence(l)),
				numberCell(amount, l.atStake), numberCell(ratio, l.furtherDays), numberCell(moneyDays, l.moneyDays),
				numberCell(moneyDays, l.duties), numberCell(moneyDays, l.rank), countCell(l.daysPastDue), numberCell(amount, l.pastDue),
				numberCell(amount, l.disputed), numberCell(amount, l.promised), numberCell(amount, l.credit), maybeCell(count, l.sinceContact),
				textCell(plainWords(l.action)), countCell(l.takes), countCell(l.minutes), textCell(today), textCell(l.declared), textCell(l.strategy), maybeCell(ratio, l.percent),
			})
		}
		return t
	},
}

var notListedPanel = panel{
	name: "not_listed", title: "Who is not on the list", kind: amount, query: "not_listed", mart: "mart.not_listed", spare: true,
	size: func(r reading) int { return len(r.aside()) },
	definition: "Everybody else who owes something, with the first reason that applies. Each customer with an open item is on the list or " +
		"here; a check stops the publication where one is not.",
	empty:   "Everybody who owes something is on the list.",
	missing: listByCurrency,
	table: func(r reading) table {
		t := table{columns: []column{
			{key: "collector", title: "Collector"}, {key: "reason", title: "Reason"}, {key: "customer", title: "Customer"}, {key: "name", title: "Name"},
			{key: "until", title: "Until", kind: date}, {key: "open", title: "Open", kind: amount, total: true},
			{key: "past_due", title: "Past due", kind: amount, total: true}, {key: "disputed", title: "Disputed", kind: amount, total: true},
			{key: "promised", title: "Promised", kind: amount, total: true}, {key: "credits", title: "Credits", kind: amount, total: true},
			{key: "at_stake", title: "At stake", kind: amount, total: true}, {key: "days_since_contact", title: "Days since contact", kind: count},
		}}
		for _, u := range head(r.aside(), r.top) {
			t.rows = append(t.rows, []cell{
				textCell(u.collector), textCell(Absence(u.reason)), textCell(u.customer), textCell(u.name), dateCell(u.until),
				numberCell(amount, u.open), numberCell(amount, u.pastDue), numberCell(amount, u.disputed), numberCell(amount, u.promised),
				numberCell(amount, u.credited), numberCell(amount, u.atStake), maybeCell(count, u.sinceContact),
			})
		}
		return t
	},
}

var collectorsPanel = panel{
	name: "worklist_collectors", title: "All collectors", kind: moneyDays, query: "worklist", mart: "mart.worklist", spare: true,
	definition: "How much of each collector's list fits into the day, and what waiting for the rest costs: the money-days of those who are " +
		"not called today.",
	empty:   "Nobody is to be called.",
	missing: listByCurrency,
	table: func(r reading) table {
		t := table{columns: []column{
			{key: "collector", title: "Collector"}, {key: "listed", title: "To call", kind: count, total: true},
			{key: "today", title: "Today", kind: count, total: true}, {key: "not_listed", title: "Not on the list", kind: count, total: true},
			{key: "at_stake", title: "At stake", kind: amount, total: true}, {key: "money_days_today", title: "Today", kind: moneyDays, total: true},
			{key: "money_days_rest", title: "The rest", kind: moneyDays, total: true},
		}}
		for _, d := range head(r.days(), r.top) {
			t.rows = append(t.rows, []cell{
				textCell(d.collector), countCell(d.listed), countCell(d.today), countCell(d.absent), numberCell(amount, d.atStake),
				numberCell(moneyDays, d.worthToday), numberCell(moneyDays, d.worthRest),
			})
		}
		return t
	},
}

func listByCurrency(r reading) string {
	if r.entity == "" && r.currency != "" {
		return "A customer is called for everything it owes, whatever the currency of the document. Choose all currencies to see the list."
	}
	return ""
}

// queue is the list of the reader's collector, or everybody's where none is chosen.
func (r reading) queue() []listed {
	list := r.listed
	if r.collector != "" {
		list = r.listOf(r.collector)
	}
	if r.entity == "" {
		return list
	}
	var found []listed
	for _, l := range list {
		if l.entity == r.entity {
			found = append(found, l)
		}
	}
	return found
}

// listOf is every place of a collector's list. Those of a collector stand together.
func (r reading) listOf(collector string) []listed {
	first := slices.IndexFunc(r.listed, func(l listed) bool { return l.collector == collector })
	if first < 0 {
		return nil
	}
	rest := slices.IndexFunc(r.listed[first:], func(l listed) bool { return l.collector != collector })
	if rest < 0 {
		return r.listed[first:]
	}
	return r.listed[first : first+rest]
}

// A workday is what one collector's day holds, and what it leaves.
type workday struct {
	collector                      string
	listed, today, absent, minutes int64
	atStake, worthToday, worthRest decimal.Decimal
}

// head is the first rows of a table, all of them for 0.
func head[T any](rows []T, top int) []T {
	if top == 0 || top > len(rows) {
		return rows
	}
	return rows[:top]
}

// days are those of every collector who has customers of the reader's entity.
func (r reading) days() []workday {
	if r.entity == "" {
		return r.workdays
	}
	return workdaysOf(r.listed, r.unlisted, r.entity)
}

// workdaysOf are in the order of the collectors' names. Without an entity they are of all.
func workdaysOf(list []listed, aside []unlisted, entity string) []workday {
	byName := map[string]*workday{}
	of := func(name string) *workday {
		if byName[name] == nil {
			byName[name] = &workday{collector: name}
		}
		return byName[name]
	}
	for _, l := range list {
		if entity == "" || l.entity == entity {
			of(l.collector).add(l)
		}
	}
	for _, u := range aside {
		if entity == "" || u.entity == entity {
			of(u.collector).absent++
		}
	}
	var all []workday
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		all = append(all, *byName[name])
	}
	return all
}

func (d *workday) add(l listed) {
	d.listed++
	d.atStake = d.atStake.Add(l.atStake)
	if l.today {
		d.today++
		d.minutes = max(d.minutes, l.minutes)
		d.worthToday = d.worthToday.Add(l.moneyDays)
	} else {
		d.worthRest = d.worthRest.Add(l.moneyDays)
	}
}

// ends says where the day ends and what waiting for the rest costs.
func (r reading) ends(d workday) string {
	rest := d.listed - d.today
	switch {
	case d.today == 0:
		return fmt.Sprintf("Nobody can be called today. Waiting costs %s money-days.", r.worth(d.worthRest))
	case rest == 0:
		return fmt.Sprintf("All of it fits into the day: %s, %s minutes.", r.counted(d.today, "call", "calls"), r.whole(d.minutes))
	default:
		below := r.whole(rest)
		if rest == 1 {
			below = "one"
		}
		share := r.quantity(share(d.worthRest, d.worthRest.Add(d.worthToday)), percent)
		return fmt.Sprintf("Today ends here, after %s and %s minutes. Waiting for the %s below costs %s money-days, %s of all.",
			r.counted(d.today, "call", "calls"), r.whole(d.minutes), below, r.worth(d.worthRest), share)
	}
}
