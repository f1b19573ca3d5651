package ingest

import (
	"bytes"
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"
)

// dictionary is the few different texts of a column, and which of them each row has. Parquet's own dictionaries hash every
// value of every row; this one mostly sees that a value is the one before.
type dictionary struct {
	words []parquet.ByteArray // none when the column has too many
	index []uint16
	known map[string]uint16
}

const (
	mostWords = 1 << 14
	sampled   = 1 << 14 // rows in which texts must come twice on average before the rest is looked at
)

// learn makes the dictionary of a column that has a text in every row and few different ones.
func (c *column) learn(rows int) {
	d := &c.dictionary
	d.words, d.index = d.words[:0], d.index[:0]
	if len(c.texts) != rows {
		return
	}
	if c.constant {
		d.words = append(d.words, c.texts[0])
		d.index = repeat(append(d.index, 0), rows)
		return
	}
	if !d.fill(c.texts[:min(rows, sampled)]) || rows > sampled && len(d.words) > sampled/2 || !d.fill(c.texts[len(d.index):]) {
		d.words = d.words[:0]
	}
	clear(d.known)
}

// fill goes on with more rows, as long as the words are few.
func (d *dictionary) fill(texts []parquet.ByteArray) bool {
	if d.known == nil {
		d.known = map[string]uint16{}
	}
	var last parquet.ByteArray
	var number uint16
	for i, text := range texts {
		if i == 0 || !bytes.Equal(text, last) {
			var ok bool
			if number, ok = d.known[string(text)]; !ok {
				if len(d.words) == mostWords {
					return false
				}
				number = uint16(len(d.words))
				d.known[string(text)] = number
				d.words = append(d.words, text)
			}
			last = text
		}
		d.index = append(d.index, number)
	}
	return true
}

// write hands the dictionary and the rows' places in it to Parquet.
func (d *dictionary) write(w *file.ByteArrayColumnChunkWriter, levels []int16) error {
	words := array.NewBinaryBuilder(memory.DefaultAllocator, arrow.BinaryTypes.Binary)
	for _, word := range d.words {
		words.Append(word)
	}
	encoder, ok := w.CurrentEncoder().(interface{ PutDictionary(arrow.Array) error })
	if !ok {
		return fmt.Errorf("the column takes no dictionary")
	}
	if err := encoder.PutDictionary(words.NewArray()); err != nil {
		return err
	}
	places := array.NewUint16Data(array.NewData(arrow.PrimitiveTypes.Uint16, len(d.index),
		[]*memory.Buffer{nil, memory.NewBufferBytes(arrow.Uint16Traits.CastToBytes(d.index))}, nil, 0, 0))
	return w.WriteDictIndices(places, levels, nil)
}
