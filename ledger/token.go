package ledger

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
)

// SetToken gives a user a token for programs that read in the user's name, in place of one the user may have. It is shown once: the
// event and the tables hold its digest.
func (l *Ledger) SetToken(ctx context.Context, by Actor, name, reason string) (token string, err error) {
	token = "arrears_" + rand.Text() + rand.Text()
	return token, l.tokenEvent(ctx, by, name, tokenSet, digestPayload{sum(token)}, reason)
}

// EndToken takes it away.
func (l *Ledger) EndToken(ctx context.Context, by Actor, name, reason string) error {
	return l.tokenEvent(ctx, by, name, tokenEnded, nil, reason)
}

func (l *Ledger) tokenEvent(ctx context.Context, by Actor, name, kind string, payload any, reason string) error {
	_, err := l.Write(ctx, Draft{
		Key: NewKey(), Actor: by, Subject: Subject{kindUser, name}, Type: kind, Payload: payload, Reason: reason,
		Guard: func(ctx context.Context, written Reader) error {
			_, err := userOf(ctx, written, name)
			return err
		},
	})
	return err
}

// Bearer finds who holds a token for programs; [ErrSignIn] for none. It was given by hand, which stands for the second factor.
func (l *Ledger) Bearer(ctx context.Context, token string) (Session, error) {
	var name string
	err := l.read.QueryRowContext(ctx, "select name from user where token = ? and active = 1", sum(token)).Scan(&name)
	if errors.Is(err, sql.ErrNoRows) {
		return Session{}, ErrSignIn
	}
	if err != nil {
		return Session{}, fmt.Errorf("find the holder of a token: %w", err)
	}
	u, err := l.User(ctx, name)
	return Session{User: u, Actor: Actor{KindUser, u.Name}, Second: true, Token: true}, err
}
