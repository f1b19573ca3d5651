package ledger

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"time"
)

// An Event is something that was done, as it was written down. It is never changed.
type Event struct {
	Sequence int64     // 1 for the first, without gaps
	ID       string    // for the world outside: unique over all ledgers, and in the order of time
	At       time.Time // UTC, to the microsecond, as the clock said; the order of events is that of Sequence
	Actor    Actor
	Subject  Subject
	Type     string // as in "promise taken"
	Payload  json.RawMessage
	Reason   string
	Key      string // idempotency key under which it was asked for
	Messages []Message
	Previous string // hash of the event before; of the first event the hash of the ledger's identity
	Hash     string // SHA-256 over all of the above, hex
}

// A Subject is what an event is about.
type Subject struct {
	Kind string // as in "customer"
	ID   string
}

// A Message is something to be sent because of an event. It is queued in the same transaction.
type Message struct {
	ID      string          `json:"id"`      // stable: also the Message-ID of the mail or the number of the instruction
	Channel string          `json:"channel"` // who sends it, as in "mail"
	To      string          `json:"to"`
	Content json.RawMessage `json:"content"` // what the channel understands
}

// clock is how moments are written: of one width, so that their texts sort.
const clock = "2006-01-02T15:04:05.000000Z"

// A record is an event as the database holds it. Its hash is taken over these texts as they are, so that nothing that is stored
// can differ from what was hashed.
type record struct {
	sequence                                             int64
	id, at, actorKind, actor, subjectKind, subject, kind string
	payload, reason, key, messages, previous, hash       string
}

func (e Event) record() record {
	return record{e.Sequence, e.ID, e.At.Format(clock), e.Actor.kind, e.Actor.name, e.Subject.Kind, e.Subject.ID, e.Type,
		string(e.Payload), e.Reason, e.Key, e.messages(), e.Previous, e.Hash}
}

// digest is the hash of an event over a canonical encoding: every field with its length before it, so that no two events have
// the same bytes.
func (r record) digest() string {
	return sum("arrears event 1", strconv.FormatInt(r.sequence, 10), r.id, r.at, r.actorKind, r.actor, r.subjectKind, r.subject,
		r.kind, r.payload, r.reason, r.key, r.messages, r.previous)
}

func (r record) event() (Event, error) {
	e := Event{
		Sequence: r.sequence, ID: r.id, Actor: Actor{r.actorKind, r.actor}, Subject: Subject{r.subjectKind, r.subject}, Type: r.kind,
		Payload: json.RawMessage(r.payload), Reason: r.reason, Key: r.key, Previous: r.previous, Hash: r.hash,
	}
	var err error
	if e.At, err = time.Parse(clock, r.at); err != nil {
		return e, fmt.Errorf("event %d: moment %q: %w", r.sequence, r.at, err)
	}
	if r.messages == "[]" {
		return e, nil
	}
	if err := json.Unmarshal([]byte(r.messages), &e.Messages); err != nil {
		return e, fmt.Errorf("event %d: messages: %w", r.sequence, err)
	}
	for i := range e.Messages { // the column writes & < > as escapes, which is not the one text of a content
		if e.Messages[i].Content, err = canonical(e.Messages[i].Content); err != nil {
			return e, fmt.Errorf("event %d: messages: %w", r.sequence, err)
		}
	}
	return e, nil
}

// asked is a digest of what the caller wanted: the same key must mean the same.
func (e Event) asked() string {
	wanted := []string{e.Actor.kind, e.Actor.name, e.Subject.Kind, e.Subject.ID, e.Type, string(e.Payload), e.Reason}
	for _, m := range e.Messages {
		wanted = append(wanted, m.Channel, m.To, string(m.Content))
	}
	return sum(wanted...)
}

func (e Event) messages() string {
	if len(e.Messages) == 0 {
		return "[]"
	}
	text, err := json.Marshal(e.Messages)
	if err != nil {
		panic(err) // their contents have been through canonical
	}
	return string(text)
}

func sum(fields ...string) string {
	h := sha256.New()
	for _, f := range fields {
		_, _ = fmt.Fprintf(h, "%d:", len(f)) // a hash takes everything
		_, _ = io.WriteString(h, f)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// canonical is the one text of a JSON value: no spaces, names in order, numbers as they are written.
func canonical(value any) (json.RawMessage, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	read := json.NewDecoder(bytes.NewReader(text))
	read.UseNumber()
	var plain any
	if err := read.Decode(&plain); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	write := json.NewEncoder(&out)
	write.SetEscapeHTML(false)
	if err := write.Encode(plain); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}

// Into reads the payload.
func (e Event) Into(payload any) error {
	if err := json.Unmarshal(e.Payload, payload); err != nil {
		return fmt.Errorf("event %d, %s: read the payload: %w", e.Sequence, e.Type, err)
	}
	return nil
}
