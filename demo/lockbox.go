package demo

import (
	"bytes"
	"fmt"
	"io"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
)

// lockboxSchema is how the bank delivers receipts: typed already, so no dialect is declared for it.
var lockboxSchema = arrow.NewSchema([]arrow.Field{
	{Name: "receipt", Type: arrow.BinaryTypes.String},
	{Name: "payer", Type: arrow.BinaryTypes.String},
	{Name: "value_date", Type: arrow.FixedWidthTypes.Date32},
	{Name: "amount", Type: &arrow.Decimal128Type{Precision: 15, Scale: 2}},
	{Name: "currency", Type: arrow.BinaryTypes.String},
	{Name: "channel", Type: arrow.BinaryTypes.String},
	{Name: "remittance", Type: arrow.BinaryTypes.String, Nullable: true},
	{Name: "returned_on", Type: arrow.FixedWidthTypes.Date32, Nullable: true},
}, nil)

// lockbox is the Parquet file of the overseas entity's receipts.
func lockbox(c *Company) ([]byte, error) {
	rows := array.NewRecordBuilder(memory.DefaultAllocator, lockboxSchema)
	defer rows.Release()
	for _, p := range c.Payments {
		if entityOf(p.Customer) != Overseas {
			continue
		}
		text(rows, 0, p.ID)
		text(rows, 1, customerID(p.Customer))
		date(rows, 2, p.Received)
		rows.Field(3).(*array.Decimal128Builder).Append(decimal128.FromI64(p.Amount.CoefficientInt64()))
		text(rows, 4, p.Currency)
		text(rows, 5, p.Method)
		text(rows, 6, p.Reference)
		date(rows, 7, p.Reversed)
	}
	batch := rows.NewRecordBatch()
	defer batch.Release()
	var b bytes.Buffer
	w, err := newParquet(&b, lockboxSchema)
	if err != nil {
		return nil, err
	}
	if err := w.Write(batch); err != nil {
		return nil, fmt.Errorf("write the lockbox: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("write the lockbox: %w", err)
	}
	return b.Bytes(), nil
}

func text(rows *array.RecordBuilder, column int, value string) {
	rows.Field(column).(*array.StringBuilder).Append(value)
}

// date appends a day, or null for none.
func date(rows *array.RecordBuilder, column int, day Day) {
	b := rows.Field(column).(*array.Date32Builder)
	if day == 0 {
		b.AppendNull()
		return
	}
	b.Append(arrow.Date32(day))
}

// plain hides everything of a writer but Write: the Parquet writer would close a file that we still have to sync.
type plain struct{ io.Writer }

// newParquet writes snappy; the named columns are unique and a dictionary of them would only be thrown away.
func newParquet(w io.Writer, schema *arrow.Schema, unique ...string) (*pqarrow.FileWriter, error) {
	options := []parquet.WriterProperty{parquet.WithCompression(compress.Codecs.Snappy), parquet.WithCreatedBy("arrears demo")}
	for _, column := range unique {
		options = append(options, parquet.WithDictionaryFor(column, false))
	}
	out, err := pqarrow.NewFileWriter(schema, plain{w}, parquet.NewWriterProperties(options...), pqarrow.DefaultWriterProps())
	if err != nil {
		return nil, fmt.Errorf("open the Parquet file: %w", err)
	}
	return out, nil
}
