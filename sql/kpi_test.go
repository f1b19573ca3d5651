package sql

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
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

What proves a figure are tests of this repository by their name, and cases of other systems that TestPeerVectors restates.
`)
	for _, k := range catalogue(t) {
		fmt.Fprintf(&b, "\n## %s\n\n**%s** (%s). %s\n\n- Formula: %s\n- Source: %s\n- Owner: %s\n- At its limits: %s\n- Enters: %s\n- Proven by: %s\n",
			k.Name, k.Title, k.Unit, k.Definition, k.Formula, k.Source, k.Owner, k.Edges, strings.Join(k.Inputs, ", "),
			strings.Join(k.Tests, ", "))
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
		if k.Owner == "" || k.Edges == "" || len(k.Tests) == 0 {
			t.Errorf("%s lacks an owner, its edges or tests", k.Name)
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

// What a figure names as its proof is a test of the repository. The cases of other systems are looked up where they are read.
func TestProofsOfKPIsExist(t *testing.T) {
	written := map[string]bool{}
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		for line := range strings.Lines(string(text)) {
			if name, ok := strings.CutPrefix(line, "func Test"); ok {
				name, _, _ = strings.Cut(name, "(")
				written["Test"+name] = true
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range catalogue(t) {
		for _, name := range k.Tests {
			if strings.HasPrefix(name, "Test") && !written[name] {
				t.Errorf("%s is said to be proven by %s, which nobody wrote", k.Name, name)
			}
		}
	}
}
