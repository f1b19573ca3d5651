// Package config is the contract between a company's files and Arrears: what is pulled, how it is read, which canonical
// datasets it becomes, and how the result is served. It knows no other room.
package config

import "time"

// Config is one arrears.yaml. Every path in it is absolute once it has been loaded.
type Config struct {
	Company  string `yaml:"company"`  // shown on every page
	Entity   string `yaml:"entity"`   // legal entity of documents that name none
	Currency string `yaml:"currency"` // reporting currency, ISO 4217; empty only for a data folder: the one currency of its documents
	AsOf     string `yaml:"as_of"`    // a date, "today" or "latest" (the newest event in the data)
	TimeZone string `yaml:"time_zone"`
	State    string `yaml:"state"` // folder of archive, lake and warehouse

	Schedule  string            `yaml:"schedule"` // cron expression of the refresh under serve
	Missed    string            `yaml:"missed"`   // what becomes of a slot that came while serve was down: catch_up or skip
	Listen    string            `yaml:"listen"`   // address of the dashboard
	Memory    string            `yaml:"memory"`   // cap of the analytic engine, as in "2GB"
	Checks    map[string]string `yaml:"checks"`   // check name -> error, warn or off
	SignIn    SignIn            `yaml:"sign_in"`
	Worker    Worker            `yaml:"worker"`
	Mail      Mail              `yaml:"mail"`
	Mailboxes []Mailbox         `yaml:"mailboxes"`
	Letters   Letters           `yaml:"letters"`
	Portal    Portal            `yaml:"portal"`
	Disputes  Disputes          `yaml:"disputes"`
	Webhooks  Webhooks          `yaml:"webhooks"`
	Payers    Payers            `yaml:"payers"`

	Entities       map[string]string `yaml:"entities"` // legal entity -> currency it keeps its books in
	Promises       Promises          `yaml:"promises"`
	ProvisionRates map[string]string `yaml:"provision_rates"` // aging bucket by due date -> expected loss, 0 to 1

	Worklist   Worklist   `yaml:"worklist"`
	Validation Validation `yaml:"validation"`

	Sources []Source `yaml:"sources"`

	Path string `yaml:"-"` // file this came from, empty for a data folder
}

// Disputes say how a customer's claim is settled.
type Disputes struct {
	Model    string `yaml:"model"`    // file of the process; empty: the one that comes with the program
	Holidays string `yaml:"holidays"` // CSV file of days on which people work, or do not, against the rule
}

// Promises say when a promise to pay counts as kept.
type Promises struct {
	GraceDays int64 `yaml:"grace_days"` // days after the promised one
	Threshold int64 `yaml:"threshold"`  // percent of the promised amount
}

// Worklist says who is called, and what comes before what. Money-days are units of the reporting currency times days.
type Worklist struct {
	Minimum       int64            `yaml:"minimum" json:"minimum"`               // reporting currency below which nobody is called
	ContactedDays int64            `yaml:"contacted_days" json:"contacted_days"` // who was spoken to within so many days is left alone
	Minutes       int64            `yaml:"minutes" json:"minutes"`               // that a call takes
	Actions       []Action         `yaml:"actions" json:"actions,omitempty"`     // a customer gets the first whose condition it meets, or else a call
	Capacity      int64            `yaml:"capacity" json:"capacity"`             // minutes a day of a collector
	Capacities    map[string]int64 `yaml:"capacities" json:"capacities,omitempty"`
	Duties        map[string]int64 `yaml:"duties" json:"duties"`             // one of [Duties] -> money-days
	PromiseDays   int64            `yaml:"promise_days" json:"promise_days"` // for how long a broken promise or plan is a duty
	DisputeDays   int64            `yaml:"dispute_days" json:"dispute_days"` // for how long a dispute closed against the customer is
	RequestDays   int64            `yaml:"request_days" json:"request_days"` // for how long a customer's own call is
	Quiet         []Quiet          `yaml:"quiet" json:"quiet,omitempty"`     // when customers are left alone

	Strategy   string     `yaml:"strategy" json:"strategy,omitempty"` // that customers follow whose segment names none
	Strategies []Strategy `yaml:"strategies" json:"strategies,omitempty"`
	Segments   []Segment  `yaml:"segments" json:"segments,omitempty"` // a customer is in the first whose condition it meets
}

// MoneyDays is the strategy that is always there: what a call is worth, in money-days and duties.
const MoneyDays = "money_days"

// A Strategy puts customers in order by points: those of the rules that apply, over the most that any customer could have.
type Strategy struct {
	Name  string `yaml:"name" json:"name"`
	Rules []Rule `yaml:"rules" json:"rules"`
}

// A Rule gives points to the customers that meet a condition.
type Rule struct {
	Name   string `yaml:"name" json:"name"` // as pages say it
	When   string `yaml:"when" json:"when"` // a [Condition]
	Points int64  `yaml:"points" json:"points"`
}

// Quiet are days on which customers are not to be contacted.
type Quiet struct {
	Days     []string `yaml:"days" json:"days,omitempty"`         // single ones, YYYY-MM-DD
	Weekdays []string `yaml:"weekdays" json:"weekdays,omitempty"` // each of [Weekdays]
	When     string   `yaml:"when" json:"when,omitempty"`         // a [Condition] for those whom it is about; empty: all
}

