package ledger

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"database/sql"
	"encoding/base32"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
)

// A second factor is a code of six digits that the user's telephone makes from a shared secret every 30 seconds (RFC 6238).
const (
	period       = 30 * time.Second
	secretBytes  = 20
	recoveryMade = 10
)

// ErrFactorSet says that the user holds a second factor already; an admin or the command line resets it.
var ErrFactorSet = errors.New("the user has a second factor already")

// BeginFactor is the secret that a user is about to share with a telephone, in base 32: the same one until the user has proved to
// hold it.
func (l *Ledger) BeginFactor(ctx context.Context, name string) (secret string, err error) {
	var raw [secretBytes]byte
	_, _ = rand.Read(raw[:]) // never fails
	fresh := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(raw[:])
	_, err = l.write.ExecContext(ctx, `insert into second_factor select name, ?, 0, 0 from user where name = ? and active = 1
		on conflict (name) do nothing`, fresh, name)
	if err != nil {
		return "", fmt.Errorf("begin a second factor: %w", err)
	}
	var confirmed bool
	err = l.write.QueryRowContext(ctx, "select secret, confirmed from second_factor where name = ?", name).Scan(&secret, &confirmed)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return "", fmt.Errorf("%w: %q", ErrNoUser, name)
	case err != nil:
		return "", fmt.Errorf("begin a second factor: %w", err)
	case confirmed:
		return "", ErrFactorSet
	}
	return secret, nil
}

// ConfirmFactor makes the secret the user's, who proves by a code to hold it, and returns the codes for when it is lost: they are
// kept as digests only. Of the user's sessions the one that proved it goes on. A wrong code is [ErrSignIn].
func (l *Ledger) ConfirmFactor(ctx context.Context, who Actor, token, code string) (recovery []string, err error) {
	secret, err := l.BeginFactor(ctx, who.name)
	if err != nil {
		return nil, err
	}
	step, ok := l.stepOf(secret, code)
	if !ok {
		return nil, ErrSignIn
	}
	for range recoveryMade {
		text := strings.ToLower(rand.Text())
		recovery = append(recovery, text[:5]+"-"+text[5:10]+"-"+text[10:15])
	}
	_, err = l.writeAlso(ctx, Draft{
		Key: NewKey(), Actor: who, Subject: Subject{kindUser, who.name}, Type: factorSet, Payload: digestPayload{sum(secret)},
	}, func(ctx context.Context, tx Tables, _ Event) error {
		done, err := tx.ExecContext(ctx, "update second_factor set confirmed = 1, used_step = ? where name = ? and secret = ? and confirmed = 0", step, who.name, secret)
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return errors.Join(ErrFactorSet, err)
		}
		for _, one := range recovery {
			if _, err := tx.ExecContext(ctx, "insert into recovery_code values (?, ?)", who.name, sum(one)); err != nil {
				return err
			}
		}
		if _, err := tx.ExecContext(ctx, "delete from session where name = ? and token <> ?", who.name, sum(token)); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "update session set second = 1 where token = ?", sum(token))
		return err
	})
	if err != nil {
		return nil, err
	}
	return recovery, nil
}

// PassFactor takes the code of a user who has shown the password, or one of the codes for when the telephone is lost. None of
// either is taken twice; a wrong one is [ErrSignIn].
func (l *Ledger) PassFactor(ctx context.Context, who Actor, token, code string) error {
	secret, err := l.secretOf(ctx, who.name)
	if err != nil {
		return err
	}
	if step, ok := l.stepOf(secret, code); ok {
		done, err := l.write.ExecContext(ctx, "update second_factor set used_step = ? where name = ? and used_step < ?", step, who.name, step)
		if err != nil {
			return fmt.Errorf("take a code: %w", err)
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return errors.Join(ErrSignIn, err)
		}
		_, err = l.write.ExecContext(ctx, "update session set second = 1 where token = ? and name = ?", sum(token), who.name)
		return err
	}
	return l.recover(ctx, who, token, strings.ToLower(strings.TrimSpace(code)))
}

// recover takes one of the codes for when the telephone is lost, which is an event.
func (l *Ledger) recover(ctx context.Context, who Actor, token, code string) error {
	_, err := l.writeAlso(ctx, Draft{Key: NewKey(), Actor: who, Subject: Subject{kindUser, who.name}, Type: codeUsed},
		func(ctx context.Context, tx Tables, _ Event) error {
			done, err := tx.ExecContext(ctx, "delete from recovery_code where name = ? and digest = ?", who.name, sum(code))
			if err != nil {
				return err
			}
			if n, err := done.RowsAffected(); err != nil || n == 0 {
				return errors.Join(ErrSignIn, err)
			}
			_, err = tx.ExecContext(ctx, "update session set second = 1 where token = ? and name = ?", sum(token), who.name)
			return err
		})
	return err
}

// ResetFactor takes a user's second factor away, with the codes, and ends the user's sessions: the next sign-in begins a new one.
func (l *Ledger) ResetFactor(ctx context.Context, by Actor, name, reason string) error {
	_, err := l.writeAlso(ctx, Draft{
		Key: NewKey(), Actor: by, Subject: Subject{kindUser, name}, Type: factorReset, Reason: reason,
		Guard: func(ctx context.Context, written Reader) error {
			_, err := userOf(ctx, written, name)
			return err
		},
	}, func(ctx context.Context, tx Tables, _ Event) error {
		for _, table := range []string{"second_factor", "recovery_code", "session"} {
			if _, err := tx.ExecContext(ctx, "delete from "+table+" where name = ?", name); err != nil {
				return err
			}
		}
		return nil
	})
	return err
}

// secretOf is a user's secret, which must be the one that an event has set.
func (l *Ledger) secretOf(ctx context.Context, name string) (string, error) {
	var secret, digest string
	err := l.read.QueryRowContext(ctx, `select second_factor.secret, user.factor from user
		join second_factor on second_factor.name = user.name where user.name = ? and second_factor.confirmed = 1`, name).Scan(&secret, &digest)
	if errors.Is(err, sql.ErrNoRows) {
		return "", ErrSignIn
	}
	if err != nil {
		return "", fmt.Errorf("read the second factor: %w", err)
	}
	if sum(secret) != digest {
		return "", fmt.Errorf("%w: the second factor of %s was not set by an event", ErrBroken, name)
	}
	return secret, nil
}

// stepOf is the period whose code this is: the present one, or one beside it for clocks that differ.
func (l *Ledger) stepOf(secret, code string) (int64, bool) {
	code = strings.ReplaceAll(strings.TrimSpace(code), " ", "")
	now := l.opts.Now().Unix() / int64(period/time.Second)
	found, ok := int64(0), false
	for step := now - 1; step <= now+1; step++ {
		right, err := hotp.GenerateCodeCustom(secret, uint64(max(0, step)), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err == nil && subtle.ConstantTimeCompare([]byte(right), []byte(code)) == 1 {
			found, ok = step, true
		}
	}
	return found, ok
}
