package ledger

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// asWriter in the environment makes the test program write to the ledger of a state folder until it is killed.
const asWriter = "ARREARS_TEST_WRITER"

func TestMain(m *testing.M) {
	if state := os.Getenv(asWriter); state != "" {
		if err := writeOn(state); err != nil {
			_, _ = fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	if state := os.Getenv(onFullDisk); state != "" {
		if err := writeFull(state); err != nil {
			_, _ = fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	if os.Getenv("ARREARS_LONG") == "" { // SQLite in Go is slow under the race detector
		_ = flag.Set("rapid.checks", "12") // the flag is rapid's, and a number is one
	}
	os.Exit(m.Run())
}

// writeOn writes notes, each with a letter, and sends the letters; what is acknowledged goes to standard output, what is handed over
// to the file that stands for the world outside.
func writeOn(state string) error {
	ctx := context.Background()
	l, err := Open(ctx, state, Options{Projections: []Projection{tally}})
	if err != nil {
		return err
	}
	world, err := os.OpenFile(filepath.Join(state, "world"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	failed := make(chan error)
	for range 3 {
		go func() {
			for {
				d := note(NewKey(), fmt.Sprint("C", rand.IntN(9)), "x")
				d.Messages = []Message{{Channel: "mail", To: "c1@example.com"}}
				e, err := l.Write(ctx, d)
				if err != nil {
					failed <- err
				}
				_, _ = fmt.Println("written", e.ID, e.Hash)
			}
		}()
	}
	go func() {
		for {
			c, err := l.Claim(ctx, "mail", time.Minute)
			if err == nil && c != nil {
				_, _ = fmt.Fprintln(world, c.ID)
				if err = c.Sent(ctx, "250"); err == nil {
					_, _ = fmt.Println("sent", c.ID, "-")
				}
			}
			if err != nil {
				failed <- err
			}
		}
	}()
	return <-failed
}

func kills() int {
	switch {
	case os.Getenv("ARREARS_LONG") != "":
		return 200
	case testing.Short():
		return 3
	}
	return 12
}

// A process that writes and sends is killed at random moments, some of them while a ledger begins. Whatever it had acknowledged is
// there, the chain is whole, and no letter went out twice.
func TestKilledWriterLosesNothing(t *testing.T) {
	const seed = 2011
	rng := rand.New(rand.NewPCG(seed, 1))
	var state string
	var acknowledged map[string]string
	told, doubts := 0, 0
	for n := range kills() {
		if n%10 == 0 {
			state, acknowledged = t.TempDir(), map[string]string{}
		}
		for what, hash := range killWriter(t, state, time.Duration(rng.Int64N(int64(300*time.Millisecond)))) {
			acknowledged[what] = hash
		}
		if Exists(state) {
			if doubts = afterKill(t, state, acknowledged); doubts > n%10+1 {
				t.Errorf("%d letters are in doubt after %d kills: only what a kill met on its way may be", doubts, n%10+1)
			}
		}
		if t.Failed() {
			t.Fatalf("seed %d, kill %d", seed, n)
		}
		told += len(acknowledged)
	}
	if told == 0 {
		t.Error("nothing was acknowledged before any kill: the test proves nothing")
	}
	t.Logf("%d kills; %d words kept, counted after each", kills(), told)
}

// killWriter is what a process acknowledged before it was killed: "written <event>" or "sent <message>", with the hash.
func killWriter(t *testing.T, state string, after time.Duration) map[string]string {
	t.Helper()
	c := exec.CommandContext(t.Context(), os.Args[0])
	c.Env = append(os.Environ(), asWriter+"="+state)
	var complaint strings.Builder
	c.Stderr = &complaint
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	said := map[string]string{}
	var reading sync.WaitGroup
	reading.Go(func() {
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if f := strings.Fields(lines.Text()); len(f) == 3 { // a line may be cut by the kill
				said[f[0]+" "+f[1]] = f[2]
			}
		}
	})
	time.Sleep(after)
	_ = c.Process.Kill()
	reading.Wait()
	_ = c.Wait()
	if complaint.Len() > 0 {
		t.Errorf("the writer ended by itself: %s", complaint.String())
	}
	return said
}

// afterKill opens the ledger as the next process would, and counts the letters of which nobody can say whether they went out.
func afterKill(t *testing.T, state string, acknowledged map[string]string) (doubts int) {
	t.Helper()
	l, err := Open(t.Context(), state, Options{Projections: []Projection{tally}, Now: func() time.Time { return time.Now().Add(time.Hour) }})
	if err != nil {
		t.Fatal(err)
	}
	if err := l.lapse(t.Context()); err != nil {
		t.Fatal(err)
	}
	there := map[string]string{}
	handed := handedOver(t, state)
	if err := l.Events(t.Context(), 0, func(e Event) error { there["written "+e.ID] = e.Hash; return nil }); err != nil {
		t.Fatal(err)
	}
	for _, status := range []string{Queued, Sending, Sent, Unknown} {
		found, err := l.Letters(t.Context(), status)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range found {
			if status == Sent {
				there["sent "+m.ID] = "-"
			}
			if times := handed[m.ID]; times > 1 || status == Queued && times > 0 || status == Sent && times != 1 || status == Sending {
				t.Errorf("message %s is %s and went out %d times", m.ID, status, times)
			}
		}
		if status == Unknown {
			doubts = len(found)
		}
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	for what, hash := range acknowledged {
		if there[what] != hash {
			t.Errorf("%s was acknowledged and is not there", what)
		}
	}
	sound(t, state)
	return doubts
}

func handedOver(t *testing.T, state string) map[string]int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(state, "world"))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	times := map[string]int{}
	for line := range strings.Lines(string(text)) {
		times[strings.TrimSpace(line)]++
	}
	return times
}
