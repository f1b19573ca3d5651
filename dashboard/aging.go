package dashboard

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

const agingPath = "/aging"

// agingPanels are those of the page, in its order.
var agingPanels = []panel{agingCellPanel, agingCustomerPanel, agingTotalPanel, agingAccountPanel, agingRollPanel}

func (h *Handler) aging(w http.ResponseWriter, r *http.Request) {
	seen, trouble := h.read(r)
	if trouble != nil {
		h.fail(w, r, trouble)
		return
	}
	if seen.part == "" && seen.bucket == "" {
		h.serve(w, r, seen, "panels", func() page { return h.agingPage(seen) })
		return
	}
	h.show(w, r, "panels", h.agingPage(h.opening(r.Context(), seen, agingCustomerPanel)))
}

func (h *Handler) agingPage(seen reading) page {
	by, basis := ways{Title: "By whom"}, ways{Title: "Days are counted from"}
	for _, o := range []option{{Value: "", Title: "Entity"}, {Value: "segment", Title: "Segment"}, {Value: "collector", Title: "Collector"}} {
		o.Href, o.Chosen = seen.aged(o.Value, seen.basis, "", "").link(agingPath), o.Value == seen.by
		by.Options = append(by.Options, o)
	}
	for _, o := range []option{{Value: "", Title: "Due date"}, {Value: "invoice", Title: "Invoice date"}} {
		o.Href, o.Chosen = seen.aged(seen.by, o.Value, "", "").link(agingPath), o.Value == seen.basis
		basis.Options = append(basis.Options, o)
	}
	body := panelsBody{Choices: []ways{by, basis}}
	for _, t := range tilesOf(seen.first(cellRows), agingPanels) {
		if t.Name != agingCustomerPanel.name || seen.part != "" || seen.bucket != "" {
			body.Tiles = append(body.Tiles, t)
		}
	}
	return h.page("Aging", agingPath, &seen, body)
}

// opening reads the rows of the cell that is chosen, for a panel that has no others.
func (h *Handler) opening(ctx context.Context, seen reading, p panel) reading {
	if !p.opens || seen.part == "" && seen.bucket == "" {
		return seen
	}
	rows, err := h.open(ctx, seen, p.name)
	seen.opened = rows
	switch {
	case errors.Is(err, errNewerRun):
		seen.unopened = "New figures have been published this moment. Load the page again to see them."
	case errors.Is(err, context.DeadlineExceeded):
		seen.unopened = fmt.Sprintf("The customers of this cell were not there within %s. Try again in a moment.", h.opts.Deadline)
	case err != nil:
		seen.unopened = "The customers of this cell could not be read. The cause is in the log of the service."
	}
	if err != nil {
		h.opts.Log.ErrorContext(ctx, "cell not read", "panel", p.name, "error", err)
	}
	return seen
}

// open asks for the rows of a cell, when it is this reader's turn and before the deadline.
func (h *Handler) open(ctx context.Context, seen reading, drill string) ([]row, error) {
	ctx, done, err := h.shelf.turn(ctx)
	if err != nil {
		return nil, fmt.Errorf("wait for a turn: %w", err)
	}
	defer done()
	view, release, err := h.opts.Marts.At(ctx, seen.choice.asOf)
	if err != nil {
		return nil, err
	}
	defer release()
	if view.Run != "" && view.Run != seen.run.id {
		return nil, errNewerRun
	}
	query, values := seen.cellQuery(h.drills[drill])
	table, err := view.DB.Query(ctx, query, values...)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("read the customers of a cell: %w", err), ctx.Err())
	}
	var rows []row
	for r := range rowsOf(table) {
		rows = append(rows, r)
	}
	return rows, nil
}

// cellQuery restricts a query of all cells to the one that is chosen, in the reader's entity or currency.
func (r reading) cellQuery(query string) (string, []any) {
	var wheres []string
	var values []any
	where := func(column, value string) {
		wheres, values = append(wheres, "part."+column+" = ?"), append(values, value)
	}
	if dimension, member := r.slice(); dimension != "" {
		where(dimension, member)
	}
	if r.part != "" {
		where(cmp.Or(r.by, "entity"), r.part)
	}
	if r.bucket != "" {
		where(r.bucketColumn(), r.bucket)
	}
	return fmt.Sprintf(`select part.customer_id, part.name, sum(part.items) as items, max(part.oldest_days) as oldest_days, sum(part.amount) as amount
from (
%s
) as part
where %s
group by part.customer_id, part.name
order by sum(part.amount) desc, part.customer_id`, query, strings.Join(wheres, " and ")), values
}

func (c choice) bucketColumn() string {
	if c.basis == "invoice" {
		return "age_bucket"
	}
	return "bucket"
}
