package dashboard

import "net/http"

// statement hands out what the customer is told of a decision.
func (h *Handler) statement(w http.ResponseWriter, r *http.Request) {
	c, err := h.opts.Disputes.Case(r.Context(), r.PathValue("id"))
	if err != nil {
		h.fail(w, r, caseProblem(err))
		return
	}
	if c.Decided == nil {
		h.fail(w, r, &problem{http.StatusNotFound, "There is no statement yet", c.ID + " is not decided.", nil})
		return
	}
	text, err := h.opts.Statement(r.Context(), c)
	if err != nil {
		h.fail(w, r, &problem{http.StatusInternalServerError, "The statement cannot be written", "The cause is in the log of the service.", err})
		return
	}
	w.Header().Set("Content-Disposition", attachment(c.ID+".pdf"))
	h.send(w, r, http.StatusOK, "application/pdf", text)
}
