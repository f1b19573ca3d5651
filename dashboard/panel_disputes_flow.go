package dashboard

import (
	"time"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/shopspring/decimal"
)

// A week is what came in, was closed and is left of disputes.
type week struct {
	on                                       time.Time
	opened, closed, backlog                  int64
	openedAmount, closedAmount, backlogValue decimal.Decimal
}

// weeks adds up the entities that the reader asked for, the oldest week first.
func (r reading) weeks() []week {
	var found []week
	for _, row := range r.ofEntity("dispute_flow") {
		if on := row.time("week_on"); len(found) == 0 || !found[len(found)-1].on.Equal(on) {
			found = append(found, week{on: on})
		}
		w := &found[len(found)-1]
		w.opened += row.integer("opened")
		w.closed += row.integer("closed")
		w.backlog += row.integer("backlog")
		w.openedAmount = w.openedAmount.Add(row.amount("opened_amount"))
		w.closedAmount = w.closedAmount.Add(row.amount("closed_amount"))
		w.backlogValue = w.backlogValue.Add(row.amount("backlog_amount"))
	}
	return found
}

var disputeFlowPanel = panel{
	name: "dispute_flow", title: "In, out and left by week", kind: count, query: "dispute_flow", mart: "mart.dispute_flow", spare: true, width: "full",
	definition: "Disputes opened and closed in each week, which begins on a Monday, and those open at its end. The last week goes up to the day the " +
		"books are read.",
	empty: "No dispute was ever opened.", missing: byEntity,
	table: func(r reading) table {
		t := table{columns: []column{{key: "week", title: "Week from", kind: date}, {key: "opened", title: "Opened", kind: count, total: true},
			{key: "closed", title: "Closed", kind: count, total: true}, {key: "backlog", title: "Left", kind: count},
			{key: "opened_amount", title: "Opened", kind: amount, total: true}, {key: "closed_amount", title: "Closed", kind: amount, total: true},
			{key: "backlog_amount", title: "Left", kind: amount}}}
		for _, w := range r.weeks() {
			t.rows = append(t.rows, []cell{dateCell(w.on), countCell(w.opened), countCell(w.closed), countCell(w.backlog),
				numberCell(amount, w.openedAmount), numberCell(amount, w.closedAmount), numberCell(amount, w.backlogValue)})
		}
		return t
	},
	chart: flowChart,
	note:  flowNote,
}

func flowChart(r reading) *chart {
	var names []string
	var opened, closed, left []decimal.NullDecimal
	for _, w := range r.weeks() {
		names = append(names, day(w.on))
		opened = append(opened, countCell(w.opened).number)
		closed = append(closed, countCell(w.closed).number)
		left = append(left, countCell(w.backlog).number)
	}
	b := charts.NewBar()
	b.SetGlobalOptions(describe("Disputes opened, closed and left by week", "axis")...)
	b.SetXAxis(names)
	b.AddSeries("Opened", bars(opened), charts.WithItemStyleOpts(opts.ItemStyle{Color: "--aging-3"}))
	b.AddSeries("Closed", bars(closed), charts.WithItemStyleOpts(opts.ItemStyle{Color: "--chart-down"}))
	l := charts.NewLine()
	l.AddSeries("Left", dots(left), line("--chart-1", "solid", 2.5)...)
	b.Overlap(l)
	return newChart(r, b, count, count, count)
}

// flowNote holds what is left against what came in and went out since the first week.
func flowNote(r reading) *note {
	weeks := r.weeks()
	if len(weeks) < 2 {
		return nil
	}
	first, last := weeks[0], weeks[len(weeks)-1]
	computed := first.backlog
	for _, w := range weeks[1:] {
		computed += w.opened - w.closed
	}
	says := &note{Text: r.whole(first.backlog) + " left in the week from " + day(first.on) + ", what was opened less what was closed since, is " +
		r.whole(computed) + ": as many as are left now.", Mood: "good"}
	if computed != last.backlog {
		says = &note{Text: "The weeks lead to " + r.whole(computed) + " disputes and " + r.whole(last.backlog) + " are left: they do not tie.", Mood: "bad"}
	}
	return says
}
