package transform

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"arrears/config"
	"arrears/warehouse"
)

// historyMonths is how many month-ends before the as-of day the published marts hold: two years of trend, and the month
// that the first of them is compared with.
const historyMonths = 24

// spillDir is where the engine puts what does not fit into memory: apart from the landing's own folder, which is swept.
const spillDir = "spill"

// Input is all that a refresh depends on. The same input gives the same figures.
type Input struct {
	State   string // state folder; the warehouse lies in its "warehouse", the batches in its "lake"
	Batches []Batch
	Settings
	AsOf    string    // date, "today" or "latest"
	KnownAt time.Time // the batches are those known then
	Today   time.Time // what "today" is

	Models, Checks fs.FS
	Memory         string // cap of the engine, as in "2GB"
	Threads        int    // workers of the engine; 0 takes every core, or one where there is little to do
	PartRows       int64  // invoices worked on at once; 0 takes what a laptop has room for
	Full           bool   // begin anew, whatever there is to go on from
	AdvanceRows    int64  // landed rows from which on a refresh goes on from the last one; 0 takes what makes it worth it

	from    string      // file of the marts that this refresh goes on from
	against *comparison // what figures of closed months are compared with
}

// Settings are what a configuration says that enters the figures, or decides whether they are published.
type Settings struct {
	Company        string            `json:"company"`
	Entity         string            `json:"entity"`             // of documents that name none
	Currency       string            `json:"reporting_currency"` // empty takes the only one there is
	PromiseGrace   int64             `json:"promise_grace_days"`
	PromisePercent int64             `json:"promise_percent"`           // share of what was promised that keeps the promise
	ProvisionRates map[string]string `json:"provision_rates,omitempty"` // aging bucket -> share expected to be lost
	Severity       map[string]string `json:"severities,omitempty"`      // check -> error, warn or off
	Worklist       config.Worklist   `json:"worklist"`
	Validation     config.Validation `json:"validation"`
	Entities       map[string]string `json:"entities,omitempty"` // legal entity -> currency it keeps its books in
}

// ErrCheck is returned when a check of severity error found faults: what was published before still stands.
var ErrCheck = errors.New("a check stopped the publish")

// Refresh builds all marts beside the published ones, checks them and publishes them, or leaves everything as it was.
func Refresh(ctx context.Context, in Input) (Run, error) {
	start := time.Now().UTC()
	run := Run{ID: start.Format("20060102T150405.000000Z"), KnownAt: in.KnownAt.UTC(), Started: start, Program: program()}
	for _, b := range in.Batches {
		run.Batches = append(run.Batches, b.ID)
	}
	dir := filepath.Join(in.State, "warehouse")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return run, fmt.Errorf("make the warehouse folder: %w", err)
	}
	path := filepath.Join(dir, run.ID+building)
	err := construct(ctx, &in, path, &run)
	if err == nil {
		err = publish(dir, path, run.ID)
		run.Published = err == nil
	}
	if err != nil {
		err = errors.Join(err, warehouse.Remove(path))
	}
	run.Finished = time.Now().UTC()
	err = errors.Join(err, record(in.State, run))
	if run.Published && err == nil {
		err = settle(in, run)
	}
	return run, err
}

// construct makes the database file of a run and fills it: from the earlier marts where it can, else anew.
func construct(ctx context.Context, in *Input, path string, run *Run) error {
	models, err := known(ctx, in.Models)
	if err != nil {
		return err
	}
	if err := in.goOn(models, path, run); err != nil {
		return err
	}
	err = complete(ctx, in, path, models, run)
	if !errors.Is(err, errAnew) {
		return err
	}
	in.from, run.From, run.Advances = "", "", 0
	if err := warehouse.Remove(path); err != nil {
		return err
	}
	return complete(ctx, in, path, models, run)
}

// known reads the models in an engine of their own, before it is clear which file they will work on.
func known(ctx context.Context, texts fs.FS) (Models, error) {
	db, err := warehouse.Open(ctx, warehouse.Options{})
	if err != nil {
		return nil, err
	}
	models, err := Find(ctx, texts, db)
	return models, errors.Join(err, db.Close())
}

func complete(ctx context.Context, in *Input, path string, models Models, run *Run) error {
	db, err := warehouse.Open(ctx, in.options(path))
	if err != nil {
		return err
	}
	return errors.Join(fill(ctx, in, db, models, run), db.Close())
}

