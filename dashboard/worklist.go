package dashboard

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"github.com/shopspring/decimal"
)

const (
	worklistPath = "/worklist"
	listOnPage   = 100 // customers of a list that the page names; the exports have all
)

// worklistBody is a collector's day: whom to call on the left, the customer beside, and below who is not called.
type worklistBody struct {
	Collector  string
	Notice     string // where the address names a collector nobody has
	Sums       []string
	List       tile
	Before     string // said above the list: the day ends before the first
	Lines      []listLine
	More       int
	Fits       string // said below the list: the day does not end before it does
	Pane       *pane
	Absent     tile
	Groups     []absentGroup
	Collectors tile
	Days       []dayLine
	Progress   *progress // of the collector's day; nil where nothing is written down
	Changes    tile
	Overrides  tile
}

// A listLine is one customer on the list.
type listLine struct {
	link
	Place, ID, Deed, AtStake, MoneyDays, Duties, Priority string
	Reasons                                               []reason
	Here, Today, Pinned, Done                             bool
	Bar                                                   worthBar
	Ends                                                  string // said below the line: today ends here
}

// A worthBar draws the two parts of a priority, in hundredths of the largest on the list.
type worthBar struct{ Days, Duties string }

// A dayLine is one collector among all.
type dayLine struct {
	link
	Listed, Today, Absent, AtStake, WorthToday, WorthRest string
	Here                                                  bool
	Progress                                              *progress
}

func (h *Handler) worklist(w http.ResponseWriter, r *http.Request) {
	seen, trouble := h.read(r)
	if trouble != nil {
		h.fail(w, r, trouble)
		return
	}
	seen.choice = seen.settle()
	pane, whole := h.pane(r, seen)
	made := func() page { return h.worklistPage(r.Context(), seen, pane) }
	if whole && h.opts.Collections == nil {
		h.serve(w, r, seen, "worklist", made)
	} else { // what is missing now may be there in a moment, and so may what somebody does
		h.show(w, r, "worklist", made())
	}
}

// settle fills in what the address leaves open: the collector of the customer, or the first there is, and the first on the list.
func (r reading) settle() choice {
	c := r.choice
	if c.collector == "" && c.customer != "" {
		c.collector = r.collectorOf(c.customer)
	}
	if c.collector == "" {
		c.collector = r.firstCollector()
	}
	r.choice = c
	if queue := r.queue(); c.customer == "" && len(queue) > 0 {
		c.customer = queue[0].customer
	}
	return c
}

func (r reading) collectorOf(customer string) string {
	if i := slices.IndexFunc(r.listed, func(l listed) bool { return l.customer == customer }); i >= 0 {
		return r.listed[i].collector
	}
	if i := slices.IndexFunc(r.unlisted, func(u unlisted) bool { return u.customer == customer }); i >= 0 {
		return r.unlisted[i].collector
	}
	return ""
}

// nobody is the collector of customers who have none.
const nobody = "(none)"

// firstCollector is the first by name who has somebody to call.
func (r reading) firstCollector() string {
	all := r.days()
	for _, d := range all {
		if d.listed > 0 && d.collector != nobody {
			return d.collector
		}
	}
	if len(all) > 0 {
		return all[0].collector
	}
	return ""
}

// beside is the address of a customer next to the list.
func (r reading) beside(customer string) string {
	return r.list(r.collector, customer).link(worklistPath) + "#customer"
}

