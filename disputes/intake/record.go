package intake

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"arrears/ledger"
)

// What becomes of a message.
const (
	Filed   = "case"    // a new dispute
	Heard   = "reply"   // said on a dispute
	Counted = "counted" // for a reason, and nothing else
)

// A Record is what is written down of a message: one for every time it arrived.
type Record struct {
	Digest    string    `json:"digest"`
	Box       string    `json:"box"`
	Place     string    `json:"place"`
	At        time.Time `json:"at"`
	MessageID string    `json:"message_id"`
	From      string    `json:"from"`
	Subject   string    `json:"subject"`
	Size      int64     `json:"size"` // bytes
	Files     int       `json:"files"`
	Authentic bool      `json:"authentic"`
	Vouched   string    `json:"vouched"`
	Words     string    `json:"words"` // digest of what it says
	Outcome   string    `json:"outcome"`
	Case      string    `json:"case"`
	Why       string    `json:"why"` // why it was counted, or not taken as what it seems
	Notes     []string  `json:"notes"`
}

// Kind is that of the subject of the events that records are; its id is the digest of the message.
const Kind = "mail"

const received = "received"

const stamp = "2006-01-02T15:04:05.000000Z"

// Projection is the table of messages, as the events leave it. Every process that opens a company's ledger names it.
func Projection() ledger.Projection {
	return ledger.Projection{
		Name: "mail", Version: 1, Tables: []string{"mail"},
		Schema: `create table mail (
	digest text not null,
	box text not null,
	place text not null,
	event integer not null unique,
	at text not null,
	message_id text not null,
	sender text not null,
	authentic integer not null,
	words text not null,
	outcome text not null,
	dispute text not null, -- empty: none
	primary key (digest, box, place)
) strict;
create index mail_message on mail (message_id) where message_id <> '';
create index mail_sender on mail (sender, at)`,
		Apply: func(ctx context.Context, tables ledger.Tables, e ledger.Event) error {
			if e.Subject.Kind != Kind || e.Type != received {
				return nil
			}
			var r Record
			if err := e.Into(&r); err != nil {
				return err
			}
			_, err := tables.ExecContext(ctx, "insert into mail values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", r.Digest, r.Box, r.Place, e.Sequence,
				r.At.UTC().Format(stamp), r.MessageID, r.From, r.Authentic, r.Words, r.Outcome, r.Case)
			return err
		},
	}
}

// record writes down what became of a message. After that, and not before, it may be marked in its box.
func (i *Intake) record(ctx context.Context, r Record) error {
	_, err := i.Ledger.Write(ctx, ledger.Draft{
		Key: fmt.Sprintf("mail received %s %s %s", r.Digest, r.Box, r.Place), Actor: Program, Subject: ledger.Subject{Kind: Kind, ID: r.Digest},
		Type: received, Payload: r,
	})
	if err != nil {
		return fmt.Errorf("put message %s on record: %w", short(r.Digest), err)
	}
	return nil
}

// Known says whether the message of a digest, from this place, is on record.
func (i *Intake) Known(ctx context.Context, digest, box, place string) (bool, error) {
	return i.any(ctx, "digest = ? and box = ? and place = ?", digest, box, place)
}

func (i *Intake) any(ctx context.Context, where string, args ...any) (bool, error) {
	var one int
	err := i.Ledger.Reader().QueryRowContext(ctx, "select 1 from mail where "+where+" limit 1", args...).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look into the record of mail: %w", err)
	}
	return true, nil
}

// of are the events in which a message of this digest is on record.
func (i *Intake) of(ctx context.Context, digest string) ([]ledger.Event, error) {
	return i.Ledger.Of(ctx, ledger.Subject{Kind: Kind, ID: digest}, 0)
}

// repeated says whether the sender has said the same before: under the same Message-ID, or lately.
func (i *Intake) repeated(ctx context.Context, r Record) (bool, error) {
	return i.any(ctx, "words = ? and sender = ? and authentic = ? and dispute <> '' and (message_id <> '' and message_id = ? or at > ?)",
		r.Words, r.From, r.Authentic, r.MessageID, r.At.Add(-repeatedIn).Format(stamp))
}

// cases counts what was filed for a sender within a day, apart for those that our mail server vouches for: nobody uses up another's.
func (i *Intake) cases(ctx context.Context, r Record) (n int, err error) {
	err = i.Ledger.Reader().QueryRowContext(ctx, "select count(*) from mail where sender = ? and authentic = ? and outcome = ? and at > ?",
		r.From, r.Authentic, Filed, r.At.Add(-24*time.Hour).Format(stamp)).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count the claims of a sender: %w", err)
	}
	return n, nil
}

// A Filter selects records; what is empty selects all.
type Filter struct {
	Outcome string
	Since   time.Time
}

// Records are what became of the messages, in the order in which they were taken.
func Records(ctx context.Context, l *ledger.Ledger, f Filter) (records []Record, err error) {
	rows, err := l.Reader().QueryContext(ctx, `select event.payload from mail join event on event.sequence = mail.event
		where (? = '' or mail.outcome = ?) and mail.at >= ? order by mail.event`, f.Outcome, f.Outcome, f.Since.UTC().Format(stamp))
	if err != nil {
		return nil, fmt.Errorf("read the record of mail: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		var r Record
		if err := (ledger.Event{Payload: []byte(text)}).Into(&r); err != nil {
			return nil, err
		}
		records = append(records, r)
	}
	return records, rows.Err()
}
