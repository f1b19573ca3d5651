package config

import (
	"strings"
	"testing"
)

func TestPatternsNameOneDayOrMoment(t *testing.T) {
	for pattern, want := range map[string]string{
		"YYYY-MM-DD": "", "M/D/YYYY": "", "dd.mm.yyyy": "", "YYYYMMDD": "", "d. m. yyyy": "",
		"DD.MM.YY":         "two digits",
		"YYYY-MM":          "no day",
		"YYYY-DD":          "no month",
		"DD.MM":            "no year",
		"":                 "no year",
		"DD-MM-DD":         "no year",
		"YYYY-MM-MM-DD":    "more than one month",
		"YYYYMD":           "does not say where the month ends",
		"YYYYDMM":          "does not say where the day ends",
		"DD-MMM-YYYY":      "names of months",
		"YYYYY-MM-DD":      "the year is YYYY",
		"YYYY-MM-DDD":      "one or two letters",
		"%Y-%m-%d":         "not a pattern of letters",
		"2006-01-02":       "not a pattern of letters",
		"YYYY-MM-DDx":      "the letter x",
		"YYYY-MM-DD HH:MM": "time of day",
	} {
		saysOf(t, "date "+pattern, checkDate(pattern), want)
	}
	for pattern, want := range map[string]string{
		"YYYY-MM-DD HH:MM:SS": "", "YYYY-MM-DDTHH:MM:SSZ": "", "dd.mm.yyyy hh:mm": "", "M/D/YYYY H:MM": "", "YYYYMMDDHHMMSS": "",
		"YYYY-MM-DD":          "no hour",
		"YYYY-MM-DD HH":       "no minute",
		"HH:MM YYYY-MM-DD":    "before the date",
		"M/D HH:MM:SS YYYY":   "before the date",
		"YYYY-MM-DD HH:MM:MM": "more than one minute",
	} {
		saysOf(t, "timestamp "+pattern, checkTimestamp(pattern), want)
	}
}

func TestSizesAreReadAsWritten(t *testing.T) {
	for text, want := range map[string]int64{
		"1.5GB": 1_500_000_000, "2gb": 2_000_000_000, "512MiB": 512 << 20, "1 KB": 1000, "100": 100,
	} {
		if got, err := Size(text); err != nil || got != want {
			t.Errorf("%q is %d (%v), want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "0", "1,5GB", "-1GB", "GB", "1.5.5GB", "12 parsecs", "99999EB", "١GB"} {
		if got, err := Size(text); err == nil {
			t.Errorf("%q is %d, want an error", text, got)
		}
	}
}

func TestSuggestionsAreNearOrNone(t *testing.T) {
	known := []string{"customer_id", "issued_on", "amount", "on"}
	for name, want := range map[string]string{
		"custmer_id": "customer_id", "Customer_ID": "customer_id", "issuedon": "issued_on", "amuont": "amount",
		"no": "on", "invoice": "", "": "", "größe": "",
	} {
		if got := nearest(name, known); got != want {
			t.Errorf("%q suggests %q, want %q", name, got, want)
		}
	}
}

func saysOf(t *testing.T, what string, err error, want string) {
	t.Helper()
	switch {
	case want == "" && err != nil:
		t.Errorf("%s: %v", what, err)
	case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
		t.Errorf("%s: got %v, want %q", what, err, want)
	}
}