func (h *Handler) worklistPage(ctx context.Context, seen reading, beside *pane) page {
	body := worklistBody{
		Collector: seen.collector, List: worklistPanel.tile(seen.first(listOnPage)), Absent: notListedPanel.tile(seen.first(1)),
		Collectors: collectorsPanel.tile(seen.everybody().first(1)), Pane: beside,
		Changes: worklistChangePanel.tile(seen), Overrides: worklistOverridePanel.tile(seen),
	}
	done := h.doings(ctx, seen)
	if body.List.Fault == "" && listByCurrency(seen) == "" {
		seen.fillList(&body)
		for i := range body.Lines {
			line := &body.Lines[i]
			line.Reasons, line.Done = append(done.chips(line.ID), line.Reasons...), done.today[line.ID]
		}
		body.Groups = seen.absentGroups()
	}
	p := h.page("Worklist", worklistPath, &seen, body)
	p.Bar.Currencies, p.Bar.Compare = nil, nil // a call is about all that is owed now
	p.Bar.Kept = seen.kept()
	for i, d := range seen.days() {
		here := d.collector == seen.collector
		p.Bar.Collectors = append(p.Bar.Collectors, option{Value: d.collector, Title: d.collector, Chosen: here})
		if i < listOnPage || here {
			line := seen.dayLine(d)
			if h.opts.Collections != nil {
				p := seen.progressOf(done, d.collector)
				line.Progress = &p
				if here {
					body.Progress = &p
				}
			}
			body.Days = append(body.Days, line)
		}
	}
	body.Collectors.More = len(p.Bar.Collectors) - len(body.Days)
	if !slices.ContainsFunc(p.Bar.Collectors, func(o option) bool { return o.Chosen }) && seen.collector != "" {
		body.Notice = "No customer who owes something has the collector " + seen.collector + "."
		p.Bar.Collectors = append(p.Bar.Collectors, option{Value: seen.collector, Title: seen.collector, Chosen: true})
	}
	p.Body = body
	return p
}

// everybody is the reading without a collector.
func (r reading) everybody() reading {
	r.choice = r.list("", "")
	return r
}

// kept are the choices this page has no field for, so that they are there again on the next.
func (r reading) kept() []option {
	var kept []option
	if r.currency != "" {
		kept = append(kept, option{Value: r.currency, Title: "currency"})
	}
	if r.compare == "year" {
		kept = append(kept, option{Value: r.compare, Title: "compare"})
	}
	return kept
}

// fillList writes the list, the line where today ends, and what is on it in all.
func (r reading) fillList(body *worklistBody) {
	queue := r.queue()
	if len(queue) == 0 {
		return
	}
	var sum workday
	largestRank := decimal.Zero
	last := -1 // of those who are called today
	for i, l := range queue {
		sum.add(l)
		largestRank = decimal.Max(largestRank, l.rank)
		if l.today {
			last = i
		}
	}
	body.Sums = []string{
		r.counted(sum.listed, "customer", "customers") + " to call, " + r.whole(sum.today) + " of them today",
		r.money + " " + r.amount(sum.atStake) + " at stake",
	}
	for i, l := range queue {
		if i >= listOnPage && l.customer != r.customer {
			body.More++
			continue
		}
		body.Lines = append(body.Lines, r.listLine(l, largestRank))
	}
	if len(queue) > listOnPage {
		body.List.Table.Total = nil // it would be that of the rows shown
	}
	switch {
	case last < 0:
		body.Before = r.ends(sum)
	case last == len(queue)-1:
		body.Fits = r.ends(sum)
	case last < len(body.Lines):
		body.Lines[last].Ends = r.ends(sum)
	default:
		body.Fits = r.ends(sum)
	}
}

func (r reading) listLine(l listed, largestRank decimal.Decimal) listLine {
	line := listLine{
		link: link{l.name, r.beside(l.customer)}, Place: r.whole(l.place), ID: l.customer, Deed: r.deed(l), AtStake: r.amount(l.atStake),
		MoneyDays: r.worth(l.moneyDays), Priority: r.worth(l.rank), Reasons: r.reasons(l), Here: l.customer == r.customer,
		Today: l.today, Pinned: l.pinned,
	}
	if !l.duties.IsZero() {
		line.Duties = r.worth(l.duties)
	}
	part := func(value decimal.Decimal) string {
		return fmt.Sprintf("%.1f", share(value, largestRank).Decimal.InexactFloat64())
	}
	line.Bar = worthBar{Days: part(l.moneyDays), Duties: part(l.duties)}
	return line
}

func (r reading) dayLine(d workday) dayLine {
	return dayLine{
		link: link{d.collector, r.list(d.collector, "").link(worklistPath)}, Listed: r.whole(d.listed), Today: r.whole(d.today), Absent: r.whole(d.absent),
		AtStake: r.amount(d.atStake), WorthToday: r.worth(d.worthToday), WorthRest: r.worth(d.worthRest), Here: d.collector == r.collector,
	}
}
