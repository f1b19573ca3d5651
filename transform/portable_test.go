package transform

import (
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	"arrears/warehouse"
)

// folders are all the folders of statements: tables, checks and their proofs, metrics, pages and explanations.
const folders = "stg core mart check proof metric panel pane drill explain"

// Every statement keeps to what DuckDB, PostgreSQL and Trino run unchanged.
func TestStatementsKeepToThePortableSubset(t *testing.T) {
	db := parser(t)
	root := os.DirFS("../sql")
	for folder := range strings.FieldsSeq(folders) {
		files, err := fs.Glob(root, folder+"/*.sql")
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: no statement was found (%v)", folder, err)
		}
		for _, file := range files {
			text, err := fs.ReadFile(root, file)
			if err != nil {
				t.Fatal(err)
			}
			m, err := parse(t.Context(), file, string(text), db)
			if err != nil {
				t.Fatal(err)
			}
			s := statement{folder: folder, model: m, tokens: tokenize(m.SQL)}
			for name, faults := range s.faults() {
				t.Errorf("%s: %s: %s", file, name, strings.Join(faults, "; "))
			}
		}
	}
	all, err := fs.Glob(root, "*/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range all {
		if !slices.Contains(strings.Fields(folders), path.Dir(file)) {
			t.Errorf("%s is in a folder that no rule looks at", file)
		}
	}
}

// faults are what the rules find, by rule.
func (s statement) faults() map[string][]string {
	found := map[string][]string{}
	for _, r := range slices.Concat(rules, headerRules) {
		if r.folders != "" && !slices.Contains(strings.Fields(r.folders), s.folder) {
			continue
		}
		if faults := r.find(s); len(faults) > 0 {
			found[r.name] = faults
		}
	}
	return found
}

// A rule that finds nothing anywhere proves nothing: each is shown statements that break it.
func TestEachPortableRuleBites(t *testing.T) {
	for _, r := range rules {
		examples := strings.Split(strings.TrimSpace(r.bad), "\n")
		for _, example := range examples {
			example = strings.TrimSpace(example)
			s := statement{folder: "core", tokens: tokenize(example)}
			if example == "" || len(r.find(s)) == 0 {
				t.Errorf("%s: nothing is wrong with %q", r.name, example)
			}
		}
	}
}

// What stands in comments and in quotes is nobody's syntax, and every form that models need is left alone.
func TestPortableRulesLeaveTheRestAlone(t *testing.T) {
	const text = `-- Select * from now(); it's [what] people :say
/* x::date, y qualify */
with recursive
counted (a, b) as (
    select x.a as a, 'now(); select * from "y"::date ''?''' as b
    from core.x as x
    union all
    select counted.a + 1 as a, counted.b as b
    from counted
    where counted.a is distinct from 10
),
summed as (
    select
        counted.a as a,
        count(*) as "check",
        sum(counted.a * 1e0) / nullif(count(*), 0) / 2 as b,
        counted.a is not distinct from 3 as c,
        cast(lead(counted.a, 1, 0) over (partition by counted.b order by counted.a) as decimal(18, 3)) as d
    from counted
    group by counted.a
)
select total.a as a, named.kind as kind
from summed as total
cross join (
    values
    ('a', 1),
    ('b', 2)
) as named (kind, place)
left join (select y.a as a from mart."check" as y) as other
    on other.a = total.a
    and (other.a in (1, 2) or exists (select 1 as a from stg.z as z))
order by total.a, named.place
`
	for _, r := range rules {
		if faults := r.find(statement{folder: "core", tokens: tokenize(text)}); len(faults) > 0 {
			t.Errorf("%s: %s", r.name, strings.Join(faults, "; "))
		}
	}
}

// headerRules look at the comment a statement begins with.
var headerRules = []rule{
	{"the header begins with a sentence", "", "", func(s statement) []string {
		return fault(!strings.HasSuffix(s.model.Title(), "."), s.model.Title())
	}},
	{"the header says the grain", "stg core mart metric panel pane drill explain", "", func(s statement) []string {
		return fault(s.model.Note("grain") == "", "")
	}},
	{"the header says the severity", "check", "", func(s statement) []string {
		return fault(!slices.Contains([]string{Error, Warn}, s.model.Note("severity")), s.model.Note("severity"))
	}},
	{"source is what the engine's parser says is read, in order", "", "", func(s statement) []string {
		read := strings.Join(s.model.Reads, ", ")
		return fault(s.model.Note("source") != read, "reads "+read)
	}},
}

func fault(wrong bool, text string) []string {
	if wrong {
		return []string{text}
	}
	return nil
}

func TestEachHeaderRuleBites(t *testing.T) {
	db := parser(t)
	const query = "select x.a as a from core.x as x join core.y as y on y.a = x.a\n"
	bitten := map[string]bool{}
	for folder, headers := range map[string][]string{
		"core": {
			"-- grain: one row\n-- source: core.x, core.y\n",
			"-- What it is.\n-- source: core.x, core.y\n",
			"-- What it is.\n-- grain: one row\n-- source: core.x\n",
			"-- What it is.\n-- grain: one row\n-- source: core.x, core.y, core.z\n",
			"-- What it is.\n-- grain: one row\n-- source: core.y, core.x\n",
		},
		"check": {
			"-- What must hold.\n-- source: core.x, core.y\n",
			"-- What must hold.\n-- severity: fatal\n-- source: core.x, core.y\n",
		},
	} {
		for _, header := range headers {
			m, err := parse(t.Context(), folder+"/t.sql", header+query, db)
			if err != nil {
				t.Fatal(err)
			}
			faults := statement{folder: folder, model: m}.faults()
			if len(faults) != 1 {
				t.Errorf("%s: not one fault but %v in\n%s", folder, faults, header)
			}
			for name := range faults {
				bitten[name] = true
			}
		}
	}
	if len(bitten) != len(headerRules) {
		t.Errorf("only these rules are shown to bite: %v", bitten)
	}
}

// parser is an engine with nothing in it, for its parser.
func parser(t *testing.T) *warehouse.Duck {
	t.Helper()
	db, err := warehouse.Open(t.Context(), warehouse.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}
