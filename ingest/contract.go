package ingest

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"reflect"

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
	if more := (shapeOf(source)); !more.usual() {
		parts = append(parts, more)
	}
	text, err := json.Marshal(parts) // keys of a map are sorted
	if err != nil {
		panic(err) // strings and numbers always marshal
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}

// identity tells an extract with a manifest from the same bytes with another or none.
func identity(digest, manifest string) string {
	if manifest == "" {
		return digest
	}
	sum := sha256.Sum256([]byte(manifest))
	return digest + ":" + hex.EncodeToString(sum[:8])
}

// batchOf names the batch of one file of one source under one contract.
func batchOf(source, digest, contract string) string {
	sum := sha256.Sum256([]byte(source + "\x00" + digest + "\x00" + contract))
	return hex.EncodeToString(sum[:8])
}

// shape is what decides how bytes become records beside format and dialect, and whether the batch is accepted.
type shape struct {
	Packed, Member string
	Fixed          config.Fixed
	Records, Sheet string
	NonData        []string
	Extract, Day   string
	Vanished       string
	File, Trailer  string
	Required       bool
	Drift          map[string]string
}

func shapeOf(s config.Source) shape {
	made := shape{Packed: s.Packed, Member: s.Member, Fixed: s.Fixed, Records: s.Records, Sheet: s.Sheet, NonData: s.NonData, Day: s.Day,
		Vanished: s.Vanished, File: s.Manifest.File, Trailer: s.Manifest.Trailer, Required: s.Manifest.Required, Drift: s.Drift}
	if s.Packed == "none" {
		made.Packed = ""
	}
	if s.Extract == "snapshot" {
		made.Extract = s.Extract
	}
	return made
}

// usual says that a source declares nothing of it.
func (s shape) usual() bool {
	return reflect.ValueOf(s).IsZero()
}

// typed says that the values of a format carry their types.
func typed(format string) bool { return format == "parquet" || format == "arrow" }
