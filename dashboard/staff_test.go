package dashboard

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"arrears/disputes"
	"arrears/ledger"
)

// staff is the ledger of these tests, with a user of every role who is called like it.
var staff *ledger.Ledger

// staffState is the folder it lies in.
var staffState string

func TestMain(m *testing.M) {
	state, err := os.MkdirTemp("", "dashboard-test-")
	if err == nil {
		staffState = filepath.Join(state, "state")
		staff, err = hire(context.Background(), staffState)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	status := m.Run()
	if err := staff.Close(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		status = 1
	}
	_ = os.RemoveAll(state) // a temporary folder
	os.Exit(status)
}

func hire(ctx context.Context, state string) (*ledger.Ledger, error) {
	l, err := ledger.Open(ctx, state, ledger.Options{Projections: []ledger.Projection{disputes.Projection()}})
	if err != nil {
		return nil, err
	}
	for _, role := range ledger.Roles {
		if err := l.SetUser(ctx, ledger.Program("test"), ledger.User{Name: role, Roles: []string{role}, Active: true}, ""); err != nil {
			return nil, err
		}
	}
	return l, nil
}

var sessions sync.Map // user -> token

// tokenOf is the session of a user.
func tokenOf(t testing.TB, user string) string {
	t.Helper()
	if token, ok := sessions.Load(user); ok {
		return token.(string)
	}
	token, err := staff.Admit(t.Context(), user)
	if err != nil {
		t.Fatal(err)
	}
	sessions.Store(user, token)
	return token
}

// as is a request of a user.
func as(t testing.TB, user, method, path string) *http.Request {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, nil)
	r.AddCookie(&http.Cookie{Name: "arrears", Value: tokenOf(t, user)})
	return r
}

// signIn lets the browser in as a user.
func (b *browser) signIn(user string) {
	b.t.Helper()
	_, err := chromedp.Call(b.ctx, network.SetCookie, network.SetCookieParams{Name: "arrears", Value: tokenOf(b.t, user), URL: b.host})
	if err != nil {
		b.t.Fatal(err)
	}
}

// Every route, for every role: who is not named stays outside, and so does who has not signed in.
func TestRoutesAreForTheirRolesAlone(t *testing.T) {
	h, _ := newCases(t)
	for _, route := range h.routes() {
		method, path, found := strings.Cut(route.pattern, " ")
		if !found {
			method, path = http.MethodGet, route.pattern
		}
		path = strings.NewReplacer("{$}", "", "{name}", "dso", "{file}", "aging.csv", "{id}", "D-000001").Replace(path)
		r := httptest.NewRequestWithContext(t.Context(), method, path, nil)
		w := httptest.NewRecorder()
		if h.ServeHTTP(w, r); w.Code != http.StatusUnauthorized {
			t.Errorf("%s without a session: %d", route.pattern, w.Code)
		}
		for _, role := range ledger.Roles {
			w := httptest.NewRecorder()
			h.ServeHTTP(w, as(t, role, method, path))
			if may := (ledger.User{Roles: []string{role}}).Is(route.roles...); may != (w.Code != http.StatusForbidden) {
				t.Errorf("%s as %s: %d", route.pattern, role, w.Code)
			}
		}
	}
}

func TestRouteWithoutRolesDoesNotStart(t *testing.T) {
	h, _, _ := newPages(t)
	if _, err := h.mount(append(h.routes(), route{"GET /secret", nil, h.nothing})); err == nil || !strings.Contains(err.Error(), "/secret") {
		t.Errorf("it starts: %v", err)
	}
}

func TestWhoIsNotSignedInIsShownTheForm(t *testing.T) {
	h, _, _ := newPages(t)
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/worklist?collector=EAST-1", nil)
	r.Header.Set("Accept", "text/html")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if to := w.Header().Get("Location"); w.Code != http.StatusSeeOther || to != "/sign-in?to=%2Fworklist%3Fcollector%3DEAST-1" {
		t.Errorf("%d %s", w.Code, to)
	}
	form := httptest.NewRecorder()
	h.ServeHTTP(form, httptest.NewRequestWithContext(t.Context(), http.MethodGet, w.Header().Get("Location"), nil))
	if form.Code != http.StatusOK || !strings.Contains(form.Body.String(), `value="/worklist?collector=EAST-1"`) {
		t.Errorf("%d %s", form.Code, form.Body)
	}
	if policy := form.Header().Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") {
		t.Errorf("the form is served under the policy %q", policy)
	}
}

// A reader sees no page in the navigation that is not for them, and never another reader's name.
func TestPageIsTheReadersOwn(t *testing.T) {
	h, _, _ := newPages(t)
	for _, user := range []string{"collector", "auditor", "collector"} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, as(t, user, http.MethodGet, "/"))
		if !strings.Contains(w.Body.String(), `<span class="name">`+user+`</span>`) {
			t.Errorf("%s does not see their own name", user)
		}
	}
}
