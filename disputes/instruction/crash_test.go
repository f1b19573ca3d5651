package instruction

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"arrears/disputes"
	"arrears/ledger"
)

// asWriter in the environment makes the test program give instructions and write them until it is killed: state folder, and how many
// seconds its clock is ahead, so that what died before counts as dead.
const asWriter = "ARREARS_TEST_INSTRUCTIONS"

func TestMain(m *testing.M) {
	if where := os.Getenv(asWriter); where != "" {
		state, ahead, _ := strings.Cut(where, "\n")
		_, _ = fmt.Fprintln(os.Stderr, writeOn(state, ahead))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

func at(ahead string) func() time.Time {
	seconds, err := strconv.Atoi(ahead)
	if err != nil {
		panic(err)
	}
	return func() time.Time { return time.Now().Add(time.Duration(seconds) * time.Second) }
}

// writer is one on a state folder.
func writer(ctx context.Context, state string, now func() time.Time) (*Writer, error) {
	l, err := ledger.Open(ctx, state, ledger.Options{Now: now})
	return &Writer{Ledger: l, Box: Box(filepath.Join(state, "instructions")), Master: good(), Payers: payers, Company: "Harbour Tools", Zone: time.UTC,
		Log: slog.New(slog.DiscardHandler), Now: now}, err
}

func writeOn(state, ahead string) error {
	ctx := context.Background()
	w, err := writer(ctx, state, at(ahead))
	if err != nil {
		return err
	}
	for n := 1; ; n++ {
		kind := []string{disputes.Credit, disputes.Refund}[n%2]
		content, err := json.Marshal(order(disputes.Award{Invoice: "I", Kind: kind, Amount: decimal.New(int64(n), -2)}))
		if err != nil {
			return err
		}
		m := ledger.Message{Channel: Channel, To: "books", Content: content}
		_, err = w.Ledger.Write(ctx, ledger.Draft{Key: ledger.NewKey(), Actor: ledger.Program("disputes"), Subject: ledger.Subject{Kind: "dispute", ID: "D"},
			Type: "instructed", Messages: []ledger.Message{m, m}})
		if err != nil {
			return err
		}
		if _, err := w.Drain(ctx); err != nil {
			return err
		}
	}
}

func kills() int {
	switch {
	case os.Getenv("ARREARS_LONG") != "":
		return 100
	case testing.Short():
		return 3
	}
	return 8
}

// A writer is killed at random moments while an ERP takes what it finds: every instruction arrives once, whole, and none stays in doubt.
func TestKilledWriterLosesAndDoublesNoInstruction(t *testing.T) {
	const seed = 7
	rng := rand.New(rand.NewPCG(seed, 1))
	state := t.TempDir()
	erp := &erp{box: Box(filepath.Join(state, "instructions")), taken: map[string]int{}}
	for n := range kills() {
		c := exec.CommandContext(t.Context(), os.Args[0])
		c.Env = append(os.Environ(), asWriter+"="+state+"\n"+strconv.Itoa(n*120))
		var complaint strings.Builder
		c.Stderr = &complaint
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		for end := time.Now().Add(time.Duration(rng.Int64N(int64(500 * time.Millisecond)))); time.Now().Before(end); {
			erp.take(t, rng)
			time.Sleep(time.Duration(rng.Int64N(int64(5 * time.Millisecond))))
		}
		_ = c.Process.Kill()
		_ = c.Wait()
		if complaint.Len() > 0 {
			t.Fatalf("the writer ended by itself: %s", complaint.String())
		}
	}
	w, err := writer(t.Context(), state, at(strconv.Itoa(kills()*120)))
	if err != nil {
		t.Fatal(err)
	}
	for range 3 { // what was on its way is in doubt at first
		if _, err := w.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	erp.take(t, nil)
	given := 0
	err = w.Ledger.Events(t.Context(), 0, func(e ledger.Event) error {
		for _, m := range e.Messages {
			given++
			if erp.taken[m.ID] != 1 {
				t.Errorf("instruction %s arrived %d times", m.ID, erp.taken[m.ID])
			}
			delete(erp.taken, m.ID)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for id := range erp.taken {
		t.Errorf("instruction %s arrived, and nobody gave it", id)
	}
	for _, state := range []string{ledger.Queued, ledger.Sending, ledger.Failed, ledger.Unknown} {
		if left, err := w.Ledger.Letters(t.Context(), state); err != nil || len(left) > 0 {
			t.Errorf("%d are %s: %v", len(left), state, err)
		}
	}
	if given == 0 {
		t.Error("no instruction was given: the test proves nothing")
	}
	if err := w.Ledger.Close(); err != nil {
		t.Error(err)
	}
	t.Logf("%d kills, %d instructions, each arrived once", kills(), given)
}

// An erp takes instructions out of the outbox and deletes them.
type erp struct {
	box   Box
	taken map[string]int
}

// take takes some of what there is, or all without random numbers.
func (e *erp) take(t *testing.T, rng *rand.Rand) {
	t.Helper()
	found, err := os.ReadDir(e.box.outbox(""))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	for _, entry := range found {
		if rng != nil && rng.IntN(2) == 0 {
			continue
		}
		id := entry.Name()
		digests, err := os.ReadFile(filepath.Join(e.box.outbox(id), id+".sha256"))
		if err != nil {
			t.Fatalf("a part of an instruction was handed over: %v", err)
		}
		for _, line := range strings.Split(strings.TrimSpace(string(digests)), "\n") {
			want, name, _ := strings.Cut(line, "  ")
			text, err := os.ReadFile(filepath.Join(e.box.outbox(id), name))
			if sum := fmt.Sprintf("%x", sha256.Sum256(text)); err != nil || sum != want {
				t.Errorf("%s is not whole: %v", name, err)
			}
		}
		e.taken[id]++
		if err := os.RemoveAll(e.box.outbox(id)); err != nil {
			t.Fatal(err)
		}
	}
}