// Weekdays are the days of a week, in their order.
var Weekdays = []string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}

// An Action is what is to be done about some customers, and how long that takes.
type Action struct {
	Action  string `yaml:"action" json:"action"` // one of [Actions]
	When    string `yaml:"when" json:"when"`     // a [Condition]
	Minutes int64  `yaml:"minutes" json:"minutes"`
}

// Actions are the ways to turn to a customer.
var Actions = []string{"call", "mail", "letter", "visit", "chat"}

// A Segment is a group of customers that are treated alike.
type Segment struct {
	Name     string `yaml:"name" json:"name"`
	When     string `yaml:"when" json:"when"` // a [Condition]
	Strategy string `yaml:"strategy" json:"strategy,omitempty"`
	Capacity *int64 `yaml:"capacity" json:"capacity,omitempty"` // minutes a day at most that a collector gives to it; none: no bound of its own
	Letters  Style  `yaml:"letters" json:"letters,omitzero"`
}

// A Style is how a segment is written to; empty is the customer's own language, and the usual tone.
type Style struct {
	Language string `yaml:"language" json:"language,omitempty"` // as in en
	Tone     string `yaml:"tone" json:"tone,omitempty"`         // name of a set of letters
}

// Validation says what a claim is tested against.
type Validation struct {
	FilingDays    int64 `yaml:"filing_days" json:"filing_days"`       // days after the invoice in which it can be disputed
	DeductionPaid int64 `yaml:"deduction_paid" json:"deduction_paid"` // percent of an invoice after which the rest looks like a deduction
	DeductionDays int64 `yaml:"deduction_days" json:"deduction_days"` // days after which a deduction is a dispute by itself; 0: people decide
}

// Duties are what has to be done with a customer whatever it owes.
var Duties = []string{"promise_broken", "plan_broken", "legal_step", "dispute_closed", "request"}

// Mail is where letters are handed over.
type Mail struct {
	Server       string `yaml:"server"`        // host:port; empty: none are sent
	From         string `yaml:"from"`          // as in "Receivables <ar@example.com>"
	ReplyTo      string `yaml:"reply_to"`      // where answers go; {case} in it is the signed number of the dispute
	User         string `yaml:"user"`          // empty: the server asks for none
	PasswordFile string `yaml:"password_file"` // the user's password, alone in a file
	TLS          string `yaml:"tls"`           // required, or none

	Worklists Lists `yaml:"worklists"`
}

// Lists are the worklists that collectors get by mail.
type Lists struct {
	At string            `yaml:"at"` // time of day under serve, as in 06:30; empty: none
	To map[string]string `yaml:"to"` // collector -> mail address
}

// A Mailbox is where customers write to: a maildir, or a folder of an IMAP server.
type Mailbox struct {
	Name         string        `yaml:"name"`
	Maildir      string        `yaml:"maildir"`       // folder with new and cur
	Server       string        `yaml:"server"`        // host:port of an IMAP server instead
	TLS          string        `yaml:"tls"`           // required, or none
	User         string        `yaml:"user"`          // who signs in to the server
	PasswordFile string        `yaml:"password_file"` // the user's password, alone in a file
	Folder       string        `yaml:"folder"`        // on the server
	Taken        string        `yaml:"taken"`         // folder on the server to move to what has been taken; empty: it stays
	VouchedBy    string        `yaml:"vouched_by"`    // authserv-id of the mail server that receives for this box; empty: no sender is verified
	Largest      string        `yaml:"largest"`       // size of a message above which it is not read
	Every        time.Duration `yaml:"every"`         // how often the box is looked into under serve

	Line int `yaml:"-"`
}

// SignIn says what the dashboard asks of who comes.
type SignIn struct {
	Secure       bool     `yaml:"secure"`        // it stands behind TLS: the cookie never travels without it
	SecondFactor []string `yaml:"second_factor"` // roles that show a code of their telephone as well
}

// Portal is where customers come in. It has a listener of its own, apart from the dashboard's.
type Portal struct {
	Listen  string `yaml:"listen"`  // host:port; empty: there is no portal
	Address string `yaml:"address"` // under which customers reach it, as in https://portal.example.com: links in letters begin with it
}

// Worker bounds the child process that parses foreign bytes.
type Worker struct {
	Memory   string        `yaml:"memory"`   // resident memory after which the worker is killed
	Deadline time.Duration `yaml:"deadline"` // wall time for one file
	Unpacked string        `yaml:"unpacked"` // most that a packed file may become
	Ratio    int64         `yaml:"ratio"`    // how many times its size that may be
}

// The names under which extracts of the company's own ledger land, what collectors do and what becomes of disputes: no other source
// may have them.
const (
	LedgerSource   = "ledger"
	DisputesSource = "ledger_disputes"
)

