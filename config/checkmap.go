package config

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
)

// mapping notes what keeps a map from making whole rows of its dataset.
func (c checker) mapping(at string, m Map) {
	if m.Dataset == "" {
		c.mistake(at+".dataset", "is missing; it is one of %s", strings.Join(datasetNames(), ", "))
		return
	}
	dataset, ok := DatasetNamed(m.Dataset)
	if !ok {
		c.mistake(at+".dataset", "there is no dataset %q; %s", m.Dataset, suggest(m.Dataset, datasetNames()))
		return
	}
	for _, name := range slices.Sorted(maps.Keys(m.Columns)) {
		path := at + ".columns." + name
		field, ok := dataset.Field(name)
		if !ok {
			c.mistake(path, "%s have no column %q; %s", m.Dataset, name, suggest(name, dataset.names()))
			continue
		}
		c.column(path, field, m.Columns[name])
	}
	if m.Canonical {
		return // the header of each file says what it has
	}
	if missing := unmapped(dataset, m.Columns); len(missing) > 0 {
		c.mistake(at+".columns", "%s also need %s", m.Dataset, strings.Join(missing, ", "))
	}
}

// unmapped are the columns without which no row can land.
func unmapped(dataset Dataset, columns map[string]Column) []string {
	var missing []string
	for _, field := range dataset.Fields {
		if _, ok := columns[field.Name]; field.Required && !ok {
			missing = append(missing, field.Name)
		}
	}
	_, invoice := columns["invoice_id"]
	_, source := columns["source_id"]
	if dataset.Name == "write_offs" && !invoice && !source {
		missing = append(missing, "invoice_id (a debt given up) or source_id (a credit given up)")
	}
	return missing
}

func (c checker) column(path string, field Field, column Column) {
	given := 0
	for _, set := range []bool{column.From != "", column.Value != nil, column.Expr != ""} {
		if set {
			given++
		}
	}
	switch {
	case given == 0:
		c.mistake(path, "takes its values from nowhere; give it a header, or one of from, value and expr")
	case given > 1:
		c.mistake(path, "takes its values from more than one place; keep one of from, value and expr")
	case column.Value != nil:
		c.constant(path, field, *column.Value)
	}
}

// constants are how the values of the kinds that are no text are written in a configuration.
var constants = map[Kind]*regexp.Regexp{
	Amount:  regexp.MustCompile(`^-?\d+(\.\d{1,3})?$`),
	Rate:    regexp.MustCompile(`^-?\d+(\.\d{1,9})?$`),
	Integer: regexp.MustCompile(`^-?\d+$`),
	Bool:    regexp.MustCompile(`^(?i:true|t|yes|y|1|false|f|no|n|0)$`),
}

// constant notes a value that no row could hold.
func (c checker) constant(path string, field Field, text string) {
	switch shape := constants[field.Kind]; {
	case text == "" && field.Required:
		c.mistake(path, "is empty, and every row needs it")
	case text == "":
	case strings.HasSuffix(field.Name, "currency"):
		c.currency(path, text)
	case shape != nil && !shape.MatchString(text):
		c.mistake(path, "%q is not of the kind %s; a constant is written as in 1234.50 or true", text, field.Kind)
	case field.Kind == Date || field.Kind == Timestamp:
		if _, err := time.Parse(time.DateOnly, text); err != nil {
			c.mistake(path, "%q is no day; a constant is written as in 2025-03-31", text)
		}
	}
}

func datasetNames() []string {
	var names []string
	for _, dataset := range Datasets {
		names = append(names, dataset.Name)
	}
	return names
}

func (d Dataset) names() []string {
	var names []string
	for _, field := range d.Fields {
		names = append(names, field.Name)
	}
	return names
}
