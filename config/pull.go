package config

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"
)

// Secret says where a password or a key is kept, and never holds it: alone in a file, or in a variable of the environment.
type Secret struct {
	File string `yaml:"file" json:"file,omitempty"`
	Env  string `yaml:"env" json:"env,omitempty"`
}

// Given says whether there is one.
func (s Secret) Given() bool { return s.File != "" || s.Env != "" }

// Read looks the secret up. One that is not given is empty, and so no error; one that is given and not there, or empty, is.
func (s Secret) Read() (string, error) {
	var text string
	switch {
	case s.File != "":
		read, err := os.ReadFile(s.File)
		if err != nil {
			return "", fmt.Errorf("read the secret: %w", err)
		}
		text = strings.TrimRight(string(read), "\r\n")
	case s.Env != "":
		text = os.Getenv(s.Env)
	default:
		return "", nil
	}
	if text == "" {
		return "", errors.New("the secret in " + s.File + s.Env + " is empty")
	}
	return text, nil
}

// Database is a query to a database server, asked whenever its source is due.
type Database struct {
	Host     string `yaml:"host" json:"host"` // name or address; a path for the socket of a PostgreSQL on this machine
	Port     int64  `yaml:"port" json:"port"`
	Database string `yaml:"database" json:"database"`
	User     string `yaml:"user" json:"user"`
	Password Secret `yaml:"password" json:"password"`
	TLS      string `yaml:"tls" json:"tls"` // verify, or none
	CA       string `yaml:"ca" json:"ca"`   // file with the certificates that are trusted; empty for those of the machine

	Query     string        `yaml:"query" json:"query"`
	Watermark []string      `yaml:"watermark" json:"watermark"` // columns of the answer that only grow; empty: all rows each time
	Overlap   time.Duration `yaml:"overlap" json:"overlap"`     // how far back of the watermark rows are read again

	Connect   time.Duration `yaml:"connect_timeout" json:"connect_timeout"`
	Statement time.Duration `yaml:"statement_timeout" json:"statement_timeout"`
	Lock      time.Duration `yaml:"lock_timeout" json:"lock_timeout"`
	Stall     time.Duration `yaml:"stall_timeout" json:"stall_timeout"` // without a byte
}

// HTTP is a service that answers with CSV or JSON.
type HTTP struct {
	URL      string            `yaml:"url" json:"url"`
	Headers  map[string]string `yaml:"headers" json:"headers,omitempty"`
	Token    Secret            `yaml:"token" json:"token"` // sent as a bearer token
	User     string            `yaml:"user" json:"user"`
	Password Secret            `yaml:"password" json:"password"`
	CA       string            `yaml:"ca" json:"ca"`

	Items  string `yaml:"items" json:"items"`   // where in a JSON answer the list stands, as in data.invoices; empty: the answer is the list
	Paging Paging `yaml:"paging" json:"paging"` // how an answer of several pages goes on

	Timeout  time.Duration `yaml:"timeout" json:"timeout"`     // for one page
	Retries  int64         `yaml:"retries" json:"retries"`     // of a page that fails for a passing reason
	MaxBytes string        `yaml:"max_bytes" json:"max_bytes"` // of all pages together
}

// Paging is how an answer goes on.
type Paging struct {
	By        string `yaml:"by" json:"by"`               // none, link, next, page or cursor
	Next      string `yaml:"next" json:"next"`           // where in a JSON answer the next address or cursor stands
	Parameter string `yaml:"parameter" json:"parameter"` // of the address that takes the page number or cursor
	First     int64  `yaml:"first" json:"first"`         // number of the first page
	MaxPages  int64  `yaml:"max_pages" json:"max_pages"`
}

