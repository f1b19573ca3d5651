package mail

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strconv"
	"strings"
	"time"

	smtp "github.com/wneessen/go-mail"

	"arrears/ledger"
)

// A Server is where letters are handed over.
type Server struct {
	Address        string // host:port
	From           string // as in "Receivables <ar@example.com>"
	User, Password string // empty: the server asks for none
	Plain          bool   // without TLS: only for a server on this machine or behind a tunnel
}

// A Sender empties the outbox.
type Sender struct {
	Ledger *ledger.Ledger
	State  string // folder with the files of letters
	Server Server
	Log    *slog.Logger
	Now    func() time.Time // nil is the machine's clock

	// ReplyTo is where an answer to the letter of an event goes; empty is whom it comes from. It may be nil.
	ReplyTo func(ctx context.Context, event int64) (string, error)
}

// How long a letter may take, and after which time its sender counts as dead: the first is shorter, or one that is slow and one that is
// dead would look alike.
const (
	deadline = 2 * time.Minute
	lease    = 5 * time.Minute
)

// waits are the pauses after attempts that surely delivered nothing; after the last one the letter has failed.
var waits = []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour}

// Drain sends what is due, one letter after the other, and returns how many it dealt with.
func (s *Sender) Drain(ctx context.Context) (letters int, err error) {
	for ctx.Err() == nil {
		c, err := s.Ledger.Claim(ctx, Channel, lease)
		if err != nil || c == nil {
			return letters, err
		}
		letters++
		if err := s.deliver(ctx, c); err != nil {
			return letters, err
		}
	}
	return letters, ctx.Err()
}

// deliver hands one letter over and notes what became of it, also when the service is stopped meanwhile.
func (s *Sender) deliver(ctx context.Context, c *ledger.Claim) error {
	m, err := s.compose(c)
	if err == nil {
		err = s.answerTo(ctx, m, c.Event)
	}
	if err != nil {
		s.tell(ctx, c, ledger.Failed)
		return c.Failed(context.WithoutCancel(ctx), err.Error())
	}
	err = s.hand(ctx, m)
	state, said := verdict(m, err)
	if state == ledger.Queued && c.Attempts > len(waits) {
		state, said = ledger.Failed, "given up: "+said
	}
	s.tell(ctx, c, state)
	noting := context.WithoutCancel(ctx)
	switch state {
	case ledger.Sent:
		return c.Sent(noting, said)
	case ledger.Failed:
		return c.Failed(noting, said)
	case ledger.Queued:
		return c.Delayed(noting, s.now().Add(waits[c.Attempts-1]), said)
	default:
		return c.Unknown(noting, said)
	}
}

// tell never names the receiver, whom what the server said does name.
func (s *Sender) tell(ctx context.Context, c *ledger.Claim, state string) {
	level := slog.LevelInfo
	if state != ledger.Sent {
		level = slog.LevelWarn
	}
	s.Log.Log(ctx, level, "letter handed over", "message", c.ID, "state", state, "attempts", c.Attempts)
}

func (s *Sender) now() time.Time {
	if s.Now == nil {
		return time.Now()
	}
	return s.Now()
}

// verdict says what became of a letter. Only two moments leave a doubt: while the text is under way, and between its end and
// the server's answer.
func verdict(m *smtp.Msg, err error) (state, said string) {
	var failed *smtp.SendError
	switch {
	case m.IsDelivered():
		return ledger.Sent, m.ServerResponse()
	case err == nil:
		return ledger.Unknown, "neither the server nor the connection said anything"
	case !errors.As(m.SendError(), &failed):
		return ledger.Queued, err.Error() // it never came to the letter itself
	case failed.ErrorCode() == 0 && failed.Reason == smtp.ErrSMTPDataClose, failed.Reason == smtp.ErrWriteContent:
		return ledger.Unknown, err.Error()
	case failed.ErrorCode() >= 500:
		return ledger.Failed, err.Error()
	default:
		return ledger.Queued, err.Error()
	}
}

