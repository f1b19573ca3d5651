package statement

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/image/font/sfnt"
	"golang.org/x/text/unicode/bidi"
)

//go:embed font/regular.ttf
var regular []byte

//go:embed font/bold.ttf
var bold []byte

// missing stands for a sign that the typeface does not have.
const missing = '\uFFFD'

var glyphs = sync.OnceValues(func() ([]*sfnt.Font, error) {
	var fonts []*sfnt.Font
	for _, text := range [][]byte{regular, bold} {
		f, err := sfnt.Parse(text)
		if err != nil {
			return nil, err
		}
		fonts = append(fonts, f)
	}
	return fonts, nil
})

// settable is a text of signs that both weights of the typeface have, and whether any had to be replaced. Scripts that run from right to
// left need letters joined and turned, which is not done here: they count as missing, for reversed they would be wrong.
func settable(text string) (set string, replaced bool, err error) {
	fonts, err := glyphs()
	if err != nil {
		return "", false, err
	}
	var buffer sfnt.Buffer
	set = strings.Map(func(r rune) rune {
		if r == '\n' {
			return r
		}
		if unicode.IsSpace(r) {
			if r == '\u00a0' || r == '\u202f' {
				return '\u00a0'
			}
			return ' '
		}
		if unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Variation_Selector, r) {
			return -1 // says how to draw the signs around it
		}
		properties, _ := bidi.LookupRune(r)
		known := r <= 0xFFFF && properties.Class() != bidi.R && properties.Class() != bidi.AL && r != missing
		for _, f := range fonts {
			if index, failed := f.GlyphIndex(&buffer, r); failed != nil || index == 0 {
				known = false
			}
		}
		if !known {
			replaced = true
			return missing
		}
		return r
	}, text)
	return set, replaced, nil
}
