package signin

import (
	"errors"
	"net"
	"net/http"

	"arrears/ledger"
	"arrears/ledger/attempts"
)

// Errors of a change of password, as sentences for who tried.
var (
	ErrTooMany = errors.New("too many attempts: wait a minute")
	ErrOld     = errors.New("the old password is not right")
)

// ChangePassword gives the user of a session another password, if the old one is right, and ends all other sessions of the user. Trying is limited like
// signing in, by the same count: a session that was left open is no way to guess.
func (d *Door) ChangePassword(r *http.Request, old, password string) error {
	s, err := d.session(r)
	if err != nil {
		return err
	}
	host, _, _ := net.SplitHostPort(r.RemoteAddr)
	if !d.tries.Allow("user "+s.User.Name, attempts.Every) || !d.tries.Allow("host "+host, attempts.Every/officeSize) {
		return ErrTooMany
	}
	if err := ledger.CheckPassword(password); err != nil {
		return err
	}
	c, err := r.Cookie(d.cookie())
	if err != nil {
		return ledger.ErrSignIn
	}
	err = d.ledger.ChangePassword(r.Context(), c.Value, old, password)
	if errors.Is(err, ledger.ErrSignIn) {
		return ErrOld
	}
	if err == nil {
		d.tries.Forget("user " + s.User.Name)
	}
	return err
}