// compose makes the mail of a message.
func (s *Sender) compose(c *ledger.Claim) (*smtp.Msg, error) {
	var l Letter
	if err := json.Unmarshal(c.Content, &l); err != nil {
		return nil, fmt.Errorf("it is no letter: %w", err)
	}
	m := smtp.NewMsg()
	if err := errors.Join(m.From(s.Server.From), m.To(c.To)); err != nil {
		return nil, err
	}
	m.Subject(strings.Join(strings.Fields(l.Subject), " "))
	m.SetMessageIDWithValue(c.ID + "@" + s.domain())
	m.SetDateWithValue(s.now())
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	m.SetBodyString(smtp.TypeTextPlain, l.Text)
	if l.HTML != "" {
		m.AddAlternativeString(smtp.TypeTextHTML, l.HTML)
	}
	for _, f := range l.Files {
		text, err := f.Read(s.State)
		if err != nil {
			return nil, err
		}
		if err := m.AttachReader(f.Name, bytes.NewReader(text)); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// answerTo names where an answer goes.
func (s *Sender) answerTo(ctx context.Context, m *smtp.Msg, event int64) error {
	if s.ReplyTo == nil {
		return nil
	}
	address, err := s.ReplyTo(ctx, event)
	if err != nil || address == "" {
		return err
	}
	return m.ReplyTo(address)
}

// domain is that of the sender's address.
func (s *Sender) domain() string {
	_, domain, _ := strings.Cut(s.Server.From, "@")
	return strings.TrimSuffix(strings.TrimSpace(domain), ">")
}

// hand connects, hands one letter over and leaves.
func (s *Sender) hand(ctx context.Context, m *smtp.Msg) error {
	ctx, cancel := context.WithTimeout(ctx, deadline)
	defer cancel()
	host, portText, err := net.SplitHostPort(s.Server.Address)
	if err != nil {
		return err
	}
	port, err := strconv.Atoi(portText)
	if err != nil {
		return err
	}
	until, _ := ctx.Deadline()
	var opened net.Conn // a client that does not like the server leaves it open
	defer func() {
		if opened != nil {
			_ = opened.Close() // it may be closed
		}
	}()
	options := []smtp.Option{smtp.WithPort(port), smtp.WithTimeout(30 * time.Second), smtp.WithTLSPolicy(smtp.TLSMandatory), smtp.WithoutNoop(),
		smtp.WithDialContextFunc(func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := new(net.Dialer).DialContext(ctx, network, address)
			if err != nil {
				return nil, err
			}
			opened = conn
			return bounded{conn, until}, nil
		})}
	if s.Server.Plain {
		options = append(options, smtp.WithTLSPolicy(smtp.NoTLS))
	}
	if s.Server.User != "" {
		options = append(options, smtp.WithSMTPAuth(smtp.SMTPAuthAutoDiscover), smtp.WithUsername(s.Server.User), smtp.WithPassword(s.Server.Password))
	}
	client, err := smtp.NewClient(host, options...)
	if err != nil {
		return err
	}
	return client.DialAndSendWithContext(ctx, m)
}

// bounded is a connection that nobody can use beyond a moment, however often its deadline is put off.
type bounded struct {
	net.Conn
	until time.Time
}

func (b bounded) sooner(t time.Time) time.Time {
	if t.IsZero() || t.After(b.until) {
		return b.until
	}
	return t
}

// SetDeadline is at most the bound.
func (b bounded) SetDeadline(t time.Time) error { return b.Conn.SetDeadline(b.sooner(t)) }

// SetReadDeadline is at most the bound.
func (b bounded) SetReadDeadline(t time.Time) error { return b.Conn.SetReadDeadline(b.sooner(t)) }

// SetWriteDeadline is at most the bound.
func (b bounded) SetWriteDeadline(t time.Time) error { return b.Conn.SetWriteDeadline(b.sooner(t)) }
