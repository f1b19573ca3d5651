package dashboard

import (
	"cmp"
	"errors"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"
)

const customerPath = "/customer"

// pageParts begins the names of what only a customer's own page shows.
const pageParts = "page_"

// customerBody is all that is known of one customer.
type customerBody struct {
	Pane     *pane
	Exposure []fact
	Standing string
	Balance  template.HTML
	Months   grid
	Parts    grid
	Payments grid
	Alarms   []string
	Timeline []paneLine
}

func (h *Handler) customer(w http.ResponseWriter, r *http.Request) {
	seen, trouble := h.read(r)
	if trouble != nil {
		h.fail(w, r, trouble)
		return
	}
	if seen.customer == "" {
		h.fail(w, r, &problem{http.StatusNotFound, "Which customer?", "The address names none: it ends with ?customer= and a customer's number.", nil})
		return
	}
	seen.collector = ""
	known, err := h.know(r.Context(), seen, seen.dossiers, func(string) bool { return true }, []string{seen.customer})
	switch {
	case errors.Is(err, errNewerRun):
		h.fail(w, r, &problem{http.StatusServiceUnavailable, "New figures this moment", "Load the page again to see them.", nil})
	case err != nil:
		h.fail(w, r, &problem{http.StatusInternalServerError, "What is known of this customer could not be read", "The cause is in the log of the service.", err})
	case known == nil:
		h.fail(w, r, &problem{http.StatusNotFound, "There is no such customer", "Nothing is known of a customer with the number " + seen.customer + ".", nil})
	default:
		h.show(w, r, "customer", h.customerPage(seen, known))
	}
}

func (h *Handler) customerPage(seen reading, known beside) page {
	p := &pane{ID: seen.customer, Name: seen.customer}
	seen.standing(p)
	seen.fillPane(p, known)
	body := customerBody{Pane: p, Timeline: seen.timeline(known)}
	body.Exposure, body.Standing = seen.exposure(known)
	body.Balance, body.Months = seen.balance(known[pageParts+"balance"])
	body.Parts = seen.grid(partTable(known[pageParts+"part"]))
	body.Payments = seen.grid(paymentTable(known[pageParts+"payment"]))
	for _, a := range known[pageParts+"alarm"] {
		words := alarmWords[a.text("alarm")]
		body.Alarms = append(body.Alarms, cmp.Or(words[0], a.text("alarm"))+": "+seen.write(a.number("before_value"), ratio)+" before, "+
			seen.write(a.number("after_value"), ratio)+" now ("+words[1]+")")
	}
	page := h.page(p.Name, customerPath, &seen, body)
	page.Bar.Entities, page.Bar.Currencies, page.Bar.Compare = nil, nil, nil // it is about all that the customer owes now
	page.Bar.Kept = []option{{Value: seen.customer, Title: "customer"}}
	return page
}

// exposure is what the customer owes against what it may owe.
func (r reading) exposure(known beside) (facts []fact, standing string) {
	for _, e := range known[pageParts+"exposure"] {
		facts = []fact{{Name: "Open items", Value: r.amount(e.amount("gross_amount"))}, {Name: "of them past due", Value: r.amount(e.amount("past_due_amount"))},
			{Name: "Credits and unapplied cash", Value: r.amount(e.amount("credit_amount"))}, {Name: "Net", Value: r.amount(e.amount("net_amount")), Strong: true}}
		if limit := e.number("limit_amount"); limit.Valid {
			facts = append(facts, fact{Name: "Limit", Value: r.amount(limit.Decimal)}, fact{Name: "In use", Value: r.quantity(e.number("utilisation_percent"), percent)})
		}
		facts = append(facts, fact{Name: "Projected in thirty days", Value: r.amount(e.amount("projected_amount"))})
		standing = map[string]string{"over": "Over its limit", "breach": "Over its limit in thirty days, if it goes on like this",
			"within": "Within its limit", "no limit": "No limit is known"}[e.text("standing")]
	}
	return facts, standing
}

// balance draws what was open at the last month ends, over what was past due; months with nothing open have no row.
func (r reading) balance(rows []row) (template.HTML, grid) {
	open, late := make([]decimal.NullDecimal, balanceMonths), make([]decimal.NullDecimal, balanceMonths)
	for i := range open {
		open[i], late[i] = decimal.NewNullDecimal(decimal.Zero), decimal.NewNullDecimal(decimal.Zero)
	}
	t := table{columns: []column{{key: "on", title: "On", kind: date}, {key: "open", title: "Open", kind: amount}, {key: "past_due", title: "Past due", kind: amount}}}
	for _, row := range rows {
		if i := balanceMonths - int(row.integer("place")); i >= 0 {
			open[i], late[i] = row.number("open_amount"), row.number("past_due_amount")
		}
		t.rows = append(t.rows, []cell{dateCell(row.time("on_date")), maybeCell(amount, row.number("open_amount")), maybeCell(amount, row.number("past_due_amount"))})
	}
	if len(rows) == 0 {
		return "", grid{}
	}
	return spark{label: "Open at the last twelve month ends, and past due of it", line: open, ghost: late}.svg(), r.grid(t)
}

const balanceMonths = 12

func partTable(rows []row) table {
	t := table{columns: []column{{key: "known", title: "What is known"}, {key: "words", title: "In words"}, {key: "points", title: "Points", kind: count, total: true}}}
	for _, row := range rows {
		t.rows = append(t.rows, []cell{textCell(row.text("title")), textCell(row.text("words")), maybeCell(count, row.number("points"))})
	}
	return t
}

func paymentTable(rows []row) table {
	t := table{columns: []column{{key: "invoice", title: "Invoice"}, {key: "due", title: "Due", kind: date}, {key: "paid", title: "Paid", kind: date},
		{key: "late", title: "Days late", kind: count}, {key: "amount", title: "Amount", kind: amount}}}
	for _, row := range rows {
		t.rows = append(t.rows, []cell{textCell(row.text("invoice_id")), dateCell(row.time("due_on")), dateCell(row.time("paid_on")),
			maybeCell(count, row.number("days_late")), maybeCell(amount, row.number("amount"))})
	}
	return t
}

// timeline is what was said and done, the newest first.
func (r reading) timeline(known beside) []paneLine {
	type moment struct {
		at time.Time
		paneLine
	}
	var all []moment
	add := func(rows []row, at, what string, write func(row) paneLine) {
		for _, row := range rows {
			line := write(row)
			line.When = day(row.time(at))
			if what != "" {
				line.Text = what + line.Text
			}
			all = append(all, moment{row.time(at), line})
		}
	}
	add(known["contact"], "happened_at", "", r.contactLine)
	add(known["promise"], "made_on", "Promised ", r.promiseLine)
	add(known["dispute"], "opened_at", "Disputed ", r.disputeLine)
	add(known[pageParts+"payment"], "paid_on", "Paid ", func(p row) paneLine {
		line := paneLine{Text: r.money + " " + r.amount(p.amount("amount")) + " of " + p.text("invoice_id")}
		if late := p.number("days_late"); late.Decimal.IsPositive() {
			line.Note, line.Mood = r.dayCount(late.Decimal)+" late", "warn"
		}
		return line
	})
	slices.SortStableFunc(all, func(a, b moment) int { return cmp.Or(b.at.Compare(a.at), strings.Compare(a.Text, b.Text)) })
	var lines []paneLine
	for _, m := range all {
		lines = append(lines, m.paneLine)
	}
	return lines
}
