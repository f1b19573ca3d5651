package ingest

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"arrears/config"
)

// reading is raised whenever the same bytes under the same configuration would become other rows, so that what was
// landed before is landed again.
const reading = 1

// contractOf is a digest of all that decides how bytes become rows: format, dialect and maps. The entity and where the
// files lie have no part in it.
func contractOf(source config.Source) string {
	maps := make([]config.Map, len(source.Maps))
	for i, m := range source.Maps {
		m.Line = 0
		columns := make(map[string]config.Column, len(m.Columns))
		for name, column := range m.Columns {
			column.Line = 0
			columns[name] = column
		}
		m.Columns = columns
		maps[i] = m
	}
	dialect := source.CSV
	if typed(source.Format) {
		dialect = config.Dialect{}
	}
	parts := []any{reading, source.Format, dialect, maps}
	if more := (shape{source.Packed, source.Member, source.Fixed, source.Records, source.Sheet, source.NonData}); !more.usual() {
		parts = append(parts, more)
	}
	text, err := json.Marshal(parts) // keys of a map are sorted
	if err != nil {
		panic(err) // strings and numbers always marshal
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}

// batchOf names the batch of one file of one source under one contract.
func batchOf(source, digest, contract string) string {
	sum := sha256.Sum256([]byte(source + "\x00" + digest + "\x00" + contract))
	return hex.EncodeToString(sum[:8])
}

// shape is what decides how bytes become records beside format and dialect.
type shape struct {
	Packed, Member string
	Fixed          config.Fixed
	Records, Sheet string
	NonData        []string
}

// usual says that a source declares nothing of it.
func (s shape) usual() bool {
	return (s.Packed == "" || s.Packed == "none") && s.Member == "" && !s.Fixed.Bars && len(s.Fixed.Columns) == 0 &&
		s.Records == "" && s.Sheet == "" && len(s.NonData) == 0
}

// typed says that the values of a format carry their types.
func typed(format string) bool { return format == "parquet" || format == "arrow" }
