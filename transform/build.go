package transform

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"arrears/warehouse"
)

// A Built is what making one model's table came to.
type Built struct {
	Model   string  `json:"model"`
	Hash    string  `json:"hash"`
	Rows    int64   `json:"rows"`
	Seconds float64 `json:"seconds"`
}

// afterwards is what the program itself makes once a model has been built.
var afterwards = map[string]func(context.Context, *warehouse.Duck) error{examples: learn, facts: applyRules}

// atOnce is how many models are made at the same time. Most have too few rows for the engine to divide one among its workers, and a machine
// has more than one core; more at once would share the engine's memory in parts too small for the large ones.
const atOnce = 2

// build makes the tables of the models, each when what it reads is there.
func build(ctx context.Context, db *warehouse.Duck, models Models) ([]Built, error) {
	made := map[string]chan struct{}{}
	for _, m := range models {
		made[m.Name] = make(chan struct{})
	}
	built := make([]Built, len(models))
	slots := make(chan struct{}, atOnce)
	work, ctx := errgroup.WithContext(ctx)
	for i, m := range models {
		work.Go(func() error {
			for _, read := range m.Reads {
				if err := until(ctx, made[origin(read)]); err != nil {
					return err
				}
			}
			slots <- struct{}{}
			defer func() { <-slots }()
			b, err := buildOne(ctx, db, m)
			built[i] = b
			if err == nil {
				close(made[m.Name])
			}
			return err
		})
	}
	return built, work.Wait()
}

// until waits for what is not nil.
func until(ctx context.Context, there <-chan struct{}) error {
	if there == nil {
		return nil
	}
	select {
	case <-there:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func buildOne(ctx context.Context, db *warehouse.Duck, m Model) (Built, error) {
	b := Built{Model: m.Name, Hash: m.Hash}
	kind := m.kind()
	start := time.Now()
	if err := db.Exec(ctx, fmt.Sprintf("create %s %s as %s", kind, m.Name, m.SQL)); err != nil {
		return b, fmt.Errorf("build %s: %w", m.Name, err)
	}
	if kind == "table" {
		rows, err := count(ctx, db, "select count(*) from "+m.Name)
		if err != nil {
			return b, fmt.Errorf("count %s: %w", m.Name, err)
		}
		b.Rows = rows
	}
	if made := afterwards[m.Name]; made != nil {
		if err := made(ctx, db); err != nil {
			return b, err
		}
	}
	b.Seconds = time.Since(start).Seconds()
	return b, nil
}

// kind is what a model becomes. The stg models only rename, choose versions and put together: they are views.
func (m Model) kind() string {
	if m.Schema() == "stg" {
		return "view"
	}
	return "table"
}

// Severities of a check: an error stops the publish, a warning is shown.
const (
	Error = "error"
	Warn  = "warn"
	Off   = "off"
)

// A Checked is a check's result.
type Checked struct {
	Check    string `json:"check"`
	Title    string `json:"title"`
	Severity string `json:"severity"`
	Faults   int64  `json:"faults"`
	Sample   string `json:"sample,omitempty"` // the first faults, in words
}

// Failed says whether the check found a fault.
func (c Checked) Failed() bool { return c.Faults > 0 }

// verify runs the checks. A severity of the configuration wins over the check's own.
func verify(ctx context.Context, db *warehouse.Duck, checks Models, severity map[string]string) ([]Checked, error) {
	results := make([]Checked, len(checks))
	err := together(ctx, checks, func(ctx context.Context, i int, c Model) (err error) {
		name := strings.TrimPrefix(c.Name, "check.")
		r := Checked{Check: name, Title: c.Title(), Severity: c.Note("severity")}
		if s, ok := severity[name]; ok {
			r.Severity = s
		}
		if r.Severity != Off {
			r.Faults, err = count(ctx, db, "select count(*) from ("+c.SQL+"\n)")
		}
		if err == nil && r.Faults > 0 {
			r.Sample, err = sample(ctx, db, c.SQL)
		}
		if err != nil {
			return fmt.Errorf("check %s: %w", name, err)
		}
		results[i] = r
		return nil
	})
	return slices.DeleteFunc(results, func(r Checked) bool { return r.Severity == Off }), err
}

// together does something with each model, whatever their order, as many at once as are made at once.
func together(ctx context.Context, models Models, do func(ctx context.Context, i int, m Model) error) error {
	work, ctx := errgroup.WithContext(ctx)
	work.SetLimit(atOnce)
	for i, m := range models {
		work.Go(func() error { return do(ctx, i, m) })
	}
	return work.Wait()
}

// sample tells the first three faults as "column value, column value; ...".
func sample(ctx context.Context, db *warehouse.Duck, query string) (string, error) {
	t, err := db.Query(ctx, "select * from ("+query+"\n) order by all limit 3")
	if err != nil {
		return "", err
	}
	faults := make([]string, len(t.Rows))
	for i, row := range t.Rows {
		cells := make([]string, 0, len(row))
		for j, value := range row {
			if value == nil {
				continue
			}
			if day, ok := value.(time.Time); ok {
				value = day.Format(time.DateOnly)
			}
			cells = append(cells, fmt.Sprintf("%s %v", t.Columns[j].Name, value))
		}
		faults[i] = strings.Join(cells, ", ")
	}
	return strings.Join(faults, "; "), nil
}
