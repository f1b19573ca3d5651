package disputes

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"arrears/ledger"
)

// kindRules is the subject of events about models; its id is the digest of the model's text.
const kindRules = "rules"

// What happens to a model.
const (
	RulesProposed = "rules proposed"
	RulesApproved = "rules approved"
)

type rulesPayload struct {
	Text string `json:"text,omitempty"`
}

func foldRules(ctx context.Context, tables ledger.Tables, e ledger.Event) error {
	at := e.At.UTC().Format(stamp)
	switch e.Type {
	case RulesProposed:
		var p rulesPayload
		if err := e.Into(&p); err != nil {
			return err
		}
		_, err := tables.ExecContext(ctx, `insert into dispute_rules values (?, ?, ?, ?, '', '', 0) on conflict (digest) do update
			set proposed_by = proposed_by || ' ' || excluded.proposed_by, proposed_at = excluded.proposed_at`, e.Subject.ID, p.Text, e.Actor.Name(), at)
		return err
	case RulesApproved:
		_, err := tables.ExecContext(ctx, "update dispute_rules set approved_by = ?, approved_at = ?, approved = ? where digest = ?",
			e.Actor.Name(), at, e.Sequence, e.Subject.ID)
		return err
	}
	return nil
}

// A Version is a model that somebody proposed.
type Version struct {
	Digest, Text           string
	ProposedBy, ApprovedBy string // everybody who proposed this text, with blanks between
	ProposedAt, ApprovedAt time.Time
	InForce                bool
}

// Errors of models.
var (
	ErrNoRules    = errors.New("nobody has proposed such rules")
	ErrRulesStand = errors.New("open disputes stand in states that the new rules do not have")
)

// inForce is the digest of the model that holds, empty where it is the file's.
func inForce(ctx context.Context, db ledger.Reader) (string, error) {
	var digest string
	err := db.QueryRowContext(ctx, "select digest from dispute_rules where approved > 0 order by approved desc limit 1").Scan(&digest)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return digest, err
}

// Model is the one in force: the last that was approved, or the file's.
func (d *Desk) Model(ctx context.Context) (Model, error) {
	digest, err := inForce(ctx, d.ledger.Reader())
	if err != nil || digest == "" {
		return d.file, err
	}
	d.mu.Lock()
	m, known := d.models[digest]
	d.mu.Unlock()
	if known {
		return m, nil
	}
	v, err := versionOf(ctx, d.ledger.Reader(), digest)
	if err != nil {
		return Model{}, err
	}
	if m, err = Parse("rules "+digest[:12], []byte(v.Text)); err != nil {
		return Model{}, fmt.Errorf("the rules in force: %w", err)
	}
	d.mu.Lock()
	d.models[digest] = m
	d.mu.Unlock()
	return m, nil
}

func versionOf(ctx context.Context, db ledger.Reader, digest string) (Version, error) {
	v := Version{Digest: digest}
	var proposed, approved string
	err := db.QueryRowContext(ctx, "select body, proposed_by, proposed_at, approved_by, approved_at from dispute_rules where digest = ?", digest).
		Scan(&v.Text, &v.ProposedBy, &proposed, &v.ApprovedBy, &approved)
	if errors.Is(err, sql.ErrNoRows) {
		return v, fmt.Errorf("%w: %s", ErrNoRules, digest)
	}
	if err != nil {
		return v, err
	}
	if v.ProposedAt, err = moment(proposed); err == nil {
		v.ApprovedAt, err = moment(approved)
	}
	return v, err
}

// Versions are all models that were proposed, the newest first.
func (d *Desk) Versions(ctx context.Context) ([]Version, error) {
	rows, err := d.ledger.Reader().QueryContext(ctx, "select digest from dispute_rules order by proposed_at desc, digest")
	if err != nil {
		return nil, fmt.Errorf("read the rules: %w", err)
	}
	var digests []string
	for rows.Next() {
		var digest string
		if err := rows.Scan(&digest); err != nil {
			return nil, errors.Join(err, rows.Close())
		}
		digests = append(digests, digest)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return nil, err
	}
	holds, err := inForce(ctx, d.ledger.Reader())
	var found []Version
	for _, digest := range digests {
		v, wrong := versionOf(ctx, d.ledger.Reader(), digest)
		err = errors.Join(err, wrong)
		v.InForce = digest == holds
		found = append(found, v)
	}
	return found, err
}

// ProposeRules puts a model before the others. Its mistakes are those of [Parse].
func (d *Desk) ProposeRules(ctx context.Context, who ledger.Actor, key, text, reason string) (Version, error) {
	m, err := Parse("rules", []byte(text))
	if err != nil {
		return Version{}, err
	}
	_, err = d.ledger.Write(ctx, ledger.Draft{
		Key: key, Actor: who, Subject: ledger.Subject{Kind: kindRules, ID: m.Digest}, Type: RulesProposed, Payload: rulesPayload{text}, Reason: reason,
		Guard: func(ctx context.Context, written ledger.Reader) error {
			_, err := d.authority(ctx, written, who, "manager", "cfo", "analyst")
			return err
		},
	})
	if err != nil {
		return Version{}, err
	}
	return versionOf(ctx, d.ledger.Reader(), m.Digest)
}

// ApproveRules puts a model in force, by a manager or the CFO who is not the one who proposed it. What is approved is the text with
// this digest and no other.
func (d *Desk) ApproveRules(ctx context.Context, who ledger.Actor, key, digest, reason string) (Version, error) {
	v, err := versionOf(ctx, d.ledger.Reader(), digest)
	if err != nil {
		return v, err
	}
	m, err := Parse("rules", []byte(v.Text))
	if err != nil {
		return v, err
	}
	_, err = d.ledger.Write(ctx, ledger.Draft{
		Key: key, Actor: who, Subject: ledger.Subject{Kind: kindRules, ID: digest}, Type: RulesApproved, Reason: reason,
		Guard: func(ctx context.Context, written ledger.Reader) error {
			p, err := d.authority(ctx, written, who, "manager", "cfo")
			if err != nil {
				return err
			}
			now, err := versionOf(ctx, written, digest)
			if err != nil {
				return err
			}
			if slices.Contains(strings.Fields(now.ProposedBy), p.Name) {
				return ErrOwnWork
			}
			return standing(ctx, written, m)
		},
	})
	if err != nil {
		return v, err
	}
	return versionOf(ctx, d.ledger.Reader(), digest)
}

// standing refuses a model that would leave open cases nowhere.
func standing(ctx context.Context, written ledger.Reader, m Model) error {
	rows, err := written.QueryContext(ctx, "select distinct state from dispute where closed = 0")
	if err != nil {
		return err
	}
	var lost []string
	for rows.Next() {
		var state string
		if err := rows.Scan(&state); err != nil {
			return errors.Join(err, rows.Close())
		}
		if s, ok := m.State(state); !ok || s.End {
			lost = append(lost, state)
		}
	}
	err = errors.Join(rows.Err(), rows.Close())
	if err == nil && len(lost) > 0 {
		err = fmt.Errorf("%w: %s", ErrRulesStand, strings.Join(lost, ", "))
	}
	return err
}
