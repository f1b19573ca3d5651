package dashboard

import (
	"time"

	"github.com/shopspring/decimal"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/number"
)

// minorUnits are the currencies of ISO 4217 whose amounts have other than two decimals.
var minorUnits = map[string]int32{
	"BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0, "RWF": 0, "UGX": 0, "UYI": 0,
	"VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
	"BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3, "CLF": 4, "UYW": 4,
}

func decimalsOf(currency string) int32 {
	if digits, found := minorUnits[currency]; found {
		return digits
	}
	return 2
}

// locales are those whose digits and separators a reader may get; the words of the pages are English.
var locales = language.NewMatcher([]language.Tag{
	language.English, language.BritishEnglish, language.German, language.MustParse("de-CH"), language.French, language.Spanish,
	language.Italian, language.Dutch, language.Portuguese, language.Polish, language.Swedish, language.Danish,
	language.Czech, language.MustParse("en-IN"), language.Japanese,
})

// none stands where a figure is not defined.
const none = "–"

// words write figures the way the reader is used to.
type words struct {
	tag     language.Tag
	printer *message.Printer
	money   string // currency of the amounts
	scale   string // "", "k" or "M"
}

func newWords(accept, currency, scale string) words {
	wanted, _, err := language.ParseAcceptLanguage(accept)
	if err != nil {
		wanted = nil // a header nobody can read is no wish
	}
	tag, _, _ := locales.Match(wanted...)
	return words{tag: tag, printer: message.NewPrinter(tag), money: currency, scale: scale}
}

// fixed writes a number with exactly so many decimals, rounded half up as finance does.
func (w words) fixed(value decimal.Decimal, digits int32) string {
	rounded := value.Round(digits)
	text := w.printer.Sprint(number.Decimal(rounded.Abs().InexactFloat64(), number.Scale(int(digits))))
	if rounded.IsNegative() {
		return "−" + text
	}
	return text
}

// amount writes money in the scale the reader asked for, or with all of its currency's decimals.
func (w words) amount(value decimal.Decimal) string {
	switch w.scale {
	case "k":
		return w.fixed(value.Shift(-3), 1) + " k"
	case "M":
		return w.fixed(value.Shift(-6), 2) + " M"
	default:
		return w.exact(value)
	}
}

func (w words) exact(value decimal.Decimal) string { return w.fixed(value, decimalsOf(w.money)) }

// short writes money in three or four digits, for the labels of a chart.
func (w words) short(value decimal.Decimal) string {
	switch size := value.Abs(); {
	case size.GreaterThanOrEqual(decimal.New(1, 6)):
		return w.fixed(value.Shift(-6), 2) + " M"
	case size.GreaterThanOrEqual(decimal.New(1, 3)):
		return w.fixed(value.Shift(-3), 1) + " k"
	default:
		return w.fixed(value, 0)
	}
}

// signed puts the sign in front of a growth too, so that it is never told by colour alone.
func signed(text string, value decimal.Decimal) string {
	if value.IsPositive() {
		return "+" + text
	}
	return text
}

// write writes one number of a kind, without its unit.
func (w words) write(value decimal.NullDecimal, k kind) string {
	switch {
	case !value.Valid:
		return none
	case k == amount:
		return w.amount(value.Decimal)
	case k == count:
		return w.fixed(value.Decimal, 0)
	case k == moneyDays:
		return w.worth(value.Decimal)
	case k == ratio:
		return w.fixed(value.Decimal, 2)
	case k == measure:
		return w.fixed(value.Decimal, 3)
	default:
		return w.fixed(value.Decimal, 1)
	}
}

// in writes amounts of another currency than the one reported in now.
func (w words) in(currency string) words {
	w.money = currency
	return w
}

// unit names what a number of a kind counts.
func (w words) unit(k kind) string {
	switch k {
	case amount:
		return w.money
	case percent:
		return "%"
	case points:
		return "points"
	case days, hours:
		return k.String()
	case moneyDays:
		return "money-days"
	default:
		return ""
	}
}

// quantity writes a number with its unit: a currency stands before, everything else behind.
func (w words) quantity(value decimal.NullDecimal, k kind) string {
	unit := w.unit(k)
	switch {
	case !value.Valid || unit == "":
		return w.write(value, k)
	case k == amount:
		return unit + " " + w.write(value, k)
	default:
		return w.write(value, k) + " " + unit
	}
}

func day(on time.Time) string {
	if on.IsZero() {
		return none
	}
	return on.Format("2 Jan 2006")
}

func monthName(on time.Time) string { return on.Format("Jan 2006") }
