package ledger

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// A Draft is an event that somebody asks for.
type Draft struct {
	Key      string // idempotency key: the same key asks for the same event, however often
	Actor    Actor
	Subject  Subject
	Type     string
	Payload  any // becomes JSON; nil is an empty object
	Reason   string
	Messages []Message // to be sent because of it; their ids are given by the ledger

	// Guard looks at what is written so far, in the transaction in which the event is written, and refuses by an error. It
	// isn't asked again when the key has been used before. Its context is not the caller's and does not end. It may be nil.
	Guard func(ctx context.Context, written Reader) error
}

// A Reader asks the tables of events and projections.
type Reader interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// Errors of a write that callers may want to tell apart.
var (
	ErrKeyReused = errors.New("the idempotency key was used for something else")
	ErrBroken    = errors.New("the ledger does not match its head; arrears verify says where")
	ErrClosed    = errors.New("the ledger is closed")
)

// maxPayload bounds what one event holds; documents are kept elsewhere, by digest.
const maxPayload = 1 << 20

// event is the draft as far as it can be one without a place in the chain.
func (d Draft) event() (Event, error) {
	switch {
	case d.Actor.kind == "" || d.Actor.name == "":
		return Event{}, errNobody
	case d.Key == "":
		return Event{}, errors.New("an event needs an idempotency key")
	case d.Type == "" || d.Subject.Kind == "" || d.Subject.ID == "":
		return Event{}, errors.New("an event needs a type and a subject")
	}
	for _, text := range []string{d.Key, d.Type, d.Subject.Kind, d.Subject.ID, d.Reason, d.Actor.name} {
		if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
			return Event{}, fmt.Errorf("%q is not text", text)
		}
	}
	if d.Payload == nil {
		d.Payload = struct{}{}
	}
	e := Event{Actor: d.Actor, Subject: d.Subject, Type: d.Type, Reason: d.Reason, Key: d.Key}
	var err error
	if e.Payload, err = canonical(d.Payload); err != nil {
		return Event{}, fmt.Errorf("write down %s: %w", d.Type, err)
	}
	if len(e.Payload) > maxPayload {
		return Event{}, fmt.Errorf("write down %s: %d bytes are more than an event holds", d.Type, len(e.Payload))
	}
	return e, e.enclose(d.Messages)
}

func (e *Event) enclose(messages []Message) error {
	for _, m := range messages {
		if m.Channel == "" || m.To == "" {
			return errors.New("a message needs a channel and a receiver")
		}
		if m.Content == nil {
			m.Content = json.RawMessage("null")
		}
		content, err := canonical(m.Content)
		if err != nil {
			return fmt.Errorf("content of a message: %w", err)
		}
		e.Messages = append(e.Messages, Message{Channel: m.Channel, To: m.To, Content: content})
	}
	return nil
}

// place gives the event its place in the chain.
func (e *Event) place(last Point, now time.Time) {
	e.Sequence, e.Previous = last.Sequence+1, last.Hash
	e.At = now.UTC().Truncate(time.Microsecond)
	e.ID = newID(e.At)
	for i := range e.Messages {
		e.Messages[i].ID = fmt.Sprintf("%s-%d", e.ID, i+1)
	}
	e.Hash = e.record().digest()
}

// newID is unique by chance and sorts by time: milliseconds, then 80 random bits.
func newID(at time.Time) string {
	var b [16]byte
	ms := at.UnixMilli()
	for i := range 6 {
		b[i] = byte(ms >> (40 - 8*i))
	}
	_, _ = rand.Read(b[6:]) // never fails
	return hex.EncodeToString(b[:])
}

// NewKey is an idempotency key for what is asked for once only.
func NewKey() string { return rand.Text() }
