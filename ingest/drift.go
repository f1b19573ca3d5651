package ingest

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"arrears/config"
)

// Drift is one way in which an extract differs from those of its source before it.
type Drift struct {
	Kind string `json:"kind"` // one of config.Drifts
	What string `json:"what"`
}

const (
	rowsThatTell   = 20 // below which twice as many records mean nothing
	faultyShare    = 10 // a tenth of all records
	driftRuleOff   = "off"
	driftRuleFails = "fail"
)

// drifts compares an extract with the one before, and its currencies with all before.
func drifts(done result, before []Receipt) []Drift {
	if len(before) == 0 || done.Failed != "" && len(done.Columns) == 0 {
		return nil
	}
	last := before[len(before)-1]
	var found []Drift
	add := func(kind, what string, args ...any) { found = append(found, Drift{kind, fmt.Sprintf(what, args...)}) }
	if len(last.Columns) > 0 {
		if names := without(done.Columns, last.Columns); len(names) > 0 {
			add("new_column", "columns that %s had not: %s", last.File, listed(names))
		}
		if names := without(last.Columns, done.Columns); len(names) > 0 {
			add("missing_column", "columns that %s had: %s", last.File, listed(names))
		}
	}
	for _, column := range slices.Sorted(maps.Keys(done.Faults)) {
		if n := done.Faults[column]; n*faultyShare >= done.Records && last.Faults[column]*faultyShare < last.Records {
			add("type", "column %q can no longer be read in %d of %d records", column, n, done.Records)
		}
	}
	was, is := last.Records, done.Records
	if max(was, is) >= rowsThatTell && (is*2 <= was || was*2 <= is) {
		add("rows", "%d records after %d in %s", is, was, last.File)
	}
	if names := without(currencies(done), seenCurrencies(before)); len(names) > 0 {
		add("currency", "never seen before: %s", strings.Join(names, ", "))
	}
	return found
}

func without(names, known []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return slices.Contains(known, name) })
}

func currencies(r result) []string {
	seen := map[string]bool{}
	for _, d := range r.Datasets {
		for currency := range d.Sums {
			seen[currency] = currency != ""
		}
	}
	maps.DeleteFunc(seen, func(_ string, named bool) bool { return !named })
	return slices.Sorted(maps.Keys(seen))
}

func seenCurrencies(receipts []Receipt) []string {
	var seen []string
	for _, r := range receipts {
		for _, d := range r.Datasets {
			seen = slices.AppendSeq(seen, maps.Keys(d.Sums))
		}
	}
	return seen
}

// rule is what a source does about a kind of drift. A list of open items that halves would close the other half: unless it is declared
// otherwise, that fails.
func rule(s config.Source, kind string) string {
	if r := s.Drift[kind]; r != "" {
		return r
	}
	if kind == "rows" && s.Extract == "snapshot" && s.Vanished == "closed" {
		return driftRuleFails
	}
	return "warn"
}
