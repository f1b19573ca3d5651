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

	// Second are the roles whose users must show a second factor. Who holds one shows it whatever the role.
	Second []string

	// Demo are the users of a company that is made up: whoever comes is the first of them, and may be any other. It is for one
	// machine alone: requests that name another host are refused.
	Demo []string

	// Form shows the form, and what was wrong with the last attempt. The status and headers are written.
	Form func(w http.ResponseWriter, f Form) error

	// Refuse says why a request is not answered; nil is a line of text.
	Refuse func(w http.ResponseWriter, r *http.Request, status int, says string)
}

// The steps of signing in.
const (
	StepPassword = "password"
	StepNobody   = "nobody" // there is no user yet
	StepCode     = "code"   // of the second factor
	StepEnrol    = "enrol"  // a second factor is shared with the user's telephone
	StepCodes    = "codes"  // the codes for when it is lost, shown once
)

// A Form is what the page with the form has to show.
type Form struct {
	Step   string
	To     string   // where the user wanted to go
	Name   string   // as typed
	Wrong  string   // what was wrong, in a sentence; empty at first
	Secret string   // to be shared, in base 32
	QR     []byte   // the same as a picture, PNG
	Codes  []string // for when the telephone is lost
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
	if o.Refuse == nil {
		o.Refuse = func(w http.ResponseWriter, _ *http.Request, status int, says string) { http.Error(w, says, status) }
	}
	return &Door{ledger: l, options: o, tries: attempts.New(o.Now), same: http.NewCrossOriginProtection()}
}

// Paths of the door.
const (
	Path      = "/sign-in"
	OutPath   = "/sign-out"
	CodePath  = "/sign-in/code"
	EnrolPath = "/sign-in/enrol"
	AsPath    = "/sign-in/as" // of a demo only
)

// Register adds the door's own pages to a router.
func (d *Door) Register(mux *http.ServeMux) {
	mux.HandleFunc("GET "+Path, d.ask)
	mux.Handle("POST "+Path, d.same.Handler(http.HandlerFunc(d.in)))
	mux.Handle("POST "+OutPath, d.same.Handler(http.HandlerFunc(d.out)))
	for path, serve := range map[string]func(http.ResponseWriter, *http.Request, ledger.Session){CodePath: d.code, EnrolPath: d.enrol} {
		mux.Handle("GET "+path, d.half(serve))
		mux.Handle("POST "+path, d.same.Handler(d.half(serve)))
	}
	if len(d.options.Demo) > 0 {
		mux.Handle("POST "+AsPath, d.same.Handler(http.HandlerFunc(d.as)))
	}
}

// Guard lets through who has one of these roles; it is a mistake of the program to name none, and ends it. Who is not signed in
// is sent to the form, or told so where no page was asked for. Requests that change something must come from our own pages.
func (d *Door) Guard(next http.Handler, roles ...string) http.Handler {
	if len(roles) == 0 {
		panic("a page that nobody may see: name its roles")
	}
	return d.same.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		s, err := d.who(w, r)
		page := r.Method == http.MethodGet && strings.Contains(r.Header.Get("Accept"), "text/html")
		switch {
		case errors.Is(err, errHost):
			d.options.Refuse(w, r, http.StatusMisdirectedRequest, "The demo answers on this machine alone, as localhost.")
		case errors.Is(err, ledger.ErrSignIn) && page:
			http.Redirect(w, r, Path+"?to="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
		case errors.Is(err, ledger.ErrSignIn):
			http.Error(w, "sign in first", http.StatusUnauthorized)
		case err != nil:
			d.options.Log.ErrorContext(r.Context(), "a session cannot be looked up", "cause", err)
			d.options.Refuse(w, r, http.StatusInternalServerError, "The ledger cannot be read.")
		case !d.shown(s) && page:
			http.Redirect(w, r, d.next(s)+"?to="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
		case !d.shown(s):
			http.Error(w, "show the second factor first", http.StatusUnauthorized)
		case !s.User.Is(roles...):
			d.options.Refuse(w, With(r, s), http.StatusForbidden, "This is for "+strings.Join(roles, ", ")+" only.")
		default:
			next.ServeHTTP(w, With(r, s))
		}
	}))
}

// who makes a request: by the cookie of a session, or by a token for programs, which read everywhere and write to the API alone.
func (d *Door) who(w http.ResponseWriter, r *http.Request) (ledger.Session, error) {
	if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok &&
		(r.Method == http.MethodGet || r.Method == http.MethodHead || strings.HasPrefix(r.URL.Path, "/api/")) {
		return d.ledger.Bearer(r.Context(), token)
	}
	s, err := d.session(r)
	if len(d.options.Demo) > 0 {
		return d.visitor(w, r, s, err)
	}
	return s, err
}

// With is a request of who holds a session.
func With(r *http.Request, s ledger.Session) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), key{}, s))
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
	f := Form{Step: StepPassword, To: local(r.PostFormValue("to")), Name: strings.TrimSpace(r.PostFormValue("name"))}
	if !d.mayTry(w, r, "user "+f.Name, f) {
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

// ask shows the form, or says how the first user is made.
func (d *Door) ask(w http.ResponseWriter, r *http.Request) {
	f := Form{Step: StepPassword, To: local(r.FormValue("to"))}
	users, err := d.ledger.Users(r.Context())
	if err != nil {
		d.options.Log.ErrorContext(r.Context(), "the users cannot be read", "cause", err)
	}
	if err == nil && len(users) == 0 {
		f.Step = StepNobody
	}
	d.show(w, r, http.StatusOK, f)
}

// mayTry takes one attempt of somebody and of the machine they sit at, or shows the form with the reason why there is none left.
func (d *Door) mayTry(w http.ResponseWriter, r *http.Request, who string, f Form) bool {
	host, _, _ := net.SplitHostPort(r.RemoteAddr)
	if d.tries.Allow(who, attempts.Every) && d.tries.Allow("host "+host, attempts.Every/officeSize) {
		return true
	}
	f.Wrong = "Too many attempts. Wait a minute."
	d.show(w, r, http.StatusTooManyRequests, f)
	return false
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
