package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"slices"
	"strings"

	"github.com/shopspring/decimal"
	"github.com/spf13/cobra"

	"arrears/dashboard"
	"arrears/ingest"
	"arrears/sql"
	"arrears/transform"
	"arrears/warehouse"
)

func newExplain() *cobra.Command {
	var where company
	var at moments
	var rows int
	var texts bool
	c := &cobra.Command{
		Use:   "explain KPI",
		Short: "A figure's formula, the numbers that entered it, its SQL, and the rows behind it with file and line",
		Example: `  arrears explain dso -c arrears.yaml --as-of 2026-10-31
  arrears explain dso -c arrears.yaml --as-of 2026-09-30 --known-at 2026-10-03T08:00:00Z
  arrears explain days_to_pay -c arrears.yaml --rows 100 --sql`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usageError{errors.New("explain takes the name of one KPI; arrears kpi --help lists them")}
			}
			return known(args, "")
		},
		RunE: func(c *cobra.Command, args []string) (err error) {
			d, err := where.open(newLog(c.ErrOrStderr(), slog.LevelWarn))
			if err != nil {
				return err
			}
			v, err := d.view(c.Context(), at, "")
			if err != nil {
				return err
			}
			defer closing(v, &err)
			e, err := d.explain(c.Context(), v, args[0], rows)
			if err != nil {
				return err
			}
			return tellExplanation(c.OutOrStdout(), v, e, texts)
		},
	}
	where.flags(c)
	at.flags(c)
	c.Flags().IntVar(&rows, "rows", 20, "how many of the `ROWS` behind the figure, largest first; 0 for all")
	c.Flags().BoolVar(&texts, "sql", false, "print the text of every model behind the figure, not their names only")
	return c
}

// explain gathers what stands behind a KPI: its declaration, the numbers that enter it, its models, and its rows with the
// file and line they came from and the text as it was received.
func (d *desk) explain(ctx context.Context, v transform.View, name string, limit int) (dashboard.Explanation, error) {
	k, err := declared(name)
	if err != nil {
		return dashboard.Explanation{}, err
	}
	e := dashboard.Declared(k)
	value, err := v.DB.Query(ctx, "select bucket, value from mart.kpi where kpi = ? and dimension = '' order by bucket", name)
	if err != nil {
		return e, fmt.Errorf("read %s: %w", name, err)
	}
	for _, row := range value.Rows {
		if row[0] == "" {
			e.Value = row[1]
		} else {
			e.Inputs = append(e.Inputs, dashboard.Input{Name: "bucket " + row[0].(string), Value: row[1]})
		}
	}
	inputs, err := queryFile(ctx, v.DB, "explain/input.sql", "")
	if err != nil {
		return e, err
	}
	for _, input := range k.Inputs {
		e.Inputs = append(e.Inputs, dashboard.Input{Name: input, Value: inputs.Rows[0][inputs.Index(input)]})
	}
	if e.SQL, err = behind(ctx, name); err != nil {
		return e, err
	}
	tail := ""
	if limit > 0 {
		tail = fmt.Sprintf("\nlimit %d", limit)
	}
	if e.Rows, err = queryFile(ctx, v.DB, "explain/"+k.Rows+".sql", tail); err != nil {
		return e, err
	}
	return e, d.received(&e.Rows)
}

func queryFile(ctx context.Context, db warehouse.DB, file, tail string) (warehouse.Table, error) {
	text, err := fs.ReadFile(sql.Explanations, file)
	if err != nil {
		return warehouse.Table{}, err
	}
	t, err := db.Query(ctx, string(text)+tail)
	if err != nil {
		return warehouse.Table{}, fmt.Errorf("%s: %w", file, err)
	}
	return t, nil
}

// behind are the models a KPI rests on, from the ledger to the figure; of the models that hold several KPIs only its own.
func behind(ctx context.Context, name string) ([]dashboard.Model, error) {
	models, _, err := statements(ctx)
	if err != nil {
		return nil, err
	}
	return modelTexts(models, computes(models, name)), nil
}

// modelsOf are the models a mart rests on, in the order they are built.
func modelsOf(ctx context.Context, mart string) ([]dashboard.Model, error) {
	models, _, err := statements(ctx)
	if err != nil {
		return nil, err
	}
	return modelTexts(models, mart), nil
}

func modelTexts(models transform.Models, needed string) []dashboard.Model {
	var texts []dashboard.Model
	for _, m := range models.Needed(needed) {
		texts = append(texts, dashboard.Model{Name: m.Name, Text: m.SQL})
	}
	return texts
}

// declared finds a KPI in the catalogue.
func declared(name string) (sql.KPI, error) {
	list, err := sql.KPIs()
	if err != nil {
		return sql.KPI{}, err
	}
	i := slices.IndexFunc(list, func(k sql.KPI) bool { return k.Name == name })
	if i < 0 {
		return sql.KPI{}, fmt.Errorf("no KPI is called %q", name)
	}
	return list[i], nil
}

// computes is the model that holds a KPI: several KPIs share one.
func computes(models transform.Models, kpi string) string {
	for _, m := range models {
		if strings.HasPrefix(m.Name, "core.kpi_") && strings.Contains(m.SQL, "'"+kpi+"'") {
			return m.Name
		}
	}
	return "mart.kpi"
}

// received puts the text of each row's line, as it came, in the place of the digest of its file.
func (d *desk) received(t *warehouse.Table) error {
	digest, line := t.Index("digest"), t.Index("line")
	if digest < 0 || line < 0 {
		return nil
	}
	t.Columns[digest].Name = "received"
	for _, row := range t.Rows {
		text, err := ingest.Line(d.cfg.State, row[digest].(string), row[line].(int64))
		if err != nil {
			text = err.Error()
		}
		row[digest] = text
	}
	return nil
}

func tellExplanation(w io.Writer, v transform.View, e dashboard.Explanation, texts bool) error {
	say := func(format string, args ...any) { _, _ = fmt.Fprintf(w, format, args...) }
	say("%s (%s) as of %s\n", e.Title, e.Unit, v.AsOf.Format("2006-01-02"))
	if e.Value != nil {
		say("  %-11s %s\n", "value", exact(e.Value))
	}
	for _, line := range [][2]string{
		{"what it is", e.Definition}, {"formula", e.Formula}, {"source", e.Source}, {"owner", e.Owner}, {"limits", e.Edges},
		{"proven by", strings.Join(e.Tests, ", ")},
	} {
		say("  %-11s %s\n", line[0], line[1])
	}
	say("\n")
	say("Numbers that entered it\n")
	for _, i := range e.Inputs {
		if f, ok := i.Value.(float64); ok {
			i.Value = decimal.NewFromFloat(f)
		}
		say("  %-22s %s\n", i.Name, brief(i.Value))
	}
	say("\nModels behind it, in the order they are built\n")
	for _, m := range e.SQL {
		say("  %s\n", m.Name)
		if texts {
			say("\n%s\n", m.Text)
		}
	}
	say("\nRows behind it, largest first\n")
	return writeTable(w, e.Rows)
}
