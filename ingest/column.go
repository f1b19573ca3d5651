package ingest

import (
	"github.com/apache/arrow-go/v18/parquet"

	"arrears/config"
)

// column holds the values of one column of one block of rows, as Parquet wants them: values that are there, and for an
// optional column a level a row that says whether it is.
type column struct {
	name     string
	kind     config.Kind
	required bool
	constant bool // the value set by fill holds for every row

	ints   []int64 // amounts, rates, timestamps, integers
	days   []int32
	texts  []parquet.ByteArray
	truths []bool
	levels []int16 // 1 where the row has a value

	dictionary dictionary
}

func (c *column) reset() {
	if c.constant {
		return
	}
	clear(c.texts) // or they would keep the block they point into
	c.ints, c.days, c.texts, c.truths, c.levels = c.ints[:0], c.days[:0], c.texts[:0], c.truths[:0], c.levels[:0]
}

// read appends what a text says, in the formats of its source. The text has been trimmed, and is not empty.
func (c *column) read(f *formats, b []byte) error {
	switch c.kind {
	case config.Text:
		c.texts = append(c.texts, b)
	case config.Date:
		v, err := f.day(b)
		if err != nil {
			return err
		}
		c.days = append(c.days, v)
	case config.Timestamp:
		v, err := f.at(b)
		if err != nil {
			return err
		}
		c.ints = append(c.ints, v)
	case config.Amount, config.Rate, config.Integer:
		v, err := f.scaled(c.kind, b)
		if err != nil {
			return err
		}
		c.ints = append(c.ints, v)
	case config.Bool:
		v, err := truth(b)
		if err != nil {
			return err
		}
		c.truths = append(c.truths, v)
	}
	c.present()
	return nil
}

func (f *formats) scaled(kind config.Kind, b []byte) (int64, error) {
	switch kind {
	case config.Amount:
		return f.number(b, amountScale)
	case config.Rate:
		return f.number(b, rateScale)
	default:
		return f.wholeNumber(b)
	}
}

func (c *column) present() {
	if !c.required {
		c.levels = append(c.levels, 1)
	}
}

func (c *column) empty() { c.levels = append(c.levels, 0) }

// keep takes the values of all but the first rows off again.
func (c *column) keep(rows int) {
	if c.constant {
		return
	}
	n := rows // values that stay
	if !c.required {
		if len(c.levels) <= rows {
			return
		}
		n = c.values()
		for _, level := range c.levels[rows:] {
			n -= int(level)
		}
		c.levels = c.levels[:rows]
	}
	if c.values() <= n {
		return
	}
	switch c.kind {
	case config.Text:
		c.texts = c.texts[:n]
	case config.Date:
		c.days = c.days[:n]
	case config.Bool:
		c.truths = c.truths[:n]
	default:
		c.ints = c.ints[:n]
	}
}

func (c *column) values() int {
	switch c.kind {
	case config.Text:
		return len(c.texts)
	case config.Date:
		return len(c.days)
	case config.Bool:
		return len(c.truths)
	default:
		return len(c.ints)
	}
}

// spread repeats the value of a constant column, or the emptiness of one that nothing feeds, over all rows.
func (c *column) spread(rows int) {
	if !c.constant {
		return
	}
	level := int16(min(1, c.values()))
	c.texts, c.days, c.truths, c.ints = repeat(c.texts, rows), repeat(c.days, rows), repeat(c.truths, rows), repeat(c.ints, rows)
	if !c.required {
		c.levels = repeat(append(c.levels[:0], level), rows)
	}
}

// repeat makes a list that holds something as long as the rows, all of them its first value.
func repeat[T any](list []T, rows int) []T {
	if len(list) == 0 || rows == 0 {
		return list
	}
	first := list[0]
	if len(list) >= rows {
		return list[:rows]
	}
	for len(list) < rows {
		list = append(list, first)
	}
	return list
}

// set gives the column one value for all rows. The value has been checked; an empty one leaves the column empty.
func (c *column) set(value string) {
	text := []byte(value)
	if c.kind != config.Text {
		text = trim(text)
	}
	if len(trim(text)) == 0 {
		return
	}
	if c.read(&plain, text) == nil {
		c.constant = true
	}
}
