package dashboard

import (
	"context"
	"fmt"
	"slices"
	"time"

	"arrears/collections"
)

// What was done is the ledger's: what the figures do not hold yet, and what the day has seen so far.
type doings struct {
	pending map[string][]collections.Done // by customer, in the order in which they were written down
	today   map[string]bool               // customers somebody has dealt with
}

// doings reads the ledger as it is now; a page without it would show as undone what has been done.
func (h *Handler) doings(ctx context.Context, seen reading) doings {
	if h.opts.Collections == nil {
		return doings{}
	}
	d := doings{pending: map[string][]collections.Done{}, today: map[string]bool{}}
	pending, err := h.opts.Collections.Pending(ctx, seen.landed)
	for _, one := range pending {
		d.pending[one.Customer] = append(d.pending[one.Customer], one)
	}
	today, wrong := h.opts.Collections.Today(ctx)
	for _, one := range today {
		d.today[one.Customer] = d.today[one.Customer] || dealtWith[one.Kind]
	}
	if err != nil || wrong != nil {
		h.opts.Log.ErrorContext(ctx, "what was done is not shown", "error", err, "today", wrong)
	}
	return d
}

// dealtWith are the entries after which a customer needs no more today.
var dealtWith = map[string]bool{collections.Call: true, collections.Promise: true, collections.Snooze: true, collections.Hold: true, collections.Skip: true,
	collections.AgreedPlan: true, collections.Legal: true}

// pendingLine says what was done as the pane shows it.
func (r reading) pendingLine(d collections.Done) paneLine {
	line := paneLine{When: d.At.In(r.zone).Format("2 Jan 15:04"), Text: doneWords(d)}
	if d.Invoice != "" {
		line.Text += " (" + d.Invoice + ")"
	}
	line.Text += ", " + d.By.Name()
	line.Note = d.Text
	if d.Reason != "" {
		line.Note = d.Reason
	}
	return line
}

// doneWords are what an entry says of itself.
func doneWords(d collections.Done) string {
	until := ""
	if on, err := time.Parse(time.DateOnly, d.Until); err == nil && d.Kind != collections.Skip {
		until = " until " + day(on)
	}
	switch d.Kind {
	case collections.Call:
		from := ""
		if d.Direction == "in" {
			from = " from the customer"
		}
		return plainWords(d.Channel) + from + ": " + plainWords(d.Outcome)
	case collections.Promise:
		on, err := time.Parse(time.DateOnly, d.DueOn)
		if err != nil {
			return fmt.Sprintf("promised %s %s", d.Amount, d.Currency)
		}
		return fmt.Sprintf("promised %s %s by %s", d.Amount, d.Currency, day(on))
	case collections.Skip:
		return "skipped today"
	case collections.AgreedPlan:
		return fmt.Sprintf("payment plan of %s %s in %d instalments", d.Amount, d.Currency, len(d.Instalments))
	case collections.EndedPlan:
		if d.Currency == "" { // written down before a plan was named
			return "payment plans ended"
		}
		return "payment plan in " + d.Currency + " ended"
	case collections.Assign:
		return "given to " + d.Collector
	case collections.Unsnooze, collections.Unpin, collections.Unhold, collections.Unassign, collections.Unlegal:
		return map[string]string{collections.Unassign: "given back", collections.Unlegal: "taken back from legal", collections.Unsnooze: "snooze ended", collections.Unpin: "pin ended", collections.Unhold: "hold ended"}[d.Kind]
	default:
		return map[string]string{collections.Note: "note", collections.Snooze: "snoozed", collections.Pin: "pinned", collections.Hold: "on hold", collections.Legal: "with legal"}[d.Kind] + until
	}
}

// chips are the small words of what was done with a customer since the figures.
func (d doings) chips(customer string) []reason {
	var said []reason
	for _, one := range d.pending[customer] {
		chip := reason{doneWords(one), "done-word"}
		if !slices.Contains(said, chip) {
			said = append(said, chip)
		}
	}
	return said
}

// A progress is how much of a day's list has been dealt with.
type progress struct{ Done, All int64 }

// Share is the done part in percent, for the bar.
func (p progress) Share() int64 {
	if p.All == 0 {
		return 0
	}
	return 100 * p.Done / p.All
}

// progressOf counts the customers somebody dealt with today, and those that are still to be called today. Who was dealt with may
// have left the list with the last refresh.
func (r reading) progressOf(d doings, collector string) progress {
	p := progress{}
	counted := map[string]bool{}
	for _, l := range r.listOf(collector) {
		if (r.entity == "" || l.entity == r.entity) && (l.today || d.today[l.customer]) {
			p.All++
			counted[l.customer] = true
			if d.today[l.customer] {
				p.Done++
			}
		}
	}
	for _, u := range r.unlisted {
		if u.collector == collector && (r.entity == "" || u.entity == r.entity) && d.today[u.customer] && !counted[u.customer] {
			p.All++
			p.Done++
		}
	}
	return p
}
