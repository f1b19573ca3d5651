package transform

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"arrears/warehouse"
)

// What a refresh leaves for later ones lies below the state folder's closing/, outside the warehouse, which may be lost: the figures of
// closed months in figures/<run> and who was in which segment in segments/<run>; what has been restated since a run in restated/<run>
// with the batches behind it in batches/<run>, and who has changed segments since in moves/<run>; the call lists of a day in
// lists/<day>, and the cash forecast of a day as it was first made in forecasts/<day>.
const (
	closingDir = "closing"
	unsettled  = "new"
)

// A keeping says under which name something is left, and for how long.
type keeping int

const (
	untilNext keeping = iota // by run, until the next one has left its own
	sinceLast                // by the run before, for ever: what is new since it
	twoDays                  // by as-of day, the last run of a day winning; the newest two days
	firstMade                // by as-of day, the first run of a day winning; for ever
)

// closings are the tables of what was left, with their columns, and the rows that a run leaves. The figures come last.
var closings = []struct {
	folder, table, columns, rows string
	keeping
}{
	{"restated", "raw.restatement", `run_id varchar, previous_run_id varchar, known_at timestamp, cause varchar, month bigint,
		month_end date, kpi varchar, bucket varchar, dimension varchar, member varchar, unit varchar, currency varchar,
		before decimal(38, 12), after decimal(38, 12), change decimal(38, 12)`, "mart.restatement where run_id = %s", sinceLast},
	{"batches", "raw.restatement_batch", `run_id varchar, previous_run_id varchar, batch varchar, source varchar, file varchar,
		dataset varchar, month bigint, rows bigint`, "mart.restatement_batch where run_id = %s", sinceLast},
	{"moves", "raw.segment_move", `run_id varchar, previous_run_id varchar, as_of date, customer_id varchar, segment_before varchar,
		segment varchar`, "mart.segment_move where run_id = %s", sinceLast},
	{"lists", "raw.standing", `as_of date, customer_id varchar, collector varchar, place bigint, reason varchar, pinned boolean,
		strategy varchar, percent decimal(18, 3), collectable_amount decimal(38, 12), further_days decimal(18, 3),
		money_days decimal(38, 3), duty_points decimal(38, 3), score bigint`, "mart.standing where %s <> ''", twoDays},
	{"forecasts", "raw.forecast_made", `made_on date, known_at timestamp, week bigint, from_on date, until_on date,
		open_amount decimal(38, 12), new_amount decimal(38, 12), expected_amount decimal(38, 12), low_amount decimal(18, 6),
		high_amount decimal(18, 6)`, `(select param.as_of as made_on, param.known_at, ahead.* from mart.forecast as ahead
		cross join raw.run_param as param) where %s <> ''`, firstMade},
	{"segments", "raw.segment_before", "customer_id varchar, segment varchar",
		"(select customer_id, segment from mart.segment) where %s <> ''", untilNext},
	{"figures", "raw.closing", `month bigint, month_end date, kpi varchar, bucket varchar, dimension varchar, member varchar,
		unit varchar, currency varchar, value decimal(38, 12)`, "mart.closing where %s <> ''", untilNext},
}

// historicals are the marts that compare runs: they depend on what was published before, not on batches and settings alone.
var historicals = []string{"mart.restatement", "mart.restatement_batch", "mart.segment_move", "mart.worklist_change", "mart.worklist_turnover", "mart.forecast_made",
	"mart.forecast_kept"}

func historical(mart string) bool { return slices.Contains(historicals, mart) }

// A comparison is what a refresh is compared with: the run before, why figures may differ from it, and what has landed since.
type comparison struct {
	previous string
	cause    string
	batches  []string
}

// compareWith finds the run whose figures were left last. Without one there is nothing to compare.
func compareWith(in Input, run Run) (*comparison, error) {
	left, err := filepath.Glob(filepath.Join(in.State, closingDir, "figures", "*.parquet"))
	if err != nil || len(left) == 0 {
		return nil, err
	}
	slices.Sort(left)
	c := comparison{previous: strings.TrimSuffix(filepath.Base(left[len(left)-1]), ".parquet")}
	before, err := Recorded(in.State, c.previous)
	if errors.Is(err, fs.ErrNotExist) {
		return &c, nil // the figures can be compared, their cause cannot be told
	}
	if err != nil {
		return nil, err
	}
	for _, id := range run.Batches {
		if !slices.Contains(before.Batches, id) {
			c.batches = append(c.batches, id)
		}
	}
	var causes []string
	if len(c.batches) > 0 || len(run.Batches) != len(before.Batches) {
		causes = append(causes, "rows")
	}
	if run.Texts != before.Texts {
		causes = append(causes, "models")
	}
	if !in.sameFigures(before.Settings) {
		causes = append(causes, "settings")
	}
	c.cause = strings.Join(causes, ", ")
	return &c, nil
}

// sameFigures says whether other settings give the same figures, as far as settings go. An empty currency here is one that
// has yet to be found in the documents.
func (s Settings) sameFigures(other Settings) bool {
	s.Company, s.Severity, other.Company, other.Severity = "", nil, "", nil
	if s.Currency == "" {
		s.Currency = other.Currency
	}
	if len(s.ProvisionRates) == 0 && len(other.ProvisionRates) == 0 {
		s.ProvisionRates, other.ProvisionRates = nil, nil
	}
	if len(s.Entities) == 0 && len(other.Entities) == 0 {
		s.Entities, other.Entities = nil, nil
	}
	return reflect.DeepEqual(s, other)
}

