package collections

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"time"

	"arrears/ledger"
)

// Letters write to customers. They are the company's texts, asked by whoever holds them.
type Letters interface {
	// Overdue is the letter about what is past due of a customer, with what a person adds. The error is [Mistakes] where there can be none.
	Overdue(ctx context.Context, customer, text string) (Letter, error)
}

// A Letter is one as it would go out.
type Letter struct {
	To, Subject, Body string
	Message           ledger.Message
}

// Digest tells whether a letter is the one that somebody has read.
func (l Letter) Digest() string {
	sum := sha256.Sum256([]byte(strings.Join([]string{l.To, l.Subject, l.Body}, "\x00")))
	return hex.EncodeToString(sum[:])
}

// WriteLetters lets the desk write to customers.
func (d *Desk) WriteLetters(l Letters) *Desk {
	d.letters = l
	return d
}

// HasLetters says whether the desk writes to customers.
func (d *Desk) HasLetters() bool { return d.letters != nil }

// ErrUnread is returned with the letter as it would go out where that is not the one that was read.
var ErrUnread = errors.New("nobody has read this letter yet")

// mailed is the outcome of a contact that is a letter of ours about what is past due.
const mailed = "past_due_letter"

// Mail puts the letter about what is past due into the outbox, and writes it down as a contact. It must be the one that was read: seen is its
// digest. A customer gets one a day, whoever writes it and however often.
func (d *Desk) Mail(ctx context.Context, who ledger.Actor, customer, text, seen string) (Done, Letter, error) {
	f := d.form()
	e := Entry{Channel: "mail", Direction: "out", Outcome: mailed, Text: f.text("text", text, false)}
	if err := d.lookUp(ctx, customer, "", f); err != nil {
		return Done{}, Letter{}, err
	}
	if len(f.mistakes) > 0 {
		return Done{}, Letter{}, f.mistakes
	}
	letter, err := d.letters.Overdue(ctx, customer, e.Text)
	if err != nil {
		return Done{}, letter, err
	}
	if letter.Digest() != seen {
		return Done{}, letter, ErrUnread
	}
	written, err := d.ledger.Write(ctx, ledger.Draft{
		Key: "past-due letter to " + customer + " on " + f.today.Format(time.DateOnly), Actor: who,
		Subject: ledger.Subject{Kind: kindCustomer, ID: customer}, Type: Call, Payload: e, Messages: []ledger.Message{letter.Message},
	})
	if errors.Is(err, ledger.ErrKeyReused) {
		return Done{}, letter, Mistakes{{"text", "a letter about what is past due went to this customer today already"}}
	}
	if err != nil {
		return Done{}, letter, err
	}
	done, _, err := doneOf(written)
	return done, letter, err
}
