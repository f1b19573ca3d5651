package main

import (
	"fmt"
	"io"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
	"github.com/shopspring/decimal"

	"arrears/warehouse"
)

// scale is how many decimals numbers keep in a Parquet file: those of the marts.
const scale = 12

// writeParquet writes a table with the types its values have: text, DECIMAL(38,12), BIGINT, DOUBLE, BOOLEAN, DATE, TIMESTAMP.
func writeParquet(w io.Writer, t warehouse.Table) error {
	fields := make([]arrow.Field, len(t.Columns))
	for i, c := range t.Columns {
		fields[i] = arrow.Field{Name: c.Name, Type: columnType(t, i), Nullable: true}
	}
	schema := arrow.NewSchema(fields, nil)
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer b.Release()
	for _, row := range t.Rows {
		for i, value := range row {
			if err := appendValue(b.Field(i), value); err != nil {
				return fmt.Errorf("write column %s: %w", t.Columns[i].Name, err)
			}
		}
	}
	record := b.NewRecordBatch()
	defer record.Release()
	out, err := pqarrow.NewFileWriter(schema, w, nil, pqarrow.DefaultWriterProps())
	if err != nil {
		return err
	}
	if err := out.Write(record); err != nil {
		return err
	}
	return out.Close()
}

// columnType is the type of a column's first value that is not null; text where all are.
func columnType(t warehouse.Table, column int) arrow.DataType {
	for _, row := range t.Rows {
		switch v := row[column].(type) {
		case nil:
			continue
		case money, decimal.Decimal:
			return &arrow.Decimal128Type{Precision: 38, Scale: scale}
		case int64:
			return arrow.PrimitiveTypes.Int64
		case float64:
			return arrow.PrimitiveTypes.Float64
		case bool:
			return arrow.FixedWidthTypes.Boolean
		case time.Time:
			if t.Columns[column].Type == "TIMESTAMP" || !v.Equal(v.Truncate(24*time.Hour)) {
				return &arrow.TimestampType{Unit: arrow.Microsecond}
			}
			return arrow.FixedWidthTypes.Date32
		}
		break
	}
	return arrow.BinaryTypes.String
}

func appendValue(to array.Builder, value any) error {
	if value == nil {
		to.AppendNull()
		return nil
	}
	if m, ok := value.(money); ok {
		value = m.Decimal
	}
	switch b := to.(type) {
	case *array.Decimal128Builder:
		d := value.(decimal.Decimal).Shift(scale)
		if !d.IsInteger() || d.NumDigits() > 38 {
			return fmt.Errorf("%s does not fit DECIMAL(38,%d)", value, scale)
		}
		b.Append(decimal128.FromBigInt(d.BigInt()))
	case *array.Int64Builder:
		b.Append(value.(int64))
	case *array.Float64Builder:
		b.Append(value.(float64))
	case *array.BooleanBuilder:
		b.Append(value.(bool))
	case *array.Date32Builder:
		b.Append(arrow.Date32FromTime(value.(time.Time)))
	case *array.TimestampBuilder:
		b.Append(arrow.Timestamp(value.(time.Time).UnixMicro()))
	case *array.StringBuilder:
		b.Append(exact(value))
	default:
		return fmt.Errorf("no Parquet type for %T", value)
	}
	return nil
}
