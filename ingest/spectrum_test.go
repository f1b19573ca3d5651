package ingest

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestSpectrum reads files that others found nasty, and compares with what they say is in them.
func TestSpectrum(t *testing.T) {
	folder := filepath.Join("..", "..", "shared", "data", "nasty-csv", "csv-spectrum")
	files, err := filepath.Glob(filepath.Join(folder, "csvs", "*.csv"))
	if err != nil || len(files) == 0 {
		t.Skip("csv-spectrum is not at " + folder)
	}
	for _, path := range files {
		name := strings.TrimSuffix(filepath.Base(path), ".csv")
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasSuffix(name, "_crlf") && !bytes.Contains(text, []byte("\r")) { // a checkout may have lost them
				text = bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n"))
			}
			expected, err := os.ReadFile(filepath.Join(folder, "json", name+".json"))
			if err != nil {
				t.Fatal(err)
			}
			var want []map[string]string
			if err := json.Unmarshal(expected, &want); err != nil {
				t.Fatal(err)
			}
			records := split(newTokenizer(',', '"'), text)
			if len(records) != len(want)+1 {
				t.Fatalf("%d records, want %d", len(records)-1, len(want))
			}
			for i, record := range records[1:] {
				for j, value := range record {
					if want[i][records[0][j]] != value {
						t.Errorf("record %d, %s: %q, want %q", i+1, records[0][j], value, want[i][records[0][j]])
					}
				}
			}
			if n, err := (counter{',', '"', true, 1}).count(bytes.NewReader(text)); err != nil || n != int64(len(want)) {
				t.Errorf("counted %d, %v", n, err)
			}
		})
	}
}

// split takes a text apart into undamaged records.
func split(t *tokenizer, text []byte) (records [][]string) {
	for pos := 0; pos < len(text); {
		end, _ := t.next(text, pos, true)
		if !blank(text[pos:end]) && t.damage == undamaged {
			var record []string
			for _, cell := range t.cells {
				record = append(record, string(cell))
			}
			records = append(records, record)
		}
		pos = end
	}
	return records
}
