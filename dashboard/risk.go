package dashboard

import (
	"net/http"

	"github.com/shopspring/decimal"
)

const riskPath = "/risk"

// riskPanels are those of the page, in its order.
var riskPanels = []panel{riskBandPanel, riskScorePanel, riskTestPanel, riskMonthPanel, riskCalibrationPanel, riskAlarmPanel,
	riskCustomerPanel, riskMoverPanel, riskLimitPanel}

func (h *Handler) risk(w http.ResponseWriter, r *http.Request) {
	seen, trouble := h.read(r)
	if trouble != nil {
		h.fail(w, r, trouble)
		return
	}
	h.serve(w, r, seen, "panels", func() page {
		return h.page("Risk", riskPath, &seen, panelsBody{Sentence: seen.modelInUse(), Tiles: tilesOf(seen, riskPanels)})
	})
}

// modelInUse says in a sentence what the scores rest on.
func (r reading) modelInUse() string {
	tests := r.rows["risk_test"]
	if len(tests) == 0 {
		return ""
	}
	switch kind, examples := tests[0].text("kind"), r.whole(tests[0].integer("examples")); kind {
	case "untrained":
		return "Too little has been settled to learn from: every score is 500, and items are taken to be settled when they are due."
	case "naive":
		return "Learnt from " + examples + " settled items. The model has not told late from punctual better than each customer's prior late rate, so that rate is used."
	default:
		return "Learnt from " + examples + " settled items, and tested on months that came after what each test had learnt from."
	}
}

// bands are probabilities of being late, as risk_item counts them, in the order of the page.
var bands = []string{"Unknown", "< 20 %", "20–40 %", "40–60 %", "60–80 %", "≥ 80 %", "Late"}

// summed adds a column of the items up by another one.
func (r reading) summedItems(by string) (items map[int64]int64, amounts map[int64]decimal.Decimal) {
	items, amounts = map[int64]int64{}, map[int64]decimal.Decimal{}
	for _, row := range r.rows["risk_item"] {
		if r.covers(row.text("entity"), row.text("currency")) {
			key := row.integer(by)
			items[key] += row.integer("items")
			amounts[key] = amounts[key].Add(row.amount("amount"))
		}
	}
	return items, amounts
}

// ofEntity are the rows of a query that belong to the reader's entity. Customers owe in several currencies.
func (r reading) ofEntity(query string) []row {
	var found []row
	for _, row := range r.rows[query] {
		if r.entity == "" || row.text("entity") == r.entity {
			found = append(found, row)
		}
	}
	return found
}
