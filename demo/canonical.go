package demo

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"

	"arrears/config"
)

// rowGroup is how many rows wait in memory before they are written.
const rowGroup = 128 * 1024

// folder is a set of canonical files that are written together. The first error of any of them stays in err, so that a row
// can be written without asking after every value.
type folder struct {
	files []*canonical
	err   error
}

// canonical is one Parquet file of a canonical dataset. A row is written value by value in the order of the columns.
type canonical struct {
	folder *folder
	file   *os.File
	out    *pqarrow.FileWriter
	rows   *array.RecordBuilder
	column int
	held   int
	total  int64
}

// open begins a file named after its dataset with some of the dataset's columns.
func (f *folder) open(dir, dataset, suffix string, columns ...string) *canonical {
	schema, unique := canonicalSchema(dataset, columns)
	c := &canonical{folder: f, rows: array.NewRecordBuilder(memory.DefaultAllocator, schema)}
	f.files = append(f.files, c)
	var err error
	if c.file, err = os.Create(filepath.Join(dir, dataset+suffix+".parquet")); err != nil {
		f.err = errors.Join(f.err, err)
		return c
	}
	if c.out, err = newParquet(c.file, schema, unique...); err != nil {
		f.err = errors.Join(f.err, err)
	}
	return c
}

func canonicalSchema(dataset string, columns []string) (schema *arrow.Schema, unique []string) {
	d, _ := config.DatasetNamed(dataset)
	var fields []arrow.Field
	for _, name := range columns {
		field, ok := d.Field(name)
		if !ok {
			panic(fmt.Sprintf("%s have no column %s", dataset, name))
		}
		fields = append(fields, arrow.Field{Name: name, Nullable: !field.Required, Type: map[config.Kind]arrow.DataType{
			config.Text: arrow.BinaryTypes.String, config.Date: arrow.FixedWidthTypes.Date32, config.Timestamp: &arrow.TimestampType{Unit: arrow.Microsecond},
			config.Amount: &arrow.Decimal128Type{Precision: 18, Scale: 2}, config.Rate: &arrow.Decimal128Type{Precision: 18, Scale: 6},
			config.Integer: arrow.PrimitiveTypes.Int64,
		}[field.Kind]})
		if name == "invoice_id" || name == "source_id" || field.Kind == config.Amount {
			unique = append(unique, name)
		}
	}
	return arrow.NewSchema(fields, nil), append(unique, d.Key...)
}

// close writes what is left and closes every file, whatever went wrong before.
func (f *folder) close(err error) error {
	errs := []error{err}
	for _, c := range f.files {
		c.flush()
		c.rows.Release()
		if c.out != nil {
			errs = append(errs, c.out.Close())
		}
		if c.file != nil {
			errs = append(errs, c.file.Close())
		}
	}
	if err == nil {
		errs = append(errs, f.err)
	}
	return errors.Join(errs...)
}

func (c *canonical) next() int {
	c.column++
	return c.column - 1
}

func (c *canonical) text(value string) *canonical {
	text(c.rows, c.next(), value)
	return c
}

func (c *canonical) day(value Day) *canonical {
	date(c.rows, c.next(), value)
	return c
}

func (c *canonical) moment(day Day, hour int) *canonical {
	c.rows.Field(c.next()).(*array.TimestampBuilder).Append(arrow.Timestamp((int64(day)*24 + int64(hour)) * 3600 * 1e6))
	return c
}

func (c *canonical) cents(value int64) *canonical {
	c.rows.Field(c.next()).(*array.Decimal128Builder).Append(decimal128.FromI64(value))
	return c
}

// rate takes millionths.
func (c *canonical) rate(value int64) *canonical { return c.cents(value) }

func (c *canonical) number(value int64) *canonical {
	c.rows.Field(c.next()).(*array.Int64Builder).Append(value)
	return c
}

// none leaves the next columns empty.
func (c *canonical) none(columns int) *canonical {
	for range columns {
		c.rows.Field(c.next()).AppendNull()
	}
	return c
}

// end finishes the row.
func (c *canonical) end() {
	c.column = 0
	c.total++
	if c.held++; c.held == rowGroup {
		c.flush()
	}
}

func (c *canonical) flush() {
	if c.held == 0 || c.out == nil || c.folder.err != nil {
		return
	}
	batch := c.rows.NewRecordBatch()
	defer batch.Release()
	c.held = 0
	if err := c.out.Write(batch); err != nil {
		c.folder.err = errors.Join(c.folder.err, fmt.Errorf("write %s: %w", c.file.Name(), err))
	}
}
