package transform

import (
	"context"
	databasesql "database/sql"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "github.com/duckdb/duckdb-go/v2" // writes the Parquet files that stand for batches

	"arrears/config"
	"arrears/sql"
)

// rows are the rows of one dataset, as canonical column -> text.
type rows []map[string]string

// land writes datasets as one batch into a lake below state, as landing would have.
func land(t *testing.T, state, id string, datasets map[string]rows) Batch {
	t.Helper()
	db, err := databasesql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	b := Batch{ID: id, Source: "test", File: id + ".csv", LandedAt: time.Unix(0, 0), Datasets: map[string]string{}}
	for name, data := range datasets {
		dataset, ok := config.DatasetNamed(name)
		if !ok {
			t.Fatalf("no dataset %s", name)
		}
		path := filepath.Join(state, "lake", name, id+".parquet")
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if _, err := db.Exec(fmt.Sprintf("copy (%s) to '%s' (format parquet)", selectRows(dataset, id, data), path)); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		b.Datasets[name] = path
		b.Records += int64(len(data))
		b.Landed += int64(len(data))
	}
	return b
}

func selectRows(d config.Dataset, batch string, data rows) string {
	lines := make([]string, len(data))
	for i, row := range data {
		cells := make([]string, 0, len(d.Fields)+2)
		for _, f := range d.Fields {
			text, ok := row[f.Name]
			value := "null"
			if ok && text != "" {
				value = "'" + strings.ReplaceAll(text, "'", "''") + "'"
			}
			cells = append(cells, fmt.Sprintf(`cast(%s as %s) as "%s"`, value, f.Kind.SQL(), f.Name))
		}
		lines[i] = fmt.Sprintf("select %s, '%s' as _batch, cast(%d as bigint) as _line", strings.Join(cells, ", "), batch, i+2)
	}
	return strings.Join(lines, " union all ")
}

// input is a refresh of one batch in a state folder of its own.
func input(t *testing.T, asOf string, datasets map[string]rows) Input {
	t.Helper()
	state := t.TempDir()
	return Input{
		State: state, Batches: []Batch{land(t, state, "b1", datasets)}, AsOf: asOf,
		Settings: Settings{Company: "Test", Entity: "E", PromisePercent: 100},
		KnownAt:  time.Unix(1, 0), Today: time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC),
		Models: sql.Models, Checks: sql.Checks,
	}
}

func refresh(t *testing.T, in Input) Run {
	t.Helper()
	run, err := Refresh(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// figures are the KPIs of everything by name, with /bucket where there is one.
func figures(t *testing.T, v View) map[string]string {
	t.Helper()
	table, err := v.DB.Query(context.Background(), "select kpi, bucket, value from mart.kpi where dimension = ''")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, row := range table.Rows {
		name := row[0].(string)
		if row[1] != "" {
			name += "/" + row[1].(string)
		}
		if row[2] == nil {
			found[name] = "null"
		} else {
			found[name] = fmt.Sprint(row[2])
		}
	}
	return found
}

func openView(t *testing.T, r Reading) View {
	t.Helper()
	r.Models = sql.Models
	v, err := Open(context.Background(), r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = v.Close() })
	return v
}

func pretty(v any) string {
	text, _ := json.MarshalIndent(v, "", " ")
	return string(text)
}
