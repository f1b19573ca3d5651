package ledger

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// tally is a projection for tests: how often and when last something happened to each subject.
var tally = Projection{
	Name: "tally", Version: 1, Tables: []string{"tally"},
	Schema: "create table tally (subject text primary key, events integer not null, last integer not null) strict",
	Apply: func(ctx context.Context, tables Tables, e Event) error {
		if e.Type == "impossible" {
			return errors.New("this cannot be")
		}
		_, err := tables.ExecContext(ctx, `insert into tally values (?, 1, ?) on conflict (subject) do update
			set events = events + 1, last = excluded.last`, e.Subject.Kind+" "+e.Subject.ID, e.Sequence)
		return err
	},
}

var someone = Actor{KindUser, "someone"}

// notes is an extract of the notes.
var notes = Form{Name: "notes", Header: []string{"customer"}, Record: func(e Event) ([]string, error) {
	if e.Type != "note" {
		return nil, nil
	}
	return []string{e.Subject.ID}, nil
}}

func open(t testing.TB, state string) *Ledger {
	t.Helper()
	l, err := Open(t.Context(), state, Options{Projections: []Projection{tally}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() }) // tests that close it themselves may
	return l
}

func note(key, customer, text string) Draft {
	return Draft{Key: key, Actor: someone, Subject: Subject{"customer", customer}, Type: "note", Payload: map[string]string{"text": text}}
}

func write(t testing.TB, l *Ledger, d Draft) Event {
	t.Helper()
	e, err := l.Write(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// sound wants a ledger in which nothing is wrong.
func sound(t testing.TB, state string) Evidence {
	t.Helper()
	found, err := Verify(t.Context(), state, Question{Projections: []Projection{tally}})
	if err != nil {
		t.Fatal(err)
	}
	if len(found.Faults) > 0 {
		t.Fatalf("faults: %v", found.Faults)
	}
	return found
}

func TestWrittenEventsAreThereAfterReopening(t *testing.T) {
	state := filepath.Join(t.TempDir(), "with a space, 100% and #")
	l := open(t, state)
	first := write(t, l, note("1", "C1", "called"))
	second := write(t, l, note("2", "C1", "naïve <ü> & \u2028 \"'"))
	if first.Sequence != 1 || second.Sequence != 2 || second.Previous != first.Hash || first.ID >= second.ID && first.At != second.At {
		t.Errorf("%+v\n%+v", first, second)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	l = open(t, state)
	events, err := l.Of(t.Context(), Subject{"customer", "C1"}, 0)
	if err != nil || len(events) != 2 || events[1].record() != second.record() {
		t.Errorf("%v %v, want %v", events, err, second)
	}
	if found := sound(t, state); found.Events != 2 || found.End != (Point{2, second.Hash}) || found.Head != found.End {
		t.Errorf("%+v", found)
	}
}

func TestSameKeyIsOneEvent(t *testing.T) {
	l := open(t, t.TempDir())
	first := write(t, l, note("1", "C1", "called"))
	if again := write(t, l, note("1", "C1", "called")); again.record() != first.record() {
		t.Errorf("%v, want %v", again, first)
	}
	for _, other := range []Draft{note("1", "C1", "wrote"), note("1", "C2", "called"), {Key: "1", Actor: Actor{KindUser, "other"},
		Subject: Subject{"customer", "C1"}, Type: "note", Payload: map[string]string{"text": "called"}}} {
		if _, err := l.Write(t.Context(), other); !errors.Is(err, ErrKeyReused) {
			t.Errorf("%+v: %v", other, err)
		}
	}
	refused := note("1", "C1", "called")
	refused.Guard = func(context.Context, Reader) error { return errors.New("no longer allowed") }
	if _, err := l.Write(t.Context(), refused); err != nil {
		t.Errorf("the guard of an event that is written was asked: %v", err)
	}
	if end, err := l.End(t.Context()); err != nil || end.Sequence != 1 {
		t.Errorf("%v %v", end, err)
	}
}

func TestNobodyWritesNothing(t *testing.T) {
	l := open(t, t.TempDir())
	for name, d := range map[string]Draft{
		"no actor":   {Key: "1", Subject: Subject{"customer", "C1"}, Type: "note"},
		"no key":     {Actor: someone, Subject: Subject{"customer", "C1"}, Type: "note"},
		"no subject": {Key: "1", Actor: someone, Type: "note"},
		"no type":    {Key: "1", Actor: someone, Subject: Subject{"customer", "C1"}},
		"no text":    note("1", "C\x00", ""),
		"too much":   note("1", "C1", strings.Repeat("x", maxPayload)),
		"no JSON":    {Key: "1", Actor: someone, Subject: Subject{"customer", "C1"}, Type: "note", Payload: func() {}},
	} {
		if e, err := l.Write(t.Context(), d); err == nil {
			t.Errorf("%s: %+v", name, e)
		}
	}
}

// What one of a group is refused leaves nothing behind and does not touch the others.
func TestRefusedWriteTouchesNoOther(t *testing.T) {
	state := t.TempDir()
	l := open(t, state)
	var all sync.WaitGroup
	for n := range 60 {
		all.Go(func() {
			d := note(fmt.Sprint(n), "C1", "x")
			switch n % 3 {
			case 1:
				d.Guard = func(context.Context, Reader) error { return errors.New("not now") }
			case 2:
				d.Type = "impossible"
			}
			if _, err := l.Write(t.Context(), d); (err != nil) != (n%3 > 0) {
				t.Errorf("%d: %v", n, err)
			}
		})
	}
	all.Wait()
	if found := sound(t, state); found.Events != 20 {
		t.Errorf("%d events", found.Events)
	}
}

// Two processes are two ledgers here: neither knows what the other holds in memory.
func TestTwoWritersMakeOneChain(t *testing.T) {
	state := t.TempDir()
	var all sync.WaitGroup
	for writer := range 2 {
		l := open(t, state)
		all.Go(func() {
			for n := range 30 {
				write(t, l, note(fmt.Sprint(writer, n), "C1", "x"))
			}
		})
	}
	all.Wait()
	if found := sound(t, state); found.Events != 60 {
		t.Errorf("%d events", found.Events)
	}
}

func TestGuardSeesWhatIsWritten(t *testing.T) {
	l := open(t, t.TempDir())
	once := func(ctx context.Context, written Reader) error {
		var events int
		err := written.QueryRowContext(ctx, "select coalesce(max(events), 0) from tally where subject = 'customer C1'").Scan(&events)
		if err == nil && events > 0 {
			err = errors.New("once only")
		}
		return err
	}
	var all sync.WaitGroup
	refused := make(chan error, 20)
	for n := range cap(refused) {
		all.Go(func() {
			d := note(fmt.Sprint(n), "C1", "x")
			d.Guard = once
			_, err := l.Write(t.Context(), d)
			refused <- err
		})
	}
	all.Wait()
	close(refused)
	written := 0
	for err := range refused {
		if err == nil {
			written++
		}
	}
	if written != 1 {
		t.Errorf("%d were written", written)
	}
}

func TestEventsCannotBeChanged(t *testing.T) {
	l := open(t, t.TempDir())
	for n := range 3 {
		write(t, l, note(fmt.Sprint(n), "C1", "x"))
	}
	for _, s := range []string{
		"update event set reason = 'y' where sequence = 2",
		"delete from event where sequence = 3",
		"insert into event select 5, 'a', at, actor_kind, actor, subject_kind, subject, type, payload, reason, 'a', messages, previous, 'a' from event where sequence = 3",
		"insert or replace into event select sequence, id, at, actor_kind, 'y', subject_kind, subject, type, payload, reason, key, messages, previous, hash from event where sequence = 2",
		"update ledger set id = 'x'",
		"delete from ledger",
	} {
		if _, err := l.write.ExecContext(t.Context(), s); err == nil {
			t.Errorf("%s: was done", s)
		}
	}
}

func TestCrashBetweenHeadAndDatabaseIsFinished(t *testing.T) {
	for _, c := range []struct {
		name      string
		committed bool
	}{{"before the commit", false}, {"after the commit", true}} {
		t.Run(c.name, func(t *testing.T) {
			state := t.TempDir()
			l := open(t, state)
			one := write(t, l, note("1", "C1", "x"))
			next := Point{2, "unwritten"}
			if c.committed {
				two := write(t, l, note("2", "C1", "x"))
				next = Point{2, two.Hash}
			}
			if err := l.Close(); err != nil {
				t.Fatal(err)
			}
			if err := createHead(filepath.Join(state, headName), head{l.identity, Point{1, one.Hash}, next}); err != nil {
				t.Fatal(err)
			}
			l = open(t, state)
			write(t, l, note("3", "C1", "x"))
			sound(t, state)
		})
	}
}

func TestProgramOlderThanLedgerDoesNotOpenIt(t *testing.T) {
	state := t.TempDir()
	l := open(t, state)
	if _, err := l.write.ExecContext(t.Context(), "insert into migration values (99, 'later', '', '')"); err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
	if _, err := Open(t.Context(), state, Options{}); err == nil || !strings.Contains(err.Error(), "newer program") {
		t.Error(err)
	}
}

func TestClosedLedgerSaysSo(t *testing.T) {
	l := open(t, t.TempDir())
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Write(t.Context(), note("1", "C1", "x")); !errors.Is(err, ErrClosed) {
		t.Error(err)
	}
}

func TestSnapshotIsALedgerOfItsOwn(t *testing.T) {
	state, copied := t.TempDir(), filepath.Join(t.TempDir(), "copy")
	l := open(t, state)
	for n := range 5 {
		write(t, l, note(fmt.Sprint(n), "C1", "x"))
	}
	end, err := l.Snapshot(t.Context(), copied)
	if err != nil {
		t.Fatal(err)
	}
	write(t, l, note("later", "C1", "x"))
	if found := sound(t, copied); found.Events != 5 || found.End != end {
		t.Errorf("%+v, want %+v", found, end)
	}
	write(t, open(t, copied), note("there", "C1", "x"))
	sound(t, copied)
	sound(t, state)
}

// A backup that is put in place under a running process must not get that process's next events half.
func TestReplacedFileStopsTheProcessThatHasIt(t *testing.T) {
	state, copied := t.TempDir(), filepath.Join(t.TempDir(), "copy")
	l := open(t, state)
	write(t, l, note("1", "C1", "x"))
	if _, err := l.Snapshot(t.Context(), copied); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{fileName, headName} {
		if err := os.Rename(filepath.Join(copied, name), filepath.Join(state, name)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := l.Write(t.Context(), note("2", "C1", "x")); !errors.Is(err, ErrBroken) {
		t.Errorf("it writes on: %v", err)
	}
}

func TestExtractsHoldEveryEventOnce(t *testing.T) {
	state := t.TempDir()
	l := open(t, state)
	extract := func(want int) {
		t.Helper()
		if got, err := l.Extract(t.Context(), notes); err != nil || got != want {
			t.Fatalf("%d records, want %d: %v", got, want, err)
		}
	}
	extract(0)
	write(t, l, note("1", "C1", "x"))
	write(t, l, Draft{Key: "2", Actor: someone, Subject: Subject{"customer", "C1"}, Type: "other"})
	write(t, l, note("3", "C2\n\"", "x"))
	extract(2)
	extract(0)
	write(t, l, note("4", "C1", "x"))
	extract(1)
	files, err := filepath.Glob(ExtractFiles(state, "notes"))
	if err != nil || len(files) != 2 || Extracted(files...) != 4 {
		t.Errorf("%v %v", files, err)
	}
	if found := sound(t, state); found.Records != 3 {
		t.Errorf("%d records were compared", found.Records)
	}
	text, err := os.ReadFile(files[1])
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(files[1], []byte(strings.Replace(string(text), "\n4,", "\n3,", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if found, err := Verify(t.Context(), state, Question{}); err != nil || len(found.Faults) != 1 {
		t.Errorf("%v %v", found.Faults, err)
	}
}

func TestAnchorIsAnEventThatWasNoted(t *testing.T) {
	state := t.TempDir()
	l := open(t, state)
	one := write(t, l, note("1", "C1", "x"))
	for _, c := range []struct {
		anchor Point
		faults int
	}{{Point{1, one.Hash}, 0}, {Point{1, "other"}, 1}, {Point{2, "x"}, 1}} {
		found, err := Verify(t.Context(), state, Question{Anchors: []Point{c.anchor}})
		if err != nil || len(found.Faults) != c.faults {
			t.Errorf("%v: %v %v", c.anchor, found.Faults, err)
		}
	}
}

// steps is a clock that a test moves.
type steps struct{ now time.Time }

func (s *steps) Now() time.Time { return s.now }
