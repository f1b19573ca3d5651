package ingest

import (
	"errors"
	"fmt"
	"unicode/utf8"
)

var (
	errNotTruth    = errors.New("neither true nor false; it is written true, yes, y, 1 or false, no, n, 0")
	errNoDigits    = errors.New("there is no digit in it")
	errGroups      = errors.New("the thousands sign does not stand between groups of three digits")
	errTooLarge    = errors.New("the number is too large")
	errNoFraction  = errors.New("there is no digit after the decimal sign")
	errParentheses = errors.New("the number is in parentheses; where these mean a negative number, declare csv.negative: parentheses")
	errTrailing    = errors.New("the minus stands behind the number; where the system writes it so, declare csv.negative: trailing")
)

// precisionError is a number with more decimals than its kind keeps.
type precisionError int

func (e precisionError) Error() string {
	return fmt.Sprintf("it has more than %d decimals, and money and rates are never rounded", int(e))
}

// signError is a character that has no place in a number.
type signError struct {
	found   rune
	formats *formats
}

func (e signError) Error() string {
	thousands := "no thousands sign"
	if e.formats.thousands != "" {
		thousands = fmt.Sprintf("thousands sign %q", e.formats.thousands)
	}
	return fmt.Sprintf("%q has no place in it; the source declares decimal sign %q and %s", e.found, e.formats.decimal, thousands)
}

// number reads a decimal number as an integer of its last kept digit; it never goes through a float. Zeros beyond
// the scale are no digits.
func (f *formats) number(b []byte, scale int) (int64, error) {
	b, negative, err := f.sign(b)
	if err != nil {
		return 0, err
	}
	v, i, digits, err := f.integer(b, 18-scale)
	if err != nil {
		return 0, err
	}
	if i < len(b) && b[i] == f.decimal {
		i++
		start := i
		for ; i < len(b) && b[i]-'0' <= 9; i++ {
			if i-start < scale {
				v = v*10 + int64(b[i]-'0')
			} else if b[i] != '0' {
				return 0, f.tooPrecise(b[i:], scale)
			}
		}
		if i == start {
			return 0, f.unreadable(b[i:], errNoFraction)
		}
		digits += i - start
		scale -= min(scale, i-start)
	}
	if i < len(b) || digits == 0 {
		return 0, f.unreadable(b[i:], errNoDigits)
	}
	for range scale {
		v *= 10
	}
	if negative {
		v = -v
	}
	return v, nil
}

// integer reads the digits before the decimal sign.
func (f *formats) integer(b []byte, most int) (v int64, i, digits int, err error) {
	group, groups := 0, 0
	for i < len(b) {
		if d := b[i] - '0'; d <= 9 {
			v = v*10 + int64(d)
			if v != 0 {
				most--
			}
			if most < 0 {
				return 0, i, digits, errTooLarge
			}
			group++
			digits++
			i++
			continue
		}
		n := len(f.thousands)
		if n == 0 || len(b)-i < n || string(b[i:i+n]) != f.thousands {
			break
		}
		if group == 0 || group > 3 || groups > 0 && group != 3 {
			return 0, i, digits, errGroups
		}
		groups++
		group = 0
		i += n
	}
	if groups > 0 && group != 3 {
		return 0, i, digits, errGroups
	}
	return v, i, digits, nil
}

// sign takes the declared signs of a negative number off.
func (f *formats) sign(b []byte) ([]byte, bool, error) {
	n := len(b)
	switch {
	case n < 2:
		return b, false, nil
	case b[0] == '-':
		return b[1:], true, nil
	case b[0] == '+':
		return b[1:], false, nil
	case b[0] == '(' && b[n-1] == ')' && f.parentheses:
		return b[1 : n-1], true, nil
	case b[0] == '(' && b[n-1] == ')':
		return b, false, errParentheses
	case b[n-1] == '-' && f.trailing:
		return b[:n-1], true, nil
	case b[n-1] == '-':
		return b, false, errTrailing
	}
	return b, false, nil
}

// unreadable names the first character that has no place, or what is missing when there is none.
func (f *formats) unreadable(rest []byte, missing error) error {
	if len(rest) == 0 {
		return missing
	}
	found, _ := utf8.DecodeRune(rest)
	return signError{found, f}
}

// tooPrecise tells a number with too many decimals from something that is no number at all.
func (f *formats) tooPrecise(rest []byte, scale int) error {
	for i, c := range rest {
		if c-'0' > 9 {
			return f.unreadable(rest[i:], nil)
		}
	}
	if scale == 0 {
		return errors.New("it has decimals")
	}
	return precisionError(scale)
}
