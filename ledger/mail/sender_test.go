package mail

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"mime"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"arrears/ledger"
)

// clock is moved by tests.
type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

// desk is a sender with an empty outbox, and the office it goes to.
func desk(t *testing.T, next func() behaviour) (*Sender, *postOffice, *clock) {
	t.Helper()
	state := t.TempDir()
	c := &clock{time.Date(2026, 11, 2, 7, 0, 0, 0, time.UTC)}
	l, err := ledger.Open(t.Context(), state, ledger.Options{Now: c.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	o := openOffice(t, next)
	return &Sender{Ledger: l, State: state, Log: slog.New(slog.DiscardHandler), Now: c.Now,
		Server: Server{Address: o.address, From: "Receivables <ar@example.com>", Plain: true}}, o, c
}

// post writes an event with a letter in it and returns the letter's id.
func post(t *testing.T, l *ledger.Ledger, letter Letter) string {
	t.Helper()
	m, err := letter.Message("collector@example.com")
	if err != nil {
		t.Fatal(err)
	}
	e, err := l.Write(t.Context(), ledger.Draft{Key: ledger.NewKey(), Actor: ledger.Program("worklist"),
		Subject: ledger.Subject{Kind: "collector", ID: "ana"}, Type: "list sent", Messages: []ledger.Message{m}})
	if err != nil {
		t.Fatal(err)
	}
	return e.Messages[0].ID
}

func drain(t *testing.T, s *Sender, want int) {
	t.Helper()
	if n, err := s.Drain(t.Context()); err != nil || n != want {
		t.Fatalf("%d letters were dealt with, want %d: %v", n, want, err)
	}
}

// stateOf is where the one letter of an outbox stands.
func stateOf(t *testing.T, l *ledger.Ledger) ledger.Letter {
	t.Helper()
	for _, state := range []string{ledger.Queued, ledger.Sending, ledger.Sent, ledger.Failed, ledger.Unknown} {
		found, err := l.Letters(t.Context(), state)
		if err != nil {
			t.Fatal(err)
		}
		if len(found) > 0 {
			return found[0]
		}
	}
	t.Fatal("the outbox is empty")
	return ledger.Letter{}
}

func TestLetterArrivesAsWritten(t *testing.T) {
	s, o, _ := desk(t, func() behaviour { return obliging })
	file, err := Keep(s.State, "worklist 2.11.csv", []byte("customer,amount\nC1,1\n"))
	if err != nil {
		t.Fatal(err)
	}
	id := post(t, s.Ledger, Letter{Subject: "Whom to call\r\nBcc: eve@example.com", Text: "Grüße\n.\nend", HTML: "<p>Grüße</p>", Files: []File{file}})
	drain(t, s, 1)
	if got := stateOf(t, s.Ledger); got.State != ledger.Sent || !strings.Contains(got.Said, "taken as 42") {
		t.Errorf("%+v", got)
	}
	if len(o.taken) != 1 {
		t.Fatalf("%d letters arrived: %v", len(o.taken), o.texts)
	}
	h := o.taken[0].Header
	subject, err := new(mime.WordDecoder).DecodeHeader(h.Get("Subject"))
	if err != nil || subject != "Whom to call Bcc: eve@example.com" || h.Get("Bcc") != "" {
		t.Errorf("subject %q, Bcc %q", subject, h.Get("Bcc"))
	}
	for name, want := range map[string]string{"Message-ID": "<" + id + "@example.com>", "Auto-Submitted": "auto-generated",
		"From": `"Receivables" <ar@example.com>`, "To": "<collector@example.com>"} {
		if h.Get(name) != want {
			t.Errorf("%s is %q, want %q", name, h.Get(name), want)
		}
	}
	if !strings.Contains(o.texts[0], `filename="worklist 2.11.csv"`) || !strings.Contains(o.texts[0], "text/html") {
		t.Errorf("parts are missing:\n%s", o.texts[0])
	}
	drain(t, s, 0)
}

func TestWhatTheServerDoesDecidesWhatBecomesOfALetter(t *testing.T) {
	for b, want := range map[behaviour]string{
		obliging: ledger.Sent, rude: ledger.Sent,
		closed: ledger.Queued, busy: ledger.Queued, greylisting: ledger.Queued, fullDisk: ledger.Queued,
		unknownUser: ledger.Failed, spamFilter: ledger.Failed,
		cutAfter: ledger.Unknown,
	} {
		t.Run(string(b), func(t *testing.T) {
			s, o, c := desk(t, func() behaviour { return b })
			id := post(t, s.Ledger, Letter{Subject: "s", Text: "t"})
			drain(t, s, 1)
			got := stateOf(t, s.Ledger)
			if got.State != want || want != ledger.Sent && got.Said == "" {
				t.Errorf("%s, %q; want %s", got.State, got.Said, want)
			}
			c.now = c.now.Add(48 * time.Hour)
			o.mu.Lock()
			o.next = func() behaviour { return obliging }
			o.mu.Unlock()
			again := 0
			if want == ledger.Queued {
				again = 1
			}
			drain(t, s, again)
			if times := o.copies()[id]; times > 1 || want == ledger.Queued && times != 1 {
				t.Errorf("the office took it %d times", times)
			}
		})
	}
}

// A connection that breaks in the middle of a long text leaves a doubt or surely nothing, never a letter that counts as sent.
func TestCutTextIsNeverSent(t *testing.T) {
	s, o, _ := desk(t, func() behaviour { return cutBefore })
	post(t, s.Ledger, Letter{Subject: "s", Text: strings.Repeat("a long line of text, again and again\n", 100_000)})
	drain(t, s, 1)
	if got := stateOf(t, s.Ledger); got.State != ledger.Unknown || len(o.taken) != 0 {
		t.Errorf("%s, %d taken", got.State, len(o.taken))
	}
}

func TestLetterIsGivenUpAfterSomeDays(t *testing.T) {
	s, _, c := desk(t, func() behaviour { return busy })
	post(t, s.Ledger, Letter{Subject: "s", Text: "t"})
	for range waits {
		drain(t, s, 1)
		drain(t, s, 0)
		got := stateOf(t, s.Ledger)
		if got.State != ledger.Queued {
			t.Fatalf("%+v", got)
		}
		c.now = got.DueAt
	}
	drain(t, s, 1)
	if got := stateOf(t, s.Ledger); got.State != ledger.Failed || !strings.HasPrefix(got.Said, "given up") {
		t.Errorf("%+v", got)
	}
}

// Without STARTTLS, which is required unless it is said otherwise, no word of a letter is said.
func TestNothingIsSaidInTheClear(t *testing.T) {
	s, o, _ := desk(t, func() behaviour { return obliging })
	s.Server.Plain = false
	post(t, s.Ledger, Letter{Subject: "s", Text: "t"})
	drain(t, s, 1)
	if got := stateOf(t, s.Ledger); got.State != ledger.Queued || !strings.Contains(got.Said, "STARTTLS") || len(o.texts) != 0 {
		t.Errorf("%+v, %d texts", got, len(o.texts))
	}
}

func TestLetterThatCannotBeComposedFails(t *testing.T) {
	s, o, _ := desk(t, func() behaviour { return obliging })
	post(t, s.Ledger, Letter{Subject: "s", Text: "t", Files: []File{{Name: "f", Digest: "../../ledger.head"}}})
	m := ledger.Message{Channel: Channel, To: "a@example.com", Content: json.RawMessage(`[1]`)}
	_, err := s.Ledger.Write(t.Context(), ledger.Draft{Key: "1", Actor: ledger.Program("x"), Subject: ledger.Subject{Kind: "x", ID: "x"}, Type: "x",
		Messages: []ledger.Message{m}})
	if err != nil {
		t.Fatal(err)
	}
	drain(t, s, 2)
	if failed, err := s.Ledger.Letters(t.Context(), ledger.Failed); err != nil || len(failed) != 2 || len(o.texts) > 0 {
		t.Errorf("%v %v", failed, err)
	}
}

func TestLetterNeedsAReceiverASubjectAndAText(t *testing.T) {
	for n, c := range []struct {
		to string
		l  Letter
	}{{"nobody", Letter{Subject: "s", Text: "t"}}, {"a@b.c\r\nBcc: x@y.z", Letter{Subject: "s", Text: "t"}}, {"a@b.c", Letter{Text: "t"}}, {"a@b.c", Letter{Subject: "s"}}} {
		if _, err := c.l.Message(c.to); err == nil {
			t.Errorf("%d: was taken", n)
		}
	}
}

func TestKeptFileIsThereOnce(t *testing.T) {
	state := t.TempDir()
	var files []File
	for n := range 2 {
		f, err := Keep(state, fmt.Sprint("f", n), []byte("text"))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	found, err := filepath.Glob(filepath.Join(state, outgoing, "*"))
	if err != nil || len(found) != 1 || files[0].Digest != files[1].Digest {
		t.Errorf("%v %v %v", files, found, err)
	}
}
