package ingest

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// counter counts the records of delimited text, by itself: it knows nothing of the parser, shares no code with it, and walks
// the bytes one after the other. That the two agree is what proves that nothing was lost. A record is a line that is not
// blank, longer where a quoted field goes over line ends; where a quote is out of place, or does not close within a megabyte
// of the record's start, the record ends with the line on which that field (or stray quote) stands.
type counter struct {
	delimiter, quote byte
	quotes           bool
	header           int // line of the header, from 1; 0 where there is none
}

const (
	counterLimit  = 1 << 20
	counterWindow = 4 << 20
)

// count returns the records after the header.
func (c counter) count(from io.Reader) (int64, error) {
	in := bufio.NewReaderSize(from, counterWindow)
	if mark, _ := in.Peek(3); string(mark) == "\xef\xbb\xbf" {
		if _, err := in.Discard(3); err != nil {
			return 0, err
		}
	}
	for range c.header - 1 {
		if err := skipLine(in); err != nil {
			return 0, ignoreEOF(err)
		}
	}
	records := int64(-min(c.header, 1)) // the header is no record
	for {
		window, err := in.Peek(counterWindow)
		if err != nil && !errors.Is(err, io.EOF) {
			return 0, err
		}
		if len(window) == 0 {
			return max(records, 0), nil
		}
		used, found, cut := c.records(window, err != nil, records < 0)
		records += found
		if _, err := in.Discard(used); err != nil {
			return 0, err
		}
		if cut {
			if err := skipLine(in); err != nil {
				return max(records, 0), ignoreEOF(err)
			}
		}
	}
}

// records counts those that surely lie whole in the window. cut says that the last one's line goes on beyond it. The header
// counts even when its line is blank.
func (c counter) records(window []byte, last, header bool) (used int, found int64, cut bool) {
	for used < len(window) && (last || len(window)-used > counterLimit+2) {
		rest := window[used:]
		length := c.length(rest)
		if length < 0 && !last { // no line end in more than a megabyte
			return len(window), found + 1, true
		}
		if length < 0 {
			length = len(rest)
		}
		if header || !onlyLineEnd(rest[:length]) {
			found++
		}
		header = false
		used += length
	}
	return used, found, false
}

func onlyLineEnd(record []byte) bool {
	return len(bytes.TrimSuffix(bytes.TrimSuffix(record, []byte("\n")), []byte("\r"))) == 0
}

// length is that of the record at the front of the window, or -1 when it goes on to the window's end and beyond.
func (c counter) length(window []byte) int {
	line := bytes.IndexByte(window, '\n')
	switch {
	case line < 0 && !c.quotes:
		return -1
	case !c.quotes, line >= 0 && bytes.IndexByte(window[:line], c.quote) < 0:
		return line + 1
	}
	return c.walk(window)
}

// walk follows the record byte by byte.
func (c counter) walk(window []byte) int {
	const (
		fieldStart = iota
		plain
		quoted
		afterQuote
		afterReturn
	)
	state, opened := fieldStart, 0
	for at, b := range window {
		switch state {
		case fieldStart:
			if at > counterLimit {
				return lineFrom(window, at)
			}
			switch b {
			case c.quote:
				state, opened = quoted, at
			case c.delimiter:
			case '\n':
				return at + 1
			default:
				state = plain
			}
		case plain:
			switch b {
			case c.quote:
				return lineFrom(window, at)
			case c.delimiter:
				state = fieldStart
			case '\n':
				return at + 1
			}
		case quoted:
			if at > counterLimit {
				return lineFrom(window, opened)
			}
			if b == c.quote {
				state = afterQuote
			}
		case afterQuote:
			switch b {
			case c.quote:
				state = quoted
			case c.delimiter:
				state = fieldStart
			case '\n':
				return at + 1
			case '\r':
				state = afterReturn
			default:
				return lineFrom(window, opened)
			}
		case afterReturn:
			if b == '\n' {
				return at + 1
			}
			return lineFrom(window, opened)
		}
	}
	if state == quoted {
		return lineFrom(window, opened)
	}
	return -1
}

// lineFrom is where the line ends that goes through a position.
func lineFrom(window []byte, at int) int {
	if n := bytes.IndexByte(window[at:], '\n'); n >= 0 {
		return at + n + 1
	}
	return -1
}

func skipLine(in *bufio.Reader) error {
	for {
		_, err := in.ReadSlice('\n')
		if !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
	}
}

func ignoreEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}
