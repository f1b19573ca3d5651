package dashboard

import (
	"fmt"
	"strings"

	"github.com/shopspring/decimal"

	"arrears/warehouse"
)

// A changed customer is one row of mart.worklist_change: somebody who came among the first of a list since the day before, or left them.
type changed struct {
	collector, customer, name, change, why string
	placeBefore, place                     int64 // 0: not on the list
	scoreBefore, score                     int64
}

func (r row) changed() changed {
	return changed{
		collector: r.text("collector"), customer: r.text("customer_id"), name: r.text("name"), change: r.text("change"), why: r.text("why"),
		placeBefore: r.integer("place_before"), place: r.integer("place"), scoreBefore: r.integer("score_before"), score: r.integer("score"),
	}
}

// changeWords are why somebody came among the first of a list, and why somebody left them.
var changeWords = map[string][2]string{
	"new":       {"new on the books", ""},
	"paid":      {"", "owes nothing any more"},
	"collector": {"came from another collector", "given to another collector"},
	"pinned":    {"pinned", "no longer pinned"},
	"strategy":  {"follows another strategy", "follows another strategy"},
	"points":    {"has more points", "has fewer points"},
	"amount":    {"more at stake", "less at stake"},
	"days":      {"expected to wait longer", "expected sooner"},
	"duty":      {"a duty began", "a duty ended"},
	"others":    {"others fell behind", "others came before"},
}

// sentence says why, in a few words.
func (c changed) sentence() string {
	words, known := changeWords[c.why]
	switch {
	case c.why == "score":
		return fmt.Sprintf("its score went from %d to %d", c.scoreBefore, c.score)
	case known && c.change == "entered":
		return words[0]
	case known:
		return words[1]
	case c.change == "entered":
		return "was: " + strings.ToLower(Absence(c.why))
	default:
		return "now: " + strings.ToLower(Absence(c.why))
	}
}

// ChangeWords says of each row of mart.worklist_change why the customer came or left.
func ChangeWords(changes warehouse.Table) []string {
	var said []string
	for r := range rowsOf(changes) {
		said = append(said, r.changed().sentence())
	}
	return said
}

var worklistChangePanel = panel{
	name: "worklist_change", title: "What changed since the day before", kind: count, query: "worklist_change", mart: "mart.worklist_change", spare: true, plain: true,
	definition: "Who came among the first fifty of a list since the last day that was published before, who left them, and why. It is kept of the " +
		"published day only.",
	missing: notPublished,
	empty:   "The first fifty are those of the day before, or no earlier day is kept yet.",
	table: func(r reading) table {
		t := table{columns: []column{{key: "collector", title: "Collector"}, {key: "customer", title: "Customer"}, {key: "name", title: "Name"},
			{key: "change", title: "Change"}, {key: "place_before", title: "Place before", kind: count}, {key: "place", title: "Place", kind: count}, {key: "why", title: "Why"}}}
		for _, row := range r.ofEntity("worklist_change") {
			if c := row.changed(); r.collector == "" || c.collector == r.collector {
				t.rows = append(t.rows, []cell{textCell(c.collector), r.customerCell(c.customer), textCell(c.name), textCell(c.change),
					maybeCell(count, row.number("place_before")), maybeCell(count, row.number("place")), textCell(c.sentence())})
			}
		}
		return t
	},
	note: changeNote,
}

// changeNote says how much of the first fifty of the reader's list is new.
func changeNote(r reading) *note {
	entered, since := int64(0), ""
	for _, row := range r.rows["worklist_change"] {
		if r.collector == "" || row.text("collector") == r.collector {
			since = day(row.time("since"))
			if row.text("change") == "entered" {
				entered++
			}
		}
	}
	top := int64(min(50, len(r.listOf(r.collector))))
	if since == "" || top == 0 || r.entity != "" || r.collector == "" {
		return nil
	}
	part := share(decimal.NewFromInt(entered), decimal.NewFromInt(top))
	return &note{Text: r.whole(entered) + " of the first " + r.whole(top) + " are new since " + since + ": " + r.quantity(part, percent) + "."}
}

func notPublished(r reading) string {
	if !r.choice.asOf.IsZero() {
		return "What changed is kept of the published day only. Go back to the latest day to see it."
	}
	return ""
}

var worklistOverridePanel = panel{
	name: "worklist_override", title: "Overruled by people", kind: count, query: "worklist_override", mart: "mart.override_kind", spare: true, plain: true,
	definition: "Pins, snoozes, skips and holds of the last half year: what was past due on their days, and how much of it came within thirty days, " +
		"beside how much came from customers of the same collector whom nobody had touched.",
	empty: "Nobody has overruled the list in half a year.",
	table: func(r reading) table {
		t := table{columns: []column{{key: "collector", title: "Collector"}, {key: "kind", title: "What"}, {key: "overrides", title: "Times", kind: count, total: true},
			{key: "customers", title: "Customers", kind: count}, {key: "in_force", title: "In force", kind: count, total: true},
			{key: "past_due", title: "Past due then", kind: amount}, {key: "settled", title: "Came in 30 days", kind: percent}, {key: "others", title: "Of others", kind: percent}}}
		for _, row := range r.rows["worklist_override"] {
			if r.collector == "" || row.text("collector") == r.collector {
				t.rows = append(t.rows, []cell{textCell(row.text("collector")), textCell(row.text("kind")), countCell(row.integer("overrides")), countCell(row.integer("customers")),
					countCell(row.integer("in_force")), numberCell(amount, row.amount("past_due_amount")), maybeCell(percent, row.number("settled_percent")),
					maybeCell(percent, row.number("others_percent"))})
			}
		}
		return t
	},
}
