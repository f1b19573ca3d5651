package ingest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"arrears/config"
)

// layout says where the columns of a text of fixed width are. Places count characters, from 0.
type layout struct {
	columns []place
	bars    []int // where every record has a bar
}

type place struct {
	name        string
	first, past int
}

// headerOf finds the columns: they are declared, or the header's bars stand between them.
func (l *layout) headerOf(declared config.Fixed) func(dialect, text) ([]string, int64, int64, error) {
	return func(d dialect, in text) ([]string, int64, int64, error) {
		head := make([]byte, in.reach(headLimit))
		if _, err := in.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
			return nil, 0, 0, err
		}
		if err := d.looksRight(head); err != nil {
			return nil, 0, 0, err
		}
		if declared.Bars {
			return l.fromBars(d, head)
		}
		spans, err := declared.Spans()
		if err != nil {
			return nil, 0, 0, refusal{reason: err.Error()}
		}
		var names []string
		for _, s := range spans {
			l.columns = append(l.columns, place{s.Name, s.First - 1, s.Last})
			names = append(names, s.Name)
		}
		if bytes.HasPrefix(head, byteOrderMark) {
			return names, int64(len(byteOrderMark)), 1, nil
		}
		return names, 0, 1, nil
	}
}

// fromBars reads the header of a list whose columns stand between bars.
func (l *layout) fromBars(d dialect, head []byte) ([]string, int64, int64, error) {
	pos, err := d.headerAt(head)
	if err != nil {
		return nil, 0, 0, err
	}
	end := bytes.IndexByte(head[pos:], '\n') + 1
	if end == 0 {
		end = len(head) - pos
	}
	at := int64(d.header)
	line := bytes.TrimRight(head[pos:pos+end], "\r\n")
	if !utf8.Valid(line) {
		return nil, 0, 0, refusal{at, cut(line, maxValue), fmt.Sprintf("the header has bytes that are not %s; declare the encoding in which the file is written", d.encoding)}
	}
	for i, sign := range []rune(string(line)) {
		if sign == '|' {
			l.bars = append(l.bars, i)
		}
	}
	if len(l.bars) < 2 || len(l.bars) > maxColumns {
		return nil, 0, 0, refusal{at, cut(line, maxValue), fmt.Sprintf("the header has %d bars; csv.header says which line it is on", len(l.bars))}
	}
	var names []string
	signs := []rune(string(line))
	for i, bar := range l.bars[1:] {
		from := l.bars[i] + 1
		name := strings.TrimSpace(string(signs[from:bar]))
		l.columns = append(l.columns, place{name, from, bar})
		names = append(names, name)
	}
	return names, int64(pos + end), at + 1, nil
}

// cut takes a record apart, or says why it cannot be. Blanks around a value only fill its column.
func (l *layout) cut(text []byte) (cells [][]byte, reason string) {
	if i := bytes.IndexFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f }); i >= 0 {
		return nil, fmt.Sprintf("there is a control character (%q) in it, behind which no column is where it should be", text[i])
	}
	starts := startsOf(text)
	signs := len(starts) - 1
	sign := func(at int) byte { // blank beyond the end
		if at < 0 || at >= signs {
			return ' '
		}
		return text[starts[at]]
	}
	for _, bar := range l.bars {
		if sign(bar) != '|' {
			return nil, fmt.Sprintf("character %d is no bar, and the header has one there", bar+1)
		}
	}
	cells = make([][]byte, len(l.columns))
	for i, c := range l.columns {
		if c.past > c.first && len(l.bars) == 0 {
			if sign(c.past) != ' ' && sign(c.past-1) != ' ' && !l.declared(c.past) {
				return nil, fmt.Sprintf("the value of %s goes on beyond character %d, where its column ends", c.name, c.past)
			}
			if sign(c.first-1) != ' ' && sign(c.first) != ' ' && !l.declared(c.first-1) {
				return nil, fmt.Sprintf("the value of %s begins before character %d, where its column does", c.name, c.first+1)
			}
		}
		cells[i] = bytes.TrimSpace(text[starts[min(c.first, signs)]:starts[min(c.past, signs)]])
	}
	return cells, ""
}

// declared says whether a place belongs to a column.
func (l *layout) declared(at int) bool {
	for _, c := range l.columns {
		if at >= c.first && at < c.past {
			return true
		}
	}
	return false
}

// startsOf are the bytes at which the characters of a text begin, and last where it ends.
func startsOf(text []byte) []int {
	starts := make([]int, 0, len(text)+1)
	for i := range string(text) {
		starts = append(starts, i)
	}
	return append(starts, len(text))
}
