package transform

import (
	"fmt"
	"slices"
	"strings"
)

// clauses are the words that may follow what FROM reads.
var clauses = []string{"where", "group", "having", "order", "limit", "union", "except", "intersect", "window"}

func unnamedColumns(s statement) []string {
	var faults []string
	for i, t := range s.tokens {
		if t.text != "select" {
			continue
		}
		first, end := i+1, s.until(i, append([]string{"from"}, clauses...)...)
		for n := first; n <= end; n++ {
			if n < end && (s.at(n).text != "," || s.at(n).depth != t.depth) {
				continue
			}
			if n-first < 3 || s.at(n-2).text != "as" {
				faults = append(faults, fmt.Sprintf("line %d: %s", s.at(n-1).line, s.at(n-1).text))
			}
			first = n + 1
		}
	}
	return faults
}

// A reference is a table, a step or a subquery that FROM or JOIN reads.
type reference struct {
	line    int
	name    []string // parts between points; none for a subquery
	as      bool     // its short name stands after AS
	renamed bool     // its short name stands without
}

func (s statement) references() []reference {
	var found []reference
	for i, t := range s.tokens {
		if t.text != "join" && (t.text != "from" || s.is(i-1, "distinct")) {
			continue
		}
		ref := reference{line: t.line}
		end := i + 1
		if s.at(end).text == "(" {
			end = s.closing(end) + 1
		} else {
			ref.name = []string{s.at(end).text}
			for end++; s.at(end).text == "."; end += 2 {
				ref.name = append(ref.name, s.at(end+1).text)
			}
		}
		ref.as = s.at(end).text == "as" && s.at(end+1).isName()
		ref.renamed = s.at(end).isName()
		found = append(found, ref)
	}
	return found
}

func (s statement) referring(wrong func(reference) bool) []string {
	var faults []string
	for _, r := range s.references() {
		if wrong(r) {
			faults = append(faults, fmt.Sprintf("line %d: %s", r.line, strings.Join(r.name, ".")))
		}
	}
	return faults
}

// A step stands under its own name, or under another one that is written out.
func unnamedTables(s statement) []string {
	return s.referring(func(r reference) bool { return r.renamed || !r.as && len(r.name) != 1 })
}

func unqualified(s statement) []string {
	steps := s.steps()
	return s.referring(func(r reference) bool {
		switch len(r.name) {
		case 0:
			return false
		case 1:
			return !slices.Contains(steps, r.name[0])
		case 2:
			return !slices.Contains(schemas, r.name[0])
		default:
			return true
		}
	})
}

func commaJoins(s statement) []string {
	var faults []string
	for i, t := range s.tokens {
		if t.text != "from" || s.is(i-1, "distinct") {
			continue
		}
		for n := i; n < s.until(i, clauses...); n++ {
			if s.at(n).text == "," && s.at(n).depth == t.depth {
				faults = append(faults, fmt.Sprintf("line %d", s.at(n).line))
			}
		}
	}
	return faults
}
