package config

import "slices"

// Kind is the type of a canonical column, and with it the type of the column in a batch and in the warehouse.
type Kind int

// The kinds of a canonical column.
const (
	Text      Kind = iota // UTF-8, never trimmed of zeros
	Date                  // calendar day
	Timestamp             // date and time, microseconds, without zone
	Amount                // money in the document's currency, DECIMAL(18,3)
	Rate                  // one unit of one currency in another, or a factor, DECIMAL(18,9)
	Integer               // whole number, BIGINT
	Bool                  // true or false
)

// SQL is the column type in the warehouse.
func (k Kind) SQL() string {
	return [...]string{"VARCHAR", "DATE", "TIMESTAMP", "DECIMAL(18,3)", "DECIMAL(18,9)", "BIGINT", "BOOLEAN"}[k]
}

// String is the kind as the reference says it.
func (k Kind) String() string {
	return [...]string{"text", "date", "timestamp", "amount", "rate", "whole number", "true or false"}[k]
}

// Field is one column of a canonical dataset.
type Field struct {
	Name     string
	Kind     Kind
	Required bool
	Help     string // what it holds, as the reference says it
}

// Dataset is one canonical kind of row: what every source is turned into.
type Dataset struct {
	Name   string
	Help   string   // what one row is, as the reference says it
	Key    []string // columns that identify a row; a key that comes again is a new version
	Fields []Field
}

// Field finds a column by name.
func (d Dataset) Field(name string) (Field, bool) {
	i := slices.IndexFunc(d.Fields, func(f Field) bool { return f.Name == name })
	if i < 0 {
		return Field{}, false
	}
	return d.Fields[i], true
}

// DatasetNamed finds a canonical dataset by name.
func DatasetNamed(name string) (Dataset, bool) {
	i := slices.IndexFunc(Datasets, func(d Dataset) bool { return d.Name == name })
	if i < 0 {
		return Dataset{}, false
	}
	return Datasets[i], true
}
