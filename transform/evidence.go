package transform

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"arrears/config"
	"arrears/warehouse"
)

// A Claim is a figure that evidence is gathered for: its KPI, the model that computes it, and the run that said it.
type Claim struct {
	KPI, Model, Run string
	AsOf            time.Time
}

// Gather writes into a folder all that a figure rests on: the rows its models start from (inputs/*.parquet, as the engine saw
// them), the models' texts (models/*.sql) and one script, run.sql, that makes the one of the other. It returns what the script
// gives when an engine runs it that knows nothing but the folder.
func Gather(ctx context.Context, in Input, claim Claim, folder string) (warehouse.Table, Models, error) {
	for _, dir := range []string{"inputs", "models"} {
		if err := os.MkdirAll(filepath.Join(folder, dir), 0o755); err != nil {
			return warehouse.Table{}, nil, fmt.Errorf("gather evidence: %w", err)
		}
	}
	s, err := gather(ctx, in, claim, folder)
	if err != nil {
		return warehouse.Table{}, nil, fmt.Errorf("gather evidence: %w", err)
	}
	for i, m := range s.models {
		file := filepath.Join(folder, "models", fmt.Sprintf("%03d_%s.sql", i+1, m.Name))
		if err := os.WriteFile(file, []byte(m.SQL), 0o644); err != nil {
			return warehouse.Table{}, nil, fmt.Errorf("gather evidence: %w", err)
		}
	}
	if err := os.WriteFile(filepath.Join(folder, "run.sql"), []byte(s.text()), 0o644); err != nil {
		return warehouse.Table{}, nil, fmt.Errorf("gather evidence: %w", err)
	}
	figures, err := s.run(ctx, folder, in)
	if err != nil {
		return warehouse.Table{}, nil, fmt.Errorf("recompute %s from its evidence: %w", claim.KPI, err)
	}
	return figures, s.models, nil
}

// gather writes the inputs. One worker does it, so that the same rows make the same bytes.
func gather(ctx context.Context, in Input, claim Claim, folder string) (s script, err error) {
	options := in.options("")
	options.Threads, options.Files = 1, append(options.Files, folder)
	db, err := warehouse.Open(ctx, options)
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	models, err := Find(ctx, in.Models, db)
	if err != nil {
		return s, err
	}
	s.claim, s.models = claim, models.Needed(claim.Model, "core.scope_period")
	s.inputs = s.models.starts()
	if err := loadRaw(ctx, db, &in); err != nil {
		return s, err
	}
	if err := (Param{AsOf: claim.AsOf, KnownAt: in.KnownAt, Run: claim.Run}).load(ctx, db); err != nil {
		return s, err
	}
	for _, table := range s.inputs {
		order := "all"
		if _, received := config.DatasetNamed(strings.TrimPrefix(table, "raw.")); received {
			order = "_batch, _line"
		}
		file := warehouse.Literal(filepath.Join(folder, inputFile(table)))
		err := db.Exec(ctx, fmt.Sprintf("copy (select * from %s order by %s) to %s (format parquet, compression zstd)", table, order, file))
		if err != nil {
			return s, fmt.Errorf("write %s: %w", table, err)
		}
	}
	return s, nil
}

// inputFile is the file of a table that models start from.
func inputFile(table string) string { return "inputs/" + table + ".parquet" }

// starts are the tables that models read and none of them makes, and those that every figure is said with.
func (models Models) starts() []string {
	tables := []string{paramTable, "raw.setting"}
	for _, m := range models {
		for _, read := range m.Reads {
			if strings.HasPrefix(read, "raw.") && !slices.Contains(tables, read) {
				tables = append(tables, read)
			}
		}
	}
	slices.Sort(tables)
	return tables
}

// A script makes a figure from its inputs, with nothing but DuckDB.
type script struct {
	claim  Claim
	inputs []string
	models Models
}

// statements are the script's, over inputs in a folder; the last one selects the figure, as mart.kpi does.
func (s script) statements(folder string) []string {
	var all []string
	for _, schema := range schemas {
		all = append(all, "create schema "+schema)
	}
	for _, table := range s.inputs {
		all = append(all, fmt.Sprintf("create table %s as select * from read_parquet(%s)", table, warehouse.Literal(folder+inputFile(table))))
	}
	for _, m := range s.models {
		all = append(all, fmt.Sprintf("create %s %s as\n%s", m.kind(), m.Name, strings.TrimSpace(m.SQL)))
	}
	return append(all, fmt.Sprintf(`select
    figure.kpi as kpi,
    param.as_of as as_of,
    grid.entity as entity,
    setting.reporting_currency as currency,
    figure.dimension as dimension,
    figure.scope_member as member,
    figure.bucket as bucket,
    cast(figure.value as decimal(38, 12)) as value,
    figure.unit as unit
from %s as figure
join raw.run_param as param
    on param.as_of_month = figure.month
join core.scope_period as grid
    on grid.month = figure.month
    and grid.dimension = figure.dimension
    and grid.scope_member = figure.scope_member
cross join raw.setting as setting
where figure.kpi = %s
order by figure.dimension, figure.scope_member, figure.bucket`, s.claim.Model, warehouse.Literal(s.claim.KPI)))
}

// text is the script as a file.
func (s script) text() string {
	return fmt.Sprintf("-- Computes %s as of %s from inputs/ and prints it. In this folder: duckdb -csv < run.sql\n\n", s.claim.KPI,
		s.claim.AsOf.Format(time.DateOnly)) + strings.Join(s.statements(""), "\n;\n\n") + "\n;\n"
}

// run runs the script in an engine of its own, which can read the folder and nothing else.
func (s script) run(ctx context.Context, folder string, in Input) (figures warehouse.Table, err error) {
	db, err := warehouse.Open(ctx, warehouse.Options{
		Memory: in.Memory, Threads: in.Threads, Temp: filepath.Join(in.State, spillDir), Files: []string{folder},
	})
	if err != nil {
		return figures, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	all := s.statements(folder + "/")
	for _, statement := range all[:len(all)-1] {
		if err := db.Exec(ctx, statement); err != nil {
			return figures, err
		}
	}
	return db.Query(ctx, all[len(all)-1])
}
