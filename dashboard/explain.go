package dashboard

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"arrears/sql"
	"arrears/warehouse"
)

// Explanation is where a figure comes from, down to the file and the line.
type Explanation struct {
	Title, Unit, Definition, Formula, Source, Owner, Edges string

	Tests  []string // what proves the figure
	Value  any      // as in warehouse.Table
	Inputs []Input
	SQL    []Model
	Rows   warehouse.Table // the rows behind the figure, with batch, file and line
}

// Declared is what the catalogue says of a figure, whatever its value.
func Declared(k sql.KPI) Explanation {
	return Explanation{
		Title: k.Title, Unit: k.Unit, Definition: k.Definition, Formula: k.Formula, Source: k.Source, Owner: k.Owner,
		Edges: k.Edges, Tests: k.Tests,
	}
}

// Input is one number that went into a figure.
type Input struct {
	Name  string
	Value any // as in warehouse.Table
}

// Model is the text of a query as it was run.
type Model struct{ Name, Text string }

// rowsShown is how many of the rows behind a figure a page carries; the exports carry all.
const rowsShown = 200

type explainBody struct {
	Explanation
	Name, Value string
	Buckets     []link // bucket and value, where the figure has buckets
	Inputs      []link // name and value
	Related     []link // the figures a panel is made of
	Data        grid
	More        int
	Whole       string // the choice that the rows do not follow
	Fault       string
}

func (h *Handler) explain(w http.ResponseWriter, r *http.Request) {
	seen, trouble := h.read(r)
	if trouble != nil {
		h.fail(w, r, trouble)
		return
	}
	name := r.PathValue("name")
	about, known := seen.about(name)
	if !known && len(seen.buckets(name)) == 0 {
		h.explainPanel(w, r, seen, name)
		return
	}
	body := h.explainKPI(r.Context(), seen, about)
	h.show(w, r, "explain", h.page(body.Title, "/explain/"+name, &seen, body))
}

// explainKPI is what the catalogue, the marts and the rows behind them say of a figure.
func (h *Handler) explainKPI(ctx context.Context, seen reading, about sql.KPI) explainBody {
	name := about.Name
	body := explainBody{Name: name, Explanation: Declared(about)}
	if h.opts.Explain != nil {
		found, err := h.ask(ctx, name, seen.snapshot.asOf)
		if err != nil {
			h.opts.Log.ErrorContext(ctx, "figure not explained", "kpi", name, "error", err)
			body.Fault = "The rows behind this figure could not be read. The cause is in the log of the service."
		} else {
			body.Explanation = found
		}
	}
	if dimension, _ := seen.slice(); dimension != "" && len(body.Rows.Rows) > 0 {
		body.Whole = seen.filters()
	}
	body.fill(seen)
	for _, bucket := range seen.buckets(name) {
		f := seen.figures[seen.key(name, bucket)]
		written := seen.quantity(f.value, kindOf(f.unit))
		if bucket == "" {
			body.Value = written
		} else {
			body.Buckets = append(body.Buckets, link{bucket, written})
		}
	}
	return body
}

// ask explains a figure, when it is this reader's turn and before the deadline.
func (h *Handler) ask(ctx context.Context, kpi string, asOf time.Time) (Explanation, error) {
	ctx, done, err := h.shelf.turn(ctx)
	if err != nil {
		return Explanation{}, err
	}
	defer done()
	return h.opts.Explain(ctx, kpi, asOf)
}

// buckets are those a KPI has for the reader's choice; the empty one is the figure itself.
func (r reading) buckets(kpi string) []string {
	wanted := r.key(kpi, "")
	var found []string
	for k := range r.figures {
		if k.kpi == kpi && k.dimension == wanted.dimension && k.member == wanted.member {
			found = append(found, k.bucket)
		}
	}
	slices.SortFunc(found, func(a, b string) int { return bucketOrder(a) - bucketOrder(b) })
	return found
}

