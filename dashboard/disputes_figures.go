package dashboard

import (
	"cmp"
	"net/http"

	"arrears/disputes"
)

const (
	figuresPath = disputesPath + "/figures"
	practised   = 90 // days of cases that are held against the process
	figureRows  = 20 // rows of a long table that the page names; the exports have all
)

// figurePanels are those of the page, in its order.
var figurePanels = []panel{disputeFlowPanel, disputeCausePanel, disputeOutcomePanel, disputeStagePanel, disputeCyclePanel, disputeRulePanel,
	disputeDeductionPanel, disputeProcessPanel, disputeWaitPanel, disputeLoadPanel, disputeSpreadPanel}

func (h *Handler) disputeFigures(w http.ResponseWriter, r *http.Request) {
	seen, trouble := h.read(r)
	if trouble != nil {
		h.fail(w, r, trouble)
		return
	}
	h.serve(w, r, seen, "panels", func() page {
		known := h.practise(r, seen)
		body := panelsBody{}
		for _, p := range figurePanels {
			body.Tiles = append(body.Tiles, p.beginning(known, figureRows))
		}
		return h.page("Dispute figures", figuresPath, &known, body)
	})
}

// A practice is how the cases filed in the last days went: held against the process in force, and spread over people.
type practice struct {
	disputes.Conformance
	loads   []disputes.Load
	spreads []disputes.Spread
	fault   error
}

// practise adds to a reading what the ledger knows of cases.
func (h *Handler) practise(r *http.Request, seen reading) reading {
	if h.opts.Disputes == nil {
		return seen
	}
	p := &practice{}
	since := h.opts.Now().AddDate(0, 0, -practised)
	model, err := h.opts.Disputes.Model(r.Context())
	if p.fault = err; err == nil {
		p.Conformance, p.fault = h.opts.Disputes.Conform(r.Context(), model, since)
	}
	if p.fault == nil {
		p.loads, p.spreads, p.fault = h.opts.Disputes.Assignments(r.Context(), since)
	}
	if p.fault != nil {
		h.opts.Log.ErrorContext(r.Context(), "cases not read", "error", p.fault)
	}
	seen.practice = p
	return seen
}

// unpractised says why there is nothing to say of cases.
func unpractised(r reading) string {
	switch {
	case r.practice == nil:
		return "No cases are kept here."
	case r.practice.fault != nil:
		return "The cases could not be read. The cause is in the log of the service."
	case r.practice.Cases == 0:
		return "No case was filed in these days."
	}
	return ""
}

// byEntity says why figures that are kept by entity do not follow a document currency.
func byEntity(r reading) string {
	if r.entity == "" && r.currency != "" {
		return "Disputes are counted by entity, not by document currency. Choose all currencies to see them."
	}
	return ""
}

func ownerWords(owner string) string { return cmp.Or(owner, "nobody yet") }
