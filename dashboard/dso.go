package dashboard

import "net/http"

const dsoPath = "/dso"

// dsoPanels are those of the page on DSO and cash, in its order.
var dsoPanels = []panel{dsoFamilyPanel, dsoMonthPanel, dsoPanel, dsoBridgePanel, dsoWithoutPanel, termsMonthPanel, termsPanel, cashForecastPanel, cashAccuracyPanel}

func (h *Handler) dso(w http.ResponseWriter, r *http.Request) {
	seen, trouble := h.read(r)
	if trouble != nil {
		h.fail(w, r, trouble)
		return
	}
	h.serve(w, r, seen, "panels", func() page {
		return h.page("DSO and cash", dsoPath, &seen, panelsBody{Tiles: tilesOf(seen, dsoPanels)})
	})
}
