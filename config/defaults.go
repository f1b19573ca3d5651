package config

import "time"

// The values of a configuration that says nothing else. They are set before the file is read, so that a zero written on
// purpose stays a zero.

func (c *Config) setDefaults() {
	*c = Config{
		AsOf:     "latest",
		TimeZone: "UTC",
		State:    ".arrears",
		Schedule: "*/15 * * * *",
		Missed:   "catch_up",
		Listen:   "127.0.0.1:8080",
		Memory:   "800MB",
		SignIn:   SignIn{SecondFactor: []string{"cfo", "manager", "approver", "admin"}},
		Worker:   Worker{Memory: "1.5GB", Deadline: 10 * time.Minute, Unpacked: "5GB", Ratio: 200},
		Mail:     Mail{TLS: "required"},
		Letters:  Letters{Language: "en"},
		Promises: Promises{Threshold: 100},
		Worklist: Worklist{
			Minimum: 50, ContactedDays: 3, Minutes: 15, Capacity: 360, PromiseDays: 14, DisputeDays: 7, RequestDays: 3,
			Duties: map[string]int64{"promise_broken": 20_000, "plan_broken": 20_000, "legal_step": 30_000, "dispute_closed": 10_000, "request": 30_000},
		},
		Validation: Validation{FilingDays: 90, DeductionPaid: 70},
	}
}

func (m *Mailbox) setDefaults() {
	*m = Mailbox{TLS: "required", Folder: "INBOX", Largest: "25MB", Every: time.Minute}
}

func (s *Source) setDefaults() {
	*s = Source{Format: "csv", Settle: time.Second, Packed: "none", Extract: "upsert"}
	s.CSV.setDefaults()
}

func (d *Dialect) setDefaults() {
	*d = Dialect{
		Delimiter: ",",
		Quote:     `"`,
		Encoding:  "utf-8",
		Header:    1,
		Decimal:   ".",
		Date:      "YYYY-MM-DD",
		Negative:  "minus",
	}
}

// timestampOf is how a source writes date and time when it only says how it writes dates.
func timestampOf(date string) string { return date + " HH:MM:SS" }
