package dashboard

import (
	"fmt"
	"strings"

	"github.com/shopspring/decimal"
)

// behaviour is how the customer has paid in two years.
func (r reading) behaviour(c row) []fact {
	if !c.number("paid_invoices").Valid {
		return nil
	}
	facts := []fact{
		{Name: "PAYDEX-like index", Value: r.write(c.number("paydex_like"), days)},
		{Name: "Days beyond terms", Value: r.write(c.number("days_beyond_terms"), days)},
		{Name: "Paid on time", Value: r.quantity(c.number("on_time_percent"), percent)},
		{Name: "Most days late", Value: r.whole(c.integer("most_days_late"))},
		{Name: "Invoices paid", Value: r.whole(c.integer("paid_invoices"))},
		{Name: "Last paid", Value: day(c.time("last_paid_on"))},
	}
	if terms := c.number("terms_days"); terms.Valid {
		facts = append(facts, fact{Name: "Terms", Value: r.dayCount(terms.Decimal)})
	}
	return facts
}

func (r reading) itemLine(item row) itemLine {
	late := item.integer("days_past_due")
	line := itemLine{
		Invoice: item.text("invoice_id"), Due: day(item.time("due_on")), IsLate: late > 0,
		Open: r.in(item.text("currency")).exact(item.amount("open_amount")) + " " + item.text("currency"),
	}
	if number := item.integer("number"); number > 1 {
		line.Invoice += " / " + r.whole(number)
	}
	switch {
	case item.time("due_on").IsZero():
		line.Late = "no due date"
	case late > 0:
		line.Late = r.dayCount(decimal.NewFromInt(late)) + " past due"
	case late == 0:
		line.Late = "due today"
	default:
		line.Late = "due in " + r.dayCount(decimal.NewFromInt(-late))
	}
	if item.number("score").Valid {
		line.Score = r.whole(item.integer("score"))
	}
	if further := item.number("further_days"); further.Valid {
		line.Further = r.fixed(further.Decimal, 0)
	}
	for _, reason := range []string{"reason_1", "reason_2", "reason_3"} {
		if text := item.text(reason); text != "" && !strings.HasSuffix(text, " past due") {
			line.Why = append(line.Why, text)
		}
	}
	if file := item.text("file"); file != "" {
		line.File = fmt.Sprintf("%s, line %d", file, item.integer("line"))
	}
	return line
}

func (r reading) disputeLine(d row) paneLine {
	w := r.in(d.text("currency"))
	line := paneLine{
		When: day(d.time("opened_at")),
		Text: fmt.Sprintf("%s %s of %s: %s", w.exact(d.amount("amount")), d.text("currency"), d.text("invoice_id"), plainWords(d.text("reason"))),
	}
	if d.truth("open") {
		line.Note, line.Mood = "open for "+r.dayCount(d.amount("age_days")), "warn"
		return line
	}
	line.Note = "closed " + day(d.time("resolved_at"))
	if outcome := d.text("outcome"); outcome != "" {
		line.Note += ", " + plainWords(outcome)
	}
	return line
}

func (r reading) promiseLine(p row) paneLine {
	w := r.in(p.text("currency"))
	line := paneLine{
		When: day(p.time("made_on")),
		Text: fmt.Sprintf("%s %s by %s", w.exact(p.amount("amount")), p.text("currency"), day(p.time("due_on"))),
	}
	if invoice := p.text("invoice_id"); invoice != "" {
		line.Text += " for " + invoice
	}
	switch p.text("state") {
	case "kept":
		line.Note, line.Mood = "kept", "good"
	case "broken":
		line.Note, line.Mood = "broken, nothing came", "bad"
		if came := p.amount("received"); came.IsPositive() {
			line.Note = "broken, " + w.exact(came) + " came"
		}
	default:
		line.Note = "open"
	}
	return line
}

// planLine is an instalment of a payment plan.
func (r reading) planLine(p row) paneLine {
	line := paneLine{When: day(p.time("due_on")), Text: r.in(p.text("currency")).exact(p.amount("amount")) + " " + p.text("currency"), Note: p.text("state")}
	line.Mood = map[string]string{"paid": "good", "missed": "bad"}[line.Note]
	return line
}

func (r reading) contactLine(c row) paneLine {
	line := paneLine{When: c.time("happened_at").Format("2 Jan 2006 15:04"), Text: plainWords(c.text("channel"))}
	if c.text("direction") == "in" {
		line.Text += " from the customer"
	}
	if outcome := c.text("outcome"); outcome != "" {
		line.Text += ": " + plainWords(outcome)
	}
	line.Note = c.text("note")
	if actor := c.text("actor"); actor != "" {
		line.Text += ", " + actor
	}
	return line
}

// decided says a decision about the customer's place on the list.
func decided(a row) string {
	said := map[string]string{"pin": "Pinned", "hold": "On hold", "snooze": "Snoozed", "skip": "Skipped today", "legal": "With legal"}[a.text("family")]
	if invoice := a.text("invoice_id"); invoice != "" {
		said += " (" + invoice + ")"
	}
	if until := a.time("until_on"); !until.IsZero() {
		said += " until " + day(until)
	}
	return decidedBy(said, a)
}

// decidedBy adds who decided so, and why.
func decidedBy(said string, a row) string {
	if actor := a.text("actor"); actor != "" {
		said += " by " + actor
	}
	if why := a.text("reason"); why != "" {
		said += ": " + why
	}
	return said
}

// plainWords writes a code of a source as words.
func plainWords(code string) string { return strings.ReplaceAll(code, "_", " ") }
