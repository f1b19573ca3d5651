package mail

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"arrears/ledger"
)

// asSender in the environment makes the test program write letters into a state folder and send them until it is killed; the
// office's address follows the folder after a line break.
const asSender = "ARREARS_TEST_SENDER"

func TestMain(m *testing.M) {
	if where := os.Getenv(asSender); where != "" {
		state, address, _ := strings.Cut(where, "\n")
		_, _ = fmt.Fprintln(os.Stderr, sendOn(state, address))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

func sendOn(state, address string) error {
	ctx := context.Background()
	l, err := ledger.Open(ctx, state, ledger.Options{})
	if err != nil {
		return err
	}
	s := &Sender{Ledger: l, State: state, Log: slog.New(slog.DiscardHandler), Server: Server{Address: address, From: "ar@example.com", Plain: true}}
	for {
		m, err := Letter{Subject: "s", Text: "t"}.Message("c@example.com")
		if err != nil {
			return err
		}
		_, err = l.Write(ctx, ledger.Draft{Key: ledger.NewKey(), Actor: ledger.Program("test"), Subject: ledger.Subject{Kind: "customer", ID: "C1"},
			Type: "reminded", Messages: []ledger.Message{m, m}})
		if err != nil {
			return err
		}
		if _, err := s.Drain(ctx); err != nil {
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

// A sender is killed at random moments, and the server sometimes hangs up after it took a letter: no letter arrives twice, one that counts as
// sent arrived, one that waits did not, and only a kill or a hang-up on the way leaves a doubt.
func TestKilledSenderSendsNothingTwice(t *testing.T) {
	const seed = 25
	rng := rand.New(rand.NewPCG(seed, 1))
	hangUps := 0
	office := openOffice(t, func() behaviour {
		if rng.IntN(20) == 0 {
			hangUps++
			return cutAfter
		}
		return obliging
	})
	state := t.TempDir()
	for n := range kills() {
		c := exec.CommandContext(t.Context(), os.Args[0])
		c.Env = append(os.Environ(), asSender+"="+state+"\n"+office.address)
		var complaint strings.Builder
		c.Stderr = &complaint
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		office.mu.Lock() // the random numbers are the office's too
		after := time.Duration(rng.Int64N(int64(400 * time.Millisecond)))
		office.mu.Unlock()
		time.Sleep(after)
		_ = c.Process.Kill()
		_ = c.Wait()
		if complaint.Len() > 0 {
			t.Fatalf("the sender ended by itself: %s", complaint.String())
		}
		if ledger.Exists(state) {
			compare(t, state, office, n+1, &hangUps)
		}
		if t.Failed() {
			t.Fatalf("seed %d, kill %d", seed, n)
		}
	}
	if len(office.copies()) == 0 {
		t.Error("no letter arrived: the test proves nothing")
	}
	t.Logf("%d kills, %d hang-ups, %d letters taken, none twice", kills(), hangUps, len(office.copies()))
}

// compare holds what the ledger says against what the office took.
func compare(t *testing.T, state string, office *postOffice, kills int, hangUps *int) {
	t.Helper()
	time.Sleep(10 * time.Millisecond) // what the killed process had written may still be under way to the office
	l, err := ledger.Open(t.Context(), state, ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	copies := office.copies()
	for id, times := range copies {
		if times > 1 {
			t.Errorf("letter %s arrived %d times", id, times)
		}
	}
	doubts := 0
	for _, status := range []string{ledger.Queued, ledger.Sending, ledger.Sent, ledger.Failed, ledger.Unknown} {
		found, err := l.Letters(t.Context(), status)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range found {
			switch times := copies[m.ID]; {
			case status == ledger.Sent && times != 1, status == ledger.Queued && times != 0, status == ledger.Failed:
				t.Errorf("letter %s is %s and arrived %d times: %s", m.ID, status, times, m.Said)
			}
		}
		if status == ledger.Sending || status == ledger.Unknown {
			doubts += len(found)
		}
	}
	office.mu.Lock()
	defer office.mu.Unlock()
	if most := kills + *hangUps; doubts > most {
		t.Errorf("%d letters are in doubt after %d kills and hang-ups", doubts, most)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}
