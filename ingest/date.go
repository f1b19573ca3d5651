package ingest

import (
	"fmt"
	"strings"
)

// pattern is how a source writes dates, or dates with a time of day.
type pattern struct {
	text  string
	parts []part // of the date
	clock []part // of the time of day that may follow
	gap   string // between the two
}

// part is a run of digits, or a sign.
type part struct {
	letter byte // Y, M, D, H, N (minute), S; 0 for a sign
	width  int  // 1 takes one or two digits
	sign   byte
}

// patternOf takes a declared pattern apart; config has checked it. M is the month until an hour has come, then the minute.
func patternOf(text string) pattern {
	p := pattern{text: text}
	for i := 0; i < len(text); {
		letter := text[i] &^ 0x20
		if strings.IndexByte("YMDHS", letter) < 0 {
			p.add(part{sign: text[i]})
			i++
			continue
		}
		start := i
		for i < len(text) && text[i]&^0x20 == letter {
			i++
		}
		if letter == 'M' && p.clock != nil {
			letter = 'N'
		}
		if letter == 'H' {
			p.splitGap()
		}
		p.add(part{letter: letter, width: i - start})
	}
	return p
}

func (p *pattern) add(part part) {
	if p.clock != nil {
		p.clock = append(p.clock, part)
		return
	}
	p.parts = append(p.parts, part)
}

// splitGap takes the signs between date and time off the date.
func (p *pattern) splitGap() {
	n := len(p.parts)
	for n > 0 && p.parts[n-1].letter == 0 {
		n--
	}
	for _, part := range p.parts[n:] {
		p.gap += string(part.sign)
	}
	p.parts = p.parts[:n:n]
	p.clock = make([]part, 0, 5)
}

type dateError struct{ pattern string }

func (e dateError) Error() string {
	return fmt.Sprintf("it is not written as %s, which the source declares", e.pattern)
}

type calendarError struct{ year, month, day int }

func (e calendarError) Error() string {
	return fmt.Sprintf("there is no day %d in month %d of year %d", e.day, e.month, e.year)
}

// day reads a date as days since 1970-01-01.
func (p *pattern) day(b []byte) (int32, error) {
	var v moment
	n := v.read(b, p.parts)
	if n != len(b) {
		return 0, dateError{p.text}
	}
	return v.days()
}

// moment is a date and time as it is written.
type moment struct{ year, month, dayOf, hour, minute, second int }

// read fills what the parts say and returns how many bytes it used, or -1.
func (v *moment) read(b []byte, parts []part) int {
	i := 0
	for _, p := range parts {
		if p.letter == 0 {
			if i >= len(b) || b[i] != p.sign {
				return -1
			}
			i++
			continue
		}
		n, most := 0, max(p.width, 2)
		start := i
		for i < len(b) && i-start < most && b[i]-'0' <= 9 {
			n = n*10 + int(b[i]-'0')
			i++
		}
		if i-start < p.width {
			return -1
		}
		switch p.letter {
		case 'Y':
			v.year = n
		case 'M':
			v.month = n
		case 'D':
			v.dayOf = n
		case 'H':
			v.hour = n
		case 'N':
			v.minute = n
		case 'S':
			v.second = n
		}
	}
	return i
}

var monthDays = [13]int{0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

// days counts from 1970-01-01 in the Gregorian calendar, and says when there is no such day.
func (v *moment) days() (int32, error) {
	if v.year < 1 || v.month < 1 || v.month > 12 || v.dayOf < 1 || v.dayOf > monthDays[v.month] {
		leap := v.year%4 == 0 && (v.year%100 != 0 || v.year%400 == 0)
		if v.year < 1 || v.month != 2 || v.dayOf != 29 || !leap {
			return 0, calendarError{v.year, v.month, v.dayOf}
		}
	}
	y, m := v.year, v.month // years that begin in March put the leap day last
	if m <= 2 {
		y--
		m += 12
	}
	return int32(365*y + y/4 - y/100 + y/400 + (153*(m-3)+2)/5 + v.dayOf - 1 - 719468), nil
}
