// Package dashboard is the web: pages, charts and exports over the published marts. A page never queries the database: it
// reads a snapshot of the panel queries, taken once a refresh, so that readers see one run or the next and never a mixture.
package dashboard

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"time"

	"arrears/collections"
	"arrears/disputes"
	"arrears/ledger"
	"arrears/ledger/signin"
	"arrears/sql"
	"arrears/warehouse"
)

// ErrNotPublished is what Marts answers before the first refresh has been published.
var ErrNotPublished = errors.New("no figures are published yet")

// View is the marts as they stand at one date, and the run they come from.
type View struct {
	DB   warehouse.DB
	Run  string
	AsOf time.Time

	Landed int64 // number of the last event of the ledger that the marts hold
}

// Marts gives the marts at a date, the published ones for the zero time. The function it returns releases the view.
type Marts interface {
	At(ctx context.Context, asOf time.Time) (View, func(), error)
}

// Options are what the pages need from the other rooms.
type Options struct {
	Marts    Marts
	Panels   fs.FS     // sql/panel: one query a file
	Panes    fs.FS     // sql/pane: one query a part of what is known of a customer
	Drills   fs.FS     // sql/drill: one query a panel whose rows are read when a cell is opened
	KPIs     []sql.KPI // in the order in which they are defined to the reader
	Explain  func(ctx context.Context, kpi string, asOf time.Time) (Explanation, error)
	Models   func(ctx context.Context, mart string) ([]Model, error) // that a mart rests on, in the order they are built
	Pipeline Pipeline                                                // how data comes in; nil where nobody tells
	Company  string                                                  // shown when the marts name none
	Log      *slog.Logger

	Collections *collections.Desk // writes down what collectors do; nil where nobody can

	Disputes  *disputes.Desk                                       // where cases are worked on; nil where none are
	Documents disputes.Shelf                                       // what was enclosed with them
	Statement func(context.Context, disputes.Case) ([]byte, error) // of a decided case, PDF; nil where there is none

	// DocumentLink is the address at which a customer opens a document of a case until a moment; nil where there is no portal.
	DocumentLink func(disputed, digest string, until time.Time) string

	Verify func(context.Context) (ledger.Evidence, error) // proves the ledger; nil where nobody can

	Ledger *ledger.Ledger // who may sign in, and what people did
	Secure bool           // behind TLS: cookies never travel without it
	Second []string       // roles that must show a second factor
	Demo   []string       // users of a made-up company, who come in without a password on this machine

	Zone       *time.Location   // of the times that are shown; UTC when nil
	Now        func() time.Time // the clock; the machine's when nil
	StaleAfter time.Duration    // data older than this turns grey; 36 hours when zero
	Deadline   time.Duration    // for figures of a date that is not in memory; 20 seconds when zero
}

// Handler serves the pages. Publish tells it that there is a new run; until then it serves the one before.
type Handler struct {
	opts   Options
	shelf  *shelf
	panels []panel
	panes  map[string]string // part of a customer -> query
	drills map[string]string // panel -> query of the rows a cell leads to
	pages  map[string]*template.Template
	static map[string]asset
	door   *signin.Door
	mux    http.Handler
}

// New prepares the pages. The first request, or the first Publish, reads the marts.
func New(opts Options) (*Handler, error) {
	opts.StaleAfter = cmp.Or(opts.StaleAfter, 36*time.Hour)
	opts.Deadline = cmp.Or(opts.Deadline, 20*time.Second)
	opts.Company = cmp.Or(opts.Company, "Arrears")
	if opts.Zone == nil {
		opts.Zone = time.UTC
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	queries, err := readQueries(opts.Panels)
	if err != nil {
		return nil, err
	}
	panes := map[string]string{}
	if opts.Panes != nil {
		if panes, err = readQueries(opts.Panes); err != nil {
			return nil, err
		}
	}
	drills := map[string]string{}
	if opts.Drills != nil {
		if drills, err = readQueries(opts.Drills); err != nil {
			return nil, err
		}
	}
	assets, err := readAssets()
	if err != nil {
		return nil, err
	}
	h := &Handler{opts: opts, panels: allPanels, panes: panes, drills: drills, static: assets, shelf: newShelf(opts, queries)}
	if h.pages, err = readPages(h.assetPath); err != nil {
		return nil, err
	}
	h.door = signin.New(opts.Ledger, signin.Options{
		Log: opts.Log, Secure: opts.Secure, Second: opts.Second, Demo: opts.Demo, Form: h.signInForm, Refuse: h.refuse,
	})
	mux, err := h.mount(h.routes())
	if err != nil {
		return nil, err
	}
	h.mux = guard(mux)
	return h, nil
}

// Publish reads the marts that are published now and serves them from then on. When that fails, what was served stays.
func (h *Handler) Publish(ctx context.Context) error {
	if err := h.shelf.publish(ctx); err != nil {
		return fmt.Errorf("show the published figures: %w", err)
	}
	return nil
}

// ServeHTTP answers one request.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) { h.mux.ServeHTTP(w, r) }

// policy forbids everything that is not ours: no inline script or style, no other host, no frame.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"

func guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", policy)
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "same-origin")
		header.Set("Cross-Origin-Opener-Policy", "same-origin")
		header.Set("Cross-Origin-Resource-Policy", "same-origin")
		header.Set("Cache-Control", "no-cache")
		if r.TLS != nil {
			header.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}
