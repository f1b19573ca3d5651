package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Roles are what a user may be. A user has one or more.
var Roles = []string{"cfo", "manager", "collector", "analyst", "approver", "auditor", "admin"}

// A User may sign in.
type User struct {
	Name   string   `json:"name"`
	Title  string   `json:"title"` // the name pages show
	Roles  []string `json:"roles"`
	Active bool     `json:"active"`

	SecondFactor bool `json:"-"` // has proved to hold one; only the events of it change this
	Token        bool `json:"-"` // has one for programs that read
}

// Is says whether the user has one of these roles.
func (u User) Is(roles ...string) bool {
	return slices.ContainsFunc(u.Roles, func(role string) bool { return slices.Contains(roles, role) })
}

const (
	kindUser    = "user"
	userSet     = "user set"            // payload: the user
	passwordSet = "password set"        // payload: digest of the verifier
	factorSet   = "second factor set"   // payload: digest of the secret
	factorReset = "second factor reset" // no payload: the user begins anew
	codeUsed    = "recovery code used"
	tokenSet    = "token set"   // payload: digest of the token
	tokenEnded  = "token ended" // no payload
)

// digestPayload is all that an event says of a secret.
type digestPayload struct {
	Digest string `json:"digest"`
}

// users is the table of users as the events leave them.
var users = Projection{
	Name: "users", Version: 2, Tables: []string{"user"},
	Schema: `create table user (
	name text primary key,
	title text not null,
	roles text not null, -- JSON
	active integer not null,
	credential text not null, -- digest of the verifier that the last event set; empty: cannot sign in yet
	factor text not null, -- digest of the secret of the second factor; empty: none
	token text not null -- digest of the token for programs; empty: none
) strict`,
	Apply: foldUser,
}

func foldUser(ctx context.Context, tables Tables, e Event) error {
	if e.Subject.Kind != kindUser {
		return nil
	}
	if e.Type == userSet {
		var u User
		if err := e.Into(&u); err != nil {
			return err
		}
		roles, err := json.Marshal(u.Roles)
		if err != nil {
			return err
		}
		_, err = tables.ExecContext(ctx, `insert into user values (?, ?, ?, ?, '', '', '') on conflict (name) do update
			set title = excluded.title, roles = excluded.roles, active = excluded.active`, u.Name, u.Title, string(roles), u.Active)
		return err
	}
	column, ours := secretColumn[e.Type]
	if !ours {
		return nil
	}
	var p digestPayload // empty where a secret ends
	if err := e.Into(&p); err != nil {
		return err
	}
	_, err := tables.ExecContext(ctx, "update user set "+column+" = ? where name = ?", p.Digest, e.Subject.ID)
	return err
}

// secretColumn is the column that holds the digest of the secret an event is about.
var secretColumn = map[string]string{passwordSet: "credential", factorSet: "factor", factorReset: "factor", tokenSet: "token", tokenEnded: "token"}

// ErrNoUser says that there is no such user.
var ErrNoUser = errors.New("there is no such user")

const selectUser = "select name, title, roles, active, factor <> '', token <> '' from user"

// Users are all users by name, those that may no longer sign in too.
func (l *Ledger) Users(ctx context.Context) ([]User, error) {
	return usersOf(ctx, l.read, selectUser+" order by name")
}

// User finds a user by name.
func (l *Ledger) User(ctx context.Context, name string) (User, error) {
	return userOf(ctx, l.read, name)
}

// UserOf is the user as a guard sees it, in the transaction of a write; [ErrNoUser] when there is none.
func UserOf(ctx context.Context, written Reader, name string) (User, error) {
	return userOf(ctx, written, name)
}

func userOf(ctx context.Context, db Reader, name string) (User, error) {
	found, err := usersOf(ctx, db, selectUser+" where name = ?", name)
	if err == nil && len(found) == 0 {
		err = fmt.Errorf("%w: %q", ErrNoUser, name)
	}
	if err != nil {
		return User{}, err
	}
	return found[0], nil
}

func usersOf(ctx context.Context, db Reader, query string, args ...any) ([]User, error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("read the users: %w", err)
	}
	defer func() { _ = rows.Close() }() // only read; what went wrong is in Err
	var found []User
	for rows.Next() {
		var u User
		var roles string
		if err := rows.Scan(&u.Name, &u.Title, &roles, &u.Active, &u.SecondFactor, &u.Token); err != nil {
			return nil, fmt.Errorf("read the users: %w", err)
		}
		if err := json.Unmarshal([]byte(roles), &u.Roles); err != nil {
			return nil, fmt.Errorf("roles of user %s: %w", u.Name, err)
		}
		found = append(found, u)
	}
	return found, rows.Err()
}

