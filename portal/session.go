package portal

import (
	"context"
	"encoding/gob"
	"net/http"
	"slices"
	"time"

	"github.com/alexedwards/scs/v2"

	"arrears/disputes"
	"arrears/ledger"
)

// A visitor is who is at the other end: the contact of some customers, or whoever was sent the link to one case.
type visitor struct {
	Contact   string   // address to which the link was sent
	Customers []string // whose contact it is
	Case      string   // the one case that is open to the visitor; empty: all of these customers'
}

const (
	visitorKey = "visitor"
	idle       = 30 * time.Minute
	longest    = 12 * time.Hour
)

func newSessions(secure bool) *scs.SessionManager {
	gob.Register(visitor{})
	s := scs.New()
	s.IdleTimeout, s.Lifetime = idle, longest
	s.HashTokenInStore = true
	s.Cookie.Name, s.Cookie.Persist, s.Cookie.SameSite = "arrears-portal", false, http.SameSiteLaxMode
	if secure {
		s.Cookie.Name, s.Cookie.Secure = "__Host-arrears-portal", true
	}
	return s
}

// admit begins a session under a new token: one that was planted before is worth nothing.
func (p *Portal) admit(ctx context.Context, v visitor) error {
	if err := p.sessions.RenewToken(ctx); err != nil {
		return err
	}
	p.sessions.Put(ctx, visitorKey, v)
	return nil
}

func (p *Portal) visitor(ctx context.Context) (visitor, bool) {
	v, ok := p.sessions.Get(ctx, visitorKey).(visitor)
	return v, ok
}

// is says whether a customer is one of the visitor's.
func (v visitor) is(customer string) bool { return slices.Contains(v.Customers, customer) }

// actor is the visitor as the ledger writes it down.
func (v visitor) actor(customer string) ledger.Actor { return ledger.Customer(customer, v.Contact) }

func (p *Portal) anybody(next http.HandlerFunc) http.Handler { return next }

// signedIn lets contacts of customers through.
func (p *Portal) signedIn(next http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v, ok := p.visitor(r.Context())
		switch {
		case !ok || v.Case != "" && r.Method == http.MethodGet:
			http.Redirect(w, r, "/", http.StatusSeeOther)
		case v.Case != "":
			p.absent(w, r)
		default:
			next(w, r.WithContext(context.WithValue(r.Context(), visitorContext{}, v)))
		}
	})
}

// ofCase lets those through who may see the case. To anybody else there is no such case.
func (p *Portal) ofCase(next http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v, ok := p.visitor(r.Context())
		id := r.PathValue("case")
		if !ok || v.Case != "" && v.Case != id {
			p.absent(w, r)
			return
		}
		c, err := p.options.Desk.Case(r.Context(), id)
		if err != nil || !v.is(c.Customer) {
			p.absentBecause(w, r, err)
			return
		}
		ctx := context.WithValue(context.WithValue(r.Context(), visitorContext{}, v), caseContext{}, c)
		next(w, r.WithContext(ctx))
	})
}

type (
	visitorContext struct{}
	caseContext    struct{}
)

// who is the visitor of a request that signedIn or ofCase let through.
func who(r *http.Request) visitor {
	v, _ := r.Context().Value(visitorContext{}).(visitor)
	return v
}

// about is the case of a request that ofCase let through.
func about(r *http.Request) disputes.Case {
	c, _ := r.Context().Value(caseContext{}).(disputes.Case)
	return c
}
