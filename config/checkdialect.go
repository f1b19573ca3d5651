package config

import (
	"slices"
	"unicode/utf8"
)

// Encodings are the ways of writing text that can be declared.
var Encodings = []string{"utf-8", "utf-16le", "utf-16be", "windows-1252", "iso-8859-1", "iso-8859-15"}

// alsoCalled are names of encodings that no spelling correction would find.
var alsoCalled = map[string]string{
	"latin1": "iso-8859-1", "latin-1": "iso-8859-1", "latin9": "iso-8859-15", "latin-9": "iso-8859-15",
	"cp1252": "windows-1252", "ansi": "windows-1252", "unicode": "utf-16le", "utf-16": "utf-16le", "ascii": "utf-8",
}

func (c checker) dialect(at string, d Dialect) {
	if !isSign(d.Delimiter) {
		c.mistake(at+".delimiter", `%q is not one sign; write it as in ";", "," or "\t"`, d.Delimiter)
	}
	if d.Quote != "none" && !isSign(d.Quote) {
		c.mistake(at+".quote", `%q is not one sign; write '"', or none where nothing is quoted`, d.Quote)
	}
	if d.Quote == d.Delimiter {
		c.mistake(at+".quote", "%q is the delimiter too", d.Quote)
	}
	if name, ok := alsoCalled[d.Encoding]; ok {
		c.mistake(at+".encoding", "there is no encoding %q; did you mean %s?", d.Encoding, name)
	} else {
		c.oneOf(at+".encoding", "encoding", d.Encoding, Encodings)
	}
	if d.Header < 1 {
		c.mistake(at+".header", "is the line of the header row, counted from 1")
	}
	c.numbers(at, d)
	if err := checkDate(d.Date); err != nil {
		c.mistake(at+".date", "%v", err)
		return // the timestamp is made of it unless it is written too
	}
	if err := checkTimestamp(d.Timestamp); err != nil {
		c.mistake(at+".timestamp", "%v", err)
	}
}

func (c checker) numbers(at string, d Dialect) {
	if d.Decimal != "." && d.Decimal != "," {
		c.mistake(at+".decimal", `%q is not a decimal sign; it is "." or ","`, d.Decimal)
	}
	switch {
	case d.Thousands == "":
	case d.Thousands == d.Decimal:
		c.mistake(at+".thousands", "%q is the decimal sign too", d.Thousands)
	case utf8.RuneCountInString(d.Thousands) != 1 || slices.Contains([]string{"-", "(", ")", "+"}, d.Thousands) || isDigit(d.Thousands):
		c.mistake(at+".thousands", `%q is not a thousands sign; it is one sign as in "," "." "'" or " "`, d.Thousands)
	}
	c.oneOf(at+".negative", "way to write a negative number", d.Negative, []string{"minus", "trailing", "parentheses"})
}

// isSign is a single ASCII character that can stand between fields: no letter, no digit, no end of line.
func isSign(text string) bool {
	return len(text) == 1 && text[0] < utf8.RuneSelf && text != "\n" && text != "\r" && text != "\x00" &&
		!isLetter(text[0]) && !isDigit(text)
}

func isDigit(text string) bool { return text[0] >= '0' && text[0] <= '9' }
