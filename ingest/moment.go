package ingest

import "errors"

const (
	second = int64(1e6) // in microseconds
	day    = 86400 * second
)

var errClock = errors.New("there is no such time of day")

// at reads a date with a time of day as microseconds since 1970-01-01. A space and a T between the two are the same; the seconds
// and their fraction may be missing, and a bare date is midnight. Z or an offset from UTC makes it the time in UTC.
func (p *pattern) at(b []byte) (int64, error) {
	var v moment
	n := v.read(b, p.parts)
	if n < 0 {
		return 0, dateError{p.text}
	}
	days, err := v.days()
	if err != nil {
		return 0, err
	}
	micros := int64(days) * day
	if b = b[n:]; len(b) == 0 {
		return micros, nil
	}
	b, ok := p.pastGap(b)
	if !ok {
		return 0, dateError{p.text}
	}
	clock, rest, ok := p.timeOfDay(&v, b)
	if !ok {
		return 0, dateError{p.text}
	}
	if v.hour > 23 || v.minute > 59 || v.second > 59 {
		return 0, errClock
	}
	offset, ok := zone(rest)
	if !ok {
		return 0, dateError{p.text}
	}
	return micros + clock - offset, nil
}

func (p *pattern) pastGap(b []byte) ([]byte, bool) {
	if p.gap == " " || p.gap == "T" {
		return b[1:], b[0] == ' ' || b[0] == 'T'
	}
	n := len(p.gap)
	if len(b) < n || string(b[:n]) != p.gap {
		return nil, false
	}
	return b[n:], true
}

// timeOfDay reads hours and minutes, seconds if they are there, and a fraction of them.
func (p *pattern) timeOfDay(v *moment, b []byte) (micros int64, rest []byte, ok bool) {
	parts := p.clock
	n := v.read(b, parts)
	if n < 0 && len(parts) >= 2 && parts[len(parts)-1].letter == 'S' {
		parts = parts[:len(parts)-1]
		for len(parts) > 0 && parts[len(parts)-1].letter == 0 {
			parts = parts[:len(parts)-1]
		}
		n = v.read(b, parts)
	}
	if n < 0 {
		return 0, nil, false
	}
	micros = int64(v.hour*3600+v.minute*60+v.second) * second
	rest = b[n:]
	if len(rest) < 2 || rest[0] != '.' || parts[len(parts)-1].letter != 'S' {
		return micros, rest, true
	}
	unit := second
	i := 1
	for ; i < len(rest) && rest[i]-'0' <= 9; i++ {
		unit /= 10
		micros += int64(rest[i]-'0') * unit // digits beyond the microsecond are not kept
	}
	return micros, rest[i:], i > 1
}

// zone reads Z, +02:00, +0200 or +02.
func zone(b []byte) (int64, bool) {
	if len(b) == 0 || string(b) == "Z" {
		return 0, true
	}
	var v moment
	for _, parts := range zoneParts {
		if n := v.read(b[1:], parts); n == len(b)-1 && v.hour < 24 && v.minute < 60 {
			offset := int64(v.hour*3600+v.minute*60) * second
			return offset * int64(44-int(b[0])), b[0] == '+' || b[0] == '-' // + is 43, - is 45
		}
	}
	return 0, false
}

var zoneParts = [][]part{
	{{letter: 'H', width: 2}, {sign: ':'}, {letter: 'N', width: 2}},
	{{letter: 'H', width: 2}, {letter: 'N', width: 2}},
	{{letter: 'H', width: 2}},
}
