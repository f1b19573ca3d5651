// Package portal is what a customer sees: the customer's own open items and disputes, and nothing of anybody else's. It has a
// listener, a cookie and a router of its own, and reaches figures and cases only through what it is given.
package portal

import (
	"context"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/alexedwards/scs/v2"

	"arrears/disputes"
	"arrears/ledger"
	"arrears/ledger/attempts"
)

// Options are what a portal is made with.
type Options struct {
	Company  string
	Address  *url.URL // under which customers reach the portal: links in letters begin with it
	Accounts Accounts
	Desk     Desk
	Shelf    Shelf
	Links    Links
	Promises Promises       // where a customer's word to pay is noted; nil: it is not taken here
	Ledger   *ledger.Ledger // what is written beside cases: who asked for a link, and who used it
	Zone     *time.Location // the company's

	// Statement is what a customer was told about a decision, as a PDF.
	Statement func(ctx context.Context, c disputes.Case) ([]byte, error)

	Log *slog.Logger
	Now func() time.Time // nil is the machine's clock
}

// Links are signed, expire, and open one object for one purpose.
type Links interface {
	Sign(purpose, object string, until time.Time) string
	Open(token, purpose string) (object string, until time.Time, err error)
}

// A Portal serves customers.
type Portal struct {
	options  Options
	sessions *scs.SessionManager
	tries    *attempts.Counter
	pages    *template.Template
	handler  http.Handler
}

// New makes a portal, or says what it lacks.
func New(o Options) (*Portal, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	pages, err := readPages()
	if err != nil {
		return nil, err
	}
	p := &Portal{options: o, sessions: newSessions(o.secure()), tries: attempts.New(o.Now), pages: pages}
	mux := http.NewServeMux()
	for _, r := range p.routes() {
		if r.access == nil {
			return nil, fmt.Errorf("route %s says nothing of who may use it", r.pattern)
		}
		mux.Handle(r.pattern, r.access(r.serve))
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { p.absent(w, r) })
	p.handler = guarded(p.sessions.LoadAndSave(http.NewCrossOriginProtection().Handler(mux)), o.secure())
	return p, nil
}

// ServeHTTP answers a customer.
func (p *Portal) ServeHTTP(w http.ResponseWriter, r *http.Request) { p.handler.ServeHTTP(w, r) }

func (o Options) secure() bool { return o.Address.Scheme == "https" }

// A route is one thing a customer can ask for, and who may: anybody, whoever has signed in, or whoever sees one case.
type route struct {
	pattern string
	access  func(http.HandlerFunc) http.Handler
	serve   http.HandlerFunc
}

func (p *Portal) routes() []route {
	return []route{
		{"GET /{$}", p.anybody, p.home},
		{"GET /static/{name}", p.anybody, static},
		{"GET /process", p.anybody, p.process},
		{"POST /link", p.anybody, p.askForLink},
		{"GET /enter/{token}", p.anybody, p.showEntry},
		{"POST /enter/{token}", p.anybody, p.enter},
		{"GET /document/{token}", p.anybody, p.shared},
		{"POST /leave", p.anybody, p.leave},
		{"GET /account", p.signedIn, p.account},
		{"GET /account/statement.csv", p.signedIn, p.statement},
		{"GET /account/promise", p.signedIn, p.showPromise},
		{"POST /account/promise", p.signedIn, p.promise},
		{"GET /file", p.signedIn, p.showFiling},
		{"POST /file", p.signedIn, p.file},
		{"GET /case/{case}", p.ofCase, p.showCase},
		{"POST /case/{case}/message", p.ofCase, p.say},
		{"GET /case/{case}/document/{digest}", p.ofCase, p.document},
		{"GET /case/{case}/statement.pdf", p.ofCase, p.resolution},
		{"POST /case/{case}/accept", p.ofCase, p.accept},
		{"POST /case/{case}/reject", p.ofCase, p.reject},
	}
}

// guarded sets what every answer carries: nothing is kept by the browser, nothing runs but our own style, nobody frames a page.
func guarded(next http.Handler, secure bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		if secure {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}
