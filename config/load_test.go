package config

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestLoadReadsEveryKey(t *testing.T) {
	cfg, err := Load("testdata/good.yaml")
	if err != nil {
		t.Fatal(err)
	}
	folder, err := filepath.Abs("testdata")
	if err != nil {
		t.Fatal(err)
	}
	usd := "USD"
	want := Config{
		Company: "Harbour Tools", Entity: "DE01", Currency: "EUR", AsOf: "2025-03-31", TimeZone: "Europe/Berlin",
		State: filepath.Join(folder, "state"), Schedule: "0 6 * * 1-5", Missed: "skip", Listen: ":9090", Memory: "512MiB",
		Checks:  map[string]string{"application_finds_both_ends": "warn"},
		Worker:  Worker{Memory: "1GB", Deadline: 90 * time.Second, Unpacked: "1GB", Ratio: 50},
		SignIn:  SignIn{Secure: true, SecondFactor: []string{"cfo"}},
		Mail:    Mail{Server: "mail.example.com:587", From: "AR <ar@example.com>", User: "ar", PasswordFile: "/etc/arrears/mail", TLS: "required"},
		Letters: Letters{Folder: filepath.Join(folder, "letters"), Language: "de", Staff: map[string]string{"analyst": "desk@example.com"}},
		Webhooks: Webhooks{Hosts: []string{"hooks.example.com"}, Networks: []string{"10.1.0.0/16"}, Calls: []Hook{{Name: "chat",
			URL: "https://hooks.example.com/a", SecretFile: filepath.Join(folder, "chat.key"), Events: []string{"filed"}}},
			Receive: []Chat{{Name: "team", SecretFile: filepath.Join(folder, "team.key")}}},
		Payers: Payers{"DE01": {Name: "Harbour Tools GmbH", IBAN: "DE89370400440532013000", BIC: "COBADEFFXXX", Street: "Am Kai",
			Building: "7", Postcode: "20457", Town: "Hamburg", Country: "DE"}},
		Promises:       Promises{GraceDays: 3, Threshold: 95},
		ProvisionRates: map[string]string{"current": "0.003", "1-30": "0.016", "31-60": "0.036", "61-90": "0.066", "91+": "0.106"},
		Worklist: Worklist{Minimum: 100, ContactedDays: 5, Minutes: 10, Capacity: 300, Capacities: map[string]int64{"EAST-1": 120},
			Duties: map[string]int64{"promise_broken": 1000, "request": 0}, PromiseDays: 21, DisputeDays: 10, RequestDays: 2,
			Quiet: []Quiet{{Days: []string{"2026-12-24"}, Weekdays: []string{"sunday"}, When: `country == "DE"`}}},
		Validation: Validation{FilingDays: 120, DeductionPaid: 80, DeductionDays: 7},
		Entities:   map[string]string{"DE01": "EUR", "US01": "USD"},
		Path:       filepath.Join(folder, "good.yaml"),
		Sources: []Source{
			{
				Name: "erp", Files: []string{filepath.Join(folder, "in", "items-*.txt"), "/var/erp/*.txt"}, Format: "csv",
				CSV: Dialect{Delimiter: "\t", Quote: "none", Encoding: "windows-1252", Header: 3, Decimal: ",", Thousands: ".",
					Date: "dd.mm.yyyy", Timestamp: "dd.mm.yyyy hh:mm", Negative: "trailing"},
				MaxRejects: "5", Settle: 0, Packed: "none", Extract: "upsert", Schedule: "30 2 * * *", TimeZone: "America/New_York", Missed: "catch_up", Line: 21,
				Maps: []Map{{Dataset: "invoices", Where: `row["Type"] == "RV"`, Line: 42, Columns: map[string]Column{
					"invoice_id":  {From: "Document", Line: 45},
					"customer_id": {From: "Customer", Line: 46},
					"issued_on":   {From: "Date", Line: 47},
					"amount":      {Expr: `row["Debit"]`, Line: 48},
					"currency":    {Value: &usd, Line: 49},
				}}},
			},
			{
				Name: "list", Files: []string{filepath.Join(folder, "list-*.txt.gz")}, Format: "fixed", Settle: time.Second, Line: 50, Packed: "gzip",
				CSV: Dialect{Delimiter: ",", Quote: `"`, Encoding: "utf-8", Header: 1, Decimal: ".", Date: "YYYY-MM-DD",
					Timestamp: "YYYY-MM-DD HH:MM:SS", Negative: "minus"},
				Fixed:   Fixed{Columns: map[string]string{"document": "1-10", "customer": "12 - 21", "sign": "30"}},
				NonData: []string{"^-+$"}, Extract: "snapshot", Vanished: "closed", MaxRejects: "0.5%",
				Drift:    map[string]string{"rows": "fail", "currency": "off"},
				Manifest: Manifest{File: "{name}.ctl", Required: true, Trailer: `^\*(?P<count>\d+) (?P<sum_EUR>\S+)$`},
				Maps:     []Map{{Dataset: "customers", Line: 61, Columns: map[string]Column{"customer_id": {From: "customer", Line: 61}}}},
			},
			{
				Name: "rates", Files: []string{filepath.Join(folder, "rates.parquet")}, Format: "parquet", Settle: time.Second, Line: 62, Packed: "none", Extract: "upsert",
				CSV: Dialect{Delimiter: ",", Quote: `"`, Encoding: "utf-8", Header: 1, Decimal: ".", Date: "YYYY-MM-DD",
					Timestamp: "YYYY-MM-DD HH:MM:SS", Negative: "minus"},
				Maps: []Map{{Dataset: "rates", Canonical: true, Line: 66}},
			},
		},
	}
	if !reflect.DeepEqual(cfg, want) {
		t.Errorf("got  %+v\nwant %+v", cfg, want)
	}
}

