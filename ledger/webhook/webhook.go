// Package webhook tells other systems what happens: for each event of a dispute one signed call, tried until it is taken or given up. A
// call may arrive twice, always under the same id. Nobody is called who is not named in the configuration.
package webhook

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"arrears/ledger"
)

// Channel is that of calls in the outbox.
const Channel = "webhook"

// A Hook is somebody who is told.
type Hook struct {
	Name   string
	URL    string
	Secret []byte   // key of the signature
	Events []string // types of events; empty: all
}

// A Notice is what is said of an event: ids and no more, for whoever may know more asks with them.
type Notice struct {
	ID       string    `json:"id"` // of the event
	Sequence int64     `json:"sequence"`
	Type     string    `json:"type"`
	Subject  string    `json:"subject"`
	Object   string    `json:"object"`
	At       time.Time `json:"at"`
	Text     string    `json:"text"` // the same in a sentence, which chats show
}

// subject is of which events are told, kind that of the events that say so.
const (
	subject = "dispute"
	kind    = "webhook"
	told    = "told"
	begun   = "begun"
)

var program = ledger.Program("webhooks")

// reached is how far a hook has been told.
type reached struct {
	Through int64 `json:"through"`
}

// page is how many notices one event encloses at most.
const page = 100

// Follow queues a call for each event since the last time, and returns how many. A hook that is new is told from now on.
func (s *Sender) Follow(ctx context.Context) (queued int, err error) {
	for _, h := range s.Hooks {
		for {
			n, err := s.follow(ctx, h)
			if err != nil {
				return queued, fmt.Errorf("tell %s: %w", h.Name, err)
			}
			if queued += n; n < page {
				break
			}
		}
	}
	return queued, nil
}

func (s *Sender) follow(ctx context.Context, h Hook) (int, error) {
	after, err := s.after(ctx, h)
	if err != nil {
		return 0, err
	}
	through := after
	var messages []ledger.Message
	err = s.Ledger.Events(ctx, after, func(e ledger.Event) error {
		if len(messages) == page {
			return errEnough
		}
		through = e.Sequence
		if e.Subject.Kind != subject || len(h.Events) > 0 && !slices.Contains(h.Events, e.Type) {
			return nil
		}
		content, err := json.Marshal(Notice{e.ID, e.Sequence, e.Type, e.Subject.Kind, e.Subject.ID, e.At, "Dispute " + e.Subject.ID + ": " + e.Type})
		messages = append(messages, ledger.Message{Channel: Channel, To: h.Name, Content: content})
		return err
	})
	if err != nil && !errors.Is(err, errEnough) {
		return 0, err
	}
	if s.seen == nil {
		s.seen = map[string]int64{}
	}
	if len(messages) == 0 {
		s.seen[h.Name] = through
		return 0, nil
	}
	last, err := s.last(ctx, h)
	if err != nil {
		return 0, err
	}
	_, err = s.Ledger.Write(ctx, ledger.Draft{Key: fmt.Sprintf("webhook %s after %d", h.Name, last), Actor: program, Subject: ledger.Subject{Kind: kind, ID: h.Name},
		Type: told, Payload: reached{through}, Messages: messages})
	if errors.Is(err, ledger.ErrKeyReused) { // another process has been faster
		delete(s.seen, h.Name)
		return 0, nil
	}
	if err == nil {
		s.seen[h.Name] = through
	}
	return len(messages), err
}

var errEnough = errors.New("enough for one event")

// after is the last event a hook needs no word of any more.
func (s *Sender) after(ctx context.Context, h Hook) (int64, error) {
	last, err := s.last(ctx, h)
	if !errors.Is(err, sql.ErrNoRows) {
		return max(last, s.seen[h.Name]), err
	}
	end, err := s.Ledger.End(ctx)
	if err != nil {
		return 0, err
	}
	_, err = s.Ledger.Write(ctx, ledger.Draft{Key: "webhook " + h.Name + " begun", Actor: program, Subject: ledger.Subject{Kind: kind, ID: h.Name}, Type: begun,
		Payload: reached{end.Sequence}})
	if err != nil && !errors.Is(err, ledger.ErrKeyReused) {
		return 0, err
	}
	return s.last(ctx, h)
}

// last is how far the ledger says a hook has been told.
func (s *Sender) last(ctx context.Context, h Hook) (int64, error) {
	var text string
	err := s.Ledger.Reader().QueryRowContext(ctx, "select payload from event where subject_kind = ? and subject = ? order by sequence desc limit 1",
		kind, h.Name).Scan(&text)
	if err != nil {
		return 0, err
	}
	var r reached
	err = json.Unmarshal([]byte(text), &r)
	return r.Through, err
}
