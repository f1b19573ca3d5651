package ingest

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
)

// rowsOf reads a Parquet file of a batch as lines of name=value, without the empty ones.
func rowsOf(t testing.TB, path string) []string {
	t.Helper()
	f, err := file.OpenParquetFile(path, false)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	reader, err := pqarrow.NewFileReader(f, pqarrow.ArrowReadProperties{}, memory.DefaultAllocator)
	if err != nil {
		t.Fatal(err)
	}
	table, err := reader.ReadTable(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer table.Release()
	lines := make([]string, table.NumRows())
	for i := range int(table.NumCols()) {
		row := 0
		for _, chunk := range table.Column(i).Data().Chunks() {
			for j := range chunk.Len() {
				if chunk.IsValid(j) {
					lines[row] += fmt.Sprintf("%s=%s ", table.Schema().Field(i).Name, chunk.ValueStr(j))
				}
				row++
			}
		}
	}
	return lines
}

// stateRows are all rows of the current batches, sorted; neither when they landed nor by what name has a part in it.
func stateRows(t testing.TB, state string) []string {
	t.Helper()
	receipts, err := Receipts(state, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, r := range receipts {
		if r.Records != r.Landed+r.Rejected+r.NonData {
			t.Errorf("%s: %d records, %d landed, %d rejected, %d no data", r.File, r.Records, r.Landed, r.Rejected, r.NonData)
		}
		for _, d := range r.Datasets {
			for _, row := range rowsOf(t, filepath.Join(state, d.Path)) {
				all = append(all, d.Dataset+" "+row)
			}
		}
		if r.Rejects != "" {
			for _, row := range rowsOf(t, filepath.Join(state, r.Rejects)) {
				before, after, _ := strings.Cut(row, "file=")
				_, after, _ = strings.Cut(after, " ")
				all = append(all, "reject "+before+after)
			}
		}
	}
	slices.Sort(all)
	return all
}
