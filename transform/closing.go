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

// What a refresh leaves for the next one to compare with lies below the state folder's closing/, outside the warehouse,
// which may be lost: the figures of closed months in figures/<run>, and what has been restated since a run in
// restated/<run> with the batches behind it in batches/<run>. The latter two are never deleted.
const (
	closingDir = "closing"
	unsettled  = "new"
)

// closings are the tables of what was left, with their columns, the mart each is left from and its rows that are left.
var closings = []struct{ folder, table, columns, mart, rows string }{
	{"restated", "raw.restatement", `run_id varchar, previous_run_id varchar, known_at timestamp, cause varchar, month bigint,
		month_end date, kpi varchar, bucket varchar, dimension varchar, member varchar, unit varchar, currency varchar,
		before decimal(38, 12), after decimal(38, 12), change decimal(38, 12)`, "mart.restatement", "run_id = %s"},
	{"batches", "raw.restatement_batch", `run_id varchar, previous_run_id varchar, batch varchar, source varchar, file varchar,
		dataset varchar, month bigint, rows bigint`, "mart.restatement_batch", "run_id = %s"},
	{"figures", "raw.closing", `month bigint, month_end date, kpi varchar, bucket varchar, dimension varchar, member varchar,
		unit varchar, currency varchar, value decimal(38, 12)`, "mart.closing", "%s <> ''"},
}

// historical says whether a mart compares runs: it depends on what was published before, not on batches and settings alone.
func historical(mart string) bool { return strings.HasPrefix(mart, "mart.restatement") }

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
		files, err := in.against.files(in.State, c.folder)
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

// files are what was left in a folder: of figures the last run's, of restatements all but those since that run, which are
// about to be written anew: a refresh that was stopped between publishing and leaving its figures is compared once more.
func (c comparison) files(state, folder string) ([]string, error) {
	left, err := filepath.Glob(filepath.Join(state, closingDir, folder, "*.parquet"))
	if err != nil {
		return nil, err
	}
	var files []string
	for _, file := range left {
		last := filepath.Base(file) == c.previous+".parquet"
		if last == (folder == "figures") {
			files = append(files, warehouse.Literal(file))
		}
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
		rows := fmt.Sprintf("from %s where "+c.rows, c.mart, warehouse.Literal(run.ID))
		n, err := count(ctx, db, "select count(*) "+rows)
		if err == nil && (n > 0 || c.folder == "figures") {
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
		if c.folder != "figures" {
			if in.against == nil {
				continue
			}
			name = in.against.previous
		}
		if err := place(filepath.Join(dir, unsettled, c.folder+".parquet"), filepath.Join(dir, c.folder, name+".parquet")); err != nil {
			return fmt.Errorf("keep the figures of closed months: %w", err)
		}
	}
	return forget(filepath.Join(dir, "figures"), run.ID)
}

// forget removes the figures of earlier runs.
func forget(dir, keep string) error {
	left, err := filepath.Glob(filepath.Join(dir, "*.parquet"))
	if err != nil {
		return err
	}
	var errs []error
	for _, file := range left {
		if filepath.Base(file) != keep+".parquet" {
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
