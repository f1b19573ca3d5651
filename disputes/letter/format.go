package letter

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"
	"golang.org/x/text/message"
	"golang.org/x/text/number"

	"arrears/config"
)

// nbsp keeps a number and its unit on one line.
const nbsp = "\u00a0"

// Amount is an amount with its currency as readers of the language write it, with at least the currency's own decimals and never rounded.
// Nothing is the empty text.
func (l *Language) Amount(amount decimal.Decimal, currency string) string {
	if currency == "" {
		return ""
	}
	return l.Number(amount, config.Decimals(currency)) + nbsp + Line(currency)
}

// Number is a number with at least so many decimals. It stays exact: only whole numbers pass through the language's formats.
func (l *Language) Number(n decimal.Decimal, places int32) string {
	for !n.Truncate(places).Equal(n) {
		places++
	}
	whole, fraction, _ := strings.Cut(n.Abs().StringFixed(places), ".")
	if number, err := strconv.ParseInt(whole, 10, 64); err == nil { // one that does not fit stays without signs between thousands
		whole = l.whole(number)
	}
	if fraction != "" {
		whole += l.sign + fraction
	}
	if n.IsNegative() {
		return "-" + whole
	}
	return whole
}

func (l *Language) whole(n int64) string { return l.printer.Sprint(number.Decimal(n)) }

// decimalSign is what stands before the decimals in a language.
func decimalSign(p *message.Printer) string {
	return strings.Trim(p.Sprint(number.Decimal(0.5, number.Scale(1))), "05")
}

// months of the languages whose days are written out; other readers get 2026-11-22, which nobody misreads.
var months = map[string]struct {
	form  string // day, month, year
	names [12]string
}{
	"en": {"%d %s %d", [12]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"}},
	"de": {"%d. %s %d", [12]string{"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"}},
	"fr": {"%d %s %d", [12]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"}},
}

// Date is a day as readers of the language write it; the zero time is the empty text.
func (l *Language) Date(day time.Time) string {
	if day.IsZero() {
		return ""
	}
	base, _ := l.tag.Base()
	m, known := months[base.String()]
	if !known {
		return day.Format(time.DateOnly)
	}
	text := fmt.Sprintf(m.form, day.Day(), m.names[day.Month()-1], day.Year())
	if base.String() == "fr" && day.Day() == 1 {
		text = "1er" + text[1:]
	}
	return text
}

func (l *Language) list(items []string) string { return strings.Join(items, ", ") }
