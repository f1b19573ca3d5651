package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/template"
	"time"

	"github.com/shopspring/decimal"

	"arrears/warehouse"
)

//go:embed evidence.md
var evidenceReadme string

// assertion is what was said: a KPI's declaration and its figures with the run that gave them.
type assertion struct {
	KPI        string            `json:"kpi"`
	Title      string            `json:"title"`
	Definition string            `json:"definition"`
	Formula    string            `json:"formula"`
	Source     string            `json:"source"`
	Unit       string            `json:"unit"`
	Currency   string            `json:"currency"`
	AsOf       string            `json:"as_of"`
	KnownAt    time.Time         `json:"known_at"`
	Run        string            `json:"run"`
	Engine     string            `json:"duckdb"`
	Figures    []assertedFigure  `json:"figures"`
	Batches    []string          `json:"batches"`
	Models     map[string]string `json:"models"` // SHA-256 of each text
}

type assertedFigure struct {
	Entity    string  `json:"entity"`
	Dimension string  `json:"dimension"`
	Member    string  `json:"member"`
	Bucket    string  `json:"bucket"`
	Value     *string `json:"value"` // every digit the marts keep
}

// say reads a KPI at the moments asked for, and what it was computed under.
func (d *desk) say(ctx context.Context, kpi string, at moments) (s assertion, err error) {
	v, err := d.view(ctx, at, "", "mart.kpi")
	if err != nil {
		return s, err
	}
	defer closing(v, &err)
	k, err := declared(kpi)
	if err != nil {
		return s, err
	}
	t, err := v.DB.Query(ctx, `select entity, dimension, member, bucket, value from mart.kpi where kpi = ?
		order by dimension, member, bucket`, kpi)
	if err != nil {
		return s, fmt.Errorf("read %s: %w", kpi, err)
	}
	told, err := v.DB.Query(ctx, "select p.as_of, p.known_at, s.reporting_currency, version() from raw.run_param p cross join raw.setting s")
	if err != nil {
		return s, fmt.Errorf("read %s: %w", kpi, err)
	}
	row := told.Rows[0]
	return assertion{
		KPI: kpi, Title: k.Title, Definition: k.Definition, Formula: k.Formula, Source: k.Source, Unit: k.Unit,
		AsOf: row[0].(time.Time).Format(time.DateOnly), KnownAt: row[1].(time.Time).UTC(), Currency: row[2].(string),
		Engine: row[3].(string), Run: v.Run, Figures: digits(t),
	}, nil
}

// digits are the figures of a table with the columns of mart.kpi.
func digits(t warehouse.Table) []assertedFigure {
	figures := make([]assertedFigure, len(t.Rows))
	for i, row := range t.Rows {
		text := func(column string) string { return row[t.Index(column)].(string) }
		figures[i] = assertedFigure{Entity: text("entity"), Dimension: text("dimension"), Member: text("member"), Bucket: text("bucket")}
		if value, defined := row[t.Index("value")].(decimal.Decimal); defined {
			all := value.StringFixed(scale)
			figures[i].Value = &all
		}
	}
	return figures
}

// equal compares the digits too.
func (f assertedFigure) equal(other assertedFigure) bool {
	if f.Value == nil || other.Value == nil {
		return f == other
	}
	same := *f.Value == *other.Value
	f.Value, other.Value = nil, nil
	return same && f == other
}

func (s assertion) write(folder string) error {
	if err := writeIndented(filepath.Join(folder, "figures.json"), s); err != nil {
		return err
	}
	page, err := template.New("README.md").Parse(evidenceReadme)
	if err != nil {
		return err
	}
	var text strings.Builder
	if err := page.Execute(&text, s); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "README.md"), []byte(text.String()), 0o644)
}

func writeIndented(file string, value any) error {
	text, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(text, '\n'), 0o644)
}
