package config

import (
	"fmt"
	"net/url"
	"path"
	"regexp"
	"strings"
	"time"
)

// pulls checks where a source takes its extracts from: one place, described whole.
func (c checker) pulls(at string, s Source) {
	switch kinds := s.Kinds(); {
	case len(kinds) == 0:
		c.mistake(at+".files", "names no file; write at least one, as in extracts/invoices-*.csv; or say where else it lies (postgres, mysql, sqlserver, http, s3, sftp)")
	case len(kinds) > 1:
		c.mistake(at+"."+kinds[1], "stands beside %s; a source takes its extracts from one place", kinds[0])
	}
	if s.Processed != "" && len(s.Files) == 0 {
		c.mistake(at+".processed", "is for files; elsewhere nothing is moved")
	}
	if s.Watch && len(s.Files) == 0 {
		c.mistake(at+".watch", "is for files; elsewhere there is nothing to watch, and schedule says when it is asked")
	}
	if kind, d := s.Database(); d != nil {
		c.database(at+"."+kind, *d)
		if _, written := c.lines[at+".csv"]; written {
			c.mistake(at+".csv", "says nothing about a database, which tells its types; leave it out")
		}
		if s.Format != "csv" {
			c.mistake(at+".format", "says nothing about a database; leave it out")
		}
	}
	if s.HTTP != nil {
		c.http(at+".http", s)
	}
	if s.S3 != nil {
		c.s3(at+".s3", *s.S3)
	}
	if s.SFTP != nil {
		c.sftp(at+".sftp", *s.SFTP)
	}
}

// needed notes what is left out and has no default.
func (c checker) needed(at string, values ...string) {
	for i := 0; i < len(values); i += 3 {
		if values[i+1] == "" {
			c.mistake(at+"."+values[i], "is missing; it is %s", values[i+2])
		}
	}
}

func (c checker) secret(at string, s Secret) {
	if s.File != "" && s.Env != "" {
		c.mistake(at+".env", "stands beside file; a secret is kept in one place")
	}
	if _, written := c.lines[at]; written && !s.Given() {
		c.mistake(at, "is not written down here; name the file that holds it (file:) or the variable of the environment (env:)")
	}
}

func (c checker) longer(at string, waits map[string]time.Duration) {
	for name, wait := range waits {
		if wait <= 0 {
			c.mistake(at+"."+name, "is longer than nothing, as in 30s")
		}
	}
}

func (c checker) port(at string, port int64) {
	if port < 1 || port > 65535 {
		c.mistake(at+".port", "is a number from 1 to 65535")
	}
}

var queryShape = regexp.MustCompile(`(?is)^\s*(select|with)\b`)

func (c checker) database(at string, d Database) {
	c.needed(at, "host", d.Host, "the server's name or address", "database", d.Database, "the name of the database on the server",
		"user", d.User, "who signs in; one who may only read", "query", d.Query, "what is asked, as in select * from invoices")
	c.port(at, d.Port)
	c.secret(at+".password", d.Password)
	c.oneOf(at+".tls", "way to protect the connection", d.TLS, []string{"verify", "none"})
	c.longer(at, map[string]time.Duration{"connect_timeout": d.Connect, "statement_timeout": d.Statement, "lock_timeout": d.Lock, "stall_timeout": d.Stall})
	switch {
	case d.Query == "":
	case strings.Contains(d.Query, ";"):
		c.mistake(at+".query", "is one question, without a semicolon")
	case !queryShape.MatchString(d.Query):
		c.mistake(at+".query", "begins with select or with; nothing is changed in a database that is read")
	}
	seen := map[string]bool{}
	for i, column := range d.Watermark {
		if column == "" || seen[column] {
			c.mistake(fmt.Sprintf("%s.watermark[%d]", at, i), "names a column of the answer, each once")
		}
		seen[column] = true
	}
	if d.Overlap < 0 || d.Overlap > 0 && len(d.Watermark) == 0 {
		c.mistake(at+".overlap", "is how far back of the watermark is read again, as in 10m; it goes with watermark")
	}
}