// S3 is a bucket of an S3-compatible store.
type S3 struct {
	Endpoint  string        `yaml:"endpoint" json:"endpoint"` // host, and port where it has one
	Bucket    string        `yaml:"bucket" json:"bucket"`
	Region    string        `yaml:"region" json:"region"`
	Objects   string        `yaml:"objects" json:"objects"` // keys, with * and ? within a folder
	AccessKey string        `yaml:"access_key" json:"access_key"`
	SecretKey Secret        `yaml:"secret_key" json:"secret_key"`
	TLS       string        `yaml:"tls" json:"tls"` // verify, or none
	CA        string        `yaml:"ca" json:"ca"`
	Timeout   time.Duration `yaml:"timeout" json:"timeout"` // for the list and for each object
}

// SFTP is a folder of an SFTP server.
type SFTP struct {
	Host       string        `yaml:"host" json:"host"`
	Port       int64         `yaml:"port" json:"port"`
	User       string        `yaml:"user" json:"user"`
	Password   Secret        `yaml:"password" json:"password"`
	Key        Secret        `yaml:"key" json:"key"`               // private key, as OpenSSH writes it
	Passphrase Secret        `yaml:"passphrase" json:"passphrase"` // of the key
	HostKey    string        `yaml:"host_key" json:"host_key"`     // of the server: as in known_hosts, or its SHA256 fingerprint
	Files      string        `yaml:"files" json:"files"`           // path, with * and ?
	Settle     time.Duration `yaml:"settle" json:"settle"`         // a file younger than this may still be written
	Connect    time.Duration `yaml:"connect_timeout" json:"connect_timeout"`
	Stall      time.Duration `yaml:"stall_timeout" json:"stall_timeout"`
}

// Database is the server that a source asks, if it asks one.
func (s Source) Database() (kind string, d *Database) {
	switch {
	case s.Postgres != nil:
		return "postgres", s.Postgres
	case s.MySQL != nil:
		return "mysql", s.MySQL
	case s.SQLServer != nil:
		return "sqlserver", s.SQLServer
	}
	return "", nil
}

// Kinds are the places from which a source says it takes its extracts. A source has one.
func (s Source) Kinds() []string {
	var kinds []string
	for _, k := range []struct {
		name  string
		there bool
	}{
		{"files", len(s.Files) > 0}, {"postgres", s.Postgres != nil}, {"mysql", s.MySQL != nil}, {"sqlserver", s.SQLServer != nil},
		{"http", s.HTTP != nil}, {"s3", s.S3 != nil}, {"sftp", s.SFTP != nil},
	} {
		if k.there {
			kinds = append(kinds, k.name)
		}
	}
	return kinds
}

func (d *Database) setDefaults() {
	*d = Database{TLS: "verify", Connect: 10 * time.Second, Statement: 30 * time.Minute, Lock: 10 * time.Second, Stall: time.Minute}
}

func (h *HTTP) setDefaults() {
	*h = HTTP{Timeout: time.Minute, Retries: 4, MaxBytes: "1GB", Paging: Paging{By: "none", First: 1, MaxPages: 10_000}}
}

func (o *S3) setDefaults() { *o = S3{TLS: "verify", Region: "us-east-1", Timeout: 10 * time.Minute} }

func (f *SFTP) setDefaults() {
	*f = SFTP{Port: 22, Settle: time.Minute, Connect: 10 * time.Second, Stall: time.Minute}
}

// completePulls fills what follows from the kind of a source.
func (s *Source) completePulls() {
	kind, d := s.Database()
	if d == nil {
		return
	}
	if d.Port == 0 {
		d.Port = map[string]int64{"postgres": 5432, "mysql": 3306, "sqlserver": 1433}[kind]
	}
	s.CSV.Delimiter = "\t" // an answer is kept as tab-separated text
}

// paths are the files that the pulls of a source name.
func (s Source) paths() []*string {
	var paths []*string
	if _, d := s.Database(); d != nil {
		paths = append(paths, &d.Password.File, &d.CA)
	}
	if h := s.HTTP; h != nil {
		paths = append(paths, &h.Token.File, &h.Password.File, &h.CA)
	}
	if o := s.S3; o != nil {
		paths = append(paths, &o.SecretKey.File, &o.CA)
	}
	if f := s.SFTP; f != nil {
		paths = append(paths, &f.Password.File, &f.Key.File, &f.Passphrase.File)
	}
	return paths
}
