package pull

import (
	"bytes"
	"io"
)

// lines writes records as tab-separated text. A value is quoted where it must be, so that the text reads back as it was.
type lines struct {
	to    io.Writer
	line  []byte
	cells int
	alone bool // of one column: an empty value is quoted, or its line would be blank and no record
}

// full is how much is gathered before it is passed on.
const full = 256 << 10

func newLines(to io.Writer, columns int) *lines {
	return &lines{to: to, line: make([]byte, 0, full+64<<10), alone: columns == 1}
}

func (l *lines) cell(value string) { l.bytes([]byte(value)) }

func (l *lines) bytes(value []byte) {
	if l.cells > 0 {
		l.line = append(l.line, '\t')
	}
	l.cells++
	if !bytes.ContainsAny(value, "\t\n\r\"") && (len(value) > 0 || !l.alone) {
		l.line = append(l.line, value...)
		return
	}
	l.line = append(l.line, '"')
	for _, b := range value {
		if b == '"' {
			l.line = append(l.line, '"')
		}
		l.line = append(l.line, b)
	}
	l.line = append(l.line, '"')
}

// end closes a record.
func (l *lines) end() error {
	l.line, l.cells = append(l.line, '\n'), 0
	if len(l.line) < full {
		return nil
	}
	return l.flush()
}

func (l *lines) flush() error {
	if len(l.line) == 0 {
		return nil
	}
	_, err := l.to.Write(l.line)
	l.line = l.line[:0]
	return err
}
