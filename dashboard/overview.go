package dashboard

import (
	"net/http"

	"arrears/sql"
)

// overviewBody is the first page: six cards, and below them the panels that explain them.
type overviewBody struct {
	Cards     []card
	Headlines tile
	Tiles     []tile
}

func (h *Handler) overview(w http.ResponseWriter, r *http.Request) {
	seen, trouble := h.read(r)
	if trouble != nil {
		h.fail(w, r, trouble)
		return
	}
	h.serve(w, r, seen, "overview", func() page { return h.page("Overview", "/", &seen, h.overviewOf(seen)) })
}

func (h *Handler) overviewOf(seen reading) overviewBody {
	body := overviewBody{Headlines: headlinePanel.tile(seen)}
	for _, headline := range headlines {
		body.Cards = append(body.Cards, headline.card(seen))
	}
	for _, p := range h.panels {
		if p.spare {
			continue
		}
		t := p.tile(seen)
		switch p.name {
		case "changes":
			moved := seen.shifts()
			t.Extra = moved[:min(shiftsShown, len(moved))]
		case "restated":
			t.Extra = seen.restatedShown()
		case "exceptions":
			t.Extra, t.More = seen.exceptionsShown()
		}
		body.Tiles = append(body.Tiles, t)
	}
	return body
}

// A definition is one KPI of the catalogue with its value on the day.
type definition struct {
	sql.KPI
	Value, Explain string
}

func (h *Handler) definitions(w http.ResponseWriter, r *http.Request) {
	seen, trouble := h.read(r)
	if trouble != nil {
		h.fail(w, r, trouble)
		return
	}
	h.serve(w, r, seen, "definitions", func() page { return h.page("Definitions", "/definitions", &seen, h.definitionsOf(seen)) })
}

func (h *Handler) definitionsOf(seen reading) []definition {
	var body []definition
	for _, k := range h.opts.KPIs {
		d := definition{KPI: k, Explain: seen.link("/explain/" + k.Name)}
		if f, found := seen.figures[seen.key(k.Name, "")]; found {
			d.Value = seen.quantity(f.value, kindOf(f.unit))
		}
		body = append(body, d)
	}
	return body
}
