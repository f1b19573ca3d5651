package disputes

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"arrears/ledger"
)

// shop is the books of a company with customers C1 and C2, who have two invoices each: C1-A and C1-B.
type shop struct{}

func (shop) Customer(_ context.Context, id string) (Customer, error) {
	if id != "C1" && id != "C2" {
		return Customer{}, fmt.Errorf("customer %s: %w", id, ErrNotInBooks)
	}
	return Customer{ID: id, Name: "Customer " + id, Entity: "E1"}, nil
}

func (shop) Invoice(_ context.Context, customer, id string) (Invoice, error) {
	if id != customer+"-A" && id != customer+"-B" {
		return Invoice{}, fmt.Errorf("invoice %s: %w", id, ErrNotInBooks)
	}
	return Invoice{ID: id, Customer: customer, Entity: "E1", Currency: "EUR", Amount: eur("5000"), Open: eur("5000"), Rate: eur("1")}, nil
}

func eur(text string) decimal.Decimal { return decimal.RequireFromString(text) }

// evidence supports a claim by what its text says: "proven", "partly", "false", or nothing.
type evidence struct{}

func (evidence) Validate(_ context.Context, c Case) (Report, error) {
	r := Report{Verdict: Undecidable, Tests: []Test{{Name: "price", Verdict: Undecidable}}}
	switch {
	case strings.Contains(c.Text, "proven"):
		r.Verdict, r.Supported = Valid, c.Claimed()
	case strings.Contains(c.Text, "partly"):
		r.Verdict, r.Supported = Valid, c.Claimed().Div(decimal.NewFromInt(2)).Truncate(2)
	case strings.Contains(c.Text, "false"):
		r.Verdict = Invalid
	}
	if strings.Contains(c.Text, "fraud") {
		r.Flags = []string{"new sender"}
	}
	r.Tests[0].Verdict, r.Tests[0].Amount, r.Tests[0].Says = r.Verdict, r.Supported, "the price list says so"
	return r, nil
}

// monday is when these tests begin.
var monday = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)

// A bench is a desk with people at it and a clock that stands still.
type bench struct {
	*Desk
	l     *ledger.Ledger
	state string
	now   time.Time

	closed bool
}

func newBench(t testing.TB) *bench {
	t.Helper()
	return newBenchIn(t, quick(t))
}

func newBenchIn(t testing.TB, state string) *bench {
	t.Helper()
	b := &bench{state: state, now: monday}
	var err error
	b.l, err = ledger.Open(context.Background(), b.state, ledger.Options{Projections: []ledger.Projection{Projection()}, Now: func() time.Time { return b.now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.close(t) })
	for name, roles := range people {
		if err := b.l.SetUser(context.Background(), ledger.Program("test"), ledger.User{Name: name, Title: name, Roles: roles, Active: true}, "test"); err != nil {
			t.Fatal(err)
		}
	}
	b.Desk = New(b.l, Default(), Options{Books: shop{}, Validator: evidence{}, Now: func() time.Time { return b.now }})
	return b
}

// close may be called twice.
func (b *bench) close(t testing.TB) {
	t.Helper()
	if err := b.l.Close(); err != nil && !b.closed {
		t.Error(err)
	}
	b.closed = true
	_ = os.RemoveAll(b.state)
}

// people are the users of these tests, by their roles.
var people = map[string][]string{
	"ana": {"analyst"}, "ann": {"analyst"}, "max": {"manager"}, "app": {"approver"}, "apt": {"analyst", "approver"}, "cfo": {"cfo"}, "aud": {"auditor"},
}

var (
	signing sync.Once
	actors  = map[string]ledger.Actor{}
)

// as is a user who has signed in, once for all tests.
func as(t testing.TB, name string) ledger.Actor {
	t.Helper()
	signing.Do(func() {
		ctx := context.Background()
		l, err := ledger.Open(ctx, t.TempDir(), ledger.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for name, roles := range people {
			by := ledger.Program("test")
			wrong := errors.Join(l.SetUser(ctx, by, ledger.User{Name: name, Title: name, Roles: roles, Active: true}, "test"),
				l.SetPassword(ctx, by, name, "correct horse "+name, "test"))
			token, err := l.SignIn(ctx, name, "correct horse "+name)
			if wrong = errors.Join(wrong, err); wrong != nil {
				t.Fatal(wrong)
			}
			s, err := l.Session(ctx, token)
			if err != nil {
				t.Fatal(err)
			}
			actors[name] = s.Actor
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
	})
	return actors[name]
}

func claim(text, amount string) Claim {
	return Claim{Customer: "C1", Currency: "EUR", Lines: []Line{{Invoice: "C1-A", Amount: eur(amount)}}, Reason: "price", Text: text, Channel: Portal}
}

var customer1 = ledger.Customer("C1", "ap@c1.example")

func TestClaimIsFiledOnceWithAnOwnerAndAClock(t *testing.T) {
	b := newBench(t)
	c, err := b.File(t.Context(), customer1, "k1", claim("the price", "100"))
	if err != nil {
		t.Fatal(err)
	}
	if c.ID != "D-000001" || c.State != "received" || c.Owner != "ana" || !c.Due.Equal(monday.Add(4*time.Hour)) || c.Contact != "ap@c1.example" || !c.Verified {
		t.Errorf("%+v", c)
	}
	again, err := b.File(t.Context(), customer1, "k1", claim("the price", "100"))
	if err != nil || again.ID != c.ID {
		t.Errorf("%s %v", again.ID, err)
	}
	second, err := b.File(t.Context(), customer1, "k2", claim("the price", "100"))
	if err != nil || second.ID != "D-000002" || second.Owner != "ann" {
		t.Errorf("%s of %s: %v", second.ID, second.Owner, err)
	}
}

// quick is a folder in memory where there is one: these tests write much, and what a power cut leaves is not their matter.
func quick(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "disputes-*")
	if err != nil {
		dir = t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) }) // what is left there is forgotten
	return dir
}
