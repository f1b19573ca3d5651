package main

import (
	"database/sql/driver"
	"fmt"
	"io/fs"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"arrears/sql"
	"arrears/transform"
	"arrears/warehouse"
)

// The texts of the models are run unchanged by a second engine on what the first one had landed, and every mart must come
// out the same: on the day that was published and on an earlier one.
func TestModelsGiveTheSameMartsOnPostgreSQL(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	must(t, exitDone, "demo", "--dir", dir, "--once")
	d, err := (&company{file: dir + "/arrears.yaml"}).open(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	second := startPostgres(t)
	for _, day := range []time.Time{{}, time.Date(2026, 5, 17, 0, 0, 0, 0, time.UTC)} {
		view, err := d.at(t.Context(), transform.Reading{AsOf: day, Months: 24})
		if err != nil {
			t.Fatal(err)
		}
		second.rebuild(t, view.DB)
		for _, table := range tablesOf(t, view.DB, "mart") {
			if table == "mart.run" || table == "mart.check" { // written by the program
				second.take(t, view.DB, table)
				continue
			}
			t.Run(view.AsOf.Format(time.DateOnly)+"/"+table, func(t *testing.T) { sameMart(t, view.DB, second, table) })
		}
		for folder, tree := range map[string]fs.FS{"check": sql.Checks, "proof": sql.Proofs, "explain": sql.Explanations, "metric": sql.Metrics(), "panel": sql.Panels(), "pane": sql.Panes(), "drill": sql.Drills()} {
			t.Run(view.AsOf.Format(time.DateOnly)+"/"+folder, func(t *testing.T) { sameReaders(t, view.DB, second, tree) })
		}
		if err := view.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// rebuild takes over what the models start from and runs them all.
func (s *server) rebuild(t *testing.T, db *warehouse.Duck) {
	t.Helper()
	for _, schema := range []string{"raw", "stg", "core", "score", "rule", "mart"} {
		s.do(t, "drop schema if exists "+schema+" cascade", "create schema "+schema)
	}
	for _, table := range slices.Concat(tablesOf(t, db, "raw"), tablesOf(t, db, "score"), tablesOf(t, db, "rule")) { // the program makes these
		s.take(t, db, table)
	}
	models, err := transform.Find(t.Context(), sql.Models, db)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range models {
		kind := "table"
		if m.Schema() == "stg" {
			kind = "view"
		}
		if _, err := s.Exec(t.Context(), "create "+kind+" "+m.Name+" as "+m.SQL); err != nil {
			t.Fatalf("PostgreSQL does not run %s as it stands: %v", m.Name, err)
		}
		if kind == "table" {
			s.do(t, "analyze "+m.Name)
		}
	}
}

// flawless are the marts that list what differs or was corrected later, and nothing is in the demo company; nor are there accounts of
// its customers, or lists of open items from which something vanishes.
var flawless = []string{"mart.cleared_between", "mart.control_difference", "mart.credit_altman", "mart.restatement", "mart.restatement_batch", "mart.segment_move",
	"mart.worklist_change", "mart.worklist_turnover", "mart.forecast_made", "mart.forecast_kept", "mart.override", "mart.override_kind"}

// sameMart wants the same rows by key, the key being every column that is no decimal.
func sameMart(t *testing.T, db *warehouse.Duck, second *server, table string) {
	columns, types := columnsOf(t, db, table)
	if got := second.types(t, table); !slices.Equal(got, types) {
		t.Errorf("columns %v: PostgreSQL has the types %v, DuckDB %v", columns, got, types)
	}
	list := `"` + strings.Join(columns, `", "`) + `"`
	ours, err := db.Query(t.Context(), "select "+list+" from "+table)
	if err != nil {
		t.Fatal(err)
	}
	want := keyed(t, columns, types, ours.Rows)
	rows, err := second.Query(t.Context(), "select "+list+" from "+table)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var theirs [][]any
	for rows.Next() {
		values, err := rows.Values()
		if err != nil {
			t.Fatal(err)
		}
		theirs = append(theirs, values)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	got := keyed(t, columns, types, theirs)
	if len(want) == 0 && !slices.Contains(flawless, table) {
		t.Error("there is nothing to compare")
	}
	for key, amounts := range want {
		other, found := got[key]
		if !found {
			t.Errorf("PostgreSQL has no row %s", key)
			continue
		}
		for i := range amounts {
			if !equalFigure(key, amounts[i], other[i]) {
				t.Errorf("%s: DuckDB has %v, PostgreSQL %v", key, amounts[i], other[i])
			}
		}
	}
	for key := range got {
		if _, found := want[key]; !found {
			t.Errorf("only PostgreSQL has the row %s", key)
		}
	}
}

// sameReaders runs what reads the marts and wants as many rows from both.
func sameReaders(t *testing.T, db *warehouse.Duck, second *server, tree fs.FS) {
	texts := 0
	err := fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		texts++
		count := "select count(*) from (" + string(text) + ") as q"
		ours, err := db.Query(t.Context(), count)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		var theirs int64
		if err := second.QueryRow(t.Context(), count).Scan(&theirs); err != nil {
			return fmt.Errorf("%s on PostgreSQL: %w", name, err)
		}
		if ours.Rows[0][0] != theirs {
			t.Errorf("%s: DuckDB finds %v rows, PostgreSQL %d", name, ours.Rows[0][0], theirs)
		}
		return nil
	})
	if err != nil || texts == 0 {
		t.Errorf("%d texts: %v", texts, err)
	}
}

// keyed is a table as its decimals by everything else.
func keyed(t *testing.T, columns, types []string, rows [][]any) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	for _, row := range rows {
		var key, amounts []string
		for i, value := range row {
			switch v := value.(type) {
			case driver.Valuer:
				plain, err := v.Value()
				if err != nil {
					t.Fatal(err)
				}
				value = plain
			case time.Time:
				value = v.UTC().Format(time.RFC3339Nano)
			}
			if strings.HasPrefix(types[i], "DECIMAL") {
				amounts = append(amounts, fmt.Sprint(value))
			} else {
				key = append(key, fmt.Sprintf("%s=%v", columns[i], value))
			}
		}
		name := strings.Join(key, " ")
		if _, twice := found[name]; twice {
			t.Errorf("two rows %s", name)
		}
		found[name] = amounts
	}
	return found
}

// quotients are amounts that come out of a division, or of a share.
var quotients = []string{"kpi=past_due_cash_per_fte ", "kpi=ecl "}

// equalFigure wants amounts exactly, to the last of twelve decimals, and figures that were divided to the ninth digit.
func equalFigure(key, a, b string) bool {
	if a == b {
		return true
	}
	x, xErr := decimal.NewFromString(a)
	y, yErr := decimal.NewFromString(b)
	if xErr != nil || yErr != nil {
		return false // one of them is NULL
	}
	if strings.HasSuffix(key, " unit=amount") && !slices.ContainsFunc(quotients, func(q string) bool { return strings.Contains(key, q) }) ||
		!strings.Contains(key, "kpi=") {
		return x.Equal(y)
	}
	allowed := decimal.Max(x.Abs(), decimal.NewFromInt(1)).Shift(-9)
	return x.Sub(y).Abs().LessThanOrEqual(allowed)
}

func TestEqualFigureTellsFiguresApart(t *testing.T) {
	for _, c := range []struct {
		key, a, b string
		want      bool
	}{
		{"invoice_id=1", "10.000", "10", true},
		{"invoice_id=1", "10.000", "10.001", false},
		{"invoice_id=1", "10.000000000000", "10.000000000001", false},
		{"invoice_id=1", "0", "<nil>", false},
		{"kpi=ar_net unit=amount", "10.000000000000", "10.000000000001", false},
		{"kpi=ecl bucket= unit=amount", "10.000000000000", "10.000000000001", true},
		{"kpi=dso unit=days", "56.666666666667", "56.666666666666", true},
		{"kpi=dso unit=days", "56.66666667", "56.66666677", false},
		{"kpi=dso unit=days", "<nil>", "56.666666666666", false},
	} {
		if got := equalFigure(c.key, c.a, c.b); got != c.want {
			t.Errorf("%s: %s and %s the same: %t, want %t", c.key, c.a, c.b, got, c.want)
		}
	}
}
