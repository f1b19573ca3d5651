package instruction

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// spelled are letters that do not fall apart into one that banks know and an accent.
var spelled = map[rune]string{'ß': "ss", 'ẞ': "SS", 'æ': "ae", 'Æ': "AE", 'œ': "oe", 'Œ': "OE", 'ø': "o", 'Ø': "O", 'ł': "l", 'Ł': "L", 'đ': "d", 'Đ': "D",
	'ð': "d", 'Ð': "D", 'þ': "th", 'Þ': "Th", 'ı': "i", '&': "+", '_': "-", '–': "-", '—': "-", '’': "'", '‘': "'", '´': "'", '`': "'"}

// latin is a text in the signs that every bank reads: letters without accents, digits, blanks and / - ? : ( ) . , ' +. Others become a
// question mark. At most so many signs are kept.
func latin(text string, most int) string {
	var kept strings.Builder
	for _, r := range norm.NFKD.String(strings.Join(strings.Fields(text), " ")) {
		switch {
		case r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune(" /-?:().,'+", r)):
			kept.WriteRune(r)
		case unicode.Is(unicode.Mn, r), unicode.IsControl(r), unicode.Is(unicode.Cf, r):
		case spelled[r] != "":
			kept.WriteString(spelled[r])
		default:
			kept.WriteByte('?')
		}
	}
	written := strings.TrimSpace(kept.String())
	if len(written) > most {
		written = strings.TrimSpace(written[:most])
	}
	return strings.TrimLeft(written, "/-") // nothing begins with what sets off the fields of older messages
}

// legible says whether enough of a name is left for a bank to compare it: half of its letters at least.
func legible(name string) bool {
	written := latin(name, 140)
	letters := strings.Count(written, "") - 1 - strings.Count(written, "?") - strings.Count(written, " ")
	return letters > 0 && letters >= strings.Count(written, "?")
}
