package dashboard

import (
	"fmt"
	"strings"

	"github.com/shopspring/decimal"

	"arrears/warehouse"
)

// A listed customer is one row of mart.worklist: somebody to call, with what the call is worth.
type listed struct {
	collector, customer, name, entity, segment    string
	place, invoices, daysPastDue, minutes         int64
	pinned, broke, closed, asked, today           bool
	planBroke, legal                              bool
	pastDue, disputed, promised, planned, credit  decimal.Decimal
	atStake, furtherDays, moneyDays, duties, rank decimal.Decimal // rank is money-days and duties together
	why                                           string          // the score's first reason for the item that weighs most
	sinceContact, toRise                          decimal.NullDecimal

	action             string              // how to turn to the customer
	takes              int64               // minutes
	declared, strategy string              // segment of the configuration, and whose order holds
	percent            decimal.NullDecimal // of the points a customer could have; not valid where money-days decide
	rules              []string            // that give most of them
}

func (r row) listed() listed {
	var rules []string
	for _, column := range []string{"rule_1", "rule_2"} {
		if rule := r.text(column); rule != "" {
			rules = append(rules, rule)
		}
	}
	return listed{
		action: r.text("action"), takes: r.integer("minutes"), declared: r.text("declared_segment"), strategy: r.text("strategy"), percent: r.number("percent"), rules: rules,
		collector: r.text("collector"), customer: r.text("customer_id"), name: r.text("name"), entity: r.text("entity"), segment: r.text("segment"),
		place: r.integer("place"), invoices: r.integer("invoices"), daysPastDue: r.integer("days_past_due"), minutes: r.integer("minutes_to_here"),
		pinned: r.truth("pinned"), broke: r.truth("promise_broken"), planBroke: r.truth("plan_broken"), legal: r.truth("legal_step"), closed: r.truth("dispute_closed"), asked: r.truth("requested"),
		today: r.truth("is_today"), pastDue: r.amount("past_due_amount"), disputed: r.amount("disputed_amount"),
		promised: r.amount("promised_amount"), planned: r.amount("planned_amount"), credit: r.amount("credit_amount"), atStake: r.amount("collectable_amount"),
		furtherDays: r.amount("further_days"), moneyDays: r.amount("money_days"), duties: r.amount("duty_points"), rank: r.amount("priority"),
		why: r.text("why_late"), sinceContact: r.number("days_since_contact"), toRise: r.number("to_rise_ten"),
	}
}

func (r row) truth(column string) bool {
	yes, _ := r.value(column).(bool)
	return yes
}

// A reason is a few words on why somebody is to be called; its mood is its colour.
type reason struct{ Text, Mood string }

// deed says how to turn to the customer, and how long that takes.
func (w words) deed(l listed) string {
	return fmt.Sprintf("%s, %s min", plainWords(l.action), w.whole(l.takes))
}

// duties are what has to be done whatever is owed, the customer's own wish first.
func (l listed) dutyWords() []reason {
	var said []reason
	for _, duty := range []struct {
		due  bool
		text string
	}{{l.asked, "asked for a call"}, {l.broke, "broke a promise"}, {l.planBroke, "broke a payment plan"}, {l.legal, "legal step due"}, {l.closed, "dispute just closed"}} {
		if duty.due {
			said = append(said, reason{duty.text, "warn"})
		}
	}
	return said
}

// points says how much of what a customer could have the rules give.
func (w words) points(l listed) string {
	return w.trimmed(l.percent.Decimal) + " % of the points"
}

func (l listed) ruleWords() string {
	if len(l.rules) == 0 {
		return ""
	}
	return ": " + strings.Join(l.rules, ", ")
}

// trimmed writes a number with a decimal only where it has one.
func (w words) trimmed(value decimal.Decimal) string {
	if value.Equal(value.Round(0)) {
		return w.fixed(value, 0)
	}
	return w.fixed(value, 1)
}

// late says how late the money is already and how much longer it is expected to take.
func (w words) late(l listed) string {
	items := ""
	if l.invoices > 1 {
		items = w.whole(l.invoices) + " invoices, up to "
	}
	return items + w.dayCount(decimal.NewFromInt(l.daysPastDue)) + " past due, expected " + w.dayCount(l.furtherDays) + " more"
}

// reasons are the small words under a customer's name. What the days say already is not said again.
func (w words) reasons(l listed) []reason {
	var said []reason
	if l.pinned {
		said = append(said, reason{"pinned", "pin-word"})
	}
	said = append(said, l.dutyWords()...)
	if l.percent.Valid {
		said = append(said, reason{Text: w.points(l) + l.ruleWords()})
	}
	said = append(said, reason{Text: w.late(l)})
	if l.why != "" && !strings.HasSuffix(l.why, " past due") {
		said = append(said, reason{Text: l.why})
	}
	if l.disputed.IsPositive() {
		said = append(said, reason{Text: w.amount(l.disputed) + " disputed and left out"})
	}
	switch {
	case !l.sinceContact.Valid:
		said = append(said, reason{Text: "never contacted"})
	case l.sinceContact.Decimal.GreaterThanOrEqual(decimal.NewFromInt(longSilence)):
		said = append(said, reason{Text: "no contact for " + w.dayCount(l.sinceContact.Decimal)})
	}
	return said
}

// longSilence is after how many days without a contact of ours the list says so.
const longSilence = 30

// sentence says why somebody is on the list, in one line.
func (w words) sentence(l listed) string {
	said := w.exact(l.atStake) + " " + w.money + ", " + w.late(l)
	var more []string
	for _, r := range l.dutyWords() {
		more = append(more, r.Text)
	}
	if l.pinned {
		more = append(more, "pinned")
	}
	if l.percent.Valid {
		more = append(more, w.points(l)+" of "+l.strategy+l.ruleWords())
	}
	if l.disputed.IsPositive() {
		more = append(more, w.exact(l.disputed)+" disputed and left out")
	}
	if len(more) > 0 {
		said += "; " + strings.Join(more, ", ")
	}
	return said
}

// Whys says of each row of mart.worklist in one line why the customer is on it, with figures written the English way.
func Whys(worklist warehouse.Table) []string {
	var said []string
	for r := range rowsOf(worklist) {
		said = append(said, newWords("en", r.text("currency"), "").sentence(r.listed()))
	}
	return said
}

// whole writes a count.
func (w words) whole(n int64) string { return w.fixed(decimal.NewFromInt(n), 0) }

// dayCount writes a number of days to the day.
func (w words) dayCount(days decimal.Decimal) string {
	written := w.fixed(days, 0)
	if written == "1" {
		return "1 day"
	}
	return written + " days"
}

// counted writes how many there are of something.
func (w words) counted(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return w.whole(n) + " " + many
}

// worth writes money-days in the scale of the page.
func (w words) worth(value decimal.Decimal) string {
	if w.scale == "" {
		return w.fixed(value, 0)
	}
	return w.amount(value)
}
