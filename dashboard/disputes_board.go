package dashboard

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"arrears/disputes"
	"arrears/ledger"
)

const (
	disputesPath = "/disputes"
	casesOnCard  = 12  // cases of a state that the board names
	casesOnPage  = 300 // rows of the table
)

// disputing are the roles that work on cases.
var disputing = []string{"analyst", "collector", "manager", "approver", "cfo"}

// disputesBody is every case by state, and the same as a table.
type disputesBody struct {
	Filters []field
	Sums    string
	Columns []stateColumn
	Cases   []caseLine
	More    int
	Deeds   []deed
	Closed  bool
	Alerts  int
}

// A stateColumn is one state of the process with the cases that stand in it.
type stateColumn struct {
	Title, Owner, Count, Amount string
	Late                        int
	Cases                       []caseLine
	More                        int
}

// A caseLine is one case on the board or in the table.
type caseLine struct {
	link
	Customer, Reason, Claimed, State, Owner, Opened, Due, Clock, Mood, Priority string
	Alert                                                                       string
}

func (v ledgerView) line(c disputes.Case) caseLine {
	l := caseLine{
		link: link{c.ID, disputesPath + "/" + c.ID}, Customer: v.customer(c.Customer), Reason: v.reason(c.Reason), State: v.state(c.State),
		Claimed: v.claim(c), Owner: c.Owner, Opened: day(c.OpenedAt.In(v.zone)), Due: v.moment(c.Due), Priority: c.Priority, Alert: c.Alert,
	}
	l.Clock, l.Mood = v.clock(c)
	return l
}

func filterOf(q url.Values) disputes.Filter {
	f := disputes.Filter{Customer: q.Get("customer"), Invoice: q.Get("invoice"), State: q.Get("state"), Owner: q.Get("owner"), Reason: q.Get("reason"),
		Alert: q.Get("alert") != ""}
	f.Open = q.Get("closed") == ""
	return f
}

func (h *Handler) disputes(w http.ResponseWriter, r *http.Request) {
	body, trouble := h.board(r, nil, nil)
	if trouble != nil {
		h.fail(w, r, trouble)
		return
	}
	h.show(w, r, "disputes", h.page("Disputes", disputesPath, nil, body))
}

// board reads the cases that the address selects. A form that was sent with mistakes is shown again.
func (h *Handler) board(r *http.Request, again *asked, wrong []mistake) (disputesBody, *problem) {
	v, err := h.caseWords(r)
	if err != nil {
		return disputesBody{}, unreadable(err)
	}
	q := r.URL.Query()
	f := filterOf(q)
	cases, err := h.opts.Disputes.Cases(r.Context(), f)
	if err != nil {
		return disputesBody{}, unreadable(err)
	}
	body := disputesBody{Closed: !f.Open, Filters: v.filters(q, cases)}
	v.fillBoard(&body, cases)
	if h.reader(r).Is(disputing...) {
		d := v.filing(q)
		if again != nil {
			d.fillIn(*again, wrong)
		}
		body.Deeds = []deed{d}
	}
	return body, nil
}

func unreadable(err error) *problem {
	return &problem{http.StatusInternalServerError, "The disputes cannot be read", "The cause is in the log of the service.", err}
}

func (v ledgerView) fillBoard(body *disputesBody, cases []disputes.Case) {
	byState := map[string][]disputes.Case{}
	for _, c := range cases {
		byState[c.State] = append(byState[c.State], c)
		if c.Alert != "" {
			body.Alerts++
		}
	}
	for _, s := range v.model.States {
		if !s.End || body.Closed {
			body.Columns = append(body.Columns, v.column(s, byState[s.Name]))
		}
	}
	body.Sums = v.counted(int64(len(cases)), "case", "cases") + ", " + v.claimed(cases)
	slices.SortStableFunc(cases, func(a, b disputes.Case) int { return a.Due.Compare(b.Due) })
	for _, c := range head(cases, casesOnPage) {
		body.Cases = append(body.Cases, v.line(c))
	}
	body.More = len(cases) - len(body.Cases)
}

