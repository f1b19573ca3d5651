package config

import (
	"fmt"
	"strings"
)

// token is a run of one letter in a date pattern, or one sign between two of them.
type token struct {
	letter byte // Y, M, D, H, N (minute), S, or 0 for a sign
	width  int
	sign   string
}

// checkDate says what keeps a pattern from naming exactly one day.
func checkDate(pattern string) error {
	return checkPattern(pattern, "YMD", "YYYY-MM-DD")
}

// checkTimestamp says what keeps a pattern from naming exactly one moment; seconds may be left out.
func checkTimestamp(pattern string) error {
	if strings.ContainsAny(pattern, "sS") {
		return checkPattern(pattern, "YMDHNS", "YYYY-MM-DD HH:MM:SS")
	}
	return checkPattern(pattern, "YMDHN", "YYYY-MM-DD HH:MM")
}

func checkPattern(pattern, letters, example string) error {
	names := map[byte]string{'Y': "year", 'M': "month", 'D': "day", 'H': "hour", 'N': "minute", 'S': "second"}
	count := map[byte]int{}
	var before token
	for _, t := range tokens(pattern) {
		switch {
		case t.letter == 0 && strings.ContainsAny(t.sign, "0123456789%"):
			return fmt.Errorf("%q is not a pattern of letters; write it as in %s", pattern, example)
		case t.letter == 0 && isLetter(t.sign[0]) && t.sign != "T" && t.sign != "Z":
			return fmt.Errorf("%q holds the letter %s, which stands for nothing; write it as in %s", pattern, t.sign, example)
		case t.letter == 'Y' && t.width == 2:
			return fmt.Errorf("%q has a year of two digits, which does not say the century; have the extract written with YYYY", pattern)
		case t.letter == 'Y' && t.width != 4:
			return fmt.Errorf("%q: the year is YYYY", pattern)
		case t.letter == 'M' && t.width > 2:
			return fmt.Errorf("%q: names of months are not read; have the extract written with MM", pattern)
		case t.letter != 0 && t.letter != 'Y' && t.width > 2:
			return fmt.Errorf("%q: the %s has one or two letters", pattern, names[t.letter])
		case (t.letter == 'Y' || t.letter == 'D') && count['H'] > 0:
			return fmt.Errorf("%q has the time of day before the date; write it as in %s", pattern, example)
		case t.letter != 0 && before.letter != 0 && before.width == 1:
			return fmt.Errorf("%q does not say where the %s ends; put a sign after it or give it two letters", pattern, names[before.letter])
		}
		count[t.letter]++
		before = t
	}
	if !strings.Contains(letters, "H") && count['H']+count['N']+count['S'] > 0 {
		return fmt.Errorf("%q has a time of day; a date is written as in %s", pattern, example)
	}
	for i := range len(letters) {
		switch letter := letters[i]; count[letter] {
		case 0:
			return fmt.Errorf("%q has no %s; write it as in %s", pattern, names[letter], example)
		case 1:
		default:
			return fmt.Errorf("%q has more than one %s", pattern, names[letter])
		}
	}
	return nil
}

// tokens takes a pattern apart. M is the month until an hour has come, then it is the minute.
func tokens(pattern string) []token {
	var list []token
	seenHour := false
	for i := 0; i < len(pattern); {
		letter := pattern[i] &^ 0x20
		if !isLetter(pattern[i]) || strings.IndexByte("YMDHS", letter) < 0 {
			list = append(list, token{sign: pattern[i : i+1]})
			i++
			continue
		}
		end := i
		for end < len(pattern) && pattern[end]&^0x20 == letter && isLetter(pattern[end]) {
			end++
		}
		seenHour = seenHour || letter == 'H'
		t := token{letter: letter, width: end - i}
		if letter == 'M' && seenHour {
			t.letter = 'N'
		}
		list = append(list, t)
		i = end
	}
	return list
}

func isLetter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }
