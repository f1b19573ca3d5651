package ledger

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// posted is a ledger with one letter in it, and the clock it runs by.
func posted(t *testing.T, letters int) (*Ledger, *steps, string) {
	t.Helper()
	state := t.TempDir()
	clock := &steps{time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)}
	l, err := Open(t.Context(), state, Options{Now: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() }) // tests that close it themselves may
	for n := range letters {
		d := note(fmt.Sprint("letter", n), "C1", "written to")
		d.Messages = []Message{{Channel: "mail", To: "c1@example.com", Content: json.RawMessage(`{"subject": "Invoice 1"}`)}}
		write(t, l, d)
	}
	return l, clock, state
}

func claim(t *testing.T, l *Ledger) *Claim {
	t.Helper()
	c, err := l.Claim(t.Context(), "mail", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// states counts the messages by state.
func states(t *testing.T, l *Ledger) map[string]int {
	t.Helper()
	counted := map[string]int{}
	for _, state := range []string{Queued, Sending, Sent, Failed, Unknown} {
		found, err := l.Letters(t.Context(), state)
		if err != nil {
			t.Fatal(err)
		}
		if len(found) > 0 {
			counted[state] = len(found)
		}
	}
	return counted
}

func wantStates(t *testing.T, l *Ledger, want map[string]int) {
	t.Helper()
	if got := states(t, l); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("the outbox holds %v, want %v", got, want)
	}
}

func TestMessageIsHandedOutOnce(t *testing.T) {
	l, _, state := posted(t, 30)
	var all sync.WaitGroup
	var seen sync.Map
	for range 3 {
		all.Go(func() {
			for c := claim(t, l); c != nil; c = claim(t, l) {
				if _, twice := seen.LoadOrStore(c.ID, true); twice {
					t.Errorf("%s was handed out twice", c.ID)
				}
				if err := c.Sent(t.Context(), "250 ok"); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	wantStates(t, l, map[string]int{Sent: 30})
	soundPlain(t, state)
}

// soundPlain is sound for a ledger without the projection of these tests.
func soundPlain(t *testing.T, state string) {
	t.Helper()
	if found, err := Verify(t.Context(), state, Question{}); err != nil || len(found.Faults) > 0 {
		t.Errorf("%v %v", found.Faults, err)
	}
}

func TestSilentSenderLeavesMessageUnknown(t *testing.T) {
	l, clock, state := posted(t, 1)
	c := claim(t, l)
	if c == nil || c.To != "c1@example.com" || string(c.Content) != `{"subject":"Invoice 1"}` || c.Attempts != 1 {
		t.Fatalf("%+v", c)
	}
	if err := l.Close(); err != nil { // the sender dies
		t.Fatal(err)
	}
	l, err := Open(t.Context(), state, Options{Now: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	if again := claim(t, l); again != nil {
		t.Errorf("%s was handed out again while its sender may live", again.ID)
	}
	wantStates(t, l, map[string]int{Sending: 1})
	clock.now = clock.now.Add(2 * time.Minute)
	if again := claim(t, l); again != nil {
		t.Errorf("%s was handed out again", again.ID)
	}
	wantStates(t, l, map[string]int{Unknown: 1})
	c.ledger = l
	if err := c.Sent(t.Context(), "250 ok"); err != nil { // it lived after all, and knows
		t.Error(err)
	}
	wantStates(t, l, map[string]int{Sent: 1})
	if err := c.Failed(t.Context(), "550"); !errors.Is(err, errMoved) {
		t.Errorf("a sent message failed: %v", err)
	}
	soundPlain(t, state)
}

func TestDelayedMessageWaits(t *testing.T) {
	l, clock, _ := posted(t, 1)
	if err := claim(t, l).Delayed(t.Context(), clock.now.Add(time.Hour), "421 later"); err != nil {
		t.Fatal(err)
	}
	if c := claim(t, l); c != nil {
		t.Error("it was handed out too early")
	}
	clock.now = clock.now.Add(time.Hour)
	c := claim(t, l)
	if c == nil || c.Attempts != 2 {
		t.Fatalf("%+v", c)
	}
	if err := c.Failed(t.Context(), "550 no such user"); err != nil {
		t.Fatal(err)
	}
	wantStates(t, l, map[string]int{Failed: 1})
	if c := claim(t, l); c != nil {
		t.Error("a failed message was handed out")
	}
}

func TestOnlyDoubtIsDecidedByAPerson(t *testing.T) {
	l, _, state := posted(t, 1)
	c := claim(t, l)
	if err := l.Decide(t.Context(), "1", someone, c.ID, Queued, "they say nothing came"); !errors.Is(err, errMoved) {
		t.Errorf("a message on its way was decided about: %v", err)
	}
	if err := c.Unknown(t.Context(), "the connection broke after the text"); err != nil {
		t.Fatal(err)
	}
	if err := l.Decide(t.Context(), "2", someone, c.ID, "lost", ""); err == nil {
		t.Error("it was decided to be lost")
	}
	if err := l.Decide(t.Context(), "3", someone, c.ID, Queued, "they say nothing came"); err != nil {
		t.Fatal(err)
	}
	if again := claim(t, l); again == nil || again.ID != c.ID || again.Attempts != 2 {
		t.Errorf("%+v", again)
	}
	if err := c.Sent(t.Context(), "250"); !errors.Is(err, errMoved) {
		t.Errorf("the first sender still has a say: %v", err)
	}
	soundPlain(t, state)
}

func TestMessageAndEventAreOne(t *testing.T) {
	l, _, state := posted(t, 0)
	d := note("1", "C1", "x")
	d.Messages = []Message{{Channel: "mail", To: "a"}, {Channel: "mail", To: ""}}
	if _, err := l.Write(t.Context(), d); err == nil {
		t.Error("a message to nobody was taken")
	}
	wantStates(t, l, map[string]int{})
	d.Messages[1].To = "b"
	first, again := write(t, l, d), write(t, l, d)
	if len(first.Messages) != 2 || first.record() != again.record() {
		t.Errorf("%+v\n%+v", first, again)
	}
	wantStates(t, l, map[string]int{Queued: 2})
	d.Messages[1].To = "c"
	if _, err := l.Write(t.Context(), d); !errors.Is(err, ErrKeyReused) {
		t.Error(err)
	}
	if found, err := filepath.Glob(filepath.Join(state, "ledger", "*.sqlite")); err != nil || len(found) != 1 {
		t.Errorf("%v %v", found, err)
	}
}

// Signs that JSON may write in two ways are one text, in the event and in the outbox, today and when both are read again.
func TestSignsOfALetterAreOneText(t *testing.T) {
	l, _, state := posted(t, 0)
	d := note("one", "C1", "written to")
	d.Messages = []Message{{Channel: "mail", To: "c1@example.com", Content: json.RawMessage(`{"text": "Müller & Co. <b>\u2028"}`)}}
	first := write(t, l, d)
	if again := write(t, l, d); again.Sequence != first.Sequence {
		t.Errorf("the same draft is event %d and %d", first.Sequence, again.Sequence)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if found, err := Verify(t.Context(), state, Question{}); err != nil || len(found.Faults) > 0 {
		t.Errorf("%v %v", found.Faults, err)
	}
}
