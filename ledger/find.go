package ledger

import (
	"context"
	"fmt"
	"strings"
)

// A Query selects events; what is empty selects all.
type Query struct {
	Kind, Subject string // of the subject
	Actor, Type   string
	Before        int64 // only those with smaller numbers: to page back
	Limit         int   // 0 is all
}

// Find are the events that a query selects, the newest first.
func (l *Ledger) Find(ctx context.Context, q Query) ([]Event, error) {
	var where []string
	var args []any
	for _, c := range []struct{ column, value string }{
		{"subject_kind", q.Kind}, {"subject", q.Subject}, {"actor", q.Actor}, {"type", q.Type},
	} {
		if c.value != "" {
			where, args = append(where, c.column+" = ?"), append(args, c.value)
		}
	}
	if q.Before > 0 {
		where, args = append(where, "sequence < ?"), append(args, q.Before)
	}
	tail := ""
	if len(where) > 0 {
		tail = " where " + strings.Join(where, " and ")
	}
	tail += " order by sequence desc"
	if q.Limit > 0 {
		tail += fmt.Sprintf(" limit %d", q.Limit)
	}
	var found []Event
	err := each(ctx, l.read, func(e Event) error { found = append(found, e); return nil }, tail, args...)
	return found, err
}
