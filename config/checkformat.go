package config

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Formats are the ways in which an extract may be written.
var Formats = []string{"csv", "tsv", "fixed", "json", "ndjson", "xlsx", "parquet", "arrow"}

// typed are those whose columns have types.
var typed = []string{"parquet", "arrow"}

// format notes what a source says of its files that does not go together.
func (c checker) format(at string, s Source) {
	c.oneOf(at+".format", "format", s.Format, Formats)
	if _, written := c.lines[at+".csv"]; written && slices.Contains(typed, s.Format) {
		c.mistake(at+".csv", "says nothing about %s files, whose columns carry their types; leave it out", s.Format)
	}
	for _, only := range []struct{ key, format string }{{"fixed", "fixed"}, {"records", "json"}, {"sheet", "xlsx"}} {
		if _, written := c.lines[at+"."+only.key]; written && s.Format != only.format {
			c.mistake(at+"."+only.key, "is for format: %s, and this source has %s", only.format, s.Format)
		}
	}
	if s.Format == "fixed" {
		c.fixed(at+".fixed", s.Fixed)
	}
	c.oneOf(at+".packed", "way to pack a file", s.Packed, []string{"none", "gzip", "zip"})
	if s.Member != "" && s.Packed != "zip" {
		c.mistake(at+".member", "names a file of a zip; say packed: zip")
	} else if _, err := path.Match(s.Member, ""); err != nil {
		c.mistake(at+".member", "%q has an open [ or a \\ at its end", s.Member)
	}
	for i, text := range s.NonData {
		c.pattern(fmt.Sprintf("%s.non_data[%d]", at, i), text)
	}
}

// pattern is a regular expression, compiled, or nil with a mistake.
func (c checker) pattern(at, text string) *regexp.Regexp {
	re, err := regexp.Compile(text)
	if err != nil {
		c.mistake(at, "is no regular expression: %v", err)
		return nil
	}
	if re.MatchString("") {
		c.mistake(at, "%q fits every record; begin it with ^ and say what the line must have", text)
	}
	return re
}

func (c checker) fixed(at string, f Fixed) {
	switch {
	case f.Bars && len(f.Columns) > 0:
		c.mistake(at+".columns", "are found in the header where fixed.bars is true; keep one of the two")
	case !f.Bars && len(f.Columns) == 0:
		c.mistake(at, "does not say where the columns are; write them as in columns: {document: 1-10}, or bars: true")
	}
	spans, err := f.Spans()
	if err != nil {
		c.mistake(at+".columns", "%v", err)
	}
	for i := 1; i < len(spans); i++ {
		if spans[i].First <= spans[i-1].Last {
			c.mistake(at+".columns."+spans[i].Name, "begins at %d, where %s has not ended", spans[i].First, spans[i-1].Name)
		}
	}
}

// Span is where a column of fixed width is: its first and its last character, from 1.
type Span struct {
	Name        string
	First, Last int
}

var spanShape = regexp.MustCompile(`^([1-9][0-9]{0,5})(?:-([1-9][0-9]{0,5}))?$`)

// Spans are the declared columns from left to right.
func (f Fixed) Spans() ([]Span, error) {
	var spans []Span
	for _, name := range slices.Sorted(maps.Keys(f.Columns)) {
		found := spanShape.FindStringSubmatch(strings.ReplaceAll(f.Columns[name], " ", ""))
		if found == nil {
			return nil, fmt.Errorf("%s: %q is no position; write the first and the last character as in 1-10", name, f.Columns[name])
		}
		first, _ := strconv.Atoi(found[1]) // six digits at most
		last := first
		if found[2] != "" {
			last, _ = strconv.Atoi(found[2])
		}
		if last < first {
			return nil, fmt.Errorf("%s: %q ends before it begins", name, f.Columns[name])
		}
		spans = append(spans, Span{name, first, last})
	}
	slices.SortStableFunc(spans, func(a, b Span) int { return cmp.Compare(a.First, b.First) })
	return spans, nil
}
