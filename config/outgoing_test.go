package config

import (
	"strings"
	"testing"
)

func TestIBANIsKnownByItsCheckDigits(t *testing.T) {
	for text, want := range map[string]string{
		"DE89 3704 0044 0532 0130 00": "DE89370400440532013000", "gb82 west 1234 5698 7654 32": "GB82WEST12345698765432",
		"NO9386011117947": "NO9386011117947", "MT84MALT011000012345MTLCAST001S": "MT84MALT011000012345MTLCAST001S",
		"DE89370400440532013001": "", "DE98370400440532013000": "", "": "", "DE89": "", "0000": "", "DE893704004405320130ÄÖ": "",
	} {
		got, err := IBAN(text)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q is %q, %v; want %q", text, got, err, want)
		}
	}
}

// One sign of an account number that is wrong, or two that changed places, are always found.
func TestNoSlipOfTheFingerIsAnIBAN(t *testing.T) {
	const right = "DE89370400440532013000"
	for i := 4; i < len(right); i++ {
		for digit := '0'; digit <= '9'; digit++ {
			slip := right[:i] + string(digit) + right[i+1:]
			if _, err := IBAN(slip); slip != right && err == nil {
				t.Errorf("%s passes", slip)
			}
		}
		if i+1 < len(right) {
			slip := right[:i] + right[i+1:i+2] + right[i:i+1] + right[i+2:]
			if _, err := IBAN(slip); slip != right && err == nil {
				t.Errorf("%s passes", slip)
			}
		}
	}
}

func TestWhatGoesOutIsChecked(t *testing.T) {
	const company = `currency: EUR
sources: [{name: a, files: [a.csv], maps: [{dataset: rates, canonical: true}]}]
`
	for text, want := range map[string]string{
		"payers: {DE01: {name: N, iban: DE89370400440532013001, town: T, country: DE}}":                                           "payers.DE01.iban",
		"payers: {DE01: {name: N, iban: DE89370400440532013000, town: T, country: Germany}}":                                      "payers.DE01.country",
		"payers: {DE01: {name: N, iban: DE89370400440532013000, bic: X, town: T, country: DE}}":                                   "payers.DE01.bic",
		"payers: {DE01: {iban: DE89370400440532013000, country: DE}}":                                                             "payers.DE01.town",
		"letters: {staff: {analyst: nobody}}":                                                                                     "letters.staff.analyst",
		"letters: {language: English}":                                                                                            "letters.language",
		"webhooks: {calls: [{name: chat, url: 'https://a.example/x', secret_file: s}]}":                                           "webhooks.calls[0].url",
		"webhooks: {hosts: [a.example], calls: [{name: chat, url: 'file://a.example/x', secret_file: s}]}":                        "no address",
		"webhooks: {hosts: [a.example], calls: [{name: chat, url: 'https://u:p@a.example/x', secret_file: s}]}":                   "no address",
		"webhooks: {hosts: [a.example], calls: [{name: chat, url: 'https://a.example/x'}]}":                                       "secret_file",
		"webhooks: {networks: [10.0.0.1]}":                                                                                        "webhooks.networks[0]",
		"webhooks: {hosts: [h], calls: [{name: a, url: 'http://h', secret_file: s}, {name: a, url: 'http://h', secret_file: s}]}": "already",
		"webhooks: {receive: [{name: chat}]}":                                                                                     "webhooks.receive[0].secret_file",
		"webhooks: {receive: [{name: a b, secret_file: s}]}":                                                                      "webhooks.receive[0].name",
		"webhooks: {receive: [{name: chat, secret_file: s}, {name: chat, secret_file: s}]}":                                       "already",
	} {
		_, err := parse("arrears.yaml", []byte(company+text+"\n"))
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "arrears.yaml:3") {
			t.Errorf("%s: %v, want %s on line 3", text, err, want)
		}
	}
	good := company + `letters: {folder: texts, language: pt-BR}
payers: {DE01: {name: Harbour Tools GmbH, iban: DE89 3704 0044 0532 0130 00, bic: COBADEFFXXX, town: Hamburg, country: DE}}
webhooks: {hosts: ["h.example:8443"], networks: [10.0.0.0/8], calls: [{name: chat, url: "https://h.example:8443/x?y=z", secret_file: chat.key, events: [filed]}]}
`
	if _, err := parse("arrears.yaml", []byte(good)); err != nil {
		t.Error(err)
	}
}
