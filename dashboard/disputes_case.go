package dashboard

import (
	"context"
	"mime"
	"net/http"
	"slices"
	"strings"

	"arrears/disputes"
)

// caseBody is one case: where it stands, what it is about, what was found, said and decided, and what the reader can do.
type caseBody struct {
	caseLine
	ID, Channel, Contact, Reference, Text, Since string
	Verified, Closed                             bool
	Facts                                        []fact
	Route                                        *routed
	Lines                                        []claimLine
	Documents                                    []documentLine
	Report                                       *reportView
	Proposal                                     *proposalView
	Decision                                     []fact
	Orders                                       []orderLine
	Talk, Notes                                  []talkLine
	Timeline                                     []momentLine
	Deeds                                        []deed
	Customer                                     *pane
	Statement                                    string // address of what the customer is told
	Wrong                                        string // why the last thing asked for was not done
}

// routed is the row of the decision table that gave the case to its owner, and why.
type routed struct{ Name, When, Who string }

type claimLine struct {
	Invoice, OrderLine, Amount string
}

type documentLine struct {
	link
	Size, Kind string
}

type reportView struct {
	Verdict, Supported, At string
	Flags                  []string
	Tests                  []testLine
}

type testLine struct {
	Name, Verdict, Mood, Amount, Says string
	Rows                              []string
}

type proposalView struct {
	ID, Kind, Awarded, By, At, Level, When, Needs, Hash, RootCause string
	Lines, Approvals                                               []string
	Reasons                                                        []string
}

type orderLine struct{ Proposal, Amount, State, Mood, At, Said string }

type talkLine struct {
	Who, When, Text string
	Ours            bool
	Documents       []documentLine
	Shared, Ended   string // until when a document is shared, and when that was ended
	Link            string // while it opens
}

type momentLine struct{ When, Who, What, Why string }

func (h *Handler) oneCase(w http.ResponseWriter, r *http.Request) {
	h.showCase(w, r, http.StatusOK, r.PathValue("id"), nil, nil)
}

// showCase shows a case; after a form that could not be carried out, with that form and the reason.
func (h *Handler) showCase(w http.ResponseWriter, r *http.Request, status int, id string, each func(*deed), wrong error) {
	c, err := h.opts.Disputes.Case(r.Context(), id)
	if err != nil {
		h.fail(w, r, caseProblem(err))
		return
	}
	history, err := h.opts.Disputes.History(r.Context(), id)
	if err != nil {
		h.fail(w, r, caseProblem(err))
		return
	}
	v, err := h.caseWords(r)
	if err != nil {
		h.fail(w, r, unreadable(err))
		return
	}
	body := v.caseBody(c, history)
	if h.opts.Statement != nil && c.Decided != nil {
		body.Statement = disputesPath + "/" + c.ID + "/statement.pdf"
	}
	body.Customer = h.paneOfCase(r, c.Customer)
	body.Deeds = v.caseDeeds(c, history, h.reader(r), h.analysts(r.Context()), r.URL.Query().Get("do"))
	for i := range body.Deeds {
		if each != nil {
			each(&body.Deeds[i])
		}
	}
	if wrong != nil && !slices.ContainsFunc(body.Deeds, func(d deed) bool { return d.Open }) {
		_, body.Wrong = refusal(wrong)
	}
	h.showWith(w, r, status, "dispute", h.page(c.ID, disputesPath, nil, body))
}

// paneOfCase is what the figures know of the customer, beside the case; nil where there are none yet.
func (h *Handler) paneOfCase(r *http.Request, customer string) *pane {
	alone := r.Clone(r.Context())
	alone.URL.RawQuery = ""
	seen, trouble := h.read(alone)
	if trouble != nil || customer == disputes.Unknown {
		return nil
	}
	seen.choice = seen.list("", customer)
	p, _ := h.pane(alone, seen)
	if p != nil {
		p.Deeds, p.Pending, p.Compared = nil, nil, nil
	}
	return p
}

// analysts are the users a case can be given to.
func (h *Handler) analysts(ctx context.Context) []option {
	users, err := h.opts.Ledger.Users(ctx)
	if err != nil {
		h.opts.Log.ErrorContext(ctx, "users not read", "error", err)
	}
	all := []option{{Title: "Whoever the rules say"}}
	for _, u := range users {
		if u.Active && u.Is(disputing...) {
			all = append(all, option{Value: u.Name, Title: u.Name + ", " + strings.Join(u.Roles, " ")})
		}
	}
	return all
}

// enclosed are all documents of a case, those of its conversation too.
func (h *Handler) enclosed(ctx context.Context, c disputes.Case) []disputes.Document {
	history, err := h.opts.Disputes.History(ctx, c.ID)
	if err != nil {
		h.opts.Log.ErrorContext(ctx, "history not read", "case", c.ID, "error", err)
	}
	return enclosedIn(c, history)
}

func enclosedIn(c disputes.Case, history []disputes.Moment) []disputes.Document {
	all := slices.Clone(c.Documents)
	for _, m := range history {
		all = append(all, m.Documents...)
	}
	return all
}

// attachment is the header that makes a browser keep a file under its name.
func attachment(name string) string {
	if written := mime.FormatMediaType("attachment", map[string]string{"filename": name}); written != "" {
		return written
	}
	return "attachment"
}
