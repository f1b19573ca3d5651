package ledger

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

var (
	errNoMessage = errors.New("there is no such message")
	errMoved     = errors.New("the message is no longer in that state")
)

// A Claim is a message that one sender, and no other, is to send now.
type Claim struct {
	Message
	Event    int64 // the event it was enclosed in
	Attempts int   // this one included
	ledger   *Ledger
	id       string
}

// Claim hands out the message of a channel that has waited longest, for a time within which the sender must say how it went; nil
// when none is due. A message whose sender has said nothing in time is unknown from then on and is never handed out by itself.
func (l *Ledger) Claim(ctx context.Context, channel string, lease time.Duration) (*Claim, error) {
	if err := l.lapse(ctx); err != nil {
		return nil, err
	}
	var c *Claim
	_, err := l.ask(ctx, &request{decide: func(ctx context.Context, written Reader) (Draft, error) {
		now := l.opts.Now().UTC()
		next, err := messageOf(ctx, written, "channel = ? and state = ? and due_at <= ? order by event, id limit 1", channel, Queued, now.Format(clock))
		if err != nil {
			return Draft{}, err
		}
		c = &Claim{Message: next.Message, Event: next.Event, Attempts: next.Attempts + 1, ledger: l}
		return about(c.ID, messageClaimed, step{Until: now.Add(lease)}), nil
	}, also: func(_ context.Context, _ Tables, e Event) error { c.id = e.ID; return nil }})
	if errors.Is(err, errNoMessage) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("claim a message: %w", err)
	}
	return c, nil
}

// about is what the outbox writes of a message.
func about(id, what string, s step) Draft {
	return Draft{Key: NewKey(), Actor: Program("outbox"), Subject: Subject{kindMessage, id}, Type: what, Payload: s}
}

// lapse makes unknown what was handed out and not heard of in time.
func (l *Ledger) lapse(ctx context.Context) error {
	for {
		late, err := messageOf(ctx, l.read, "state = ? and due_at <= ? order by due_at limit 1", Sending, l.opts.Now().UTC().Format(clock))
		if errors.Is(err, errNoMessage) {
			return nil
		}
		if err != nil {
			return err
		}
		d := about(late.ID, messageUnknown, step{Claim: late.claim, Said: "its sender has not said how it went"})
		d.Key = "lapsed " + late.claim
		d.Guard = holds(late.ID, late.claim, Sending)
		if _, err := l.Write(ctx, d); err != nil && !errors.Is(err, errMoved) {
			return err
		}
	}
}

// Sent says that the other side has taken the message, and what it said.
func (c *Claim) Sent(ctx context.Context, said string) error {
	return c.end(ctx, messageSent, step{Said: said})
}

// Failed says that the other side has surely not taken the message and will not.
func (c *Claim) Failed(ctx context.Context, said string) error {
	return c.end(ctx, messageFailed, step{Said: said})
}

// Delayed says that the other side has surely not taken the message yet: it is handed out again from a moment on.
func (c *Claim) Delayed(ctx context.Context, until time.Time, said string) error {
	return c.end(ctx, messageDelayed, step{Until: until, Said: said})
}

// Unknown says that the sender cannot tell whether the other side has the message.
func (c *Claim) Unknown(ctx context.Context, said string) error {
	return c.end(ctx, messageUnknown, step{Said: said})
}

// end may come late, when the message is unknown already: what the sender knows still counts, once.
func (c *Claim) end(ctx context.Context, what string, s step) error {
	s.Claim = c.id
	d := about(c.ID, what, s)
	d.Key = what + " " + c.id
	d.Guard = holds(c.ID, c.id, Sending, Unknown)
	if _, err := c.ledger.Write(ctx, d); err != nil {
		return fmt.Errorf("note what became of message %s: %w", c.ID, err)
	}
	return nil
}

// Decide ends the doubt about an unknown message by a person's word: it is sent, failed, or to be sent again (queued).
func (l *Ledger) Decide(ctx context.Context, key string, who Actor, message, state, reason string) error {
	what, ok := map[string]string{Sent: messageSent, Failed: messageFailed, Queued: messageDelayed}[state]
	if !ok {
		return fmt.Errorf("a message in doubt is decided to be %s, %s or %s, not %q", Sent, Failed, Queued, state)
	}
	_, err := l.Write(ctx, Draft{
		Key: key, Actor: who, Subject: Subject{kindMessage, message}, Type: what, Reason: reason,
		Guard: holds(message, "", Unknown),
	})
	return err
}

// A Letter is a message and where it stands.
type Letter struct {
	Message
	Event    int64
	State    string
	DueAt    time.Time
	Attempts int
	Said     string
	claim    string
}

// Letters are the messages in a state, oldest first.
func (l *Ledger) Letters(ctx context.Context, state string) ([]Letter, error) {
	return messages(ctx, l.read, "state = ? order by event, id", state)
}

func messages(ctx context.Context, db Reader, tail string, args ...any) ([]Letter, error) {
	rows, err := db.QueryContext(ctx, "select id, event, channel, recipient, content, state, due_at, claim, attempts, said from outbox where "+tail, args...)
	if err != nil {
		return nil, fmt.Errorf("read the outbox: %w", err)
	}
	defer func() { _ = rows.Close() }() // only read; what went wrong is in Err
	var found []Letter
	for rows.Next() {
		var m Letter
		var content, due string
		err := rows.Scan(&m.ID, &m.Event, &m.Channel, &m.To, &content, &m.State, &due, &m.claim, &m.Attempts, &m.Said)
		if err != nil {
			return nil, fmt.Errorf("read the outbox: %w", err)
		}
		m.Content = json.RawMessage(content)
		if m.DueAt, err = time.Parse(clock, due); err != nil {
			return nil, fmt.Errorf("message %s: %w", m.ID, err)
		}
		found = append(found, m)
	}
	return found, rows.Err()
}

// messageOf is the one message that a condition selects.
func messageOf(ctx context.Context, db Reader, tail string, args ...any) (Letter, error) {
	found, err := messages(ctx, db, tail, args...)
	if err == nil && len(found) == 0 {
		err = errNoMessage
	}
	if err != nil {
		return Letter{}, err
	}
	return found[0], nil
}

// holds guards a step of a message: it is in one of these states, and handed out by this claim where one is named.
func holds(id, claim string, states ...string) func(context.Context, Reader) error {
	return func(ctx context.Context, written Reader) error {
		m, err := messageOf(ctx, written, "id = ?", id)
		if err != nil {
			return err
		}
		if !slices.Contains(states, m.State) || claim != "" && m.claim != claim {
			return fmt.Errorf("%w: it is %s", errMoved, m.State)
		}
		return nil
	}
}