var userShape = regexp.MustCompile(`^[a-z0-9][a-z0-9._@-]{0,63}$`)

// SetUser adds a user or changes one: title, roles, and whether they may sign in. Whoever may no longer sign in is signed out at once.
func (l *Ledger) SetUser(ctx context.Context, by Actor, u User, reason string) error {
	if !userShape.MatchString(u.Name) {
		return fmt.Errorf("user %q: a name has small letters, digits and . _ @ - only, at most 64", u.Name)
	}
	if len(u.Roles) == 0 {
		return fmt.Errorf("user %s: has no role; roles are %s", u.Name, strings.Join(Roles, ", "))
	}
	for _, role := range u.Roles {
		if !slices.Contains(Roles, role) {
			return fmt.Errorf("user %s: no role is called %q; roles are %s", u.Name, role, strings.Join(Roles, ", "))
		}
	}
	if u.Is("admin") && u.Is("approver") {
		return fmt.Errorf("user %s: who says who may approve does not approve: admin and approver exclude each other", u.Name)
	}
	slices.Sort(u.Roles)
	u.Roles = slices.Compact(u.Roles)
	_, err := l.writeAlso(ctx, Draft{
		Key: NewKey(), Actor: by, Subject: Subject{kindUser, u.Name}, Type: userSet, Payload: u, Reason: reason,
	}, func(ctx context.Context, tx Tables, _ Event) error {
		if u.Active {
			return nil
		}
		_, err := tx.ExecContext(ctx, "delete from session where name = ?", u.Name)
		return err
	})
	return err
}

// SetPassword gives a user a password and ends the user's sessions. The event holds a digest only.
func (l *Ledger) SetPassword(ctx context.Context, by Actor, name, password, reason string) error {
	return l.setPassword(ctx, by, name, password, reason, "")
}

// ErrSamePassword says that a new password is the old one.
var ErrSamePassword = errors.New("the new password is the old one")

// ChangePassword is how a user who is signed in and knows the old password takes another: [ErrSignIn] where it is not that. All sessions of the
// user but the one with this token end. How often somebody may try is the caller's to limit.
func (l *Ledger) ChangePassword(ctx context.Context, token, old, password string) error {
	s, err := l.Session(ctx, token)
	if err != nil {
		return err
	}
	verifier, err := l.verifierOf(ctx, s.User.Name)
	if err != nil {
		return fmt.Errorf("change the password: %w", err)
	}
	ok, err := verify(verifier, old)
	switch {
	case err != nil:
		return fmt.Errorf("change the password: %w", err)
	case !ok:
		return ErrSignIn
	case old == password:
		return ErrSamePassword
	}
	return l.setPassword(ctx, s.Actor, s.User.Name, password, "changed by the user", token)
}

// setPassword gives a user a password and ends the user's sessions but the one with a token, if that is not empty.
func (l *Ledger) setPassword(ctx context.Context, by Actor, name, password, reason, kept string) error {
	verifier, err := newVerifier(password)
	if err != nil {
		return err
	}
	_, err = l.writeAlso(ctx, Draft{
		Key: NewKey(), Actor: by, Subject: Subject{kindUser, name}, Type: passwordSet, Payload: digestPayload{sum(verifier)}, Reason: reason,
		Guard: func(ctx context.Context, written Reader) error {
			_, err := userOf(ctx, written, name)
			return err
		},
	}, func(ctx context.Context, tx Tables, _ Event) error {
		_, err := tx.ExecContext(ctx, `insert into credential values (?, ?) on conflict (name) do update set verifier = excluded.verifier`, name, verifier)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "delete from session where name = ? and token <> ?", name, sum(kept))
		return err
	})
	return err
}

// verifierOf is what a password is checked against: empty for who cannot sign in, for whatever reason.
func (l *Ledger) verifierOf(ctx context.Context, name string) (string, error) {
	var verifier, digest string
	err := l.read.QueryRowContext(ctx, `select credential.verifier, user.credential from user
		join credential on credential.name = user.name where user.name = ? and user.active = 1`, name).Scan(&verifier, &digest)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	if err == nil && sum(verifier) != digest {
		return "", fmt.Errorf("%w: the password of %s was not set by an event", ErrBroken, name)
	}
	return verifier, err
}
