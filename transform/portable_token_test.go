package transform

import (
	"regexp"
	"slices"
	"strings"
)

// A token is one word, number, quoted text or sign of a statement; comments are none.
type token struct {
	text  string
	depth int // how many brackets are open around it; a bracket itself stands outside
	line  int
}

var tokens = regexp.MustCompile(`(?s)--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|"(?:[^"]|"")*"|` +
	`[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|[\p{L}_][\p{L}0-9_]*|::|<>|<=|>=|\|\||\s+|.`)

// tokenize reads a statement with comments left out. Texts in quotes are one token each, so that no rule looks into them.
func tokenize(text string) []token {
	var found []token
	depth, line := 0, 1
	for _, t := range tokens.FindAllString(text, -1) {
		if strings.ContainsAny(t, ")]}") && len(t) == 1 {
			depth--
		}
		if strings.TrimSpace(t) != "" && !strings.HasPrefix(t, "--") && !strings.HasPrefix(t, "/*") {
			found = append(found, token{text: t, depth: depth, line: line})
		}
		if strings.ContainsAny(t, "([{") && len(t) == 1 {
			depth++
		}
		line += strings.Count(t, "\n")
	}
	return found
}

var word = regexp.MustCompile(`^[\p{L}_][\p{L}0-9_]*$`)

// isWord is true for a keyword or a name that stands without quotes.
func (t token) isWord() bool { return word.MatchString(t.text) }

// isName is true for what can be an alias: a word that is no keyword, or anything in double quotes.
func (t token) isName() bool {
	return strings.HasPrefix(t.text, `"`) || t.isWord() && !slices.Contains(keywords, t.text)
}

var keywords = strings.Fields(`all and as asc between by case cross current desc distinct else end except exists false following
	from full group having in inner intersect is join left like limit not null offset on or order outer over partition preceding
	range recursive right row rows select then true unbounded union using values when where window with`)

// A statement is one file of SQL as the rules look at it.
type statement struct {
	folder string
	model  Model
	tokens []token
}

// at is the token at i, or an empty one beyond the ends.
func (s statement) at(i int) token {
	if i < 0 || i >= len(s.tokens) {
		return token{}
	}
	return s.tokens[i]
}

// is says whether these tokens stand at i, one after the other.
func (s statement) is(i int, texts ...string) bool {
	for n, text := range texts {
		if s.at(i+n).text != text {
			return false
		}
	}
	return true
}

// closing is where the bracket that opens at i closes.
func (s statement) closing(i int) int {
	for n := i + 1; n < len(s.tokens); n++ {
		if s.tokens[n].depth == s.tokens[i].depth {
			return n
		}
	}
	return len(s.tokens)
}

// until is where the clause that begins at i ends: at one of the words beside it, or with its brackets.
func (s statement) until(i int, words ...string) int {
	depth := s.at(i).depth
	for n := i + 1; n < len(s.tokens); n++ {
		t := s.tokens[n]
		if t.depth < depth || t.depth == depth && slices.Contains(words, t.text) && !s.is(n-1, "distinct", "from") {
			return n
		}
	}
	return len(s.tokens)
}

// opening is where the bracket that closes at i opens.
func (s statement) opening(i int) int {
	n := i - 1
	for n > 0 && s.tokens[n].depth != s.tokens[i].depth {
		n--
	}
	return n
}

// steps are the names of the statement's own WITH.
func (s statement) steps() []string {
	var names []string
	for i := range s.tokens {
		if !s.is(i, "as", "(") {
			continue
		}
		name := i - 1
		if s.at(name).text == ")" { // a list of its columns stands between
			name = s.opening(name) - 1
		}
		names = append(names, s.at(name).text)
	}
	return names
}
