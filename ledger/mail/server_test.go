package mail

import (
	"bufio"
	"fmt"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"
)

// A behaviour is where a server does something else than take the letter.
type behaviour string

const (
	obliging    behaviour = "takes it"
	closed      behaviour = "hangs up at once"
	busy        behaviour = "421 at the greeting"
	greylisting behaviour = "451 at the receiver"
	unknownUser behaviour = "550 at the receiver"
	fullDisk    behaviour = "452 after the text"
	spamFilter  behaviour = "554 after the text"
	cutBefore   behaviour = "hangs up in the middle of the text"
	cutAfter    behaviour = "hangs up after the text, having taken it"
	rude        behaviour = "hangs up after it said 250"
)

// A postOffice is a small SMTP server that behaves as it is told and keeps what it took.
type postOffice struct {
	address string
	mu      sync.Mutex
	next    func() behaviour
	taken   []*mail.Message
	texts   []string
}

func openOffice(t testing.TB, next func() behaviour) *postOffice {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	o := &postOffice{address: listener.Addr().String(), next: next}
	var open sync.WaitGroup
	open.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			open.Go(func() { o.serve(conn) })
		}
	})
	t.Cleanup(func() { _ = listener.Close(); open.Wait() })
	return o
}

func (o *postOffice) serve(conn net.Conn) {
	defer func() { _ = conn.Close() }() // the other side may be gone
	o.mu.Lock()
	b := o.next()
	o.mu.Unlock()
	say := func(text string) { _, _ = fmt.Fprint(conn, text+"\r\n") }
	switch b {
	case closed:
		return
	case busy:
		say("421 too busy")
		return
	}
	say("220 office")
	for lines := bufio.NewReader(conn); ; {
		line, err := lines.ReadString('\n')
		if err != nil {
			return
		}
		switch word, _, _ := strings.Cut(strings.ToUpper(strings.TrimSpace(line)), " "); {
		case word == "EHLO":
			say("250-office\r\n250 8BITMIME")
		case word == "RCPT" && b == greylisting:
			say("451 try later")
		case word == "RCPT" && b == unknownUser:
			say("550 no such user")
		case word == "DATA":
			say("354 go on")
			if !o.text(lines, b, say) {
				return
			}
		case word == "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

// text reads a letter up to its end; it is false when the server hangs up.
func (o *postOffice) text(lines *bufio.Reader, b behaviour, say func(string)) bool {
	var text strings.Builder
	for {
		line, err := lines.ReadString('\n')
		if err != nil || b == cutBefore {
			return false
		}
		if line == ".\r\n" {
			break
		}
		text.WriteString(strings.TrimPrefix(line, "."))
	}
	switch b {
	case fullDisk:
		say("452 no room")
		return true
	case spamFilter:
		say("554 not that")
		return true
	}
	m, err := mail.ReadMessage(strings.NewReader(text.String()))
	o.mu.Lock()
	if err == nil {
		o.taken = append(o.taken, m)
	}
	o.texts = append(o.texts, text.String())
	o.mu.Unlock()
	if b == cutAfter {
		return false
	}
	say("250 taken as 42")
	return b != rude
}

// copies counts how often the office took each letter.
func (o *postOffice) copies() map[string]int {
	o.mu.Lock()
	defer o.mu.Unlock()
	times := map[string]int{}
	for _, m := range o.taken {
		id, _, _ := strings.Cut(strings.TrimPrefix(m.Header.Get("Message-ID"), "<"), "@")
		times[id]++
	}
	return times
}
