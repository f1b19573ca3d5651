package dashboard

import (
	"cmp"
	"slices"
	"strings"
)

// riskRows is how many customers a table of the risk page names; the exports have all that were read.
const riskRows = 20

func byPlace(r reading, column string, most int64) []row {
	rows := slices.DeleteFunc(r.ofEntity("risk_customer"), func(row row) bool { return row.integer(column) > most })
	slices.SortStableFunc(rows, func(a, b row) int { return cmp.Compare(a.integer(column), b.integer(column)) })
	return rows
}

// customerCell leads to the customer's own page.
func (r reading) customerCell(id string) cell {
	c := textCell(id)
	c.href = r.list("", id).link(customerPath)
	return c
}

var riskCustomerPanel = panel{
	name: "risk_customer", title: "What the scores of the largest customers are made of", kind: amount, query: "risk_customer", mart: "mart.score_part",
	spare: true, plain: true, width: "full",
	definition: "The customers who owe most, the points that what is known of them adds to the score of each of their items, and the three largest " +
		"parts that raise it. Points for what is usual are 0; every 20 double the odds of being late. The customer's page has all parts.",
	empty: "Nothing is open.",
	table: func(r reading) table {
		t := table{columns: []column{{key: "customer", title: "Customer"}, {key: "name", title: "Name"}, {key: "open", title: "Open", kind: amount, total: true},
			{key: "past_due", title: "Past due", kind: amount, total: true}, {key: "score", title: "Highest score", kind: count},
			{key: "points", title: "Points of the customer", kind: count}, {key: "why", title: "Of these"}}}
		for _, row := range head(byPlace(r, "place_by_amount", riskRows), r.top) {
			t.rows = append(t.rows, []cell{r.customerCell(row.text("customer_id")), textCell(row.text("name")), numberCell(amount, row.amount("gross_amount")),
				numberCell(amount, row.amount("past_due_amount")), maybeCell(count, row.number("score")), maybeCell(count, row.number("points")), textCell(r.partWords(row))})
		}
		return t
	},
}

// partWords are the largest parts of a score that raise it.
func (r reading) partWords(row row) string {
	var said []string
	for _, n := range []string{"1", "2", "3"} {
		if words := row.text("words_" + n); words != "" {
			said = append(said, "+"+r.whole(row.integer("points_"+n))+": "+words)
		}
	}
	return strings.Join(said, "; ")
}

var riskMoverPanel = panel{
	name: "risk_mover", title: "Who is moving", kind: days, query: "risk_customer", mart: "mart.score_part", spare: true, plain: true, width: "full",
	definition: "The customers whose payments of the last 90 days came most later, or earlier, than their payments in all, in days; thin histories are " +
		"weighed with those of the segment.",
	empty: "Nobody pays otherwise than before.",
	table: func(r reading) table {
		t := table{columns: []column{{key: "customer", title: "Customer"}, {key: "name", title: "Name"}, {key: "before", title: "Days late in all", kind: count},
			{key: "recent", title: "Last 90 days", kind: count}, {key: "moved", title: "Moved", kind: count}, {key: "open", title: "Open", kind: amount}}}
		for _, row := range byPlace(r, "place_by_move", riskRows) {
			if moved := row.number("moved_days"); moved.Valid && !moved.Decimal.IsZero() {
				t.rows = append(t.rows, []cell{r.customerCell(row.text("customer_id")), textCell(row.text("name")), maybeCell(count, row.number("days_late")),
					maybeCell(count, row.number("days_late_recent")), maybeCell(count, moved), numberCell(amount, row.amount("gross_amount"))})
			}
		}
		return t
	},
}

var riskLimitPanel = panel{
	name: "risk_limit", title: "Limits in use", kind: percent, query: "risk_customer", mart: "mart.credit_exposure", spare: true, plain: true, width: "full",
	definition: "Net exposure against the credit limit, and where it is projected to be in thirty days: what is billed at the pace of the last ninety " +
		"days comes on top, what the scores expect to be settled goes off.",
	empty: "No customer who owes something has a limit.",
	table: func(r reading) table {
		t := table{columns: []column{{key: "customer", title: "Customer"}, {key: "name", title: "Name"}, {key: "used", title: "In use", kind: percent},
			{key: "limit", title: "Limit", kind: amount}, {key: "projected", title: "In thirty days", kind: amount}, {key: "standing", title: "Standing"}}}
		for _, row := range byPlace(r, "place_by_limit", riskRows) {
			if used := row.number("utilisation_percent"); used.Valid {
				t.rows = append(t.rows, []cell{r.customerCell(row.text("customer_id")), textCell(row.text("name")), maybeCell(percent, used),
					numberCell(amount, row.amount("limit_amount")), numberCell(amount, row.amount("projected_amount")), textCell(row.text("standing"))})
			}
		}
		return t
	},
}

// alarmWords are the alarms, with what their two numbers count.
var alarmWords = map[string][2]string{
	"drifting": {"Pays later", "mean days late"}, "pay_day_moved": {"Pay day moved", "third of the month"},
	"short_pays_rising": {"Short payments rising", "percent of payments"}, "first_broken_promise": {"First broken promise", "promises"},
	"gone_quiet": {"Gone quiet", "days"},
}

var riskAlarmPanel = panel{
	name: "risk_alarm", title: "Alarms", kind: count, query: "risk_alarm", mart: "mart.alarm", spare: true, plain: true, width: "wide",
	definition: "What has changed in how a customer pays, with the number before and after. mart.alarm_row has the documents behind each.",
	size:       func(r reading) int { return len(r.ofEntity("risk_alarm")) },
	empty:      "No customer has changed how it pays.",
	table: func(r reading) table {
		t := table{columns: []column{{key: "customer", title: "Customer"}, {key: "name", title: "Name"}, {key: "alarm", title: "Alarm"},
			{key: "before", title: "Before", kind: ratio}, {key: "after", title: "Now", kind: ratio}, {key: "counted", title: "Counted in"},
			{key: "open", title: "Open", kind: amount}}}
		for _, row := range head(r.ofEntity("risk_alarm"), cmp.Or(r.top, 200)) {
			words := alarmWords[row.text("alarm")]
			t.rows = append(t.rows, []cell{r.customerCell(row.text("customer_id")), textCell(row.text("name")), textCell(cmp.Or(words[0], row.text("alarm"))),
				maybeCell(ratio, row.number("before_value")), maybeCell(ratio, row.number("after_value")), textCell(words[1]),
				numberCell(amount, row.amount("gross_amount"))})
		}
		return t
	},
}
