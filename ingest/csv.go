package ingest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strings"
	"unicode"
	"unicode/utf8"
)

// readText lands one delimited file. Whatever becomes of it, its records are counted.
func readText(j job, in *os.File, progress func(int64)) (result, error) {
	d := dialectOf(j.Source)
	text, done, err := j.text(d, in)
	if err != nil {
		return result{}, err
	}
	defer done()
	counted := make(chan error, 1)
	var records int64
	go func() {
		var err error
		records, err = d.counter().count(io.NewSectionReader(text, 0, math.MaxInt64))
		counted <- err
	}()
	r, err := parseCSV(j, d, text, progress)
	if countErr := <-counted; countErr != nil {
		return result{}, errors.Join(err, countErr)
	}
	var refused refusal
	if errors.As(err, &refused) {
		return result{Records: records, Rejected: records, Failed: refused.Error()}, nil
	}
	r.Records = records
	return r, err
}

// text is the extract as UTF-8. done lets go of what was made for that.
func (j job) text(d dialect, in *os.File) (_ text, done func(), err error) {
	if j.growth != nil && !d.decoded {
		return growingText{in, j.growth}, func() {}, nil
	}
	decoded, err := d.text(in, j.Folder)
	if err != nil {
		return nil, nil, err
	}
	info, err := decoded.Stat()
	if err != nil {
		return nil, nil, err
	}
	done = func() {}
	if decoded != in {
		done = func() { _ = decoded.Close() }
	}
	return wholeText{decoded, info.Size()}, done, nil
}

func parseCSV(j job, d dialect, in text, progress func(int64)) (result, error) {
	readNames := readHeader
	if d.layout != nil {
		readNames = d.layout.headerOf(j.Source.Fixed)
	}
	header, start, line, err := readNames(d, in)
	if err != nil {
		return result{}, err
	}
	p, err := planFor(j.Source, header, int64(d.header))
	if err != nil {
		return result{}, err
	}
	out := newOutput(p, j)
	lane := pipeline{in: in, job: j, plan: p, dialect: d, progress: progress, block: blockSize}
	if err := lane.run(start, line, out); err != nil {
		out.abandon()
		return result{}, err
	}
	return out.finish()
}

// noteUnclosed says that the last line has no end. It landed all the same: many systems write files so.
func (p *plan) noteUnclosed(line int64) {
	p.notes = append(p.notes, fmt.Sprintf("line %d, the last, has no line end; if the file was cut off, its last value is too short", line))
}

var byteOrderMark = []byte("\ufeff")

// headLimit is how much of a file may come before its first record.
const headLimit = 4 << 20

// readHeader finds the names of the columns, and where the records begin.
func readHeader(d dialect, in text) (names []string, start, line int64, err error) {
	head := make([]byte, in.reach(headLimit))
	if _, err := in.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, 0, 0, err
	}
	if err := d.looksRight(head); err != nil {
		return nil, 0, 0, err
	}
	pos, err := d.headerAt(head)
	if err != nil {
		return nil, 0, 0, err
	}
	t := d.tokenizer()
	end, state := t.next(head, pos, len(head) < headLimit || in.reach(headLimit+1) == headLimit)
	at := int64(d.header)
	switch {
	case state != whole || t.damage == tooLong:
		return nil, 0, 0, refusal{at, "", "the header is longer than a record may be; the file may not be delimited text, or csv.delimiter another"}
	case t.damage == bareReturn:
		return nil, 0, 0, refusal{at, "", "lines end with a carriage return only; have them end with a line feed"}
	case t.damage != undamaged:
		return nil, 0, 0, refusal{at, "", "the header has a quote that fits nowhere; csv.quote may be another, or csv.header another line"}
	case len(t.cells) > maxColumns:
		return nil, 0, 0, refusal{at, "", fmt.Sprintf("the header has %d columns, and no more than %d are read", len(t.cells), maxColumns)}
	}
	if spaced(t.cells) {
		return nil, 0, 0, refusal{at, "", "every column name but the first begins with a blank, and so would every value; have the file written without blanks behind the delimiter"}
	}
	for _, cell := range t.cells {
		if !utf8.Valid(cell) || d.decoded && bytes.Contains(cell, replacement) {
			return nil, 0, 0, refusal{at, cut(cell, maxValue), fmt.Sprintf("the header has bytes that are not %s; declare the encoding in which the file is written", d.encoding)}
		}
		if i := bytes.IndexFunc(cell, unicode.IsControl); i >= 0 && cell[i] != '\n' && cell[i] != '\r' && cell[i] != '\t' {
			return nil, 0, 0, refusal{at, cut(cell, maxValue), fmt.Sprintf("the column name %q holds a control character; the file is damaged or not in encoding %s", cell, d.encoding)}
		}
		names = append(names, strings.TrimSpace(string(cell)))
	}
	return names, int64(end), at + int64(t.breaks), nil
}

// spaced says that a blank follows every delimiter.
func spaced(cells [][]byte) bool {
	for _, cell := range cells[1:] {
		if len(cell) < 2 || cell[0] != ' ' {
			return false
		}
	}
	return len(cells) > 1
}

// headerAt is where the line of the header begins.
func (d dialect) headerAt(head []byte) (int, error) {
	pos := 0
	if bytes.HasPrefix(head, byteOrderMark) {
		pos = len(byteOrderMark)
	}
	for n := 1; n < d.header; n++ {
		next := bytes.IndexByte(head[pos:], '\n')
		if next < 0 {
			return 0, refusal{int64(n), "", fmt.Sprintf("the header should be on line %d, and the file ends before; csv.header says which line it is on", d.header)}
		}
		pos += next + 1
	}
	return pos, nil
}

// looksRight tells a file that was written in another way altogether.
func (d dialect) looksRight(head []byte) error {
	sample := head[:min(len(head), 4096)]
	zeros := bytes.Count(sample, []byte{0})
	switch {
	case len(head) == 0:
		return refusal{1, "", "the file is empty; have it sent again"}
	case bytes.HasPrefix(head, []byte(magic)):
		return refusal{1, "", "this is a Parquet file; declare format: parquet"}
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("\x1f\x8b")):
		return refusal{1, "", "the file is packed; declare packed: gzip, packed: zip or, for a workbook, format: xlsx"}
	case bytes.HasPrefix(head, []byte("\xff\xfe")) && !d.decoded, zeros > len(sample)/4 && bytes.IndexByte(sample, 0)%2 == 1 && !d.decoded:
		return refusal{1, "", "the file is written in UTF-16 and the source declares " + d.encoding + "; declare csv.encoding: utf-16le"}
	case bytes.HasPrefix(head, []byte("\xfe\xff")) && !d.decoded, zeros > len(sample)/4 && !d.decoded:
		return refusal{1, "", "the file is written in UTF-16 and the source declares " + d.encoding + "; declare csv.encoding: utf-16be"}
	case d.decoded && zeros > len(sample)/4:
		return refusal{1, "", "the file is not written in " + d.encoding + ", which the source declares; declare the encoding in which it is written"}
	case len(blankOrText(head)) == 0:
		return refusal{1, "", "the file has nothing but blank lines; have it sent again"}
	}
	return nil
}

func blankOrText(head []byte) []byte { return bytes.TrimLeft(head, "\r\n\ufeff") }
