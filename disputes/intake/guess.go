package intake

import (
	"strings"
	"unicode"

	"arrears/disputes"
)

// Unclear is the reason of a claim whose words say none.
const Unclear = "unclear"

// guess is the one reason of the model whose keywords stand in a text; two reasons are none.
func guess(m disputes.Model, text string) string {
	plain := " " + strings.Join(strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), " ") + " "
	found := Unclear
	for _, r := range m.Reasons {
		for _, word := range r.Keywords {
			if !strings.Contains(plain, " "+strings.ToLower(word)+" ") {
				continue
			}
			if found != Unclear && found != r.Code {
				return Unclear
			}
			found = r.Code
		}
	}
	return found
}
