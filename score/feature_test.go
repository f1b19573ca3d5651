package score

import (
	"regexp"
	"testing"
)

// A reason is read by people: one of a thing is not "1 days".
func TestReasonsCountInPlainEnglish(t *testing.T) {
	one := regexp.MustCompile(`\b1 [a-z]+s\b`)
	for _, f := range features {
		for level := max(f.Low, -1); level <= 2; level++ {
			if words := f.words(level); one.MatchString(words) {
				t.Errorf("%s at %d: %q", f.Name, level, words)
			}
		}
	}
	if got := features[0].words(1); got != "1 % of its payments were late" {
		t.Errorf("%q", got)
	}
}
