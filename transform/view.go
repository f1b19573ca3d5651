package transform

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"time"

	"arrears/config"
	"arrears/warehouse"
)

// View is the marts on one date, open for reading.
type View struct {
	DB    *warehouse.Duck
	Run   string
	AsOf  time.Time
	close func() error
}

// Close releases the view.
func (v View) Close() error { return v.close() }

// Reading says what a view is opened on.
type Reading struct {
	State  string
	AsOf   time.Time // zero takes the date that was published
	Known  *Input    // reads other batches than those that were published: what was known at another time
	By     string    // further dimension of the KPIs
	Tables []string  // what will be read; empty for every mart
	Months int       // month-ends before AsOf
	Models fs.FS

	// Worklist tries other rules of the worklist than those that were published.
	Worklist *config.Worklist

	Memory  string
	Threads int
}

// Open opens the published marts, or, for another date or a further dimension, computes that step beside them in memory:
// documents and open spans know no date and are read as they were published.
func Open(ctx context.Context, r Reading) (View, error) {
	if r.Known != nil {
		return recall(ctx, r)
	}
	path, run, err := Published(r.State)
	if err != nil {
		return View{}, err
	}
	lake := filepath.Join(r.State, "lake")
	db, err := warehouse.Open(ctx, warehouse.Options{
		Path: path, ReadOnly: true, Memory: r.Memory, Threads: r.Threads, Files: []string{lake},
	})
	if err != nil {
		return View{}, err
	}
	param, err := published(ctx, db)
	if err != nil {
		return View{}, errors.Join(err, db.Close())
	}
	own := r.By == "" || r.By == "entity" || r.By == "currency"
	if own && r.Worklist == nil && (r.AsOf.IsZero() || r.AsOf.Equal(param.AsOf)) {
		return View{DB: db, Run: run, AsOf: param.AsOf, close: db.Close}, nil
	}
	if err := db.Close(); err != nil {
		return View{}, err
	}
	if !r.AsOf.IsZero() {
		param.AsOf = r.AsOf
	}
	param.By, param.Months = r.By, r.Months
	return compute(ctx, r, path, param)
}

// recall builds the marts of other batches in memory. Nothing of it stays.
func recall(ctx context.Context, r Reading) (View, error) {
	in := *r.Known
	if !r.AsOf.IsZero() {
		in.AsOf = r.AsOf.Format(time.DateOnly)
	}
	db, err := warehouse.Open(ctx, in.options(""))
	if err != nil {
		return View{}, err
	}
	run := Run{ID: "known at " + in.KnownAt.UTC().Format(time.RFC3339), KnownAt: in.KnownAt.UTC(), Started: time.Now().UTC()}
	if err := remember(ctx, r, in, db, &run); err != nil {
		return View{}, errors.Join(err, db.Close())
	}
	day, err := time.Parse(time.DateOnly, run.AsOf)
	return View{DB: db, Run: run.ID, AsOf: day, close: db.Close}, err
}

// remember builds what is asked for; where that is everything, it notes the run beside it, with what the checks find.
func remember(ctx context.Context, r Reading, in Input, db *warehouse.Duck, run *Run) error {
	models, err := Find(ctx, in.Models, db)
	if err != nil {
		return err
	}
	noted := len(r.Tables) == 0 || slices.Contains(r.Tables, "mart.run") || slices.Contains(r.Tables, "mart.check")
	if !noted {
		models = models.Needed(append(r.Tables, newestEvent)...)
	}
	if err := assemble(ctx, in, db, models, Param{By: r.By, Months: r.Months}, run); err != nil || !noted {
		return err
	}
	if run.Checks, err = check(ctx, in, db); err != nil {
		return err
	}
	return note(ctx, in, db, *run)
}

func published(ctx context.Context, db *warehouse.Duck) (Param, error) {
	t, err := db.Query(ctx, "select as_of, known_at, run_id from raw.run_param")
	if err != nil {
		return Param{}, fmt.Errorf("read the published as-of date: %w", err)
	}
	row := t.Rows[0]
	return Param{AsOf: row[0].(time.Time), KnownAt: row[1].(time.Time), Run: row[2].(string)}, nil
}

// compute builds what depends on the date in memory, over views of what does not.
func compute(ctx context.Context, r Reading, path string, param Param) (View, error) {
	db, err := warehouse.Open(ctx, warehouse.Options{
		Memory: r.Memory, Threads: r.Threads,
		Temp:   filepath.Join(r.State, spillDir),
		Files:  []string{filepath.Join(r.State, "lake")},
		Attach: map[string]string{"published": path},
	})
	if err != nil {
		return View{}, err
	}
	err = overlay(ctx, db, r, param)
	if err != nil {
		return View{}, errors.Join(err, db.Close())
	}
	return View{DB: db, Run: param.Run, AsOf: param.AsOf, close: db.Close}, nil
}

func overlay(ctx context.Context, db *warehouse.Duck, r Reading, param Param) error {
	models, err := Find(ctx, r.Models, db)
	if err != nil {
		return err
	}
	for _, schema := range schemas {
		if err := db.Exec(ctx, "create schema "+schema); err != nil {
			return err
		}
	}
	if err := param.load(ctx, db); err != nil {
		return err
	}
	lasting, dated := models.split()
	made, err := Recorded(r.State, param.Run)
	if err != nil {
		return err
	}
	if err := made.MadeBy(lasting); err != nil {
		return err
	}
	dated = slices.DeleteFunc(dated, func(m Model) bool { return historical(m.Name) }) // as it was published, on every date
	if r.Worklist != nil {
		if err := loadWorklist(ctx, db, *r.Worklist); err != nil {
			return err
		}
	}
	if err := mirror(ctx, db, dated); err != nil {
		return err
	}
	if len(r.Tables) > 0 {
		dated = dated.Needed(r.Tables...)
	}
	_, err = build(ctx, db, dated)
	return err
}

// mirror shows the published tables under their own names, but for those that depend on the date or are there already. The run is shown with
// the date of this view.
func mirror(ctx context.Context, db *warehouse.Duck, dated Models) error {
	t, err := db.Query(ctx, `select table_schema, table_name from information_schema.tables
		where table_catalog = 'published' and table_schema in ('raw', 'stg', 'core', 'mart')
			and not exists (select 1 from information_schema.tables as own where own.table_catalog <> 'published'
				and own.table_schema = tables.table_schema and own.table_name = tables.table_name)`)
	if err != nil {
		return fmt.Errorf("read the published tables: %w", err)
	}
	for _, row := range t.Rows {
		schema, table := row[0].(string), row[1].(string)
		name := schema + "." + table
		if _, anew := dated.Named(name); anew || name == paramTable {
			continue
		}
		show := fmt.Sprintf(`create view %s."%s" as select * from published.%s."%s"`, schema, table, schema, table)
		if name == "mart.run" {
			show = `create view mart.run as select r.* replace (p.as_of as as_of)
				from published.mart.run r cross join raw.run_param p`
		}
		if err := db.Exec(ctx, show); err != nil {
			return fmt.Errorf("show the published tables: %w", err)
		}
	}
	return nil
}
