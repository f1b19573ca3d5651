package dashboard

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"arrears/warehouse"
)

// besides are what is known of customers of one snapshot, read when one of them is first looked at. Those of a whole page of a
// list are read together: who goes down the list waits once.
type besides struct {
	mu    sync.Mutex
	known map[string]beside
}

// beside is what is known of one customer: the rows of each of the queries in Options.Panes, the first ones.
type beside map[string][]row

// besideRows is how many rows of a part are read.
const besideRows = itemsInPane

// errNewerRun is returned where the marts are already those of the next run.
var errNewerRun = errors.New("another run has been published since")

func (b *besides) find(customer string) (beside, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	found, ok := b.known[customer]
	return found, ok
}

func (b *besides) keep(customers []string, read map[string]beside) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.known == nil {
		b.known = map[string]beside{}
	}
	for _, customer := range customers {
		b.known[customer] = read[customer] // nothing is known of some, and that is kept too
	}
}

// askBeside reads what stands beside the worklist of a customer, and of the others that the page names.
func (h *Handler) askBeside(ctx context.Context, seen reading, customer string, others []string) (beside, error) {
	return h.know(ctx, seen, seen.besides, func(part string) bool { return !strings.HasPrefix(part, pageParts) }, append([]string{customer}, others...))
}

// know reads the parts that are wanted of what is known of customers, the first of whom is asked for, when it is this reader's turn.
func (h *Handler) know(ctx context.Context, seen reading, kept *besides, wanted func(part string) bool, customers []string) (beside, error) {
	if found, ok := kept.find(customers[0]); ok {
		return found, nil
	}
	ctx, done, err := h.shelf.turn(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	if found, ok := kept.find(customers[0]); ok { // read while this reader waited
		return found, nil
	}
	view, release, err := h.opts.Marts.At(ctx, seen.choice.asOf)
	if err != nil {
		return nil, err
	}
	defer release()
	if view.Run != "" && view.Run != seen.run.id {
		return nil, errNewerRun
	}
	read := map[string]beside{}
	for part, query := range h.panes {
		if !wanted(part) {
			continue
		}
		table, err := view.DB.Query(ctx, only(query, len(customers)), arguments(customers)...)
		if err != nil {
			return nil, fmt.Errorf("read %s of customers: %w", part, err)
		}
		sortBeside(read, part, table)
	}
	kept.keep(customers, read)
	return read[customers[0]], nil
}

// only restricts a query of every customer to some, and to the first rows of each.
func only(query string, customers int) string {
	return fmt.Sprintf("select * from (\n%s\n) as part\nwhere part.place <= %d\n    and part.customer_id in (%s)\norder by part.customer_id, part.place",
		query, besideRows, strings.TrimSuffix(strings.Repeat("?, ", customers), ", "))
}

func arguments(customers []string) []any {
	values := make([]any, len(customers))
	for i, customer := range customers {
		values[i] = customer
	}
	return values
}

func sortBeside(read map[string]beside, part string, table warehouse.Table) {
	for r := range rowsOf(table) {
		customer := r.text("customer_id")
		if read[customer] == nil {
			read[customer] = beside{}
		}
		read[customer][part] = append(read[customer][part], r)
	}
}
