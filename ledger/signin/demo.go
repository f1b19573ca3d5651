package signin

import (
	"errors"
	"net"
	"net/http"
	"slices"

	"arrears/ledger"
)

// errHost says that a request names another host than this machine: a page elsewhere could have made its name lead here.
var errHost = errors.New("the demo answers as localhost only")

// visitor is who a request to a demo comes from: the user of the session, or the first demo user, whose session begins here.
func (d *Door) visitor(w http.ResponseWriter, r *http.Request, s ledger.Session, err error) (ledger.Session, error) {
	if !Loopback(r.Host) {
		return ledger.Session{}, errHost
	}
	if !errors.Is(err, ledger.ErrSignIn) {
		return s, err
	}
	token, err := d.ledger.Admit(r.Context(), d.options.Demo[0])
	if err != nil {
		return ledger.Session{}, err
	}
	d.give(w, token)
	return d.ledger.Session(r.Context(), token)
}

// as changes the demo user.
func (d *Door) as(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, largest)
	name := r.PostFormValue("name")
	if !Loopback(r.Host) || !slices.Contains(d.options.Demo, name) {
		d.options.Refuse(w, r, http.StatusForbidden, "There is no such demo user.")
		return
	}
	token, err := d.ledger.Admit(r.Context(), name)
	if err != nil {
		d.broken(w, r, err)
		return
	}
	d.give(w, token)
	http.Redirect(w, r, local(r.PostFormValue("to")), http.StatusSeeOther)
}

// Loopback says whether an address, with or without a port, is this machine's own.
func Loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = address
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