// Source is one kind of extract of one system.
type Source struct {
	Name  string   `yaml:"name"`
	Files []string `yaml:"files"` // globs, relative to the configuration file

	Processed string `yaml:"processed" json:",omitempty"` // folder into which files are moved once they have landed; empty: they stay

	Watch bool `yaml:"watch" json:",omitempty"` // under serve, files are landed as they arrive, and not only when a slot comes

	// Other places than files; a source has one.
	Postgres  *Database `yaml:"postgres" json:",omitempty"`
	MySQL     *Database `yaml:"mysql" json:",omitempty"` // MariaDB too
	SQLServer *Database `yaml:"sqlserver" json:",omitempty"`
	HTTP      *HTTP     `yaml:"http" json:",omitempty"`
	S3        *S3       `yaml:"s3" json:",omitempty"`
	SFTP      *SFTP     `yaml:"sftp" json:",omitempty"`

	Format     string        `yaml:"format"` // one of Formats
	CSV        Dialect       `yaml:"csv"`
	Maps       []Map         `yaml:"maps"`
	MaxRejects Limit         `yaml:"max_rejects"` // rows in quarantine of one file that are tolerated
	Settle     time.Duration `yaml:"settle"`      // a file younger than this may still be written

	Packed  string   `yaml:"packed"`   // none, gzip or zip
	Member  string   `yaml:"member"`   // pattern of the one file of a zip that is read; empty where it has only one
	Fixed   Fixed    `yaml:"fixed"`    // for format fixed
	Records string   `yaml:"records"`  // for format json: path of the list of records, as in data.items; empty: the file is the list
	Sheet   string   `yaml:"sheet"`    // for format xlsx; empty where the workbook has only one
	NonData []string `yaml:"non_data"` // regular expressions of records that are no data: totals, repeated headers, page breaks

	Extract  string            `yaml:"extract"`  // append, upsert or snapshot
	Day      string            `yaml:"day"`      // regular expression with groups year, month, day: the day of a snapshot, in the name of its file; empty: the one it came on
	Vanished string            `yaml:"vanished"` // what it means that a snapshot lacks a row of the one before: closed, kept or error
	Manifest Manifest          `yaml:"manifest"`
	Drift    map[string]string `yaml:"drift"` // kind of drift -> warn, fail or off

	// Schedule, TimeZone and Missed are those of the whole where they are empty.
	Schedule string `yaml:"schedule"`
	TimeZone string `yaml:"time_zone"`
	Missed   string `yaml:"missed"`

	Line int `yaml:"-"` // where in the configuration the source is declared
}

// Dialect says how a delimited text file is written. Nothing of it is ever guessed.
type Dialect struct {
	Delimiter string `yaml:"delimiter"`                      // one character; "\t" for a tab
	Quote     string `yaml:"quote"`                          // one character, or "none"; doubled inside a quoted field
	Encoding  string `yaml:"encoding"`                       // utf-8, utf-16le, utf-16be, windows-1252, iso-8859-1, iso-8859-15
	Header    int    `yaml:"header"`                         // line of the header row, from 1
	Decimal   string `yaml:"decimal"`                        // decimal sign
	Thousands string `yaml:"thousands"`                      // thousands sign, empty for none
	Date      string `yaml:"date"`                           // as in YYYY-MM-DD, M/D/YYYY, dd.mm.yyyy
	Timestamp string `yaml:"timestamp"`                      // as in YYYY-MM-DD HH:MM:SS; a bare date is midnight
	Closed    bool   `yaml:"closed" json:"Closed,omitempty"` // the last record has a line end too; one without it was cut off
	Negative  string `yaml:"negative"`                       // minus (-1), trailing (1-), parentheses ((1)); leading minus is always read
}

// Fixed says where the columns of a text of fixed width are. Positions count characters.
type Fixed struct {
	Columns map[string]string `yaml:"columns"` // name -> first and last position, from 1, as in 1-10
	Bars    bool              `yaml:"bars"`    // the header has a bar | around every column, and so has every record, at the same places
}

// Manifest is what the sender says of an extract, in a file beside it or in a last record. What it says and the extract has not
// fails the batch.
type Manifest struct {
	File     string `yaml:"file"`     // beside the extract, {name} being its name: "{name}.ctl"; empty for none
	Required bool   `yaml:"required"` // an extract waits for its manifest
	Trailer  string `yaml:"trailer"`  // regular expression of the record with groups named count, sum, currency or sum_EUR; empty for none
}

// Map turns the records of a source into rows of one canonical dataset.
type Map struct {
	Dataset string            `yaml:"dataset"`
	Where   string            `yaml:"where"` // expression over the record; empty takes every record
	Columns map[string]Column `yaml:"columns"`

	// Canonical takes every column that Columns leaves out from the header of its own name. A header that is not there
	// leaves an optional column empty; a required one fails the file.
	Canonical bool `yaml:"canonical"`

	Line int `yaml:"-"`
}

// Column is where one canonical column comes from: exactly one of From, Value and Expr is set.
type Column struct {
	From  string  `yaml:"from"`  // header of the file's column; in YAML also the bare scalar
	Value *string `yaml:"value"` // the same text for every row
	Expr  string  `yaml:"expr"`  // expression over the record, whose columns are text: row["Header"] or the bare name
	Line  int     `yaml:"-"`
}
