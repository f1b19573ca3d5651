package ledger

import (
	"context"
	"time"
)

// The states of a message.
const (
	Queued  = "queued"  // waits, perhaps until a moment
	Sending = "sending" // handed to a sender, who has not said yet how it went
	Sent    = "sent"    // the other side has it
	Failed  = "failed"  // the other side will not have it
	Unknown = "unknown" // the sender died, or cannot tell: a person decides, for nothing may go out twice
)

const kindMessage = "message"

// What happens to a message.
const (
	messageClaimed = "message claimed"
	messageSent    = "message sent"
	messageDelayed = "message delayed"
	messageFailed  = "message failed"
	messageUnknown = "message unknown"
)

// outbox is a table of every message and where it stands. It follows from the events alone: that a message is queued from the
// event it was enclosed in, each step from an event of its own.
var outbox = Projection{
	Name: "outbox", Version: 1, Tables: []string{"outbox"},
	Schema: `create table outbox (
	id text primary key,
	event integer not null,
	channel text not null,
	recipient text not null,
	content text not null,
	state text not null,
	due_at text not null, -- not before; of one in sending, when its sender counts as dead
	claim text not null, -- the event that handed it out
	attempts integer not null,
	said text not null, -- the last word of the other side, or of the sender
	changed_at text not null
) strict;
create index outbox_due on outbox (channel, state, due_at, event)`,
	Apply: foldOutbox,
}

// step is the payload of an event about a message.
type step struct {
	Claim string    `json:"claim,omitempty"` // whose word it is
	Until time.Time `json:"until,omitzero"`  // of a claim and of a delay
	Said  string    `json:"said,omitempty"`
}

func foldOutbox(ctx context.Context, tables Tables, e Event) error {
	for _, m := range e.Messages {
		_, err := tables.ExecContext(ctx, "insert into outbox values (?, ?, ?, ?, ?, ?, ?, '', 0, '', ?)", m.ID, e.Sequence, m.Channel,
			m.To, string(m.Content), Queued, e.At.Format(clock), e.At.Format(clock))
		if err != nil {
			return err
		}
	}
	state, known := map[string]string{messageClaimed: Sending, messageSent: Sent, messageDelayed: Queued, messageFailed: Failed,
		messageUnknown: Unknown}[e.Type]
	if e.Subject.Kind != kindMessage || !known {
		return nil
	}
	var s step
	if err := e.Into(&s); err != nil {
		return err
	}
	claim, attempts := s.Claim, 0
	if e.Type == messageClaimed {
		claim, attempts = e.ID, 1
	}
	_, err := tables.ExecContext(ctx, "update outbox set state = ?, due_at = ?, claim = ?, attempts = attempts + ?, said = ?, changed_at = ? where id = ?",
		state, s.Until.UTC().Format(clock), claim, attempts, s.Said, e.At.Format(clock), e.Subject.ID)
	return err
}