// aloneRows is how many landed rows one worker of the engine gets through as fast as several: they hand one another work by the
// hundred thousand rows, and waiting for each other cost a small company a fifth of its refresh.
const aloneRows = 100_000

// landed is how many rows the batches hold.
func (in Input) landed() (rows int64) {
	for _, b := range in.Batches {
		rows += b.Landed
	}
	return rows
}

func (in Input) options(path string) warehouse.Options {
	threads := in.Threads
	if threads == 0 && in.landed() < aloneRows {
		threads = 1
	}
	o := warehouse.Options{
		Path: path, Memory: in.Memory, Threads: threads, Bulk: in.from == "",
		Temp:  filepath.Join(in.State, spillDir),
		Files: []string{filepath.Join(in.State, "lake"), filepath.Join(in.State, closingDir)},
	}
	if in.from != "" {
		o.Attach = map[string]string{earlier: in.from}
	}
	return o
}

// fill builds the marts, checks them and notes beside them what the run was.
func fill(ctx context.Context, in *Input, db *warehouse.Duck, models Models, run *Run) error {
	var err error
	if run.Texts, err = models.keep(in.State); err != nil {
		return err
	}
	if in.against, err = compareWith(*in, *run); err != nil {
		return err
	}
	bring := assemble
	if in.from != "" {
		bring = advance
	}
	if err := bring(ctx, *in, db, models, Param{Months: historyMonths}, run); err != nil {
		return err
	}
	if run.Checks, err = check(ctx, *in, db); err != nil {
		return err
	}
	if stopping := run.Faults(Error); len(stopping) > 0 {
		return fmt.Errorf("%w: %s: %s", ErrCheck, stopping[0].Title, stopping[0].Sample)
	}
	if run.Marts, err = digests(ctx, db, models); err != nil {
		return err
	}
	if err := note(ctx, *in, db, *run); err != nil {
		return err
	}
	if err := leave(ctx, db, *in, *run); err != nil {
		return err
	}
	return db.Checkpoint(ctx)
}

// assemble loads the batches and builds the models over them; on which date, the input says.
func assemble(ctx context.Context, in Input, db *warehouse.Duck, models Models, param Param, run *Run) error {
	if err := loadRaw(ctx, db, &in); err != nil {
		return err
	}
	run.Settings = in.Settings
	lasting, dated := models.split()
	before, parts, after := lasting.stages()
	built, err := build(ctx, db, before)
	if err != nil {
		return err
	}
	divided, err := buildParts(ctx, db, in, models, parts)
	if err != nil {
		return err
	}
	rest, err := build(ctx, db, after)
	if err != nil {
		return err
	}
	if param.AsOf, err = asOf(ctx, db, in.AsOf, in.Today); err != nil {
		return err
	}
	param.KnownAt, param.Run, run.AsOf = run.KnownAt, run.ID, param.AsOf.Format(time.DateOnly)
	if err := param.load(ctx, db); err != nil {
		return err
	}
	more, err := build(ctx, db, dated)
	run.Models = slices.Concat(built, divided, rest, more)
	return err
}

func check(ctx context.Context, in Input, db *warehouse.Duck) ([]Checked, error) {
	checks, err := FindChecks(ctx, in.Checks, db)
	if err != nil {
		return nil, err
	}
	return verify(ctx, db, checks, in.Severity)
}

// FindChecks reads the checks. They make no table, so what they read is theirs to know, not to order.
func FindChecks(ctx context.Context, root fs.FS, engine *warehouse.Duck) (Models, error) {
	files, err := fs.Glob(root, "check/*.sql")
	if err != nil {
		return nil, err
	}
	var checks Models
	for _, file := range files {
		text, err := fs.ReadFile(root, file)
		if err != nil {
			return nil, err
		}
		c, err := parse(ctx, table(file), string(text), engine)
		if err != nil {
			return nil, err
		}
		checks = append(checks, c)
	}
	return checks, nil
}

// split parts what no as-of date can change from what rests on it.
func (models Models) split() (lasting, dated Models) {
	for _, m := range models {
		if m.Dated {
			dated = append(dated, m)
		} else {
			lasting = append(lasting, m)
		}
	}
	return lasting, dated
}
