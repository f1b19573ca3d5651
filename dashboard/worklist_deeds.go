package dashboard

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"arrears/collections"
	"arrears/ledger"
)

// collecting are the roles that write to the worklist.
var collecting = []string{"collector", "manager"}

var channelOptions = []option{{Value: "call", Title: "Telephone"}, {Value: "mail", Title: "Mail"}, {Value: "letter", Title: "Letter"},
	{Value: "visit", Title: "Visit"}, {Value: "chat", Title: "Chat"}}

var directionOptions = []option{{Value: "out", Title: "We called"}, {Value: "in", Title: "The customer called"}}

var outcomeOptions = []option{{Value: "reached", Title: "Reached"}, {Value: "no_answer", Title: "No answer"}, {Value: "voicemail", Title: "Voicemail"},
	{Value: "wrong_contact", Title: "Wrong person or number"}, {Value: "refused", Title: "Will not pay"}}

// supervising are the roles that give customers to other collectors.
var supervising = []string{"manager"}

// collectorDeeds is what a collector can do with the customer beside the list.
func (r reading) collectorDeeds(p *pane, open string, supervisor, letters bool) []deed {
	invoices := []option{{Title: "All that is open"}}
	for _, item := range p.Items {
		id, _, _ := strings.Cut(item.Invoice, " / ")
		if !slices.ContainsFunc(invoices, func(o option) bool { return o.Value == id }) {
			invoices = append(invoices, option{Value: id, Title: id + ", " + item.Open})
		}
	}
	about := field{Name: "invoice", Label: "About", Kind: "choice", Options: invoices}
	text := field{Name: "text", Label: "Note", Kind: "area"}
	reason := field{Name: "reason", Label: "Why", Kind: "text", Required: true}
	until := field{Name: "until", Label: "Until, and with, this day", Kind: "date", Value: r.later(7)}
	amount, currency := p.owed, r.money
	all := []deed{
		{Kind: collections.Call, Title: "Call", Letter: "c", Button: "Log the call", Fields: []field{
			{Name: "channel", Label: "By", Kind: "choice", Options: channelOptions}, {Name: "direction", Label: "Direction", Kind: "choice", Options: directionOptions},
			{Name: "outcome", Label: "Outcome", Kind: "choice", Options: outcomeOptions}, about, text}},
		{Kind: collections.Promise, Title: "Promise", Letter: "p", Button: "Take the promise", Fields: []field{
			{Name: "amount", Label: "Amount", Kind: "text", Value: amount, Required: true, Hint: "as in 1250.00"},
			{Name: "currency", Label: "Currency", Kind: "text", Value: currency, Required: true},
			{Name: "due_on", Label: "To be paid by", Kind: "date", Value: r.later(7), Required: true}, about,
			{Name: "channel", Label: "Given", Kind: "choice", Options: channelOptions}, text}},
		{Kind: collections.AgreedPlan, Title: "Payment plan", Button: "Agree on the plan",
			Text: "While each instalment is paid by its day, the invoices are not asked for. It takes the place of the plan in the same currency.",
			Fields: []field{
				{Name: "invoices", Label: "Invoices, one a line", Kind: "area", Value: p.pastDue(currency), Required: true},
				{Name: "instalments", Label: "Instalments, one a line", Kind: "area", Hint: "as in " + r.later(30) + " 250.00", Required: true},
				{Name: "currency", Label: "Currency", Kind: "text", Value: currency, Required: true},
				{Name: "channel", Label: "Agreed", Kind: "choice", Options: channelOptions}, text}},
		{Kind: collections.Note, Title: "Note", Letter: "n", Button: "Write it down", Fields: []field{
			{Name: "text", Label: "Note", Kind: "area", Required: true}, about}},
		{Kind: collections.Snooze, Title: "Snooze", Letter: "s", Button: "Snooze", Text: "Off the list up to and with a day.", Fields: []field{until, reason, about}},
		{Kind: collections.Skip, Title: "Skip", Button: "Skip today", Text: "Not today; back on the list tomorrow.", Fields: []field{reason}},
		{Kind: collections.Pin, Title: "Pin", Button: "Pin", Text: "At the top of the list, until a day or until the pin is ended.", Fields: []field{optional(until), reason}},
		{Kind: collections.Hold, Title: "Hold", Button: "Hold", Text: "Off the list, until a day or until the hold is ended.", Fields: []field{optional(until), reason, about}},
		{Kind: collections.Legal, Title: "Legal", Button: "Hand over", Text: "With a lawyer or an agency: off the list before the day of the next step, and due from that day on. Hand over again to set the step after it.",
			Fields: []field{{Name: "until", Label: "Day of the next step", Kind: "date", Value: r.later(30), Required: true}, {Name: "reason", Label: "Note", Kind: "text", Required: true}, about}},
		r.endDeed(p, supervisor, reason, about),
	}
	if letters {
		all = slices.Insert(all, 2, deed{Kind: mailDeed, Title: "Mail", Letter: "e", Button: "Read the letter",
			Text:   "A letter about what is past due, in the customer's language. You read it before it goes out; a customer gets one a day.",
			Fields: []field{{Name: "text", Label: "What to add", Kind: "area"}}})
	}
	if supervisor {
		all = append(all, deed{Kind: collections.Assign, Title: "Give to", Button: "Give", Text: "Another collector calls the customer, from the next refresh on.",
			Fields: []field{{Name: "collector", Label: "Collector", Kind: "choice", Options: r.otherCollectors()}, reason}})
	}
	back := r.list(r.collector, p.ID).link(worklistPath)
	for i := range all {
		d := &all[i]
		for j := range d.Fields { // each form has choices of its own to mark
			d.Fields[j].Options = slices.Clone(d.Fields[j].Options)
		}
		d.Action, d.Back, d.Key, d.Open = worklistPath+"/"+d.Kind, back, ledger.NewKey(), d.Kind == open
		d.Href = back + separator(back) + "do=" + d.Kind + "#do-" + d.Kind
		d.Hidden = []option{{Title: "customer", Value: p.ID}}
	}
	return all
}

