package dashboard

import (
	"fmt"
	"net/http"
	"time"

	"github.com/shopspring/decimal"

	"arrears/disputes"
)

// A ledgerView is what pages of cases write with: words, the company's zone, and the model in force.
type ledgerView struct {
	words
	zone  *time.Location
	now   time.Time
	model disputes.Model
	names map[string]string // of customers, as far as the figures at hand know them

	documentLink func(disputed, digest string, until time.Time) string // nil where nothing can be shared
}

// caseWords prepares to write pages of cases. They need no figures: names and the reporting currency are those of the last snapshot.
func (h *Handler) caseWords(r *http.Request) (ledgerView, error) {
	v := ledgerView{zone: h.opts.Zone, now: h.opts.Now(), names: map[string]string{}, documentLink: h.opts.DocumentLink}
	money := ""
	if snap := h.shelf.find(time.Time{}); snap != nil {
		money = snap.run.currency
		v.names = snap.names
	}
	v.words = newWords(r.Header.Get("Accept-Language"), money, "")
	var err error
	v.model, err = h.opts.Disputes.Model(r.Context())
	return v, err
}

func (v ledgerView) money(amount decimal.Decimal, currency string) string {
	return v.in(currency).exact(amount) + " " + currency
}

func (v ledgerView) customer(id string) string {
	if name := v.names[id]; name != "" {
		return name
	}
	return id
}

func (v ledgerView) state(name string) string {
	if s, ok := v.model.State(name); ok && s.Title != "" {
		return s.Title
	}
	return plainWords(name)
}

func (v ledgerView) reason(code string) string {
	if r, known := v.model.ReasonOf(code); known {
		return r.Title
	}
	return plainWords(code)
}

func (v ledgerView) moment(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.In(v.zone).Format("2 Jan 2006 15:04")
}

// clock says how a case stands against the service level of its state.
func (v ledgerView) clock(c disputes.Case) (says, mood string) {
	switch {
	case c.Closed:
		return "closed " + v.moment(c.ResolvedAt), ""
	case c.Due.IsZero():
		return "no service level", ""
	case v.now.After(c.Due):
		return "late for " + span(v.now.Sub(c.Due)), "bad"
	case !c.Remind.IsZero() && v.now.After(c.Remind):
		return "due in " + span(c.Due.Sub(v.now)), "warn"
	}
	return "due in " + span(c.Due.Sub(v.now)), "good"
}

// span is a duration as people say it.
func span(d time.Duration) string {
	switch {
	case d < time.Hour:
		return some(int(d/time.Minute), "minute")
	case d < 48*time.Hour:
		return some(int(d/time.Hour), "hour")
	}
	return some(int(d/(24*time.Hour)), "day")
}

func some(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
