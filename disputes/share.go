package disputes

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"arrears/ledger"
)

// ErrNoPortal says that there is nowhere a customer could open what is shared.
var ErrNoPortal = errors.New("there is no portal at which the customer could open it: the configuration names none")

// longestShare is how many days a link to a document opens at most.
const longestShare = 90

// A Sharing is a document of a case that the customer may open, and for how many days.
type Sharing struct {
	Digest string
	Days   int
}

// ErrEnded says that a document was shared by this link, and that somebody has ended it.
var ErrEnded = errors.New("the document is no longer shared")

// Share lets the customer open a document of the case by a link, until it expires, and mails the link. The link is made of the case, the
// document and the moment: the ledger holds no secret.
func (d *Desk) Share(ctx context.Context, who ledger.Actor, key, id string, s Sharing) (Case, error) {
	var document Document
	var until time.Time
	return d.take(ctx, who, key, id, step{kind: Shared, asked: s,
		plan: func(t *turn) error {
			if err := t.staff(); err != nil {
				return err
			}
			if !t.c.Verified {
				return ErrUnverified
			}
			f := &form{}
			if s.Days < 1 || s.Days > longestShare {
				f.wrong("days", "are 1 to %d", longestShare)
			}
			history, err := d.History(ctx, id)
			if err != nil {
				return err
			}
			var found bool
			if document, found = enclosedIn(history, s.Digest); !found {
				f.wrong("document", "is none of %s", id)
			}
			until = t.now.AddDate(0, 0, s.Days).Truncate(time.Second)
			t.change.Documents, t.change.Until = []Document{document}, until
			return f.err()
		},
		letter: func(ctx context.Context, l Letters, after Case) ([]ledger.Message, error) {
			return l.Shared(ctx, after, document, until)
		}})
}

// enclosedIn finds a document in what happened to a case.
func enclosedIn(history []Moment, digest string) (Document, bool) {
	for _, m := range history {
		if i := slices.IndexFunc(m.Documents, func(d Document) bool { return d.Digest == digest }); i >= 0 {
			return m.Documents[i], true
		}
	}
	return Document{}, false
}

// Unshare ends every link to a document that still opens: from then on it answers as if it had expired. A later sharing makes a link of its own.
func (d *Desk) Unshare(ctx context.Context, who ledger.Actor, key, id, digest, why string) (Case, error) {
	f := &form{}
	s := step{kind: Unshared, asked: digest}
	s.reason = f.text("reason", why, true)
	s.plan = func(t *turn) error {
		if err := firstWrong(f.err(), t.staff()); err != nil {
			return err
		}
		history, err := d.History(ctx, id)
		if err != nil {
			return err
		}
		document, found := enclosedIn(slices.DeleteFunc(history, func(m Moment) bool { return !m.Opens(t.now) }), digest)
		if !found {
			return Mistakes{{"document", "is one that no link opens"}}
		}
		t.change.Documents = []Document{document}
		return nil
	}
	return d.take(ctx, who, key, id, s)
}

// Opens says whether the moment is that of a sharing whose link still opens.
func (m Moment) Opens(now time.Time) bool {
	return m.Type == Shared && m.Ended.IsZero() && now.Before(m.Until)
}

// endSharings notes at each sharing when somebody ended it.
func endSharings(history []Moment) {
	for i, end := range history {
		if end.Type != Unshared {
			continue
		}
		for j, m := range history[:i] {
			if m.Opens(end.At) && slices.Equal(m.Documents, end.Documents) {
				history[j].Ended = end.At
			}
		}
	}
}

// SharedDocument is the document of a case that somebody has shared with the customer, by a link that expires at a moment. Where that was
// ended it is [ErrEnded]; anything else is [ErrNoDocument].
func (d *Desk) SharedDocument(ctx context.Context, id, digest string, until time.Time) (Document, error) {
	history, err := d.History(ctx, id)
	if err != nil {
		return Document{}, err
	}
	err = ErrNoDocument
	for _, m := range history {
		document, found := enclosedIn([]Moment{m}, digest)
		switch {
		case m.Type != Shared || !found || !m.Until.Equal(until):
			continue
		case m.Ended.IsZero():
			return document, nil
		}
		err = ErrEnded
	}
	return Document{}, fmt.Errorf("%s of %s: %w", digest, id, err)
}
