package ledger

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// A machine is a ledger under whatever people, senders and restarts do to it, beside what must have come of it.
type machine struct {
	t       *testing.T
	state   string
	l       *Ledger
	clock   *steps
	plain   bool             // opened by a process that does not know the tally
	asked   map[string]Event // by key
	claimed []*Claim
	sent    map[string]bool
}

func (m *machine) reopen(projections ...Projection) {
	m.t.Helper()
	if m.l != nil {
		if err := m.l.Close(); err != nil {
			m.t.Fatal(err)
		}
	}
	l, err := Open(m.t.Context(), m.state, Options{Projections: projections, Now: m.clock.Now})
	if err != nil {
		m.t.Fatal(err)
	}
	m.l, m.plain = l, len(projections) == 0
	for _, c := range m.claimed {
		c.ledger = l
	}
}

func (m *machine) actions() map[string]func(*rapid.T) {
	return map[string]func(*rapid.T){
		"write": func(t *rapid.T) {
			d := note(fmt.Sprint("key ", rapid.IntRange(0, 30).Draw(t, "key")), rapid.StringN(1, 5, 20).Draw(t, "customer"),
				rapid.String().Draw(t, "text"))
			for range rapid.IntRange(0, 2).Draw(t, "letters") {
				d.Messages = append(d.Messages, Message{Channel: "mail", To: "c"})
			}
			e, err := m.l.Write(m.t.Context(), d)
			wanted, wrong := d.event()
			first, known := m.asked[d.Key]
			switch {
			case wrong != nil:
				if err == nil {
					t.Fatalf("%v was written: %v", e, wrong)
				}
			case !known && err == nil:
				m.asked[d.Key] = e
			case known && wanted.asked() == first.asked() && err == nil && e.record() == first.record():
			case known && wanted.asked() != first.asked() && errors.Is(err, ErrKeyReused):
			default:
				t.Fatalf("key %s, first %v: %v, %v", d.Key, first, e, err)
			}
		},
		"claim": func(t *rapid.T) {
			c, err := m.l.Claim(m.t.Context(), "mail", time.Minute)
			if err != nil {
				t.Fatal(err)
			}
			if c != nil {
				m.claimed = append(m.claimed, c)
			}
		},
		"end": func(t *rapid.T) {
			if len(m.claimed) == 0 {
				t.Skip("nothing is on its way")
			}
			c := rapid.SampledFrom(m.claimed).Draw(t, "claim")
			var err error
			switch rapid.IntRange(0, 3).Draw(t, "how") {
			case 0:
				err = c.Sent(m.t.Context(), "250")
				if err == nil {
					m.sent[c.ID] = true
				}
			case 1:
				err = c.Failed(m.t.Context(), "550")
			case 2:
				err = c.Delayed(m.t.Context(), m.clock.now.Add(time.Minute), "421")
			case 3:
				err = c.Unknown(m.t.Context(), "?")
			}
			if err != nil && !errors.Is(err, errMoved) && !errors.Is(err, ErrKeyReused) { // a sender that says two things
				t.Fatal(err)
			}
		},
		"time passes": func(t *rapid.T) {
			m.clock.now = m.clock.now.Add(time.Duration(rapid.IntRange(-60, 120).Draw(t, "seconds")) * time.Second)
		},
		"another process": func(*rapid.T) { m.reopen() },
		"restart":         func(*rapid.T) { m.reopen(tally) },
		"newer program": func(*rapid.T) {
			newer := tally
			newer.Version++
			m.reopen(newer)
			m.reopen(tally)
		},
		"verify": m.check,
	}
}

// check wants the tables to be those that a replay gives, and what was sent to have stayed so.
func (m *machine) check(t *rapid.T) {
	q := Question{}
	if !m.plain {
		q.Projections = []Projection{tally}
	}
	found, err := Verify(m.t.Context(), m.state, q)
	if err != nil || len(found.Faults) > 0 {
		t.Fatal(found.Faults, err)
	}
	letters, err := m.l.Letters(m.t.Context(), Sent)
	if err != nil {
		t.Fatal(err)
	}
	if len(letters) != len(m.sent) {
		t.Fatalf("%d letters are sent, want %d", len(letters), len(m.sent))
	}
}

// Whatever happens, in whatever order: the tables that are kept are those that a replay from the first event gives.
func TestProjectionsEqualReplay(t *testing.T) {
	root := t.TempDir()
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		m := &machine{t: t, state: filepath.Join(root, fmt.Sprint(n)), clock: &steps{time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)},
			asked: map[string]Event{}, sent: map[string]bool{}}
		m.reopen(tally)
		rt.Repeat(m.actions())
		m.check(rt)
		if err := m.l.Close(); err != nil {
			rt.Fatal(err)
		}
		if err := os.RemoveAll(m.state); err != nil {
			rt.Fatal(err)
		}
	})
}
