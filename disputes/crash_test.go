package disputes

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"arrears/ledger"
)

// asWorker in the environment makes the test program file and settle disputes in a state folder until it is killed.
const asWorker = "ARREARS_TEST_DISPUTES"

// workOn files claims that rules decide and settles them. What is acknowledged goes to standard output: the case, and how many
// events it has at least.
func workOn(state string) error {
	ctx := context.Background()
	l, err := ledger.Open(ctx, state, ledger.Options{Projections: []ledger.Projection{Projection()}})
	if err != nil {
		return err
	}
	d := New(l, Default(), Options{Books: shop{}, Validator: evidence{}})
	failed := make(chan error)
	for range 3 {
		go func() {
			for {
				if err := settleOne(ctx, d); err != nil {
					failed <- err
				}
			}
		}()
	}
	return <-failed
}

func settleOne(ctx context.Context, d *Desk) error {
	c, err := d.File(ctx, customer1, ledger.NewKey(), claim("proven", "20"))
	if err != nil {
		return err
	}
	_, _ = fmt.Println(c.ID, c.Revision)
	if c, err = d.Advance(ctx, c.ID); err != nil {
		return err
	}
	_, _ = fmt.Println(c.ID, c.Revision)
	if c, err = d.Accept(ctx, customer1, ledger.NewKey(), c.ID, c.Decided.Hash, ""); err != nil {
		return err
	}
	_, _ = fmt.Println(c.ID, c.Revision)
	if c, err = d.Advance(ctx, c.ID); err != nil {
		return err
	}
	_, _ = fmt.Println(c.ID, c.Revision)
	return nil
}

func kills() int {
	if os.Getenv("ARREARS_LONG") != "" {
		return 300
	}
	return 6
}

// A process that files and settles is killed at random moments. What it had acknowledged is there, the next one finishes what it
// began, and every accepted decision is instructed once.
func TestKilledDeskLosesAndDoublesNothing(t *testing.T) {
	const seed = 2031
	rng := rand.New(rand.NewPCG(seed, 1))
	state, acknowledged, orders := t.TempDir(), map[string]int64{}, 0
	for n := range kills() {
		if n%20 == 0 {
			state, acknowledged = t.TempDir(), map[string]int64{}
		}
		// One in two is killed while it begins, the others at work: after what they were the first to acknowledge.
		kill(t, state, time.Duration(rng.Int64N(int64(400*time.Millisecond))), n%2 == 1, acknowledged)
		if ledger.Exists(state) {
			orders += afterKill(t, state, acknowledged)
		}
		if t.Failed() {
			t.Fatalf("seed %d, kill %d", seed, n)
		}
	}
	if orders == 0 {
		t.Error("nothing was instructed before any kill: the test proves nothing")
	}
	t.Logf("%d kills, %d instructions", kills(), orders)
}

func kill(t *testing.T, state string, after time.Duration, atWork bool, acknowledged map[string]int64) {
	t.Helper()
	c := exec.CommandContext(t.Context(), os.Args[0])
	c.Env = append(os.Environ(), asWorker+"="+state)
	var complaint strings.Builder
	c.Stderr = &complaint
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	var reading sync.WaitGroup
	begun := make(chan struct{})
	start := sync.OnceFunc(func() { close(begun) })
	reading.Go(func() {
		defer start()
		for lines := bufio.NewScanner(out); lines.Scan(); {
			var id string
			var revision int64
			if n, _ := fmt.Sscan(lines.Text(), &id, &revision); n == 2 && numberOf(id) > 0 { // a line may be cut by the kill
				acknowledged[id] = max(acknowledged[id], revision)
			}
			start()
		}
	})
	if atWork {
		<-begun
		after *= 3
	}
	time.Sleep(after)
	_ = c.Process.Kill()
	reading.Wait()
	_ = c.Wait()
	if complaint.Len() > 0 {
		t.Errorf("the worker ended by itself: %s", complaint.String())
	}
}

// afterKill opens the desk as the next process would, lets it finish, and counts the instructions.
func afterKill(t *testing.T, state string, acknowledged map[string]int64) int {
	t.Helper()
	ctx := t.Context()
	l, err := ledger.Open(ctx, state, ledger.Options{Projections: []ledger.Projection{Projection()}})
	if err != nil {
		t.Fatal(err)
	}
	d := New(l, Default(), Options{Books: shop{}, Validator: evidence{}})
	for id, revision := range acknowledged {
		if c, err := d.Case(ctx, id); err != nil || c.Revision < revision {
			t.Errorf("%s had event %d and has %d: %v", id, revision, c.Revision, err)
		}
	}
	if _, err := d.Tick(ctx); err != nil {
		t.Error(err)
	}
	cases, err := d.Cases(ctx, Filter{})
	if err != nil {
		t.Fatal(err)
	}
	orders := map[string]int{}
	for _, c := range cases {
		if accepted := c.Decided != nil && c.Decided.Answer == Accepted; accepted && len(c.Orders) != 1 || !accepted && len(c.Orders) > 0 {
			t.Errorf("%s in %s has %d instructions", c.ID, c.State, len(c.Orders))
		}
		for _, o := range c.Orders {
			orders[o.Proposal]++
		}
	}
	b := &bench{l: l}
	if waiting := b.instructions(t); len(waiting) != len(orders) {
		t.Errorf("%d instructions wait, of %d proposals", len(waiting), len(orders))
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	proof, err := ledger.Verify(ctx, state, ledger.Question{Projections: []ledger.Projection{Projection()}})
	if err != nil || len(proof.Faults) > 0 {
		t.Errorf("%v %v", proof.Faults, err)
	}
	return len(orders)
}
