package config

import (
	"strings"
	"testing"
)

// Each mistake in a pull is told with its line.
func TestMistakesInPullsHaveTheirLines(t *testing.T) {
	const maps = "    maps: [{dataset: invoices, canonical: true}]\n"
	for _, c := range []struct{ text, want string }{
		{"  - name: a\n" + maps, "sources[0].files: names no file"},
		{"  - name: a\n    files: [a.csv]\n    s3: {endpoint: e, bucket: b, objects: o}\n" + maps, "5: sources[0].s3: stands beside files"},
		{"  - name: a\n    postgres:\n      host: h\n      database: d\n      user: u\n      query: delete from t\n" + maps, "8: sources[0].postgres.query: begins with select"},
		{"  - name: a\n    mysql:\n      host: h\n      database: d\n      user: u\n      query: select 1; select 2\n" + maps, "8: sources[0].mysql.query: is one question"},
		{"  - name: a\n    sqlserver: {host: h, database: d, query: select 1}\n" + maps, "4: sources[0].sqlserver.user: is missing"},
		{"  - name: a\n    postgres: {host: h, database: d, user: u, query: select 1, password: {}}\n" + maps, "4: sources[0].postgres.password: is not written down here"},
		{"  - name: a\n    postgres: {host: h, database: d, user: u, query: select 1, password: geheim}\n" + maps, "4: sources[0].postgres.password: is a block of keys"},
		{"  - name: a\n    postgres: {host: h, database: d, user: u, query: select 1, overlap: 10m}\n" + maps, "overlap: is how far back"},
		{"  - name: a\n    postgres: {host: h, database: d, user: u, query: select 1, lock_timeout: 0s}\n" + maps, "lock_timeout: is longer than nothing"},
		{"  - name: a\n    csv: {delimiter: ;}\n    postgres: {host: h, database: d, user: u, query: select 1}\n" + maps, "4: sources[0].csv: says nothing about a database"},
		{"  - name: a\n    http: {url: \"https://u:p@example.com\"}\n" + maps, "4: sources[0].http.url: holds a password"},
		{"  - name: a\n    http: {url: example.com}\n" + maps, "url: is no address"},
		{"  - name: a\n    http: {url: \"https://example.com\", headers: {Authorization: x}}\n" + maps, "would be a secret written down"},
		{"  - name: a\n    http: {url: \"https://example.com\", paging: {by: page}}\n" + maps, "parameter: is missing"},
		{"  - name: a\n    http: {url: \"https://example.com\", paging: {by: cursor, parameter: c, next: n}}\n" + maps, "is where in a JSON answer"},
		{"  - name: a\n    s3: {endpoint: \"https://e\", bucket: b, objects: o}\n" + maps, "endpoint: is a host"},
		{"  - name: a\n    s3: {endpoint: e, bucket: b, objects: o, access_key: k}\n" + maps, "goes with secret_key"},
		{"  - name: a\n    sftp: {host: h, user: u, files: f, password: {env: P}}\n" + maps, "host_key: is missing"},
		{"  - name: a\n    sftp: {host: h, user: u, files: f, password: {env: P}, host_key: any}\n" + maps, "host_key: is no key of a server"},
		{"  - name: a\n    sftp: {host: h, user: u, files: f, host_key: \"SHA256:nThbg6kXUpJWGl7E1IGOCspRomTxdCARLviKw6E5SY8\"}\n" + maps, "one of them signs in"},
	} {
		_, err := parse("arrears.yaml", []byte("currency: EUR\nsources:\n"+c.text))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s\ngives %v\nwant  %s", c.text, err, c.want)
		}
	}
}

func TestPullsHaveDefaultsAndPathsFromTheFolder(t *testing.T) {
	cfg, err := parse("arrears.yaml", []byte("currency: EUR\nsources:\n  - name: a\n    mysql: {host: h, database: d, user: u, query: select 1, password: {file: p}}\n    maps: [{dataset: invoices, canonical: true}]\n"))
	if err != nil {
		t.Fatal(err)
	}
	cfg.resolve("/etc/arrears")
	d := cfg.Sources[0].MySQL
	if d.Port != 3306 || d.TLS != "verify" || d.Statement.Minutes() != 30 || d.Password.File != "/etc/arrears/p" || cfg.Sources[0].CSV.Delimiter != "\t" {
		t.Errorf("%+v", d)
	}
}

func TestSecretIsReadFromItsPlace(t *testing.T) {
	t.Setenv("ARREARS_TEST_SECRET", "open sesame")
	if got, err := (Secret{Env: "ARREARS_TEST_SECRET"}).Read(); err != nil || got != "open sesame" {
		t.Errorf("%q %v", got, err)
	}
	for _, s := range []Secret{{Env: "ARREARS_TEST_NONE"}, {File: "/nonexistent/secret"}} {
		if got, err := s.Read(); err == nil {
			t.Errorf("%+v gives %q", s, got)
		}
	}
}
