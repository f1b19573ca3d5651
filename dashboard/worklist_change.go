package dashboard

import (
	"strings"

	"arrears/warehouse"
)

// A changed customer is one row of mart.worklist_change: somebody who came among the first of a list since the day before, or left them.
type changed struct {
	collector, customer, name, change, why string
	placeBefore, place                     int64 // 0: not on the list
}

func (r row) changed() changed {
	return changed{
		collector: r.text("collector"), customer: r.text("customer_id"), name: r.text("name"), change: r.text("change"), why: r.text("why"),
		placeBefore: r.integer("place_before"), place: r.integer("place"),
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
