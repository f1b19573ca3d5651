package demo

import (
	"fmt"
	"strings"

	"github.com/shopspring/decimal"
	"golang.org/x/text/encoding/charmap"
)

// sheet is an extract before it is written down in the way of its system.
type sheet struct {
	header []string
	rows   [][]string
}

func (s *sheet) add(fields ...string) { s.rows = append(s.rows, fields) }

// style is how one system writes text, days and money.
type style struct {
	delimiter, newline, mark string // mark opens the file
	day                      string // layout of time.Format
	noDay                    string
	decimal, thousands       string
	negative                 string // with %s for the digits
	latin                    bool   // windows-1252
}

// write is the bytes of the sheet.
func (s style) write(what sheet) ([]byte, error) {
	var b strings.Builder
	b.WriteString(s.mark)
	s.line(&b, what.header)
	for _, row := range what.rows {
		s.line(&b, row)
	}
	if !s.latin {
		return []byte(b.String()), nil
	}
	text, err := charmap.Windows1252.NewEncoder().String(b.String())
	if err != nil {
		return nil, fmt.Errorf("write in windows-1252: %w", err)
	}
	return []byte(text), nil
}

func (s style) line(b *strings.Builder, fields []string) {
	b.WriteString(strings.Join(s.quoted(fields), s.delimiter) + s.newline)
}

// quoted puts quotes around the fields that need them.
func (s style) quoted(fields []string) []string {
	written := make([]string, len(fields))
	for i, field := range fields {
		if strings.ContainsAny(field, s.delimiter+"\"\r\n") {
			field = `"` + strings.ReplaceAll(field, `"`, `""`) + `"`
		}
		written[i] = field
	}
	return written
}

func (s style) date(d Day) string {
	if d == 0 {
		return s.noDay
	}
	return d.format(s.day)
}

func (s style) money(amount decimal.Decimal) string {
	whole, fraction, _ := strings.Cut(amount.Abs().StringFixed(2), ".")
	for i := len(whole) - 3; i > 0 && s.thousands != ""; i -= 3 {
		whole = whole[:i] + s.thousands + whole[i:]
	}
	text := whole + s.decimal + fraction
	if amount.IsNegative() {
		return fmt.Sprintf(s.negative, text)
	}
	return text
}
