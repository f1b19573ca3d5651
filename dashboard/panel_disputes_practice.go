package dashboard

import (
	"fmt"

	"github.com/shopspring/decimal"
)

// ofCases ends what is said of panels that read the ledger.
var ofCases = fmt.Sprintf(" Cases of the ledger filed in the last %d days, of all entities, as they stand now.", practised)

var disputeProcessPanel = panel{
	name: "dispute_process", title: "Whether the process was followed", kind: count, live: true, spare: true, plain: true, width: "wide",
	definition: "Every step of a case held against the process in force: how many cases took only steps it has, and where the others first left it." + ofCases,
	missing:    unpractised,
	table: func(r reading) table {
		p := r.practice
		t := table{columns: []column{{key: "what", title: "What cases did"}, {key: "from", title: "From"}, {key: "step", title: "Step"}, {key: "to", title: "To"},
			{key: "cases", title: "Cases", kind: count, total: true}, {key: "share", title: "Share", kind: percent}}}
		all := decimal.NewFromInt(int64(p.Cases))
		add := func(what, from, step, to string, cases int) {
			n := decimal.NewFromInt(int64(cases))
			t.rows = append(t.rows, []cell{textCell(what), textCell(from), textCell(step), textCell(to), numberCell(count, n), maybeCell(percent, share(n, all))})
		}
		add("followed the process", "", "", "", p.Followed)
		for _, l := range p.Left {
			add("left it", plainWords(l.From), l.Step, plainWords(l.To), l.Cases)
		}
		return t
	},
	note: func(r reading) *note {
		p := r.practice
		mood := "good"
		if p.Followed < p.Cases {
			mood = "warn"
		}
		return &note{fmt.Sprintf("%s of %s cases followed the process.", r.whole(int64(p.Followed)), r.whole(int64(p.Cases))), mood}
	},
}

var disputeWaitPanel = panel{
	name: "dispute_wait", title: "Where they waited", kind: hours, live: true, spare: true, plain: true, width: "narrow",
	definition: "What cases spent in each state, in working hours, the longest in all first; a stay that goes on counts up to now. Late: longer than the " +
		"state's service level. Nine of ten visits did not last longer than the ninth." + ofCases,
	missing: unpractised,
	empty:   "No case has waited.",
	table: func(r reading) table {
		t := table{columns: []column{{key: "state", title: "State"}, {key: "visits", title: "Visits", kind: count}, {key: "late", title: "Late", kind: count, total: true},
			{key: "median_hours", title: "Median", kind: hours}, {key: "ninth_hours", title: "Nine of ten within", kind: hours}, {key: "hours", title: "In all", kind: hours}}}
		for _, w := range r.practice.Waits {
			t.rows = append(t.rows, []cell{textCell(plainWords(w.State)), countCell(int64(w.Visits)), countCell(int64(w.Late)),
				hourCell(w.Median), hourCell(w.Ninth), hourCell(w.Hours)})
		}
		return t
	},
}

// hourCell is a span that was measured, to the thousandth of an hour.
func hourCell(value float64) cell { return numberCell(hours, decimal.NewFromFloat(value).Round(3)) }

var disputeLoadPanel = panel{
	name: "dispute_load", title: "Load per owner", kind: count, live: true, spare: true, plain: true, width: "narrow",
	definition: "Cases by who owns them: open, of those late against the service level of their state, closed, and of how many reasons." + ofCases,
	missing:    unpractised,
	empty:      "Nobody owns a case.",
	table: func(r reading) table {
		t := table{columns: []column{{key: "owner", title: "Owner"}, {key: "open", title: "Open", kind: count, total: true}, {key: "late", title: "Late", kind: count, total: true},
			{key: "closed", title: "Closed", kind: count, total: true}, {key: "reasons", title: "Reasons", kind: count}}}
		for _, l := range r.practice.loads {
			t.rows = append(t.rows, []cell{textCell(ownerWords(l.Owner)), countCell(int64(l.Open)), countCell(int64(l.Late)), countCell(int64(l.Closed)), countCell(int64(l.Reasons))})
		}
		return t
	},
}

var disputeSpreadPanel = panel{
	name: "dispute_spread", title: "The same reason, different owners", kind: percent, live: true, spare: true, plain: true, width: "wide",
	definition: "Whether cases of one reason are given to the same people: how many owners they have, who has most of them, and what share that is." + ofCases,
	missing:    unpractised,
	empty:      "Nobody owns a case.",
	table: func(r reading) table {
		t := table{columns: []column{{key: "reason", title: "Reason"}, {key: "cases", title: "Cases", kind: count, total: true}, {key: "owners", title: "Owners", kind: count},
			{key: "most", title: "Most are with"}, {key: "share", title: "Share", kind: percent}}}
		for _, s := range r.practice.spreads {
			t.rows = append(t.rows, []cell{textCell(plainWords(s.Reason)), countCell(int64(s.Cases)), countCell(int64(s.Owners)), textCell(ownerWords(s.Most)),
				numberCell(percent, decimal.NewFromFloat(s.Share).Shift(2).Round(3))})
		}
		return t
	},
}
