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
	if source.Format != "csv" {
		dialect = config.Dialect{}
	}
	text, err := json.Marshal([]any{reading, source.Format, dialect, maps}) // keys of a map are sorted
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
