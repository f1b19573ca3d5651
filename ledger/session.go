package ledger

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// How long a session lives: unused, and at most.
const (
	idle    = 30 * time.Minute
	atMost  = 12 * time.Hour
	touched = time.Minute // a session in use is noted so often
)

// ErrSignIn says that name and password do not belong together, or that a session is over, and never which.
var ErrSignIn = errors.New("sign in")

// A Session is a signed-in user for as long as one request lasts: it is looked up anew for the next.
type Session struct {
	User   User
	Actor  Actor
	Second bool // the second factor has been shown
	Token  bool // a program's, by a token
}

// SignIn begins a session for a user with a password. The token is known to the browser only; what is kept is its digest. How
// often somebody may try is the caller's to limit.
func (l *Ledger) SignIn(ctx context.Context, name, password string) (token string, err error) {
	verifier, err := l.verifierOf(ctx, name)
	if err != nil {
		return "", fmt.Errorf("sign in: %w", err)
	}
	ok, err := verify(verifier, password)
	if err != nil {
		return "", fmt.Errorf("sign in: %w", err)
	}
	if !ok {
		return "", ErrSignIn
	}
	return l.admit(ctx, name, false)
}

// Admit begins a session for a user without asking for anything. It is for a company that is made up, on one machine.
func (l *Ledger) Admit(ctx context.Context, name string) (token string, err error) {
	return l.admit(ctx, name, true)
}

func (l *Ledger) admit(ctx context.Context, name string, second bool) (token string, err error) {
	token = rand.Text() + rand.Text()
	now := l.opts.Now().UTC().Format(clock)
	done, err := l.write.ExecContext(ctx, "insert into session select ?, name, ?, ?, ? from user where name = ? and active = 1",
		sum(token), now, now, second, name)
	if err != nil {
		return "", fmt.Errorf("sign in: %w", err)
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return "", errors.Join(ErrSignIn, err)
	}
	return token, nil
}

// Session finds who holds a token, with the roles the user has now; [ErrSignIn] for none.
func (l *Ledger) Session(ctx context.Context, token string) (Session, error) {
	now := l.opts.Now().UTC()
	var name, seen string
	var second bool
	err := l.read.QueryRowContext(ctx, "select name, seen_at, second from session where token = ? and seen_at > ? and began_at > ?", sum(token),
		now.Add(-idle).Format(clock), now.Add(-atMost).Format(clock)).Scan(&name, &seen, &second)
	if errors.Is(err, sql.ErrNoRows) {
		return Session{}, ErrSignIn
	}
	if err != nil {
		return Session{}, fmt.Errorf("find the session: %w", err)
	}
	u, err := l.User(ctx, name)
	if err != nil {
		return Session{}, err
	}
	if !u.Active {
		return Session{}, ErrSignIn
	}
	if seen < now.Add(-touched).Format(clock) {
		if _, err := l.write.ExecContext(ctx, "update session set seen_at = ? where token = ?", now.Format(clock), sum(token)); err != nil {
			return Session{}, fmt.Errorf("keep the session: %w", err)
		}
	}
	return Session{User: u, Actor: Actor{KindUser, u.Name}, Second: second}, nil
}

// SignOut ends a session, and with it those that ended by themselves.
func (l *Ledger) SignOut(ctx context.Context, token string) error {
	now := l.opts.Now().UTC()
	_, err := l.write.ExecContext(ctx, "delete from session where token = ? or seen_at <= ? or began_at <= ?", sum(token),
		now.Add(-idle).Format(clock), now.Add(-atMost).Format(clock))
	return err
}