func (c checker) http(at string, s Source) {
	h := *s.HTTP
	c.address(at+".url", h.URL)
	c.secret(at+".token", h.Token)
	c.secret(at+".password", h.Password)
	if h.Token.Given() && h.User != "" {
		c.mistake(at+".token", "stands beside user; one of them signs in")
	}
	for name := range h.Headers {
		if strings.EqualFold(name, "authorization") || strings.EqualFold(name, "cookie") {
			c.mistake(at+".headers."+name, "would be a secret written down; use token, or user and password")
		}
	}
	c.longer(at, map[string]time.Duration{"timeout": h.Timeout})
	if h.Retries < 0 || h.Retries > 20 {
		c.mistake(at+".retries", "is a number from 1 to 20")
	}
	c.size(at+".max_bytes", h.MaxBytes)
	p := h.Paging
	c.oneOf(at+".paging.by", "way to page", p.By, []string{"none", "link", "next", "page", "cursor"})
	json := s.Format == "ndjson"
	if p.By != "none" && s.Format != "csv" && !json {
		c.mistake(at+".paging.by", "puts pages of CSV together, or of JSON as format: ndjson; %s comes on one page", s.Format)
	}
	if (p.By == "next" || p.By == "cursor") && (p.Next == "" || !json) {
		c.mistake(at+".paging.next", "is where in a JSON answer the next address or cursor stands, as in meta.next")
	}
	if (p.By == "page" || p.By == "cursor") && p.Parameter == "" {
		c.mistake(at+".paging.parameter", "is missing; it is the parameter of the address that takes the page")
	}
	if h.Items != "" && !json {
		c.mistake(at+".items", "is for JSON answers; declare format: ndjson, or leave it out")
	}
	if p.MaxPages < 1 {
		c.mistake(at+".paging.max_pages", "is 1 or more")
	}
}

func (c checker) address(at, text string) {
	u, err := url.Parse(text)
	switch {
	case text == "":
		c.mistake(at, "is missing; it is the address, as in https://erp.example.com/invoices")
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		c.mistake(at, "is no address; write it as in https://erp.example.com/invoices")
	case u.User != nil:
		c.mistake(at, "holds a password; use user and password, which name where it is kept")
	}
}

func (c checker) s3(at string, o S3) {
	c.needed(at, "endpoint", o.Endpoint, "the store's host, as in s3.eu-central-1.amazonaws.com", "bucket", o.Bucket, "the name of the bucket",
		"objects", o.Objects, "which keys are read, as in extracts/invoices-*.csv")
	if strings.Contains(o.Endpoint, "/") {
		c.mistake(at+".endpoint", "is a host, and a port where it has one, without https:// and path")
	}
	c.wild(at+".objects", o.Objects)
	if (o.AccessKey != "") != o.SecretKey.Given() {
		c.mistake(at+".access_key", "goes with secret_key, and neither alone")
	}
	c.secret(at+".secret_key", o.SecretKey)
	c.oneOf(at+".tls", "way to protect the connection", o.TLS, []string{"verify", "none"})
	c.longer(at, map[string]time.Duration{"timeout": o.Timeout})
}

var hostKeyShape = regexp.MustCompile(`^(SHA256:[A-Za-z0-9+/]{43}|(ssh-|ecdsa-|sk-)\S+ [A-Za-z0-9+/=]+.*)$`)

func (c checker) sftp(at string, f SFTP) {
	c.needed(at, "host", f.Host, "the server's name or address", "user", f.User, "who signs in",
		"files", f.Files, "which files are read, as in /outbox/invoices-*.csv",
		"host_key", f.HostKey, "the server's key, so that no other server can pass for it: SHA256:… as ssh-keygen -lf shows it, or ssh-ed25519 AAAA… as in known_hosts")
	if f.HostKey != "" && !hostKeyShape.MatchString(f.HostKey) {
		c.mistake(at+".host_key", "is no key of a server; write SHA256:… as ssh-keygen -lf shows it, or ssh-ed25519 AAAA… as in known_hosts")
	}
	c.port(at, f.Port)
	c.wild(at+".files", f.Files)
	if f.Password.Given() == f.Key.Given() {
		c.mistake(at+".key", "or password: one of them signs in")
	}
	c.secret(at+".password", f.Password)
	c.secret(at+".key", f.Key)
	c.secret(at+".passphrase", f.Passphrase)
	c.longer(at, map[string]time.Duration{"connect_timeout": f.Connect, "stall_timeout": f.Stall})
	if f.Settle < 0 {
		c.mistake(at+".settle", "is 0s or longer")
	}
}

func (c checker) wild(at, text string) {
	if _, err := path.Match(text, ""); err != nil {
		c.mistake(at, "%q has an open [ or a \\ at its end", text)
	}
}
