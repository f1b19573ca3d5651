package intake

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	stdmail "net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"arrears/disputes"
	"arrears/ledger/mail"
)

// A responder is the mail server of a customer whose desk answers every letter by a program.
type responder struct {
	address string
	mu      sync.Mutex
	letters []*stdmail.Message
}

func openResponder(t *testing.T) *responder {
	t.Helper()
	at, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &responder{address: at.Addr().String()}
	var open sync.WaitGroup
	open.Go(func() {
		for {
			conn, err := at.Accept()
			if err != nil {
				return
			}
			open.Go(func() { r.serve(conn) })
		}
	})
	t.Cleanup(func() { _ = at.Close(); open.Wait() })
	return r
}

// serve takes letters as any mail server does.
func (r *responder) serve(conn net.Conn) {
	defer func() { _ = conn.Close() }() // the other side may be gone
	say := func(text string) { _, _ = fmt.Fprint(conn, text+"\r\n") }
	say("220 customer")
	lines := bufio.NewReader(conn)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return
		}
		switch strings.ToUpper(strings.TrimSpace(line)) {
		case "DATA":
			say("354 go on")
			var text strings.Builder
			for line, err = lines.ReadString('\n'); err == nil && line != ".\r\n"; line, err = lines.ReadString('\n') {
				text.WriteString(strings.TrimPrefix(line, "."))
			}
			if m, err := stdmail.ReadMessage(strings.NewReader(text.String())); err == nil {
				r.mu.Lock()
				r.letters = append(r.letters, m)
				r.mu.Unlock()
			}
			say("250 taken")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

// Whatever a responder does to hide that it is one, it and our own answers exchange at most three messages.
func TestTwoRespondersSoonFallSilent(t *testing.T) {
	for name, answer := range map[string]func(m *Message, letter *stdmail.Message, body string){
		"that says what it is": func(m *Message, _ *stdmail.Message, _ string) { m.Automatic = "an automatic reply" },
		"that answers in the thread": func(m *Message, letter *stdmail.Message, _ string) {
			m.References, m.Subject = []string{strings.Trim(letter.Header.Get("Message-ID"), "<>")}, "Re: "+letter.Header.Get("Subject")
		},
		"that answers where it is told": func(m *Message, letter *stdmail.Message, _ string) {
			to, err := stdmail.ParseAddress(letter.Header.Get("Reply-To"))
			if err != nil {
				t.Error(err)
				return
			}
			m.Subject, m.To, m.Authentic = "INV-1002", []string{to.Address}, false
		},
		"that only repeats the subject": func(m *Message, letter *stdmail.Message, _ string) { m.Subject = "Re: " + letter.Header.Get("Subject") },
		"that always says the same":     func(m *Message, _ *stdmail.Message, _ string) { m.Subject, m.Text = "Your mail", "We have got it." },
		"that never says the same": func(m *Message, _ *stdmail.Message, _ string) {
			m.Subject, m.Text = "Your mail", "We have got it under "+m.Digest
		},
		"that repeats our words":       func(m *Message, _ *stdmail.Message, body string) { m.Subject, m.Text = "Got: ", body+m.Digest },
		"that names the invoice again": func(m *Message, _ *stdmail.Message, _ string) { m.Subject, m.Text = "INV-1001", "Got "+m.Digest },
		"that waits an hour":           func(m *Message, _ *stdmail.Message, _ string) { m.Subject, m.Text = "Hello", m.Digest },
	} {
		t.Run(name, func(t *testing.T) {
			d := open(t)
			there := openResponder(t)
			sender := mail.Sender{Ledger: d.l, State: d.Shelf.State, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return d.now },
				Server: mail.Server{Address: there.address, From: "ar@example.com", Plain: true},
				ReplyTo: func(ctx context.Context, event int64) (string, error) {
					return ReplyTo(ctx, d.l, d.Mark, "Disputes <ar+{case}@example.com>", event)
				}}
			d.take(t, d.message(func(*Message) {})) // by a person
			exchanged := 0
			for range 30 {
				n, err := sender.Drain(context.Background())
				if err != nil {
					t.Fatal(err)
				}
				exchanged += n
				there.mu.Lock()
				letters := there.letters
				there.letters = nil
				there.mu.Unlock()
				for _, letter := range letters {
					body, err := io.ReadAll(letter.Body)
					if err != nil {
						t.Fatal(err)
					}
					if got := letter.Header.Get("Auto-Submitted"); got != "auto-generated" {
						t.Errorf("our letter says Auto-Submitted: %q", got)
					}
					exchanged++
					d.take(t, d.message(func(m *Message) { answer(m, letter, string(body)) }))
				}
				d.now = d.now.Add(time.Hour)
			}
			if exchanged < 2 || exchanged > 3 {
				t.Errorf("%d messages went to and fro", exchanged)
			}
			if cases, err := d.Desk.Cases(context.Background(), disputes.Filter{}); err != nil || len(cases) != 1 {
				t.Errorf("%d cases, %v", len(cases), err)
			}
		})
	}
}
