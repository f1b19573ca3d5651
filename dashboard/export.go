package dashboard

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"
)

// An export is the table of a panel with what a reader must know to use it elsewhere.
type export struct {
	panel
	table
	reading
}

// find reads what an address such as /panel/aging.csv asks for.
func (h *Handler) find(r *http.Request) (export, string, *problem) {
	file := r.PathValue("file")
	format := strings.TrimPrefix(path.Ext(file), ".")
	i := slices.IndexFunc(h.panels, func(p panel) bool { return p.name == strings.TrimSuffix(file, "."+format) })
	if i < 0 {
		return export{}, "", &problem{http.StatusNotFound, "There is no such panel", "Nothing is called " + file + ".", nil}
	}
	seen, trouble := h.read(r)
	if trouble != nil {
		return export{}, "", trouble
	}
	p := h.panels[i]
	if cause := seen.faults[p.query]; cause != nil {
		return export{}, "", &problem{http.StatusInternalServerError, "This panel could not be read",
			"The cause is in the log of the service.", nil}
	}
	if seen = h.opening(r.Context(), seen, p); seen.unopened != "" {
		return export{}, "", &problem{http.StatusServiceUnavailable, "This cell could not be read", seen.unopened, nil}
	}
	if p.live {
		if seen = h.practise(r, seen); seen.practice != nil && seen.practice.fault != nil {
			return export{}, "", unreadable(nil) // it is in the log already
		}
	}
	e := export{panel: p, reading: seen}
	e.columns, e.rows = nil, nil
	if p.missing == nil || p.missing(seen) == "" {
		e.table = p.table(seen)
	}
	return e, format, nil
}

func (h *Handler) export(w http.ResponseWriter, r *http.Request) {
	e, format, trouble := h.find(r)
	if trouble != nil {
		h.fail(w, r, trouble)
		return
	}
	var b bytes.Buffer
	var kind string
	var err error
	switch format {
	case "csv":
		kind, err = "text/csv; charset=utf-8", e.csv(&b)
	case "json":
		kind, err = "application/json", e.json(&b)
	case "xlsx":
		kind, err = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", e.workbook(&b)
	default:
		h.fail(w, r, &problem{http.StatusNotFound, "There is no such export", "Panels come as json, csv and xlsx.", nil})
		return
	}
	if err != nil {
		h.fail(w, r, &problem{http.StatusInternalServerError, "This export could not be written", "", err})
		return
	}
	if format != "json" {
		w.Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="%s-%s.%s"`,
			e.name, e.snapshot.asOf.Format(time.DateOnly), format))
	}
	h.send(w, r, http.StatusOK, kind, b.Bytes())
}

// chart answers with the picture of a panel.
func (h *Handler) chart(w http.ResponseWriter, r *http.Request) {
	e, format, trouble := h.find(r)
	if trouble == nil && (format != "json" || e.chart == nil) {
		trouble = &problem{http.StatusNotFound, "There is no such chart", "Nothing is drawn under this name.", nil}
	}
	if trouble != nil {
		h.fail(w, r, trouble)
		return
	}
	body, err := json.Marshal(e.chart(e.reading))
	if err != nil {
		h.fail(w, r, &problem{http.StatusInternalServerError, "This chart could not be drawn", "", err})
		return
	}
	h.send(w, r, http.StatusOK, "application/json", body)
}

// csv writes the bare table. Text that a spreadsheet would take for a formula is quoted with an apostrophe; numbers are
// written as they are, with every digit.
func (e export) csv(out io.Writer) error {
	w := csv.NewWriter(out)
	var record []string
	for _, col := range e.columns {
		record = append(record, col.key)
	}
	if err := w.Write(record); err != nil {
		return fmt.Errorf("write header of %s: %w", e.name, err)
	}
	for i, cells := range e.rows {
		record = record[:0]
		for _, c := range cells {
			record = append(record, c.csv())
		}
		if err := w.Write(record); err != nil {
			return fmt.Errorf("write row %d of %s: %w", i+1, e.name, err)
		}
	}
	w.Flush()
	return w.Error()
}

func (c cell) csv() string {
	if c.kind == text && c.text != "" && strings.ContainsRune("=+-@\t\r\n", rune(c.text[0])) {
		return "'" + c.text
	}
	return c.exact()
}

// exact writes a value as other programs read it; nothing where it is not defined.
func (c cell) exact() string {
	switch {
	case c.empty():
		return ""
	case c.kind == text:
		return c.text
	case c.kind == date:
		return c.at.Format(time.DateOnly)
	case c.kind == moment:
		return c.at.UTC().Format(time.RFC3339)
	default:
		return c.number.Decimal.String()
	}
}

// json writes the table with its context; numbers are decimal strings, so that no reader rounds them.
func (e export) json(out io.Writer) error {
	type head struct {
		Name string `json:"name"`
		Kind string `json:"kind"`
	}
	answer := struct {
		Panel    string           `json:"panel"`
		Title    string           `json:"title"`
		AsOf     string           `json:"as_of"`
		Entity   string           `json:"entity"`
		Document string           `json:"document_currency"`
		Currency string           `json:"currency"`
		Run      string           `json:"run"`
		Columns  []head           `json:"columns"`
		Rows     []map[string]any `json:"rows"`
	}{
		e.name, e.title, e.snapshot.asOf.Format(time.DateOnly), e.entity, e.currency, e.money, e.run.id,
		[]head{}, []map[string]any{},
	}
	for _, col := range e.columns {
		answer.Columns = append(answer.Columns, head{col.key, col.kind.String()})
	}
	for _, cells := range e.rows {
		row := map[string]any{}
		for i, c := range cells {
			row[e.columns[i].key] = nil
			if !c.empty() {
				row[e.columns[i].key] = c.exact()
			}
		}
		answer.Rows = append(answer.Rows, row)
	}
	return json.NewEncoder(out).Encode(answer)
}