// bucketOrder is the first day of a bucket.
func bucketOrder(bucket string) int {
	first := -1
	if _, err := fmt.Sscanf(bucket, "%d", &first); err != nil {
		return -1 // current, or none
	}
	return first
}

func (b *explainBody) fill(r reading) {
	for _, input := range b.Explanation.Inputs {
		b.Inputs = append(b.Inputs, link{strings.ReplaceAll(input.Name, "_", " "), r.plain(input.Value)})
	}
	for i, col := range b.Rows.Columns {
		numeric := false
		for _, values := range b.Rows.Rows {
			switch values[i].(type) {
			case decimal.Decimal, int64, float64:
				numeric = true
			}
		}
		b.Data.Head = append(b.Data.Head, gridCell{Text: strings.ReplaceAll(col.Name, "_", " "), Numeric: numeric})
	}
	for _, values := range b.Rows.Rows[:min(rowsShown, len(b.Rows.Rows))] {
		cells := make([]gridCell, len(values))
		for i, v := range values {
			cells[i] = gridCell{Text: r.plain(v), Numeric: b.Data.Head[i].Numeric, Empty: v == nil}
		}
		b.Data.Rows = append(b.Data.Rows, cells)
	}
	b.More = max(0, len(b.Rows.Rows)-rowsShown)
}

// plain writes a value of the warehouse whose unit is not known: nothing is rounded away.
func (r reading) plain(value any) string {
	switch v := value.(type) {
	case nil:
		return none
	case decimal.Decimal:
		return r.fixed(v, max(0, -v.Exponent()-trailingZeros(v)))
	case time.Time:
		if v.Equal(v.Truncate(24 * time.Hour)) {
			return day(v)
		}
		return v.In(r.zone).Format("2 Jan 2006 15:04")
	default:
		return fmt.Sprint(v)
	}
}

// trailingZeros counts the zeros behind the decimal point that say nothing; two decimals always stay.
func trailingZeros(v decimal.Decimal) int32 {
	digits := v.Coefficient().String()
	zeros := int32(len(digits) - len(strings.TrimRight(digits, "0")))
	return max(0, min(zeros, -v.Exponent()-2))
}

// explainPanel shows the query of a panel and its data, where the panel is no KPI.
func (h *Handler) explainPanel(w http.ResponseWriter, r *http.Request, seen reading, name string) {
	i := slices.IndexFunc(h.panels, func(p panel) bool { return p.name == name })
	if i < 0 {
		h.fail(w, r, &problem{http.StatusNotFound, "There is no such figure", "Nothing is called " + name + ".", nil})
		return
	}
	p := h.panels[i]
	seen = h.opening(r.Context(), seen, p)
	if p.live {
		seen = h.practise(r, seen)
	}
	more := 0
	if p.size != nil {
		more = max(0, p.size(seen)-rowsShown)
	}
	t := p.tile(seen.first(rowsShown))
	body := explainBody{Name: name, Data: t.Table, Related: t.KPIs, Fault: t.Fault + t.Empty, Explanation: Explanation{
		Title: p.title, Unit: t.Unit, Definition: p.definition, SQL: h.behind(r.Context(), seen, p),
	}}
	if body.More = more; more > 0 {
		body.Data.Total = nil // it would be that of the rows shown
	}
	h.show(w, r, "explain", h.page(p.title, "/explain/"+name, &seen, body))
}

// behind is the query of a panel, and before it the models of the mart it reads, where the panel names one.
func (h *Handler) behind(ctx context.Context, seen reading, p panel) []Model {
	if p.live {
		return nil
	}
	query := Model{"panel/" + p.query, seen.queries[p.query]}
	if p.mart == "" || h.opts.Models == nil {
		return []Model{query}
	}
	models, err := h.opts.Models(ctx, p.mart)
	if err != nil {
		h.opts.Log.ErrorContext(ctx, "models not read", "mart", p.mart, "error", err)
	}
	return append(models, query)
}