func TestLoadNamesEveryMistake(t *testing.T) {
	_, err := Load("testdata/bad.yaml")
	var mistakes *Mistakes
	if !errors.As(err, &mistakes) {
		t.Fatalf("got %v, want mistakes", err)
	}
	golden(t, "testdata/bad.txt", err.Error()+"\n")
}

func TestLoadExplainsFilesThatAreNoConfiguration(t *testing.T) {
	for text, want := range map[string]string{
		"":                                     "a.yaml:1: sources: names nothing to read",
		"a: [":                                 "a.yaml:1: this is not YAML: did not find expected node content",
		"- a\n- b\n":                           "a.yaml:1: is a block of keys",
		"just text":                            "a.yaml:1: is a block of keys",
		"sources: 7\n":                         "a.yaml:1: sources: is a list",
		"currency: EUR\n---\na: b\n":           "a.yaml:2: a configuration is one YAML document",
		"currency: EUR\ncurrency: USD":         "a.yaml:2: currency: is written twice, first on line 1",
		"company: [a]\n":                       "a.yaml:1: company: is a text, not a list or a block of keys",
		"sources: &s\n- name: a\n  maps: *s\n": "a.yaml:2: sources[0].maps[0].name: there is no such key",
	} {
		_, err := parse("a.yaml", []byte(text))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got\n%v\nwant it to contain %q", text, err, want)
		}
	}
}

func TestLoadOfAMissingFileSaysSo(t *testing.T) {
	if _, err := Load(filepath.Join(t.TempDir(), "arrears.yaml")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v, want that the file does not exist", err)
	}
}

func FuzzLoad(f *testing.F) {
	for _, path := range []string{"testdata/good.yaml", "testdata/bad.yaml"} {
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Add("a: &a [*a]\nsources: *a")
	f.Add("sources: [{csv: {date: 'D/M'}, maps: [{columns: {amount: ~}}]}]")
	f.Add("schedule: 'TZ=x'")
	f.Fuzz(func(t *testing.T, text string) {
		cfg, err := parse("fuzz.yaml", []byte(text))
		if err == nil && len(cfg.Sources) == 0 {
			t.Error("a configuration without sources was accepted")
		}
		var mistakes *Mistakes
		if err != nil && !errors.As(err, &mistakes) {
			t.Errorf("%v is not a list of mistakes", err)
		}
	})
}
