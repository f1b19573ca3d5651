package collections

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/shopspring/decimal"
)

// A Mistake is a field of an entry that cannot be meant.
type Mistake struct{ Field, Text string }

// Mistakes are all that is wrong with an entry; nothing of it is written.
type Mistakes []Mistake

func (m Mistakes) Error() string {
	lines := make([]string, len(m))
	for i, one := range m {
		lines[i] = one.Field + ": " + one.Text
	}
	return strings.Join(lines, "; ")
}

// A form reads the fields of one entry and notes what is wrong with them.
type form struct {
	now, today time.Time
	mistakes   Mistakes
}

func (d *Desk) form() *form {
	now := d.now().In(d.zone)
	return &form{now: now, today: time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC)}
}

func (f *form) wrong(field, text string, args ...any) {
	f.mistakes = append(f.mistakes, Mistake{field, fmt.Sprintf(text, args...)})
}

var (
	channels   = []string{"call", "mail", "letter", "visit", "chat"}
	directions = []string{"in", "out"}
)

func (f *form) oneOf(field, value string, choice []string) string {
	if !slices.Contains(choice, value) {
		f.wrong(field, "is one of %s, not %q", strings.Join(choice, ", "), value)
	}
	return value
}

// Bounds of what people write, in characters.
const (
	longestLine = 200
	longestText = 4000
)

// line is text without breaks.
func (f *form) line(field, value string, required bool) string {
	value = f.text(field, value, required)
	if strings.Contains(value, "\n") || utf8.RuneCountInString(value) > longestLine {
		f.wrong(field, "is one line of at most %d characters", longestLine)
	}
	return value
}

// text keeps what was written, but for the signs of other systems' line ends and the blanks around it.
func (f *form) text(field, value string, required bool) string {
	value = strings.TrimSpace(strings.ReplaceAll(value, "\r\n", "\n"))
	unprintable := func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }
	switch {
	case required && value == "":
		f.wrong(field, "is missing")
	case !utf8.ValidString(value) || strings.ContainsFunc(value, unprintable):
		f.wrong(field, "has signs that are no text")
	case utf8.RuneCountInString(value) > longestText:
		f.wrong(field, "has at most %d characters", longestText)
	}
	return value
}

// How far from today the days of an entry may lie.
const (
	furthest = 366
	oldest   = 31 * 24 * time.Hour
)

// day is today or one to come.
func (f *form) day(field, value string) string { return f.dayWithin(field, value, furthest) }

// dayWithin is today or one of the days to come.
func (f *form) dayWithin(field, value string, days int) string {
	day, err := time.Parse(time.DateOnly, value)
	last := f.today.AddDate(0, 0, days)
	switch {
	case err != nil:
		f.wrong(field, "%q is no day; write it as in %s", value, f.today.Format(time.DateOnly))
	case day.Before(f.today) || day.After(last):
		f.wrong(field, "lies between %s and %s, not on %s", f.today.Format(time.DateOnly), last.Format(time.DateOnly), value)
	}
	return value
}

func (f *form) dayOrNone(field, value string) string {
	if value == "" {
		return ""
	}
	return f.day(field, value)
}

// past is a moment of the last weeks.
func (f *form) past(field string, at time.Time) {
	if at.After(f.now) || f.now.Sub(at) > oldest {
		f.wrong(field, "lies in the last %d days", int(oldest.Hours())/24)
	}
}

var (
	amountShape   = regexp.MustCompile(`^[0-9]{1,15}(\.[0-9]{1,3})?$`)
	currencyShape = regexp.MustCompile(`^[A-Z]{3}$`)
)

// amount is exact, more than nothing, and fits the column it goes to.
func (f *form) amount(field, value string) string {
	if !amountShape.MatchString(value) {
		f.wrong(field, "%q is no amount; write it as in 1250.00", value)
		return value
	}
	amount, err := decimal.NewFromString(value)
	if err != nil || !amount.IsPositive() {
		f.wrong(field, "is more than nothing")
	}
	return value
}

func (f *form) currency(field, value string) string {
	if !currencyShape.MatchString(value) {
		f.wrong(field, "%q is no currency; write its three letters of ISO 4217, as in EUR", value)
	}
	return value
}
