package sql

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
)

// page is the reference of the KPIs, made from their declarations.
const page = "../docs/reference/kpis.md"

func TestReferenceSaysWhatTheCatalogueSays(t *testing.T) {
	want := reference(t)
	if os.Getenv("ARREARS_GOLDEN") == "write" {
		if err := os.WriteFile(page, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what kpi.yaml says: make golden writes it", page)
	}
}

func reference(t *testing.T) []byte {
	var b bytes.Buffer
	b.WriteString(`# The KPIs

` + "`arrears kpi`" + ` and the marts use these names. Amounts are in the reporting currency. Figures over a window take the three calendar
months that end with the as-of date. A figure whose divisor is zero is not defined, and is NULL. This page is made from sql/kpi.yaml.
`)
	for _, k := range catalogue(t) {
		fmt.Fprintf(&b, "\n## %s\n\n**%s** (%s). %s\n\n- Formula: %s\n- Source: %s\n- Enters: %s\n",
			k.Name, k.Title, k.Unit, k.Definition, k.Formula, k.Source, strings.Join(k.Inputs, ", "))
	}
	return b.Bytes()
}

func catalogue(t *testing.T) []KPI {
	t.Helper()
	list, err := KPIs()
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestEveryKPIIsDeclaredOnceAndComputed(t *testing.T) {
	computed := map[string]string{}
	files, err := fs.Glob(Models, "core/kpi_*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := fs.ReadFile(Models, file)
		if err != nil {
			t.Fatal(err)
		}
		computed[file] = string(text)
	}
	names := map[string]bool{}
	for _, k := range catalogue(t) {
		if names[k.Name] {
			t.Errorf("%s is declared twice", k.Name)
		}
		names[k.Name] = true
		if k.Title == "" || k.Definition == "" || k.Formula == "" || k.Source == "" || len(k.Inputs) == 0 {
			t.Errorf("%s lacks a title, a definition, a formula, a source or inputs", k.Name)
		}
		if !slices.Contains([]string{"amount", "percent", "days", "hours", "count", "ratio"}, k.Unit) {
			t.Errorf("%s has the unit %q", k.Name, k.Unit)
		}
		if _, err := fs.Stat(Explanations, "explain/"+k.Rows+".sql"); err != nil {
			t.Errorf("%s: no query lists its rows: %v", k.Name, err)
		}
		found := false
		for _, text := range computed {
			found = found || strings.Contains(text, "('"+k.Name+"'") && strings.Contains(text, "'"+k.Unit+"')") ||
				strings.Contains(text, "'"+k.Name+"' as kpi")
		}
		if !found {
			t.Errorf("no model computes %s in %s", k.Name, k.Unit)
		}
	}
	for file, text := range computed {
		for line := range strings.Lines(text) {
			if name, ok := strings.CutPrefix(strings.TrimSpace(line), "('"); ok {
				if name, _, _ = strings.Cut(name, "'"); !names[name] {
					t.Errorf("%s computes %s, which nobody declared", file, name)
				}
			}
		}
	}
}
