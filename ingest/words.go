package ingest

import (
	"strconv"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
)

// words appends the value of one row of a column, in plain words; nothing for a null.
type words func(to []byte, row int) []byte

// wordsOf knows how to write the values of a column out.
func wordsOf(column arrow.Array) words {
	write := wordsOfValues(column)
	return func(to []byte, row int) []byte {
		if column.IsNull(row) {
			return to
		}
		return write(to, row)
	}
}

func wordsOfValues(column arrow.Array) words {
	switch c := column.(type) {
	case *array.String:
		return func(to []byte, row int) []byte { return append(to, c.Value(row)...) }
	case *array.LargeString:
		return func(to []byte, row int) []byte { return append(to, c.Value(row)...) }
	case *array.Binary:
		return func(to []byte, row int) []byte { return append(to, c.Value(row)...) }
	case *array.Boolean:
		return func(to []byte, row int) []byte { return strconv.AppendBool(to, c.Value(row)) }
	case *array.Float64:
		return func(to []byte, row int) []byte { return strconv.AppendFloat(to, c.Value(row), 'f', -1, 64) }
	case *array.Float32:
		return func(to []byte, row int) []byte { return strconv.AppendFloat(to, float64(c.Value(row)), 'f', -1, 32) }
	case *array.Decimal128:
		scale := c.DataType().(*arrow.Decimal128Type).Scale
		return func(to []byte, row int) []byte { return append(to, c.Value(row).ToString(scale)...) }
	case *array.Decimal256:
		scale := c.DataType().(*arrow.Decimal256Type).Scale
		return func(to []byte, row int) []byte { return append(to, c.Value(row).ToString(scale)...) }
	case *array.Date32:
		return func(to []byte, row int) []byte { return c.Value(row).ToTime().AppendFormat(to, time.DateOnly) }
	case *array.Date64:
		return func(to []byte, row int) []byte { return c.Value(row).ToTime().AppendFormat(to, time.DateOnly) }
	case *array.Timestamp:
		return wordsOfTimes(c)
	case *array.Dictionary:
		entries := wordsOf(c.Dictionary())
		return func(to []byte, row int) []byte { return entries(to, c.GetValueIndex(row)) }
	default: // whole numbers, and kinds that no column can be read from
		return func(to []byte, row int) []byte { return append(to, column.ValueStr(row)...) }
	}
}

// wordsOfTimes writes moments in UTC; one at midnight is a date too.
func wordsOfTimes(c *array.Timestamp) words {
	unit := c.DataType().(*arrow.TimestampType).Unit
	return func(to []byte, row int) []byte {
		at := c.Value(row).ToTime(unit)
		if at.Equal(at.Truncate(24 * time.Hour)) {
			return at.AppendFormat(to, time.DateOnly)
		}
		return at.AppendFormat(to, "2006-01-02 15:04:05.999999")
	}
}
