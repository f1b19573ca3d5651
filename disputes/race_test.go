package disputes

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Several at once do the same thing to one case: one of them has done it.
func TestOneOfManyAtOnceIsFirst(t *testing.T) {
	b, ctx := newBench(t), t.Context()
	as(t, "app")
	rounds := 8
	if os.Getenv("ARREARS_LONG") != "" {
		rounds = 250
	}
	all := func(do func(key string) error) (done int32) {
		var together sync.WaitGroup
		for i := range 6 {
			together.Go(func() {
				if do(fmt.Sprint("key ", i, " ", t.Name(), time.Now().UnixNano())) == nil {
					atomic.AddInt32(&done, 1)
				}
			})
		}
		together.Wait()
		return done
	}
	for n := range rounds {
		c := b.must(t)(b.File(ctx, customer1, fmt.Sprint("f", n), claim("x", "12000")))
		b.must(t)(b.Advance(ctx, c.ID))
		c = b.must(t)(b.Propose(ctx, as(t, "ana"), fmt.Sprint("p", n), c.ID, credit("12000")))
		if done := all(func(key string) error {
			_, err := b.Approve(ctx, as(t, "app"), key, c.ID, c.Proposal.Hash, "")
			return err
		}); done != 1 {
			t.Fatalf("one person approved %d times", done)
		}
		b.must(t)(b.Approve(ctx, as(t, "cfo"), fmt.Sprint("a", n), c.ID, c.Proposal.Hash, ""))
		b.must(t)(b.Advance(ctx, c.ID))
		if done := all(func(key string) error {
			_, err := b.Accept(ctx, customer1, key, c.ID, c.Proposal.Hash, "")
			return err
		}); done != 1 {
			t.Fatalf("accepted %d times", done)
		}
		all(func(string) error { _, err := b.Advance(ctx, c.ID); return err })
		if c = b.must(t)(b.Case(ctx, c.ID)); len(c.Orders) != 1 {
			t.Fatalf("instructed %d times", len(c.Orders))
		}
	}
}

// An edit and an approval meet: what is approved is what was looked at, or nothing.
func TestApprovalDoesNotSlipOntoAnEdit(t *testing.T) {
	b, ctx := newBench(t), t.Context()
	as(t, "app")
	for n := range 12 {
		c := b.must(t)(b.File(ctx, customer1, fmt.Sprint("f", n), claim("x", "900")))
		b.must(t)(b.Advance(ctx, c.ID))
		c = b.must(t)(b.Propose(ctx, as(t, "ana"), fmt.Sprint("p", n), c.ID, credit("100")))
		first := c.Proposal.Hash
		var both sync.WaitGroup
		both.Go(func() { _, _ = b.Approve(ctx, as(t, "app"), fmt.Sprint("a", n), c.ID, first, "") })
		both.Go(func() { _, _ = b.Propose(ctx, as(t, "ann"), fmt.Sprint("e", n), c.ID, credit("900")) })
		both.Wait()
		c = b.must(t)(b.Case(ctx, c.ID))
		if c.Decided != nil && c.Decided.Hash != first || c.Decided == nil && len(c.Proposal.Approvals) > 0 {
			t.Fatalf("%+v %+v", c.Decided, c.Proposal)
		}
	}
}

// A clock that is set back keeps nothing from being done that comes by itself.
func TestClockSetBackKeepsNothing(t *testing.T) {
	b, ctx := newBench(t), t.Context()
	c := b.must(t)(b.File(ctx, customer1, "k1", claim("proven", "20")))
	b.now = b.now.Add(-48 * time.Hour)
	b.tick(t)
	if c = b.must(t)(b.Case(ctx, c.ID)); c.State != "answer" {
		t.Errorf("it is in %s", c.State)
	}
	if _, err := b.Accept(ctx, customer1, "k2", "D-000077", "x", ""); !errors.Is(err, ErrNoCase) {
		t.Error(err)
	}
}
