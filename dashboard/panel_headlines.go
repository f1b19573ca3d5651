package dashboard

import (
	"github.com/shopspring/decimal"
)

// headlinePanel is the six cards as a table, with the values they are compared with.
var headlinePanel = panel{
	name: "headlines", title: "Headline figures", query: "kpi", kind: text, spare: true,
	definition: "The six figures on top of the overview, with the month before, the year before and the target.",
	table: func(r reading) table {
		t := table{columns: []column{
			{key: "figure", title: "Figure"}, {key: "value", title: "Value", kind: ratio},
			{key: "month_before", title: "Month before", kind: ratio}, {key: "year_before", title: "Year before", kind: ratio},
			{key: "target", title: "Target", kind: ratio}, {key: "unit", title: "Unit"},
		}}
		for _, h := range headlines {
			t.rows = append(t.rows, []cell{
				textCell(h.title), maybeCell(h.kind, h.now(r)), maybeCell(h.kind, r.at(h.kpi, "", r.month()-1)),
				maybeCell(h.kind, r.at(h.kpi, "", r.month()-12)), maybeCell(h.kind, r.target(h.kpi, r.month())), textCell(r.unit(h.kind)),
			})
		}
		return t
	},
}

var changesPanel = panel{
	name: "changes", title: "What changed", query: "kpi_month", kind: text, width: "narrow",
	definition: "The figures that moved most since the day compared with, relative to what they were. Money changes in percent, shares in " +
		"percentage points, times in days.",
	table: func(r reading) table {
		t := table{columns: []column{
			{key: "figure", title: "Figure"}, {key: "then", title: day(monthEnd(r.before())), kind: ratio},
			{key: "now", title: day(r.snapshot.asOf), kind: ratio}, {key: "change", title: "Change"}, {key: "verdict", title: "Verdict"},
			{key: "unit", title: "Unit"},
		}}
		for _, s := range r.shifts() {
			t.rows = append(t.rows, []cell{
				textCell(s.Title), maybeCell(s.kind, s.then), maybeCell(s.kind, s.now), textCell(s.Change.Text), textCell(s.Change.Word),
				textCell(r.unit(s.kind)),
			})
		}
		return t
	},
}

// duePanel is what stands behind the sixth card.
var duePanel = panel{
	name: "due", title: "Due in the next 30 days", query: "due_soon", kind: amount, spare: true,
	definition: headlines[len(headlines)-1].definition,
	table: func(r reading) table {
		t := table{columns: []column{
			{key: "due_on", title: "Due on", kind: date}, {key: "items", title: "Items", kind: count, total: true},
			{key: "open", title: "Open", kind: amount, total: true}, {key: "disputed", title: "Disputed", kind: amount, total: true},
			{key: "due", title: "Due and undisputed", kind: amount, total: true},
		}}
		byDay := make([]dueItem, 31)
		for _, item := range r.dueSoon {
			if item.daysLeft < 0 || item.daysLeft > 30 || !r.covers(item.entity, item.currency) {
				continue
			}
			sum := &byDay[item.daysLeft]
			sum.items += item.items
			sum.open, sum.disputed, sum.due = sum.open.Add(item.open), sum.disputed.Add(item.disputed), sum.due.Add(item.due)
		}
		for left, sum := range byDay {
			if sum.items == 0 {
				continue
			}
			t.rows = append(t.rows, []cell{
				dateCell(r.snapshot.asOf.AddDate(0, 0, left)), numberCell(count, decimal.NewFromInt(sum.items)),
				numberCell(amount, sum.open), numberCell(amount, sum.disputed), numberCell(amount, sum.due),
			})
		}
		return t
	},
}