// endDeed ends what was decided. Which payment plan is asked where there are several.
func (r reading) endDeed(p *pane, supervisor bool, reason, about field) deed {
	what := field{Name: "what", Label: "What", Kind: "choice", Options: []option{{Value: collections.Snooze, Title: "Snooze"}, {Value: collections.Pin, Title: "Pin"},
		{Value: collections.Hold, Title: "Hold"}, {Value: collections.AgreedPlan, Title: "Payment plan"}, {Value: collections.Legal, Title: "Being with legal"}}}
	if supervisor {
		what.Options = append(what.Options, option{Value: collections.Assign, Title: "Having been given to another collector"})
	}
	fields := []field{what, reason, about}
	if len(p.plans) > 1 {
		which := field{Name: "plan", Label: "Which payment plan", Kind: "choice", Options: []option{{Title: "Choose, to end a plan"}}}
		for _, o := range p.plans {
			which.Options = append(which.Options, option{Value: o.ID, Title: r.in(o.Currency).exact(o.Amount) + " " + o.Currency})
		}
		fields = slices.Insert(fields, 1, which)
	}
	return deed{Kind: "end", Title: "End", Button: "End it", Text: "Ends a snooze, a pin, a hold or a payment plan before its time, or takes back from legal.", Fields: fields}
}

