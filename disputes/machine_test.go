package disputes

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"arrears/ledger"
)

// note is what customers enclose in these tests; nobody looks at it.
var note = Document{Name: "note.pdf", Type: "application/pdf", Digest: strings.Repeat("a", 64), Size: 1}

func TestMain(m *testing.M) {
	if state := os.Getenv(asWorker); state != "" {
		if err := workOn(state); err != nil {
			_, _ = fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	checks := "60"
	if os.Getenv("ARREARS_LONG") != "" {
		checks = "10000"
	}
	_ = flag.Set("rapid.checks", checks) // the flag is rapid's, and a number is one
	_ = flag.Set("rapid.steps", "40")
	os.Exit(m.Run())
}

// A machine is a desk under whatever people, customers, programs and clocks do to it.
type machine struct {
	*bench
	t      *testing.T
	keys   int
	hashes []string // of proposals there have been
	again  func() error
	key    string
	went   bool // the last thing that was asked for was written
}

var everybody = []string{"ana", "ann", "max", "app", "apt", "cfo", "aud", "customer1", "customer2", "mail", "token", "rule"}

func (m *machine) actor(t *rapid.T) ledger.Actor {
	switch name := rapid.SampledFrom(everybody).Draw(t, "who"); name {
	case "customer1":
		return customer1
	case "customer2":
		return ledger.Customer("C2", "ap@c2.example")
	case "rule":
		return Program
	case "mail", "token":
		return ledger.Program(name)
	default:
		return as(m.t, name)
	}
}

// some is a case, or one that isn't there.
func (m *machine) some(t *rapid.T) Case {
	cases, err := m.Cases(m.t.Context(), Filter{})
	if err != nil {
		t.Fatal(err)
	}
	if len(cases) == 0 || rapid.IntRange(0, 30).Draw(t, "gone") == 0 {
		return Case{ID: "D-000999"}
	}
	return rapid.SampledFrom(cases).Draw(t, "case")
}

// hash is mostly the one in question, else an old one.
func (m *machine) hash(t *rapid.T, c Case) string {
	if c.Proposal != nil && rapid.IntRange(0, 5).Draw(t, "stale") > 0 {
		return c.Proposal.Hash
	}
	return rapid.SampledFrom(append(m.hashes, "0")).Draw(t, "hash")
}

// try asks for something, and makes sure that it is done, or refused for a reason that there is.
func (m *machine) try(t *rapid.T, do func(key string) (Case, error)) {
	m.keys++
	key := fmt.Sprint("key ", m.keys)
	c, err := do(key)
	var mistakes Mistakes
	var move MoveError
	switch {
	case err == nil:
		if c.Proposal != nil && !slices.Contains(m.hashes, c.Proposal.Hash) {
			m.hashes = append(m.hashes, c.Proposal.Hash)
		}
	case errors.As(err, &mistakes) || errors.As(err, &move):
	default:
		known := slices.ContainsFunc([]error{ErrNoCase, ErrNotAllowed, ErrOwnWork, ErrTwice, ErrChanged, ErrUnverified, ErrUnsettled},
			func(want error) bool { return errors.Is(err, want) })
		if !known {
			t.Fatalf("an error nobody knows: %v", err)
		}
	}
	m.key, m.went = key, err == nil
	m.again = func() error { _, err := do(key); return err }
}

func (m *machine) offer(t *rapid.T, c Case) Offer {
	o := Offer{Kind: rapid.SampledFrom([]string{Credit, Refund, Withhold, Reject, Split}).Draw(t, "kind"), Reasons: []string{"so"}}
	if o.Kind == Reject {
		return o
	}
	for _, l := range c.Lines {
		kind := o.Kind
		if kind == Split {
			kind = rapid.SampledFrom([]string{Credit, Refund}).Draw(t, "part")
		}
		percent := rapid.SampledFrom([]int64{10, 50, 100, 101}).Draw(t, "percent")
		o.Lines = append(o.Lines, Award{l.Invoice, l.Amount.Mul(eur(fmt.Sprint(percent))).Shift(-2).Truncate(2), kind})
	}
	return o
}

// forward does what would be done next, by one of those who mostly may: without it random histories rarely get anywhere.
func (m *machine) forward(t *rapid.T) {
	ctx, c := m.t.Context(), m.some(t)
	one := func(names ...string) ledger.Actor { return as(m.t, rapid.SampledFrom(names).Draw(t, "one")) }
	switch c.State {
	case "review", "appeal":
		who, o := one("ana", "apt", "max"), m.offer(t, c)
		m.try(t, func(key string) (Case, error) { return m.Propose(ctx, who, key, c.ID, o) })
	case "approval":
		who := one("app", "apt", "max", "cfo")
		hash := m.hash(t, c)
		m.try(t, func(key string) (Case, error) { return m.Approve(ctx, who, key, c.ID, hash, "") })
	case "answer":
		m.try(t, func(key string) (Case, error) { return m.Accept(ctx, customer1, key, c.ID, c.Decided.Hash, "") })
	case "settling":
		if len(c.Orders) > 0 {
			m.try(t, func(key string) (Case, error) {
				return m.Confirm(ctx, ledger.Program("books"), key, c.ID, c.Orders[len(c.Orders)-1].Proposal, "done")
			})
		}
	default:
		if _, err := m.Tick(ctx); err != nil {
			t.Fatal(err)
		}
	}
}

func (m *machine) actions() map[string]func(*rapid.T) {
	ctx := m.t.Context()
	return map[string]func(*rapid.T){
		"forward": m.forward, "onward": m.forward, "further": m.forward, "ahead": m.forward, "on": m.forward, "along": m.forward,
		"file": func(t *rapid.T) {
			who := m.actor(t)
			c := claim(rapid.SampledFrom([]string{"", "proven", "partly", "false", "proven fraud"}).Draw(t, "text"),
				rapid.SampledFrom([]string{"20", "900", "4000", "12000"}).Draw(t, "amount"))
			if rapid.IntRange(0, 3).Draw(t, "odd") > 0 {
				who = customer1
			}
			c.Channel = rapid.SampledFrom([]string{Portal, Mail, Staff}).Draw(t, "channel")
			if rapid.Bool().Draw(t, "two lines") {
				c.Lines = append(c.Lines, Line{Invoice: "C1-B", Amount: eur("5.50")})
			}
			m.try(t, func(key string) (Case, error) { return m.File(ctx, who, key, c) })
		},
		"tick": func(t *rapid.T) {
			if _, err := m.Tick(ctx); err != nil {
				t.Fatal(err)
			}
		},
		"jump": func(t *rapid.T) {
			m.now = m.now.Add(time.Duration(rapid.SampledFrom([]int{-3, 1, 5, 30, 200, 24 * 22}).Draw(t, "hours")) * time.Hour)
		},
		"roles": func(t *rapid.T) {
			name := rapid.SampledFrom([]string{"ana", "app", "apt", "max"}).Draw(t, "user")
			u := ledger.User{Name: name, Title: name, Roles: people[name], Active: rapid.IntRange(0, 2).Draw(t, "active") > 0}
			if rapid.Bool().Draw(t, "other") {
				u.Roles = []string{"collector"}
			}
			if err := m.l.SetUser(ctx, ledger.Program("test"), u, "test"); err != nil {
				t.Fatal(err)
			}
		},
		"move": func(t *rapid.T) {
			who, c, to := m.actor(t), m.some(t), rapid.SampledFrom(Default().States).Draw(t, "to").Name
			m.try(t, func(key string) (Case, error) { return m.Move(ctx, who, key, c.ID, to, "so") })
		},
		"assign": func(t *rapid.T) {
			who, c, to := m.actor(t), m.some(t), rapid.SampledFrom(append(everybody, "")).Draw(t, "to")
			m.try(t, func(key string) (Case, error) { return m.Assign(ctx, who, key, c.ID, to, "so") })
		},
		"share": func(t *rapid.T) {
			who, c, s := m.actor(t), m.some(t), Sharing{Digest: note.Digest, Days: rapid.IntRange(0, 91).Draw(t, "days")}
			m.try(t, func(key string) (Case, error) { return m.Share(ctx, who, key, c.ID, s) })
		},
		"unshare": func(t *rapid.T) {
			who, c := m.actor(t), m.some(t)
			m.try(t, func(key string) (Case, error) { return m.Unshare(ctx, who, key, c.ID, note.Digest, "so") })
		},
		"hear": func(t *rapid.T) {
			who, c, w := m.actor(t), m.some(t), Word{Text: "late", Verified: rapid.Bool().Draw(t, "verified")}
			if rapid.Bool().Draw(t, "enclosed") {
				w.Documents = []Document{note}
			}
			m.try(t, func(key string) (Case, error) { return m.Hear(ctx, who, key, c.ID, w) })
		},
		"verify": func(t *rapid.T) {
			who, c := m.actor(t), m.some(t)
			m.try(t, func(key string) (Case, error) { return m.Verify(ctx, who, key, c.ID, "called") })
		},
		"amend": func(t *rapid.T) {
			who, c := m.actor(t), m.some(t)
			a := Amendment{Lines: []Line{{Invoice: "C1-B", Amount: eur(rapid.SampledFrom([]string{"10", "8000"}).Draw(t, "amount"))}}}
			m.try(t, func(key string) (Case, error) { return m.Amend(ctx, who, key, c.ID, a, "so") })
		},
		"propose": func(t *rapid.T) {
			who, c := m.actor(t), m.some(t)
			o := m.offer(t, c)
			m.try(t, func(key string) (Case, error) { return m.Propose(ctx, who, key, c.ID, o) })
		},
		"approve": func(t *rapid.T) {
			who, c := m.actor(t), m.some(t)
			hash := m.hash(t, c)
			m.try(t, func(key string) (Case, error) { return m.Approve(ctx, who, key, c.ID, hash, "") })
		},
		"refuse or withdraw": func(t *rapid.T) {
			who, c := m.actor(t), m.some(t)
			hash := m.hash(t, c)
			if rapid.Bool().Draw(t, "refuse") {
				m.try(t, func(key string) (Case, error) { return m.Refuse(ctx, who, key, c.ID, hash, "no") })
			} else {
				m.try(t, func(key string) (Case, error) { return m.Withdraw(ctx, who, key, c.ID, "no") })
			}
		},
		"answer": func(t *rapid.T) {
			who, c := m.actor(t), m.some(t)
			hash := m.hash(t, c)
			if rapid.IntRange(0, 2).Draw(t, "yes") > 0 {
				m.try(t, func(key string) (Case, error) { return m.Accept(ctx, who, key, c.ID, hash, "said so") })
			} else {
				m.try(t, func(key string) (Case, error) { return m.Reject(ctx, who, key, c.ID, hash, "said so") })
			}
		},
		"two at once": func(t *rapid.T) {
			c, hash := m.some(t), ""
			if c.Proposal != nil {
				hash = c.Proposal.Hash
			}
			m.keys += 4
			var both sync.WaitGroup
			for i := range 2 {
				both.Go(func() { _, _ = m.Accept(ctx, customer1, fmt.Sprint("key ", m.keys-i), c.ID, hash, "") })
				both.Go(func() { _, _ = m.Advance(ctx, c.ID) })
			}
			both.Wait()
		},
		"books": func(t *rapid.T) {
			who, c := m.actor(t), m.some(t)
			proposal := fmt.Sprintf("%s/P%d", c.ID, rapid.IntRange(1, 3).Draw(t, "proposal"))
			if rapid.IntRange(0, 3).Draw(t, "done") > 0 {
				m.try(t, func(key string) (Case, error) { return m.Confirm(ctx, who, key, c.ID, proposal, "done") })
			} else {
				m.try(t, func(key string) (Case, error) { return m.Return(ctx, who, key, c.ID, proposal, "not done") })
			}
		},
		"reopen": func(t *rapid.T) {
			who, c := m.actor(t), m.some(t)
			m.try(t, func(key string) (Case, error) { return m.Reopen(ctx, who, key, c.ID, "so") })
		},
		"ask again": func(t *rapid.T) {
			if m.again == nil || !m.went {
				t.Skip("nothing was asked for")
			}
			before, err := m.l.End(ctx)
			if err != nil {
				t.Fatal(err)
			}
			if err := m.again(); err != nil {
				t.Fatalf("the same, asked for again, is refused: %v", err)
			}
			if after, err := m.l.End(ctx); err != nil || after != before {
				t.Fatalf("the same, asked for again, was written again: %v", err)
			}
		},
	}
}

// Whatever is done to a desk, no rule about approvals, answers and instructions is broken, nothing is lost or doubled, and the tables
// are what the events make of them.
func TestRandomHistories(t *testing.T) {
	instructed, approved := 0, 0
	as(t, "ana")
	rapid.Check(t, func(rt *rapid.T) {
		m := &machine{bench: newBench(t), t: t}
		rt.Repeat(m.actions())
		m.now = m.now.Add(time.Hour)
		for range 3 {
			if _, err := m.Tick(t.Context()); err != nil {
				rt.Fatal(err)
			}
		}
		a := audit(rt, m.l)
		instructed, approved = instructed+a.instructed, approved+a.approved
		if orders := len(m.instructions(t)); orders != a.instructed {
			rt.Fatalf("%d instructions wait, %d were given", orders, a.instructed)
		}
		proof, err := ledger.Verify(t.Context(), m.state, ledger.Question{Projections: []ledger.Projection{Projection()}})
		if err != nil || len(proof.Faults) > 0 {
			rt.Fatalf("%v %v", proof.Faults, err)
		}
		m.close(t)
	})
	if instructed == 0 || approved == 0 {
		t.Error("nothing was approved or instructed: the test proves nothing")
	}
	t.Logf("%d approvals, %d instructions", approved, instructed)
}
