package dashboard

import (
	"net/http"
	"net/url"
	"strconv"

	"arrears/ledger"
)

const (
	auditPath    = "/audit"
	eventsOnPage = 100
)

// auditing are the roles that read the record of what people did.
var auditing = []string{"auditor", "admin", "cfo"}

type auditBody struct {
	Filters []field
	Events  []eventLine
	Older   string
	Deeds   []deed
	Proof   *proof
}

type eventLine struct {
	Sequence                                   string
	At, Who, Subject, Type, Why, Payload, Hash string
}

// A proof says whether the ledger is what was written.
type proof struct {
	Says   string
	Faults []string
}

func (h *Handler) audit(w http.ResponseWriter, r *http.Request) { h.showAudit(w, r, nil) }

func (h *Handler) showAudit(w http.ResponseWriter, r *http.Request, proven *proof) {
	q := r.URL.Query()
	before, _ := strconv.ParseInt(q.Get("before"), 10, 64) // what is no number is the newest
	query := ledger.Query{Kind: q.Get("kind"), Subject: q.Get("subject"), Actor: q.Get("actor"), Type: q.Get("type"), Before: before, Limit: eventsOnPage}
	events, err := h.opts.Ledger.Find(r.Context(), query)
	if err != nil {
		h.fail(w, r, &problem{http.StatusInternalServerError, "The ledger cannot be read", "The cause is in the log of the service.", err})
		return
	}
	body := auditBody{Proof: proven}
	for _, f := range []field{{Name: "kind", Label: "About what, as dispute"}, {Name: "subject", Label: "Its number or name"}, {Name: "actor", Label: "Done by"}, {Name: "type", Label: "What"}} {
		f.Kind, f.Value = "text", q.Get(f.Name)
		body.Filters = append(body.Filters, f)
	}
	for _, e := range events {
		body.Events = append(body.Events, eventLine{
			Sequence: strconv.FormatInt(e.Sequence, 10), At: e.At.In(h.opts.Zone).Format("2 Jan 2006 15:04:05"), Who: e.Actor.String(), Type: e.Type, Why: e.Reason,
			Subject: e.Subject.Kind + " " + e.Subject.ID, Payload: string(e.Payload), Hash: e.Hash,
		})
	}
	if len(events) == eventsOnPage {
		older := url.Values{}
		for name, value := range map[string]string{"kind": query.Kind, "subject": query.Subject, "actor": query.Actor, "type": query.Type} {
			if value != "" {
				older.Set(name, value)
			}
		}
		older.Set("before", strconv.FormatInt(events[len(events)-1].Sequence, 10))
		body.Older = auditPath + "?" + older.Encode()
	}
	if h.opts.Verify != nil {
		body.Deeds = []deed{{Kind: "verify", Title: "Verify the ledger", Button: "Verify", Text: "Reads every event, compares each hash, and makes every table again.",
			Action: auditPath + "/verify", Back: auditPath, Href: auditPath + "?do=verify#do-verify", Key: ledger.NewKey(), Open: q.Get("do") == "verify"}}
	}
	h.show(w, r, "audit", h.page("Audit trail", auditPath, nil, body))
}

// verify proves the ledger while the reader waits, and says what it found.
func (h *Handler) verify(w http.ResponseWriter, r *http.Request) {
	if _, trouble := h.sent(w, r, auditPath); trouble != nil {
		h.fail(w, r, trouble)
		return
	}
	found, err := h.opts.Verify(r.Context())
	if err != nil {
		h.fail(w, r, &problem{http.StatusInternalServerError, "The ledger cannot be verified", "The cause is in the log of the service.", err})
		return
	}
	p := &proof{Says: some(int(found.Events), "event") + " read and " + some(found.Tables, "table") + " made again: all is as it was written. It ends at " +
		strconv.FormatInt(found.End.Sequence, 10) + ":" + found.End.Hash + "."}
	for _, f := range found.Faults {
		p.Faults = append(p.Faults, f.String())
	}
	if len(p.Faults) > 0 {
		p.Says = "The ledger is not what was written."
	}
	h.showAudit(w, r, p)
}
