package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
)

// readParquet lands one Parquet file. Its values are written out in plain words (ISO dates, decimal points) and then read like
// those of any other file, so that one set of rules decides. A floating-point number is taken by the shortest decimal that
// stands for it, and rejected as money if that has more than three decimals. The count comes from the file's own footer.
func readParquet(j job, in *os.File, progress func(int64)) (result, error) {
	info, err := in.Stat()
	if err != nil {
		return result{}, err
	}
	f, err := file.NewParquetReader(io.NewSectionReader(in, 0, info.Size()))
	if err != nil {
		return result{}, refusal{reason: "the file is no whole Parquet file: " + firstLine(err) + "; have it sent again"}
	}
	defer func() { _ = f.Close() }() // only read
	reader, err := pqarrow.NewFileReader(f, pqarrow.ArrowReadProperties{BatchSize: gatherRows}, memory.DefaultAllocator)
	if err != nil {
		return result{}, refusal{reason: "the Parquet file cannot be read: " + firstLine(err)}
	}
	r, err := readRows(j, f, reader, info.Size(), progress)
	var refused refusal
	if errors.As(err, &refused) {
		return result{Records: f.NumRows(), Rejected: f.NumRows(), Failed: refused.Error()}, nil
	}
	r.Records = f.NumRows()
	return r, err
}

func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}

func readRows(j job, f *file.Reader, reader *pqarrow.FileReader, size int64, progress func(int64)) (result, error) {
	schema, err := reader.Schema()
	if err != nil {
		return result{}, refusal{reason: "the schema of the Parquet file cannot be read: " + firstLine(err)}
	}
	if schema.NumFields() > maxColumns {
		return result{}, refusal{reason: fmt.Sprintf("the file has %d columns, and no more than %d are read", schema.NumFields(), maxColumns)}
	}
	var header []string
	for _, field := range schema.Fields() {
		header = append(header, field.Name)
	}
	p, err := planFor(j.Source, header, 0)
	if err != nil {
		return result{}, err
	}
	if err := nested(p, schema); err != nil {
		return result{}, err
	}
	records, err := reader.GetRecordReader(context.Background(), nil, nil)
	if err != nil {
		return result{}, refusal{reason: "the Parquet file cannot be read: " + firstLine(err)}
	}
	defer records.Release()
	rows := rowReader{gatherer: newGatherer(p, j)}
	for {
		batch, err := records.Read()
		switch {
		case errors.Is(err, io.EOF):
			return rows.finish(nil)
		case err != nil:
			err = refusal{reason: fmt.Sprintf("the Parquet file is damaged behind row %d: %s; have it sent again", rows.row, firstLine(err))}
		default:
			err = rows.take(batch)
		}
		if err != nil {
			return rows.finish(err)
		}
		progress(size * rows.row / max(f.NumRows(), 1))
	}
}

// nested refuses a file of which a map reads a column that holds lists or structures.
func nested(p *plan, schema *arrow.Schema) error {
	for _, m := range p.maps {
		for _, b := range m.bindings {
			if b.cell >= 0 && arrow.IsNested(schema.Field(b.cell).Type.ID()) {
				return refusal{column: b.name, reason: fmt.Sprintf("column %q holds %s, which is no single value", b.name, schema.Field(b.cell).Type)}
			}
		}
	}
	return nil
}

// rowReader turns batches of Arrow into records.
type rowReader struct {
	*gatherer
	row   int64 // the last one read, from 1
	words []byte
}

func (r *rowReader) take(batch arrow.RecordBatch) error {
	columns := make([]words, batch.NumCols())
	for i := range columns {
		columns[i] = wordsOf(batch.Column(i))
	}
	for i := range int(batch.NumRows()) {
		r.row++
		r.words = make([]byte, 0, max(64, len(r.words))) // rows keep what they point into
		cells := make([][]byte, len(columns))
		for j, column := range columns {
			start := len(r.words)
			r.words = column(r.words, i)
			cells[j] = r.words[start:len(r.words):len(r.words)]
		}
		if err := r.record(cells, r.row, nil); err != nil {
			return err
		}
	}
	return nil
}
