// Package intake turns mail into claims and answers: every message becomes a dispute, a reply on one, or is counted with a reason. It
// decides by rules alone, trusts nothing that a message says about itself, and answers nothing that a program may have written.
package intake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"time"

	"arrears/disputes"
	"arrears/ledger"
)

// A Message is one mail, read. All of it but Digest, Box, Place and At comes from outside.
type Message struct {
	Digest     string // SHA-256 of its bytes
	Box, Place string // where it arrived
	At         time.Time
	Size       int64 // bytes

	ID         string   // Message-ID without its brackets
	References []string // Message-IDs that it answers, the nearest first
	From       string   // its one sender, in small letters; empty where there is none, or several
	To         []string
	Subject    string
	Text       string // what is new in it
	Quoted     string // what it repeats of earlier ones, or forwards
	Files      []File
	Notes      []string // what was left out of it

	Authentic bool   // our mail server vouches for the sender's domain
	Vouched   string // what it said, or why it does not count
	Automatic string // why no person wrote it
	Refused   string // why nothing of it could be read
}

// A File came with a message. Its bytes lie at Path until the message has been taken.
type File struct {
	Name, Path string
}

// Books say whose address and whose invoices these are, as of the last refresh.
type Books interface {
	// Customers are the ids of those whose contact has an address.
	Customers(ctx context.Context, address string) ([]string, error)
	// Invoices are those among the ids that are a customer's.
	Invoices(ctx context.Context, customer string, ids []string) ([]disputes.Invoice, error)
}

// A Desk is where claims go.
type Desk interface {
	File(ctx context.Context, who ledger.Actor, key string, claim disputes.Claim) (disputes.Case, error)
	Hear(ctx context.Context, who ledger.Actor, key, id string, w disputes.Word) (disputes.Case, error)
	Remark(ctx context.Context, who ledger.Actor, key, id, text string) (disputes.Case, error)
	Case(ctx context.Context, id string) (disputes.Case, error)
	Cases(ctx context.Context, f disputes.Filter) ([]disputes.Case, error)
	Model(ctx context.Context) (disputes.Model, error)
}

// An Intake takes messages in. Only one of a company may be at work.
type Intake struct {
	Ledger *ledger.Ledger // opened with [Projection]
	Desk   Desk
	Books  Books
	Shelf  disputes.Shelf
	Mark   Marker
	Own    []string // our own addresses: what comes from them is ours
	Log    *slog.Logger
}

// Program is the part of Arrears that takes mail in.
var Program = ledger.Program("mail")

// Bounds of what one sender may cause.
const (
	mostCases  = 20                 // a day: more are counted, not filed
	repeatedIn = 7 * 24 * time.Hour // the same words within this time are the same message
	echoWithin = 24 * time.Hour     // of a letter to the same address, words without an invoice are an answer to it
)

// Take decides about a message and puts the decision on record, with all that follows from it. Whatever a crash interrupted is
// finished when the same message is taken again, and nothing is done twice.
func (i *Intake) Take(ctx context.Context, m Message) (Record, error) {
	r := Record{Digest: m.Digest, Box: m.Box, Place: m.Place, At: m.At.UTC(), MessageID: m.ID, From: m.From, Subject: m.Subject, Size: m.Size,
		Authentic: m.Authentic, Vouched: m.Vouched, Notes: m.Notes, Files: len(m.Files)}
	var err error
	if r.Words, err = words(m); err != nil {
		return r, err
	}
	if err := i.decide(ctx, m, &r); err != nil {
		return r, fmt.Errorf("take message %s in: %w", short(m.Digest), err)
	}
	if err := i.record(ctx, r); err != nil {
		return r, err
	}
	i.Log.InfoContext(ctx, "message taken in", "message", short(m.Digest), "box", m.Box, "outcome", r.Outcome, "dispute", r.Case, "why", r.Why)
	return r, nil
}

func (i *Intake) decide(ctx context.Context, m Message, r *Record) error {
	done, err := i.interrupted(ctx, m, r)
	if done || err != nil {
		return err
	}
	why, err := i.uncounted(ctx, m, *r)
	if err != nil {
		return err
	}
	if why != "" {
		r.Outcome, r.Why = Counted, why
		return nil
	}
	t, err := i.thread(ctx, m)
	if err != nil {
		return err
	}
	if t.answers {
		err = i.hear(ctx, m, t, r)
	} else {
		err = i.file(ctx, m, t, r)
	}
	var wrong disputes.Mistakes
	if errors.As(err, &wrong) { // nobody can be asked to put it right, and trying again would change nothing
		r.Outcome, r.Case, r.Why = Counted, "", "it cannot be filed: "+wrong.Error()
		return nil
	}
	return err
}

// key is the idempotency key under which a message acts on a case.
func key(m Message) string { return "mail " + m.Digest }

// interrupted finds what the message has led to before the process died.
func (i *Intake) interrupted(ctx context.Context, m Message, r *Record) (bool, error) {
	e, err := i.Ledger.Keyed(ctx, key(m))
	if errors.Is(err, ledger.ErrNoEvent) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	before, err := i.of(ctx, m.Digest)
	switch {
	case err != nil:
		return false, err
	case len(before) > 0: // it acted long ago, from another place
		return false, nil
	case e.Type == disputes.Filed:
		_, notes, err := i.claim(ctx, m)
		if err != nil {
			return false, err
		}
		r.Outcome, r.Why = Filed, strings.Join(notes, " ")
	default:
		r.Outcome, r.Why = Heard, doubt(m)
	}
	r.Case = e.Subject.ID
	return true, i.remark(ctx, m, r.Case, r.Why)
}

// uncounted says why a message leads to nothing, or nothing.
func (i *Intake) uncounted(ctx context.Context, m Message, r Record) (string, error) {
	before, err := i.of(ctx, m.Digest)
	if err != nil {
		return "", err
	}
	switch {
	case len(before) > 0:
		return "the same message again", nil
	case m.Refused != "":
		return m.Refused, nil
	case m.Automatic != "":
		return m.Automatic, nil
	case m.From != "" && contains(i.Own, m.From):
		return "from ourselves", nil
	}
	ours, err := i.letter(ctx, m.ID)
	if err != nil {
		return "", err
	}
	if ours != (letter{}) {
		return "a letter of ours came back", nil
	}
	if again, err := i.repeated(ctx, r); again || err != nil {
		return "the same words from the same sender again", err
	}
	many, err := i.cases(ctx, r)
	if err != nil || many < mostCases {
		return "", err
	}
	return fmt.Sprintf("its sender has filed %d claims within a day", many), nil
}

// words is a digest of what a message says and brings along, without what two copies of it differ in.
func words(m Message) (string, error) {
	h := sha256.New()
	_, _ = fmt.Fprintf(h, "%q %q", strings.Join(strings.Fields(m.Subject), " "), strings.Join(strings.Fields(m.Text), " "))
	for _, f := range m.Files {
		text, err := os.ReadFile(f.Path)
		if err != nil {
			return "", fmt.Errorf("read a file of a message: %w", err)
		}
		_, _ = fmt.Fprintf(h, " %x", sha256.Sum256(text))
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func short(digest string) string { return digest[:min(12, len(digest))] }

func contains(addresses []string, address string) bool {
	for _, a := range addresses {
		if strings.EqualFold(a, address) {
			return true
		}
	}
	return false
}
