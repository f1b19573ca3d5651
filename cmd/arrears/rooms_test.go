package main_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// module is the import path under which the rooms live, root the way to it from here.
const (
	module = "arrears"
	root   = "../.."
)

// arrows says which rooms a room may import. cmd imports them all and is not listed.
var arrows = map[string][]string{
	"config":      {},
	"warehouse":   {},
	"sql":         {},
	"ingest":      {"config", "warehouse", "sql"},
	"transform":   {"config", "warehouse", "sql", "score"},
	"score":       {}, // arithmetic that transform does its learning with
	"metrics":     {"config", "warehouse", "sql"},
	"ledger":      {"config", "warehouse", "sql"},
	"disputes":    {"config", "warehouse", "sql", "ledger"},
	"collections": {"config", "warehouse", "sql", "ledger"},
	"dashboard":   {"config", "warehouse", "sql", "ledger", "disputes", "collections"},
	"portal":      {"config", "sql", "ledger", "disputes", "collections"},
	"demo":        {"config"},
	"oracle":      {}, // a second opinion shares nothing with what it judges
}

func TestRoomsImportOnlyWhatTheyMay(t *testing.T) {
	files := 0
	err := fs.WalkDir(os.DirFS(root), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && name != "." && (strings.HasPrefix(entry.Name(), ".") || entry.Name() == "testdata") {
			return fs.SkipDir
		}
		room, _, inRoom := strings.Cut(name, "/")
		if entry.IsDir() || path.Ext(name) != ".go" || !inRoom || room == "cmd" {
			return nil
		}
		if _, known := arrows[room]; !known {
			t.Errorf("%s: room %q is not in the table of arrows", name, room)
			return nil
		}
		files++
		for _, imported := range imports(t, name) {
			if !mayImport(room, imported) {
				t.Errorf("%s imports %s, which %s may not", name, imported, room)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files == 0 {
		t.Error("no Go file was found: the walk starts in the wrong place")
	}
}

func TestArrowsForbidAsWellAsAllow(t *testing.T) {
	for _, c := range []struct {
		room, imported string
		want           bool
	}{
		{"warehouse", "arrears/config", false},
		{"sql", "arrears/warehouse", false},
		{"ingest", "arrears/warehouse", true},
		{"ingest", "arrears/transform", false},
		{"metrics", "arrears/ingest/receipt", false},
		{"metrics", "arrears/metrics", true}, // its external tests
		{"dashboard", "arrears/ledger", true},
		{"collections", "arrears/ledger", true},
		{"ledger", "arrears/collections", false},
		{"dashboard", "arrears/transform", false},
		{"portal", "arrears/disputes", true},
		{"portal", "arrears/warehouse", false},
		{"portal", "arrears/dashboard", false},
		{"demo", "arrears/sql", false},
		{"config", "net/http", true},
		{"config", "arrearsother/thing", true},
	} {
		if got := mayImport(c.room, c.imported); got != c.want {
			t.Errorf("may %s import %s: %t, want %t", c.room, c.imported, got, c.want)
		}
	}
}

// The linter and this test must not drift apart: both tables are read and compared.
func TestLintConfigurationHoldsTheSameArrows(t *testing.T) {
	text, err := os.ReadFile(path.Join(root, ".golangci.yml"))
	if err != nil {
		t.Fatal(err)
	}
	type rule struct {
		Files, Allow []string
		Deny         []struct{ Pkg string }
	}
	var lint struct {
		Linters struct {
			Settings struct {
				Depguard struct{ Rules map[string]rule }
			}
		}
	}
	if err := yaml.Unmarshal(text, &lint); err != nil {
		t.Fatal(err)
	}
	rules := lint.Linters.Settings.Depguard.Rules
	if got, want := slices.Sorted(maps.Keys(rules)), slices.Sorted(maps.Keys(arrows)); !slices.Equal(got, want) {
		t.Fatalf("the linter guards %v, want %v", got, want)
	}
	for room, r := range rules {
		want := []string{module + "/" + room}
		for _, other := range arrows[room] {
			want = append(want, module+"/"+other)
		}
		if !slices.Equal(slices.Sorted(slices.Values(r.Allow)), slices.Sorted(slices.Values(want))) {
			t.Errorf("the linter lets %s import %v, want %v", room, r.Allow, want)
		}
		if !slices.Equal(r.Files, []string{"${config-path}/" + room + "/**"}) || len(r.Deny) != 1 || r.Deny[0].Pkg != module {
			t.Errorf("the linter's rule for %s does not cover the whole room: %+v", room, r)
		}
	}
}

// imports are the paths a file of the tree imports.
func imports(t *testing.T, name string) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path.Join(root, name), nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, imported)
	}
	return paths
}

// mayImport is true for what is not ours, for the room itself and for the rooms its arrows lead to.
func mayImport(room, imported string) bool {
	rest, ours := strings.CutPrefix(imported, module+"/")
	if !ours {
		return true
	}
	other, _, _ := strings.Cut(rest, "/")
	return other == room || slices.Contains(arrows[room], other)
}
