package transform

import (
	"fmt"
	"slices"
	"strings"
)

// A rule of the portable subset finds what one engine of the three would not run, or would run with another result.
type rule struct {
	name    string
	folders string // that it holds in; empty for all
	bad     string // examples, one a line, that it must find fault with
	find    func(statement) []string
}

// built are the folders whose statements make tables: their columns are a contract.
const built = "stg core mart"

var rules = []rule{
	{"no clock and no parameter: raw.run_param says what today is", "", `
		select now() as a from core.x as x
		select current_date as a from core.x as x
		select current_timestamp as a from core.x as x
		select x.a as a from core.x as x where x.a = ?
		select x.a as a from core.x as x where x.a = $1
		select x.a as a from core.x as x where x.a = :day`,
		without("now", "today", "current_date", "current_time", "current_timestamp", "localtime", "localtimestamp", "?", "$", ":")},
	{"no select *", "", `
		select * from core.x as x
		select x.* from core.x as x
		select x.a as a, * from core.x as x
		select distinct * from core.x as x`, stars},
	{"no clause that only some engines have", "", `
		select x.a as a from core.x as x qualify row_number() over (order by x.a) = 1
		select count(*) filter (where x.a > 1) as a from core.x as x
		select p.a as a from core.x as x pivot (sum(b) for c in ('d')) as p
		select x.a as a from core.x as x asof join core.y as y on x.a >= y.a
		select columns(x.* exclude (b)) as a from core.x as x
		select x.a as a from core.x as x cross join lateral (select x.b as b) as y
		select try_cast(x.a as date) as a from core.x as x
		select x.a - interval '1' day as a from core.x as x
		select x.a as a from core.x as x where x.a ilike 'b%'`,
		without("qualify", "filter", "pivot", "unpivot", "asof", "positional", "semi", "anti", "exclude", "lateral", "try_cast",
			"interval", "ilike", "similar", "tablesample", "natural")},
	{"no columns replaced", "", `
		select x.* replace (1 as a) from core.x as x`, sequences("*", "replace")},
	{"no samples", "", `
		select x.a as a from core.x as x using sample 10`, sequences("using", "sample")},
	{"groups and sort keys are named", "", `
		select x.a as a, count(*) as b from core.x as x group by all
		select x.a as a from core.x as x order by all`, sequences("by", "all")},
	{"types are changed by cast", "", `
		select x.a::date as a from core.x as x`, without("::")},
	{"no list, struct or map", "", `
		select [x.a, x.b] as a from core.x as x
		select {'k': x.a} as a from core.x as x
		select x.a[1] as a from core.x as x
		select map {'k': x.a} as a from core.x as x
		select array[x.a] as a from core.x as x`, without("[", "{", "map", "array", "struct", "list")},
	{"one query, and nothing that changes a database", "", `
		create table core.y as select x.a as a from core.x as x
		insert into core.y select x.a as a from core.x as x
		drop table core.x`,
		without("create", "drop", "alter", "insert", "update", "delete", "merge", "truncate", "copy", "attach", "pragma", "install", "into")},
	{"no semicolon", "", `
		select x.a as a from core.x as x;`, without(";")},
	{"functions are those that all engines have, with one meaning", "", `
		select round(x.a, 2) as a from core.x as x
		select date_trunc('month', x.a) as a from core.x as x
		select median(x.a) as a from core.x as x
		select list(x.a) as a from core.x as x
		select u.a as a from unnest(core.x) as u`, functions},
	{"words are in lower case", "", `
		SELECT x.a as a from core.x as x
		select X.a as a from core.x as X`, lowerCase},
	{"every column has its name written out", built, `
		select x.a from core.x as x
		select x.a as a, x.b b from core.x as x
		with y as (select x.a from core.x as x) select y.a as a from y`, unnamedColumns},
	{"every table has its short name written out", built, `
		select x.a as a from core.x
		select x.a as a from core.x x
		select y.a as a from core.x as x join (select 1 as a) y on y.a = x.a`, unnamedTables},
	{"tables are named with their schema, and steps of the statement without one", "", `
		select x.a as a from x
		select x.a as a from main.x as x
		with y as (select x.a as a from core.x as x) select z.a as a from y as z join x as w on w.a = z.a
		select x.a as a from warehouse.core.x as x`, unqualified},
	{"joins are written as joins", "", `
		select x.a as a from core.x as x, core.y as y
		select x.a as a from core.x as x join core.y as y on y.a = x.a, core.z as z`, commaJoins},
	{"a divisor is a number other than zero or nullif(…)", "", `
		select x.a / x.b as a from core.x as x
		select x.a / 0 as a from core.x as x
		select x.a / sum(x.b) over (partition by x.c) as a from core.x as x
		select x.a % x.b as a from core.x as x`, divisors},
	{"a recursive step names its columns", "", `
		with recursive y as (select 1 as a union all select y.a + 1 as a from y) select y.a as a from y`, recursions},
}

// without finds any of these words or signs.
func without(texts ...string) func(statement) []string {
	return func(s statement) []string {
		return s.each(func(i int) bool { return slices.Contains(texts, strings.ToLower(s.tokens[i].text)) })
	}
}

// sequences finds these words one after the other.
func sequences(texts ...string) func(statement) []string {
	return func(s statement) []string { return s.each(func(i int) bool { return s.is(i, texts...) }) }
}

// each tells the places for which wrong is true.
func (s statement) each(wrong func(i int) bool) []string {
	var faults []string
	for i, t := range s.tokens {
		if wrong(i) {
			faults = append(faults, fmt.Sprintf("line %d: %s", t.line, t.text))
		}
	}
	return faults
}

func stars(s statement) []string {
	return s.each(func(i int) bool {
		before := s.at(i - 1).text
		return s.tokens[i].text == "*" && (slices.Contains([]string{"select", "distinct", ",", "."}, before) ||
			before == "(" && s.at(i-2).text != "count")
	})
}

// portable are the functions of DuckDB, PostgreSQL and Trino that models may use. Types with a length look like functions.
var portable = strings.Fields(`abs avg cast coalesce count decimal greatest lag lead least max min nullif row_number sum`)

func functions(s statement) []string {
	columns := s.steps()
	return s.each(func(i int) bool {
		t := s.tokens[i]
		named := s.at(i-1).text == "as" && s.at(i-2).text == ")" // "as t (a, b)" names the columns of a subquery
		return t.isName() && s.is(i+1, "(") && !named && !slices.Contains(portable, t.text) && !slices.Contains(columns, t.text)
	})
}

func lowerCase(s statement) []string {
	return s.each(func(i int) bool { return s.tokens[i].isWord() && strings.ToLower(s.tokens[i].text) != s.tokens[i].text })
}

func divisors(s statement) []string {
	return s.each(func(i int) bool {
		if t := s.tokens[i].text; t != "/" && t != "%" {
			return false
		}
		divisor := s.at(i + 1).text
		number := strings.Trim(divisor, "0123456789.e") == "" && strings.Trim(divisor, "0.e") != ""
		return !number && !s.is(i+1, "nullif", "(")
	})
}

func recursions(s statement) []string {
	return s.each(func(i int) bool { return s.tokens[i].text == "recursive" && !s.is(i+2, "(") })
}
