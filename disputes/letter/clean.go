package letter

import (
	"strings"
	"unicode"
)

// Clean is foreign text as it may stand in a letter: without signs that control a terminal or turn the direction of what is around
// them, and with valid characters only. Lines and tabs stay.
func Clean(text string) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	text = strings.ReplaceAll(text, "\r\n", "\n")
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == '\r' || r == '\u2028' || r == '\u2029':
			return '\n'
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == '\uFEFF', r >= 0xFFF0 && r <= 0xFFFB, r&0xFFFE == 0xFFFE:
			return -1
		}
		return r
	}, text))
}

// Line is the same on one line.
func Line(text string) string { return strings.Join(strings.Fields(Clean(text)), " ") }