// pastDue are the late invoices in a currency beside the list, one a line.
func (p *pane) pastDue(currency string) string {
	var ids []string
	for _, item := range p.Items {
		if id, _, _ := strings.Cut(item.Invoice, " / "); item.IsLate && strings.HasSuffix(item.Open, " "+currency) && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return strings.Join(ids, "\n")
}

// mailDeed is the letter about what is past due.
const mailDeed = "mail"

// mail shows the letter as it would go out, or sends the one that was read.
func (h *Handler) mail(w http.ResponseWriter, r *http.Request, a asked) error {
	if !h.opts.Collections.HasLetters() {
		return errNoDeed
	}
	_, letter, err := h.opts.Collections.Mail(r.Context(), a.who, a.get("customer"), a.get("text"), a.get("seen"))
	if !errors.Is(err, collections.ErrUnread) {
		return err
	}
	h.worklistWith(w, r, mailDeed, a, http.StatusOK, func(d *deed) {
		d.fillIn(a, nil)
		d.Preview, d.Button = &preview{letter.To, letter.Subject, letter.Body}, "Send"
		d.Hidden = append(d.Hidden, option{Title: "seen", Value: letter.Digest()})
	})
	return errShown
}

// errShown is returned where the page has been written already.
var errShown = errors.New("the page is shown")

// otherCollectors are those to whom a customer beside the list can be given.
func (r reading) otherCollectors() []option {
	var others []option
	for _, d := range r.workdays {
		if d.collector != r.collectorOf(r.customer) && d.collector != nobody {
			others = append(others, option{Value: d.collector, Title: d.collector})
		}
	}
	return others
}

func optional(f field) field {
	f.Value, f.Label = "", f.Label+" (or empty)"
	return f
}

func separator(address string) string {
	if strings.Contains(address, "?") {
		return "&"
	}
	return "?"
}

// later is a day some days from now, as a form writes it.
func (r reading) later(days int) string {
	return r.now.In(r.zone).AddDate(0, 0, days).Format("2006-01-02")
}

// collect writes down what a collector did, and shows the customer again.
func (h *Handler) collect(w http.ResponseWriter, r *http.Request) {
	a, trouble := h.sent(w, r, worklistPath)
	if trouble != nil {
		h.fail(w, r, trouble)
		return
	}
	kind := r.PathValue("kind")
	if (kind == collections.Assign || kind == "end" && a.get("what") == collections.Assign) && !h.reader(r).Is(supervising...) {
		h.fail(w, r, &problem{http.StatusForbidden, "This is not yours to decide", "Supervisors give customers to other collectors.", nil})
		return
	}
	var err error
	if kind == mailDeed {
		err = h.mail(w, r, a)
	} else {
		err = h.write(r.Context(), kind, a)
	}
	var mistakes collections.Mistakes
	switch {
	case errors.Is(err, errShown):
	case err == nil:
		http.Redirect(w, r, a.back+"#customer", http.StatusSeeOther)
	case errors.Is(err, errNoDeed):
		h.nothing(w, r)
	case errors.As(err, &mistakes):
		h.worklistAgain(w, r, kind, a, mistakes)
	default:
		h.fail(w, r, told(err))
	}
}

var errNoDeed = errors.New("there is no such thing to do")

func (h *Handler) write(ctx context.Context, kind string, a asked) error {
	d, customer, invoice := h.opts.Collections, a.get("customer"), a.get("invoice")
	place := collections.Place{Customer: customer, Invoice: invoice, Until: a.get("until"), Plan: a.get("plan"), Reason: a.get("reason")}
	var err error
	switch kind {
	case collections.Call:
		_, err = d.LogCall(ctx, a.who, a.key, collections.Contact{Customer: customer, Invoice: invoice, Channel: a.get("channel"),
			Direction: a.get("direction"), Outcome: a.get("outcome"), Text: a.get("text")})
	case collections.Promise:
		_, err = d.TakePromise(ctx, a.who, a.key, collections.Word{Customer: customer, Invoice: invoice, DueOn: a.get("due_on"),
			Amount: a.get("amount"), Currency: a.get("currency"), Channel: a.get("channel"), Text: a.get("text")})
	case collections.AgreedPlan:
		_, err = d.AgreePlan(ctx, a.who, a.key, collections.Plan{Customer: customer, Invoices: collections.ReadLines(a.get("invoices")), Currency: a.get("currency"),
			Instalments: collections.ReadInstalments(a.get("instalments")), Channel: a.get("channel"), Text: a.get("text")})
	case collections.Note:
		_, err = d.Note(ctx, a.who, a.key, customer, invoice, a.get("text"))
	case collections.Snooze:
		_, err = d.Snooze(ctx, a.who, a.key, place)
	case collections.Pin:
		_, err = d.Pin(ctx, a.who, a.key, place)
	case collections.Skip:
		_, err = d.Skip(ctx, a.who, a.key, place)
	case collections.Hold:
		_, err = d.Hold(ctx, a.who, a.key, place)
	case collections.Legal:
		_, err = d.HandOver(ctx, a.who, a.key, place)
	case collections.Assign:
		_, err = d.Assign(ctx, a.who, a.key, customer, a.get("collector"), place.Reason)
	case "end":
		_, err = d.End(ctx, a.who, a.key, a.get("what"), place)
	default:
		err = errNoDeed
	}
	return err
}

// worklistAgain shows the page with the form as it was sent, and what is wrong with it.
func (h *Handler) worklistAgain(w http.ResponseWriter, r *http.Request, kind string, a asked, wrong collections.Mistakes) {
	var mistakes []mistake
	for _, m := range wrong {
		mistakes = append(mistakes, mistake{m.Field, m.Text})
	}
	h.worklistWith(w, r, kind, a, http.StatusUnprocessableEntity, func(d *deed) { d.fillIn(a, mistakes) })
}

// worklistWith shows the page from which a form came, with the form changed.
func (h *Handler) worklistWith(w http.ResponseWriter, r *http.Request, kind string, a asked, status int, change func(*deed)) {
	again := r.Clone(r.Context())
	back, err := url.Parse(a.back)
	if err != nil {
		h.fail(w, r, told(err))
		return
	}
	again.URL = back
	seen, trouble := h.read(again)
	if trouble != nil {
		h.fail(w, r, trouble)
		return
	}
	seen.choice = seen.settle()
	pane, _ := h.pane(again, seen)
	if pane != nil {
		for i := range pane.Deeds {
			if pane.Deeds[i].Kind == kind {
				change(&pane.Deeds[i])
			}
		}
	}
	h.showWith(w, again, status, "worklist", h.worklistPage(again.Context(), seen, pane))
}
