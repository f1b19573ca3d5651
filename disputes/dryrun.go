package disputes

import (
	"context"
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"arrears/ledger"
)

// A Past is a case that is closed: what was known of it when it was first validated, and how it ended.
type Past struct {
	First   Case            // with its report
	Awarded decimal.Decimal // that the customer got in the end
	Rounds  int             // times the customer rejected, or it was reopened
	Outcome string
}

// Past are the cases filed since a moment that were validated and are closed.
func (d *Desk) Past(ctx context.Context, since time.Time) ([]Past, error) {
	closed, err := d.Cases(ctx, Filter{Closed: true, OpenedAfter: since})
	if err != nil {
		return nil, err
	}
	var all []Past
	for _, c := range closed {
		first, ok, err := d.first(ctx, c.ID)
		if err != nil {
			return nil, err
		}
		if ok {
			all = append(all, Past{First: first, Awarded: c.Awarded(), Rounds: c.Rounds, Outcome: c.Outcome})
		}
	}
	return all, nil
}

// first is a case as it was right after its first validation.
func (d *Desk) first(ctx context.Context, id string) (Case, bool, error) {
	events, err := d.ledger.Of(ctx, ledger.Subject{Kind: Kind, ID: id}, 0)
	if err != nil {
		return Case{}, false, fmt.Errorf("read the history of %s: %w", id, err)
	}
	var c Case
	for _, e := range events {
		var ch change
		if err := e.Into(&ch); err != nil {
			return c, false, err
		}
		if err := c.apply(e, ch); err != nil {
			return c, false, err
		}
		if e.Type == Validated {
			return c, true, nil
		}
	}
	return c, false, nil
}

// A DryRun is what a model would have done with cases of the past.
type DryRun struct {
	Cases    int
	Resolved int            // by itself
	Reversed int            // of those: rejected by the customer, reopened, withdrawn, or in the end decided otherwise
	Levels   map[string]int // level -> cases it would have resolved
	Routes   map[string]int // row -> cases it would have routed
	Reverse  []string       // the ids of those reversed
}

// String is the sentence a person reads before they approve a model.
func (r DryRun) String() string {
	return fmt.Sprintf("would have resolved %d of %d by itself; %d of those were later reversed", r.Resolved, r.Cases, r.Reversed)
}

// DryRun asks a model what it would have done.
func (m Model) DryRun(past []Past) (DryRun, error) {
	r := DryRun{Cases: len(past), Levels: map[string]int{}, Routes: map[string]int{}}
	for _, p := range past {
		row, err := m.route(p.First.facts(nil))
		if err != nil {
			return r, fmt.Errorf("%s: %w", p.First.ID, err)
		}
		r.Routes[row.Name]++
		by, ok := m.byRule(p.First)
		if !ok {
			continue
		}
		level, err := m.levelOf(p.First, by)
		if err != nil {
			return r, fmt.Errorf("%s: %w", p.First.ID, err)
		}
		r.Resolved++
		r.Levels[m.Levels[level].Name]++
		if p.Rounds > 0 || p.Outcome == OutcomeWithdrawn || !p.Awarded.Equal(by.Awarded()) {
			r.Reversed++
			r.Reverse = append(r.Reverse, p.First.ID)
		}
	}
	return r, nil
}
