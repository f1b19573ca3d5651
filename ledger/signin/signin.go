// Package signin is the door of the web: it lets users of the ledger in by name and password, knows them again by a cookie, and
// says what they may do. Whoever is let in is the actor of what they write.
package signin

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"arrears/ledger"
	"arrears/ledger/attempts"
)

// Options are what a door is made with.
type Options struct {
	Log    *slog.Logger
	Secure bool             // behind TLS: the cookie never travels without it
	Now    func() time.Time // nil is the machine's clock

	// Form shows the form, and what was wrong with the last attempt. The status and headers are written.
	Form func(w http.ResponseWriter, f Form) error
}

// A Form is what the page with the form has to show.
type Form struct {
	To    string // where the user wanted to go
	Name  string // as typed
	Wrong string // what was wrong, in a sentence; empty at first
}

// A Door is where users come in.
type Door struct {
	ledger  *ledger.Ledger
	options Options
	tries   *attempts.Counter
	same    *http.CrossOriginProtection
}

// New makes a door to what users of a ledger may see.
func New(l *ledger.Ledger, o Options) *Door {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Door{ledger: l, options: o, tries: attempts.New(o.Now), same: http.NewCrossOriginProtection()}
}

// Paths of the door.
const (
	Path    = "/sign-in"
	OutPath = "/sign-out"
)

// Register adds the door's own pages to a router.
func (d *Door) Register(mux *http.ServeMux) {
	mux.HandleFunc("GET "+Path, func(w http.ResponseWriter, r *http.Request) {
		d.show(w, r, http.StatusOK, Form{To: local(r.FormValue("to"))})
	})
	mux.Handle("POST "+Path, d.same.Handler(http.HandlerFunc(d.in)))
	mux.Handle("POST "+OutPath, d.same.Handler(http.HandlerFunc(d.out)))
}

// Guard lets through who has one of these roles; it is a mistake of the program to name none, and ends it. Who is not signed in
// is sent to the form, or told so where no page was asked for. Requests that change something must come from our own pages.
func (d *Door) Guard(next http.Handler, roles ...string) http.Handler {
	if len(roles) == 0 {
		panic("a page that nobody may see: name its roles")
	}
	return d.same.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		s, err := d.session(r)
		switch {
		case errors.Is(err, ledger.ErrSignIn) && r.Method == http.MethodGet && strings.Contains(r.Header.Get("Accept"), "text/html"):
			http.Redirect(w, r, Path+"?to="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
		case errors.Is(err, ledger.ErrSignIn):
			http.Error(w, "sign in first", http.StatusUnauthorized)
		case err != nil:
			d.options.Log.ErrorContext(r.Context(), "a session cannot be looked up", "cause", err)
			http.Error(w, "the ledger cannot be read", http.StatusInternalServerError)
		case !s.User.Is(roles...):
			http.Error(w, "this is not for you: "+strings.Join(roles, ", ")+" only", http.StatusForbidden)
		default:
			next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), key{}, s)))
		}
	}))
}

type key struct{}

// Of is who makes a request that came through a guard.
func Of(ctx context.Context) (ledger.Session, bool) {
	s, ok := ctx.Value(key{}).(ledger.Session)
	return s, ok
}

// cookie is the name under which the browser keeps the token. The prefix makes the browser refuse one that another host or a page without
// TLS has set.
func (d *Door) cookie() string {
	if d.options.Secure {
		return "__Host-arrears"
	}
	return "arrears"
}

func (d *Door) session(r *http.Request) (ledger.Session, error) {
	c, err := r.Cookie(d.cookie())
	if err != nil {
		return ledger.Session{}, ledger.ErrSignIn
	}
	return d.ledger.Session(r.Context(), c.Value)
}

// give sets the cookie, or takes it away. It ends with the browser; the ledger ends it sooner.
func (d *Door) give(w http.ResponseWriter, token string) {
	c := &http.Cookie{Name: d.cookie(), Value: token, Path: "/", HttpOnly: true, Secure: d.options.Secure, SameSite: http.SameSiteLaxMode}
	if token == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}

const (
	largest    = 4 << 10 // bytes that the form may send
	officeSize = 10      // a host may be a whole office: so many times the attempts of one user
)

func (d *Door) in(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, largest)
	if err := r.ParseForm(); err != nil {
		http.Error(w, "that is not the form", http.StatusBadRequest)
		return
	}
	f := Form{To: local(r.PostFormValue("to")), Name: strings.TrimSpace(r.PostFormValue("name"))}
	host, _, _ := net.SplitHostPort(r.RemoteAddr)
	if !d.tries.Allow("user "+f.Name, attempts.Every) || !d.tries.Allow("host "+host, attempts.Every/officeSize) {
		f.Wrong = "Too many attempts. Wait a minute."
		d.show(w, r, http.StatusTooManyRequests, f)
		return
	}
	token, err := d.ledger.SignIn(r.Context(), f.Name, r.PostFormValue("password"))
	switch {
	case errors.Is(err, ledger.ErrSignIn):
		f.Wrong = "Name and password do not belong together, or the user may not sign in."
		d.show(w, r, http.StatusForbidden, f)
	case err != nil:
		d.options.Log.ErrorContext(r.Context(), "nobody can sign in", "cause", err)
		http.Error(w, "the ledger cannot be read", http.StatusInternalServerError)
	default:
		d.tries.Forget("user " + f.Name)
		d.give(w, token)
		http.Redirect(w, r, f.To, http.StatusSeeOther)
	}
}

func (d *Door) out(w http.ResponseWriter, r *http.Request) {
	if c, err := r.Cookie(d.cookie()); err == nil {
		if err := d.ledger.SignOut(r.Context(), c.Value); err != nil {
			d.options.Log.ErrorContext(r.Context(), "a session cannot be ended", "cause", err)
			http.Error(w, "the ledger cannot be written", http.StatusInternalServerError)
			return
		}
	}
	d.give(w, "")
	http.Redirect(w, r, Path, http.StatusSeeOther)
}

func (d *Door) show(w http.ResponseWriter, r *http.Request, status int, f Form) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	if err := d.options.Form(w, f); err != nil {
		d.options.Log.WarnContext(r.Context(), "the form could not be shown", "cause", err)
	}
}

// local is a path of ours; anything else is the first page.
func local(to string) string {
	u, err := url.Parse(to)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\r\n\t") {
		return "/"
	}
	return to
}
