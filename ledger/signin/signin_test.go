package signin

import (
	"fmt"
	"html/template"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"arrears/ledger"
	"arrears/ledger/attempts"
)

const secret = "correct horse battery"

type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

var page = template.Must(template.New("").Parse(`<form method=post><input name=to value="{{.To}}"><p>{{.Wrong}}</p></form>`))

// house is a site with one page for collectors, one for admins, and ana, who collects.
func house(t *testing.T) (*ledger.Ledger, *clock, *httptest.Server) {
	t.Helper()
	c := &clock{time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)}
	l, err := ledger.Open(t.Context(), t.TempDir(), ledger.Options{Now: c.Now})
	if err != nil {
		t.Fatal(err)
	}
	if err := l.SetUser(t.Context(), ledger.Program("test"), ledger.User{Name: "ana", Roles: []string{"collector"}, Active: true}, ""); err != nil {
		t.Fatal(err)
	}
	if err := l.SetPassword(t.Context(), ledger.Program("test"), "ana", secret, ""); err != nil {
		t.Fatal(err)
	}
	door := New(l, Options{Log: slog.New(slog.DiscardHandler), Now: c.Now, Form: func(w http.ResponseWriter, f Form) error { return page.Execute(w, f) }})
	mux := http.NewServeMux()
	door.Register(mux)
	whoami := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s, _ := Of(r.Context())
		_, _ = fmt.Fprint(w, "you are ", s.Actor)
	})
	mux.Handle("/list", door.Guard(whoami, "collector", "manager"))
	mux.Handle("/users", door.Guard(whoami, "admin"))
	server := httptest.NewServer(mux)
	t.Cleanup(func() {
		server.Close()
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return l, c, server
}

// browser keeps cookies and does not follow redirects.
func browser(t *testing.T) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// ask makes a request and wants a status.
func ask(t *testing.T, b *http.Client, status int, method, address string, form url.Values, headers ...string) (http.Header, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	response, err := b.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(response.Body)
	if err != nil || response.Body.Close() != nil {
		t.Fatal(err)
	}
	if response.StatusCode != status {
		t.Errorf("%s %s: status %d, want %d: %s", method, address, response.StatusCode, status, body)
	}
	return response.Header, string(body)
}

func signIn(name, password, to string) url.Values {
	return url.Values{"name": {name}, "password": {password}, "to": {to}}
}

func TestUserComesInAndGoesOut(t *testing.T) {
	_, _, server := house(t)
	b := browser(t)
	sent, _ := ask(t, b, http.StatusSeeOther, "GET", server.URL+"/list?a=1&b=2", nil, "Accept", "text/html")
	if to := sent.Get("Location"); to != Path+"?to=%2Flist%3Fa%3D1%26b%3D2" {
		t.Errorf("sent to %s", to)
	}
	ask(t, b, http.StatusUnauthorized, "GET", server.URL+"/list", nil)
	ask(t, b, http.StatusUnauthorized, "POST", server.URL+"/list", url.Values{}, "Accept", "text/html")
	if _, form := ask(t, b, http.StatusOK, "GET", server.URL+Path+"?to=/list", nil); !strings.Contains(form, `value="/list"`) {
		t.Errorf("the form says %s", form)
	}
	in, _ := ask(t, b, http.StatusSeeOther, "POST", server.URL+Path, signIn("ana", secret, "/list"))
	if in.Get("Location") != "/list" {
		t.Errorf("sent to %s", in.Get("Location"))
	}
	if c := (&http.Response{Header: in}).Cookies()[0]; !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" {
		t.Errorf("the cookie is %v", c)
	}
	if _, says := ask(t, b, http.StatusOK, "GET", server.URL+"/list", nil); says != "you are ana" {
		t.Errorf("the page says %s", says)
	}
	ask(t, b, http.StatusForbidden, "GET", server.URL+"/users", nil)
	ask(t, b, http.StatusSeeOther, "POST", server.URL+OutPath, url.Values{})
	ask(t, b, http.StatusUnauthorized, "GET", server.URL+"/list", nil)
}

func TestRightsEndAtOnce(t *testing.T) {
	l, _, server := house(t)
	b := browser(t)
	ask(t, b, http.StatusSeeOther, "POST", server.URL+Path, signIn("ana", secret, "/"))
	if err := l.SetUser(t.Context(), ledger.Program("test"), ledger.User{Name: "ana", Roles: []string{"auditor"}, Active: true}, ""); err != nil {
		t.Fatal(err)
	}
	ask(t, b, http.StatusForbidden, "GET", server.URL+"/list", nil)
	if err := l.SetUser(t.Context(), ledger.Program("test"), ledger.User{Name: "ana", Roles: []string{"collector"}}, ""); err != nil {
		t.Fatal(err)
	}
	ask(t, b, http.StatusUnauthorized, "GET", server.URL+"/list", nil)
}

func TestOtherSitesAndStrangersStayOutside(t *testing.T) {
	_, _, server := house(t)
	b := browser(t)
	ask(t, b, http.StatusForbidden, "POST", server.URL+Path, signIn("ana", secret, "/"), "Sec-Fetch-Site", "cross-site")
	ask(t, b, http.StatusSeeOther, "POST", server.URL+Path, signIn("ana", secret, "/"))
	ask(t, b, http.StatusForbidden, "POST", server.URL+"/list", url.Values{}, "Sec-Fetch-Site", "cross-site")
	ask(t, b, http.StatusForbidden, "POST", server.URL+OutPath, url.Values{}, "Origin", "https://elsewhere.example")
	for _, to := range []string{"https://elsewhere.example/", "//elsewhere.example", `/\elsewhere.example`, "elsewhere", "javascript:alert(1)", "/a\r\nSet-Cookie: x=y"} {
		in, _ := ask(t, browser(t), http.StatusSeeOther, "POST", server.URL+Path, signIn("ana", secret, to))
		if in.Get("Location") != "/" {
			t.Errorf("%q leads to %s", to, in.Get("Location"))
		}
	}
	ask(t, b, http.StatusUnauthorized, "GET", server.URL+"/list", nil, "Cookie", "arrears=guessed")
	ask(t, b, http.StatusBadRequest, "POST", server.URL+Path, url.Values{"name": {strings.Repeat("x", largest)}})
}

func TestGuessingIsSlow(t *testing.T) {
	_, c, server := house(t)
	for range attempts.AtOnce {
		ask(t, browser(t), http.StatusForbidden, "POST", server.URL+Path, signIn("ana", "wrong", "/"))
	}
	ask(t, browser(t), http.StatusTooManyRequests, "POST", server.URL+Path, signIn("ana", secret, "/"))
	c.now = c.now.Add(attempts.Every)
	ask(t, browser(t), http.StatusSeeOther, "POST", server.URL+Path, signIn("ana", secret, "/"))
}

func TestPageWithoutRolesDoesNotStart(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("it started")
		}
	}()
	New(nil, Options{}).Guard(http.NotFoundHandler())
}

func TestBehindTLSTheCookieNeverTravelsWithoutIt(t *testing.T) {
	w := httptest.NewRecorder()
	New(nil, Options{Secure: true}).give(w, "token")
	if got := w.Header().Get("Set-Cookie"); got != "__Host-arrears=token; Path=/; HttpOnly; Secure; SameSite=Lax" {
		t.Errorf("the cookie is %s", got)
	}
}
