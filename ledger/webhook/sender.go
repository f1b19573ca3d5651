package webhook

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"time"

	"arrears/ledger"
)

// A Sender tells hooks of events.
type Sender struct {
	Ledger   *ledger.Ledger
	Hooks    []Hook
	Hosts    []string       // that may be called, as addresses write them
	Networks []netip.Prefix // private ones that may be called nevertheless
	Log      *slog.Logger
	Now      func() time.Time // nil is the machine's clock

	seen map[string]int64 // how far the events were looked through for each hook
}

// deadline is how long a call may take, lease after which time its sender counts as dead.
const (
	deadline = 10 * time.Second
	lease    = time.Minute
)

// waits are the pauses after calls that were not taken; after the last one a call has failed.
var waits = []time.Duration{5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour}

// Drain makes the calls that are due and returns how many.
func (s *Sender) Drain(ctx context.Context) (calls int, err error) {
	if err := s.requeue(ctx); err != nil {
		return 0, err
	}
	client := s.client()
	defer client.CloseIdleConnections()
	for ctx.Err() == nil {
		c, err := s.Ledger.Claim(ctx, Channel, lease)
		if err != nil || c == nil {
			return calls, err
		}
		calls++
		if err := s.deliver(ctx, client, c); err != nil {
			return calls, err
		}
	}
	return calls, ctx.Err()
}

// requeue makes the calls again whose sender died: twice is no harm, for their id says that it is the same.
func (s *Sender) requeue(ctx context.Context) error {
	doubts, err := s.Ledger.Letters(ctx, ledger.Unknown)
	if err != nil {
		return err
	}
	for _, m := range doubts {
		if m.Channel != Channel {
			continue
		}
		key := fmt.Sprintf("webhook %s again after %d", m.ID, m.Attempts)
		if err := s.Ledger.Decide(ctx, key, program, m.ID, ledger.Queued, "called again under the same id"); err != nil {
			return err
		}
	}
	return nil
}

// deliver makes one call and notes what became of it, also when the service is stopped meanwhile.
func (s *Sender) deliver(ctx context.Context, client *http.Client, c *ledger.Claim) error {
	noting := context.WithoutCancel(ctx)
	at := slices.IndexFunc(s.Hooks, func(h Hook) bool { return h.Name == c.To })
	if at < 0 {
		return c.Failed(noting, "the configuration no longer names "+c.To)
	}
	err := s.call(ctx, client, s.Hooks[at], c)
	switch {
	case err == nil:
		s.Log.InfoContext(ctx, "webhook taken", "hook", c.To, "message", c.ID, "attempts", c.Attempts)
		return c.Sent(noting, "taken")
	case errors.Is(err, errGone) || errors.Is(err, errNotAllowed) || c.Attempts > len(waits):
		s.Log.WarnContext(ctx, "webhook given up", "hook", c.To, "message", c.ID, "attempts", c.Attempts)
		return c.Failed(noting, err.Error())
	default:
		s.Log.WarnContext(ctx, "webhook not taken", "hook", c.To, "message", c.ID, "attempts", c.Attempts)
		return c.Delayed(noting, s.now().Add(waits[c.Attempts-1]), err.Error())
	}
}

var (
	errGone       = errors.New("the other side wants no more calls (410)")
	errNotAllowed = errors.New("is not allowed to be called")
)

// call makes one call. Its body is the message as it was queued, so that every attempt says the same.
func (s *Sender) call(ctx context.Context, client *http.Client, h Hook, c *ledger.Claim) error {
	var n Notice
	if err := json.Unmarshal(c.Content, &n); err != nil {
		return fmt.Errorf("it is no notice: %w", err)
	}
	address, err := url.Parse(h.URL)
	if err != nil || !slices.Contains(s.Hosts, address.Host) {
		return fmt.Errorf("%s %w: webhooks.hosts does not name it", h.Name, errNotAllowed)
	}
	ctx, cancel := context.WithTimeout(ctx, deadline)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, h.URL, bytes.NewReader(c.Content))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "arrears")
	Sign(h.Secret, r.Header, n.ID, s.now(), c.Content)
	answer, err := client.Do(r)
	if err != nil {
		var asked *url.Error
		if errors.As(err, &asked) {
			err = asked.Err // without the address, which may hold a secret
		}
		return err
	}
	_, _ = io.CopyN(io.Discard, answer.Body, 64<<10) // what it says does not matter, only that the connection can be used again
	_ = answer.Body.Close()
	switch {
	case answer.StatusCode >= 200 && answer.StatusCode < 300:
		return nil
	case answer.StatusCode == http.StatusGone:
		return errGone
	default:
		return fmt.Errorf("the other side answered %d", answer.StatusCode)
	}
}

// client follows no redirect, asks no proxy and connects to no private network that is not named.
func (s *Sender) client() *http.Client {
	return &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext: s.dialer().DialContext, TLSHandshakeTimeout: deadline, ResponseHeaderTimeout: deadline, MaxResponseHeaderBytes: 64 << 10,
			TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12},
		},
	}
}

func (s *Sender) now() time.Time {
	if s.Now == nil {
		return time.Now()
	}
	return s.Now()
}
