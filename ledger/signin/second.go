package signin

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/skip2/go-qrcode"

	"arrears/ledger"
)

// shown says whether a session needs no more than it has: a second factor is asked of some roles, and of everybody who holds one.
func (d *Door) shown(s ledger.Session) bool {
	return s.Second || !s.User.SecondFactor && !s.User.Is(d.options.Second...)
}

// next is the page of the step that is missing.
func (d *Door) next(s ledger.Session) string {
	if s.User.SecondFactor {
		return CodePath
	}
	return EnrolPath
}

// half lets through who has shown the password: the pages of the second factor.
func (d *Door) half(serve func(http.ResponseWriter, *http.Request, ledger.Session)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		r.Body = http.MaxBytesReader(w, r.Body, largest)
		if err := r.ParseForm(); err != nil {
			http.Error(w, "that is not the form", http.StatusBadRequest)
			return
		}
		s, err := d.session(r)
		switch {
		case errors.Is(err, ledger.ErrSignIn):
			http.Redirect(w, r, Path+"?to="+url.QueryEscape(local(r.FormValue("to"))), http.StatusSeeOther)
		case err != nil:
			d.broken(w, r, err)
		default:
			serve(w, r, s)
		}
	})
}

func (d *Door) broken(w http.ResponseWriter, r *http.Request, err error) {
	d.options.Log.ErrorContext(r.Context(), "a second factor cannot be looked up", "cause", err)
	http.Error(w, "the ledger cannot be read", http.StatusInternalServerError)
}

// code takes the code of a user who holds a second factor.
func (d *Door) code(w http.ResponseWriter, r *http.Request, s ledger.Session) {
	f := Form{Step: StepCode, To: local(r.FormValue("to")), Name: s.User.Name}
	switch {
	case !s.User.SecondFactor:
		http.Redirect(w, r, EnrolPath+"?to="+url.QueryEscape(f.To), http.StatusSeeOther)
		return
	case s.Second:
		http.Redirect(w, r, f.To, http.StatusSeeOther)
		return
	case r.Method != http.MethodPost:
		d.show(w, r, http.StatusOK, f)
		return
	}
	if !d.mayTry(w, r, "code "+s.User.Name, f) {
		return
	}
	err := d.ledger.PassFactor(r.Context(), s.Actor, d.token(r), r.PostFormValue("code"))
	switch {
	case errors.Is(err, ledger.ErrSignIn):
		f.Wrong = "That code is not right, or it has been used. Wait for the next one."
		d.show(w, r, http.StatusForbidden, f)
	case err != nil:
		d.broken(w, r, err)
	default:
		d.tries.Forget("code " + s.User.Name)
		http.Redirect(w, r, f.To, http.StatusSeeOther)
	}
}

// enrol shares a secret with the user's telephone, and takes the code that proves it.
func (d *Door) enrol(w http.ResponseWriter, r *http.Request, s ledger.Session) {
	f := Form{Step: StepEnrol, To: local(r.FormValue("to")), Name: s.User.Name}
	var err error
	f.Secret, err = d.ledger.BeginFactor(r.Context(), s.User.Name)
	if errors.Is(err, ledger.ErrFactorSet) {
		http.Redirect(w, r, CodePath+"?to="+url.QueryEscape(f.To), http.StatusSeeOther)
		return
	}
	if err == nil {
		f.QR, err = picture(s.User.Name, f.Secret)
	}
	if err != nil {
		d.broken(w, r, err)
		return
	}
	if r.Method != http.MethodPost {
		d.show(w, r, http.StatusOK, f)
		return
	}
	if !d.mayTry(w, r, "code "+s.User.Name, f) {
		return
	}
	f.Codes, err = d.ledger.ConfirmFactor(r.Context(), s.Actor, d.token(r), r.PostFormValue("code"))
	switch {
	case errors.Is(err, ledger.ErrSignIn):
		f.Wrong = "That code is not the one your telephone should show. Is its clock right?"
		d.show(w, r, http.StatusForbidden, f)
	case err != nil:
		d.broken(w, r, err)
	default:
		f.Step, f.Secret, f.QR = StepCodes, "", nil
		d.show(w, r, http.StatusOK, f)
	}
}

// picture is what a telephone reads a secret from.
func picture(name, secret string) ([]byte, error) {
	about := url.URL{Scheme: "otpauth", Host: "totp", Path: "/Arrears:" + name,
		RawQuery: url.Values{"secret": {secret}, "issuer": {"Arrears"}}.Encode()}
	return qrcode.Encode(about.String(), qrcode.Medium, 240)
}

func (d *Door) token(r *http.Request) string {
	c, err := r.Cookie(d.cookie())
	if err != nil {
		return ""
	}
	return c.Value
}
