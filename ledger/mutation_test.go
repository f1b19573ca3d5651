package ledger

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// mutations is how many are tried: of every kind some.
func mutations() int {
	switch {
	case os.Getenv("ARREARS_LONG") != "":
		return 2000
	case testing.Short():
		return len(harms)
	}
	return 3 * len(harms)
}

// A mutator harms a copy of a ledger and says what it did.
type mutator struct {
	*rand.Rand
	t     *testing.T
	state string // the copy
	older string // the same ledger some events earlier
	other string // another ledger with as many events
}

// Every harm that can be done to the files of a ledger is found and has a place.
func TestEveryMutationIsFound(t *testing.T) {
	const seed = 815
	m := &mutator{Rand: rand.New(rand.NewPCG(seed, 1)), t: t, older: t.TempDir(), other: t.TempDir()}
	original := t.TempDir()
	fillLedger(t, m.older, 20)
	copyState(t, m.older, original)
	fillLedger(t, original, 12)
	fillLedger(t, m.other, 20)
	fillLedger(t, m.other, 12)
	events := sound(t, original).Events
	killed := t.TempDir()
	copyKilled(t, original, killed)
	says := map[string]string{original: reading(t, original), killed: reading(t, killed)}
	kinds := map[string]int{}
	for n := range mutations() {
		m.state = filepath.Join(t.TempDir(), "copy")
		harm, from := harms[n%len(harms)], original
		if harm.killed {
			from = killed
		}
		copyState(t, from, m.state)
		said := harm.do(m)
		found, err := Verify(t.Context(), m.state, Question{Projections: []Projection{tally}})
		if err != nil {
			t.Fatal(err)
		}
		if len(found.Faults) == 0 && (!harm.mayMiss || reading(t, m.state) != says[from]) {
			t.Fatalf("seed %d, mutation %d of %d events was not found: %s: %s", seed, n, events, harm.name, said)
		}
		kinds[harm.name]++
		if err := os.RemoveAll(m.state); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d mutations of %d kinds were found", mutations(), len(kinds))
}

// fillLedger adds events of every kind there is.
func fillLedger(t *testing.T, state string, events int) {
	t.Helper()
	l := open(t, state)
	for n := range events {
		d := note(NewKey(), fmt.Sprint("C", n%5), fmt.Sprint("text ", n))
		d.Reason = fmt.Sprint("because ", n)
		if n%3 == 0 {
			d.Messages = []Message{{Channel: "mail", To: "c@example.com", Content: json.RawMessage(`{"n":1}`)}}
		}
		write(t, l, d)
	}
	if err := l.SetUser(t.Context(), someone, User{Name: "ana", Roles: []string{"cfo"}, Active: true}, ""); err != nil {
		t.Fatal(err)
	}
	if c, err := l.Claim(t.Context(), "mail", time.Hour); err != nil || c.Sent(t.Context(), "250") != nil {
		t.Fatal(c, err)
	}
	if _, err := l.Claim(t.Context(), "mail", time.Hour); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Extract(t.Context(), notes); err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

// copyKilled is a ledger as a killed process leaves it: what it wrote last is in SQLite's own log only.
func copyKilled(t *testing.T, from, to string) {
	t.Helper()
	state := t.TempDir()
	copyState(t, from, state)
	l := open(t, state)
	for n := range 8 {
		write(t, l, note(NewKey(), fmt.Sprint("C", n), "written last"))
	}
	copyState(t, state, to)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

func copyState(t *testing.T, from, to string) {
	t.Helper()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
}

// reading is everything a ledger says: a flipped bit in a part of the file that nothing uses is no mutation. It is empty for one that
// cannot be read.
func reading(t *testing.T, state string) string {
	t.Helper()
	copied := filepath.Join(t.TempDir(), "read") // opening a log that was left behind clears it away
	copyState(t, state, copied)
	db, err := openFile(filepath.Join(copied, fileName), true)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }() // only read
	var text strings.Builder
	for _, table := range []string{"event", "ledger", "migration", "projection", "outbox", "user", "credential", "session", "second_factor", "recovery_code", "tally", "sqlite_schema"} {
		rows, err := dump(t.Context(), db, table)
		if err != nil {
			return ""
		}
		slices.Sort(rows)
		text.WriteString(table + "\n" + strings.Join(rows, "\n") + "\n")
	}
	return text.String()
}

// do runs statements on the copy as somebody would who knows what protects it: triggers are put aside and back.
func (m *mutator) do(statements ...string) string {
	m.t.Helper()
	db, err := openFile(filepath.Join(m.state, fileName), false)
	if err != nil {
		m.t.Fatal(err)
	}
	triggers, err := pairs(m.t.Context(), db, "select name, sql from sqlite_schema where type = 'trigger'")
	if err != nil {
		m.t.Fatal(err)
	}
	var all []string
	for name := range triggers {
		all = append(all, "drop trigger "+name)
	}
	all = append(all, statements...)
	for _, text := range triggers {
		all = append(all, text)
	}
	for _, s := range all {
		if _, err := db.ExecContext(m.t.Context(), s); err != nil {
			m.t.Fatalf("%s: %v", s, err)
		}
	}
	if err := db.Close(); err != nil {
		m.t.Fatal(err)
	}
	return strings.Join(statements, "; ")
}

// records are the events of the copy.
func (m *mutator) records() []record {
	m.t.Helper()
	db, err := openFile(filepath.Join(m.state, fileName), true)
	if err != nil {
		m.t.Fatal(err)
	}
	defer func() { _ = db.Close() }() // only read
	var all []record
	err = eachRecord(m.t.Context(), db, func(r record) error { all = append(all, r); return nil }, " order by sequence")
	if err != nil {
		m.t.Fatal(err)
	}
	return all
}

// put writes other events in place of those of the copy.
func (m *mutator) put(all []record) string {
	m.t.Helper()
	m.do("delete from event")
	db, err := openFile(filepath.Join(m.state, fileName), false)
	if err != nil {
		m.t.Fatal(err)
	}
	triggers, err := pairs(m.t.Context(), db, "select name, sql from sqlite_schema where type = 'trigger'")
	if err != nil {
		m.t.Fatal(err)
	}
	for name := range triggers {
		m.exec(db, "drop trigger "+name)
	}
	tx, err := db.BeginTx(m.t.Context(), nil)
	if err != nil {
		m.t.Fatal(err)
	}
	for _, r := range all {
		if err := insert(m.t.Context(), tx, r); err != nil {
			m.t.Fatal(err)
		}
	}
	if err := tx.Commit(); err != nil {
		m.t.Fatal(err)
	}
	for _, text := range triggers {
		m.exec(db, text)
	}
	if err := db.Close(); err != nil {
		m.t.Fatal(err)
	}
	return fmt.Sprintf("%d events put in place", len(all))
}

func (m *mutator) exec(db *sql.DB, statement string) {
	m.t.Helper()
	if _, err := db.ExecContext(m.t.Context(), statement); err != nil {
		m.t.Fatalf("%s: %v", statement, err)
	}
}

// chained gives events their places and hashes from a place on, as the program itself would.
func chained(all []record, from int) []record {
	for i := from; i < len(all); i++ {
		all[i].sequence = int64(i + 1)
		if i > 0 {
			all[i].previous = all[i-1].hash
		}
		all[i].hash = all[i].digest()
	}
	return all
}

// file changes a file of the copy byte by byte.
func (m *mutator) file(name string, change func([]byte) []byte) {
	m.t.Helper()
	path := filepath.Join(m.state, name)
	text, err := os.ReadFile(path)
	if err != nil {
		m.t.Fatal(err)
	}
	if err := os.WriteFile(path, change(bytes.Clone(text)), 0o600); err != nil {
		m.t.Fatal(err)
	}
}

// replace puts the file of another state in the place of the copy's.
func (m *mutator) replace(name, from string) string {
	m.t.Helper()
	text, err := os.ReadFile(filepath.Join(from, name))
	if err != nil {
		m.t.Fatal(err)
	}
	m.file(name, func([]byte) []byte { return text })
	return name + " is that of " + from
}
