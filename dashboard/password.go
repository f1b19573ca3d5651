package dashboard

import (
	"errors"
	"net/http"

	"arrears/ledger"
	"arrears/ledger/signin"
)

// ownPassword is the form by which readers change their own password.
type ownPassword struct {
	Name    string // of the reader, for whatever remembers passwords
	Wrong   string
	Changed bool
}

var errNotTwice = errors.New("the new password was not typed twice in the same way")

// changePassword gives the reader another password.
func (h *Handler) changePassword(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, largestForm)
	password := r.PostFormValue("new")
	err := errNotTwice
	if password == r.PostFormValue("again") {
		err = h.door.ChangePassword(r, r.PostFormValue("old"), password)
	}
	status := http.StatusUnprocessableEntity
	switch {
	case err == nil:
		http.Redirect(w, r, settingsPath+"?changed=1", http.StatusSeeOther)
		return
	case errors.Is(err, signin.ErrTooMany):
		status = http.StatusTooManyRequests
	case errors.Is(err, signin.ErrOld):
		status = http.StatusForbidden
	case errors.Is(err, errNotTwice), errors.Is(err, ledger.ErrSamePassword), ledger.CheckPassword(password) != nil:
	default:
		h.opts.Log.ErrorContext(r.Context(), "password not changed", "error", err)
		status, err = http.StatusInternalServerError, errors.New("the password could not be changed; the cause is in the log of the service")
	}
	h.showSettings(w, r, status, settingsBody{Own: ownPassword{Wrong: err.Error()}})
}