// claimed adds up in the reporting currency what can be; claims that name no amount yet, or have no rate, are counted beside it.
func (v ledgerView) claimed(cases []disputes.Case) string {
	sum, unrated, unnamed := decimal.Zero, int64(0), int64(0)
	for _, c := range cases {
		switch {
		case len(c.Lines) == 0:
			unnamed++
		case c.Rate.IsPositive():
			sum = sum.Add(c.Claimed().Mul(c.Rate))
		default:
			unrated++
		}
	}
	said := []string{strings.TrimSpace(v.words.money+" "+v.fixed(sum, 0)) + " claimed"}
	if unrated > 0 {
		said = append(said, v.counted(unrated, "claim", "claims")+" without a rate")
	}
	if unnamed > 0 {
		said = append(said, v.counted(unnamed, "claim", "claims")+" without an amount")
	}
	return strings.Join(said, ", ")
}

// claim is what a case claims; one that names no invoice yet claims no amount.
func (v ledgerView) claim(c disputes.Case) string {
	if len(c.Lines) == 0 {
		return "no amount yet"
	}
	return v.money(c.Claimed(), c.Currency)
}

func (v ledgerView) column(s disputes.State, cases []disputes.Case) stateColumn {
	col := stateColumn{Title: s.Title, Owner: s.Owner, Count: v.whole(int64(len(cases))), Amount: v.claimed(cases)}
	slices.SortStableFunc(cases, func(a, b disputes.Case) int { return a.Due.Compare(b.Due) })
	for i, c := range cases {
		line := v.line(c)
		if line.Mood == "bad" {
			col.Late++
		}
		if i < casesOnCard {
			col.Cases = append(col.Cases, line)
		} else {
			col.More++
		}
	}
	return col
}

// filters are the fields above the board, as the reader has chosen.
func (v ledgerView) filters(q url.Values, cases []disputes.Case) []field {
	states, reasons, owners := []option{{Title: "All"}}, []option{{Title: "All"}}, []option{{Title: "Everybody"}}
	for _, s := range v.model.States {
		states = append(states, option{Value: s.Name, Title: s.Title, Chosen: s.Name == q.Get("state")})
	}
	for _, r := range v.model.Reasons {
		reasons = append(reasons, option{Value: r.Code, Title: r.Title, Chosen: r.Code == q.Get("reason")})
	}
	for _, c := range cases {
		if c.Owner != "" && !slices.ContainsFunc(owners, func(o option) bool { return o.Value == c.Owner }) {
			owners = append(owners, option{Value: c.Owner, Title: c.Owner, Chosen: c.Owner == q.Get("owner")})
		}
	}
	slices.SortFunc(owners[1:], func(a, b option) int { return strings.Compare(a.Value, b.Value) })
	closed := []option{{Title: "Open"}, {Value: "1", Title: "Open and closed", Chosen: q.Get("closed") != ""}}
	return []field{
		{Name: "state", Label: "State", Kind: "choice", Options: states}, {Name: "reason", Label: "Reason", Kind: "choice", Options: reasons},
		{Name: "owner", Label: "Owner", Kind: "choice", Options: owners}, {Name: "closed", Label: "Cases", Kind: "choice", Options: closed},
		{Name: "customer", Label: "Customer", Kind: "text", Value: q.Get("customer")}, {Name: "invoice", Label: "Invoice", Kind: "text", Value: q.Get("invoice")},
	}
}

// filing is the form by which staff file a dispute.
func (v ledgerView) filing(q url.Values) deed {
	var reasons []option
	for _, r := range v.model.Reasons {
		reasons = append(reasons, option{Value: r.Code, Title: r.Title})
	}
	return deed{
		Kind: "file", Title: "File a dispute", Letter: "d", Button: "File it", Action: disputesPath, Back: disputesPath, Href: disputesPath + "?do=file#do-file",
		Key: ledger.NewKey(), Files: true, Open: q.Get("do") == "file",
		Fields: []field{
			{Name: "customer", Label: "Customer", Hint: "number", Kind: "text", Value: q.Get("customer"), Required: true},
			{Name: "lines", Label: "Invoices and what is claimed of each", Hint: "a line each, as in RE-1001 250.00", Kind: "area", Value: q.Get("invoice"), Required: true},
			{Name: "currency", Label: "Currency", Kind: "text", Value: v.words.money, Required: true},
			{Name: "reason", Label: "Reason", Kind: "choice", Options: reasons},
			{Name: "text", Label: "What the customer says", Kind: "area", Required: true},
			{Name: "contact", Label: "Who says so", Hint: "address", Kind: "text"},
			{Name: "reference", Label: "The customer's own number", Kind: "text"},
			{Name: "documents", Label: "Documents", Kind: "files"},
		},
	}
}