// loadClosings makes the tables of what earlier runs left, empty where a reading is not to be compared.
func loadClosings(ctx context.Context, db *warehouse.Duck, in *Input) error {
	statements := []string{
		"create table raw.previous_run (run_id varchar, cause varchar)",
		"create table raw.new_batch (batch varchar)",
	}
	for _, c := range closings {
		statements = append(statements, fmt.Sprintf("create table %s (%s)", c.table, c.columns))
		if in.against == nil {
			continue
		}
		files, err := in.against.files(in.State, c.folder, c.keeping)
		if err != nil {
			return err
		}
		if len(files) > 0 {
			statements = append(statements, fmt.Sprintf("insert into %s by name select * from read_parquet([%s])", c.table,
				strings.Join(files, ", ")))
		}
	}
	if in.against != nil {
		statements = append(statements, fmt.Sprintf("insert into raw.previous_run values (%s, %s)",
			warehouse.Literal(in.against.previous), warehouse.Literal(in.against.cause)))
		for _, id := range in.against.batches {
			statements = append(statements, "insert into raw.new_batch values ("+warehouse.Literal(id)+")")
		}
	}
	for _, s := range statements {
		if err := db.Exec(ctx, s); err != nil {
			return fmt.Errorf("load the figures of earlier runs: %w", err)
		}
	}
	return nil
}

// files are what was left in a folder: until the next run, the last one's; since a run, all but those since the last one, which
// are about to be written anew: a refresh that was stopped between publishing and leaving its figures is compared once more.
func (c comparison) files(state, folder string, kept keeping) ([]string, error) {
	left, err := filepath.Glob(filepath.Join(state, closingDir, folder, "*.parquet"))
	if err != nil {
		return nil, err
	}
	var files []string
	for _, file := range left {
		last := filepath.Base(file) == c.previous+".parquet"
		if last && kept == sinceLast || !last && kept == untilNext {
			continue
		}
		files = append(files, warehouse.Literal(file))
	}
	return files, nil
}

// leave writes what the next refresh will compare with, aside until this one is published.
func leave(ctx context.Context, db *warehouse.Duck, in Input, run Run) error {
	aside := filepath.Join(in.State, closingDir, unsettled)
	if err := errors.Join(os.RemoveAll(aside), os.MkdirAll(aside, 0o755)); err != nil {
		return fmt.Errorf("leave the figures of closed months: %w", err)
	}
	for _, c := range closings {
		rows := fmt.Sprintf("from "+c.rows, warehouse.Literal(run.ID))
		n, err := count(ctx, db, "select count(*) "+rows)
		if err == nil && (n > 0 || c.keeping != sinceLast) {
			err = db.Exec(ctx, fmt.Sprintf("copy (select * %s order by all) to %s (format parquet)", rows,
				warehouse.Literal(filepath.Join(aside, c.folder+".parquet"))))
		}
		if err != nil {
			return fmt.Errorf("leave the figures of closed months: %w", err)
		}
	}
	return nil
}

// settle puts what was left in its place. The figures come last: until they are there the next refresh compares with the run
// before and writes the same restatements again, in the same files.
func settle(in Input, run Run) error {
	dir := filepath.Join(in.State, closingDir)
	for _, c := range closings {
		name := run.ID
		switch c.keeping {
		case sinceLast:
			if in.against == nil {
				continue
			}
			name = in.against.previous
		case twoDays, firstMade:
			name = run.AsOf
		}
		folder := filepath.Join(dir, c.folder)
		to := filepath.Join(folder, name+".parquet")
		if _, err := os.Stat(to); err == nil && c.keeping == firstMade {
			continue
		}
		if err := place(filepath.Join(dir, unsettled, c.folder+".parquet"), to); err != nil {
			return fmt.Errorf("keep what later refreshes compare with: %w", err)
		}
		if err := c.forget(folder, name+".parquet"); err != nil {
			return fmt.Errorf("forget what was kept for this refresh: %w", err)
		}
	}
	return nil
}

// forget removes what is no longer kept beside the file that was just placed.
func (k keeping) forget(dir, placed string) error {
	if k == sinceLast || k == firstMade {
		return nil
	}
	left, err := filepath.Glob(filepath.Join(dir, "*.parquet"))
	if err != nil {
		return err
	}
	slices.Sort(left)
	keep := 1
	if k == twoDays {
		keep = 2
	}
	var errs []error
	for i, file := range left {
		if i < len(left)-keep && filepath.Base(file) != placed {
			errs = append(errs, os.Remove(file))
		}
	}
	return errors.Join(errs...)
}

// place moves a file, durably; one that is not there takes away what was in its place.
func place(from, to string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	if _, err := os.Stat(from); errors.Is(err, fs.ErrNotExist) {
		err = os.Remove(to)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	}
	if err := syncPath(from); err != nil {
		return err
	}
	if err := os.Rename(from, to); err != nil {
		return err
	}
	return syncPath(filepath.Dir(to))
}
