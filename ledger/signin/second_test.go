package signin

import (
	"html/template"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"arrears/ledger"
)

var shown = template.Must(template.New("").Parse(`{{.Step}} {{.Wrong}} secret={{.Secret}} {{len .QR}} {{range .Codes}}code={{.}} {{end}}`))

// vault is a house whose collectors need a second factor.
func vault(t *testing.T, demo ...string) (*clock, *ledger.Ledger, *httptest.Server) {
	t.Helper()
	l, c, _ := house(t)
	door := New(l, Options{Log: slog.New(slog.DiscardHandler), Now: c.Now, Second: []string{"collector"}, Demo: demo,
		Form: func(w http.ResponseWriter, f Form) error { return shown.Execute(w, f) }})
	mux := http.NewServeMux()
	door.Register(mux)
	mux.Handle("/list", door.Guard(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s, _ := Of(r.Context())
		_, _ = w.Write([]byte("you are " + s.Actor.Name()))
	}), "collector", "auditor"))
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return c, l, server
}

func codeOf(t *testing.T, secret string, at time.Time) url.Values {
	t.Helper()
	code, err := totp.GenerateCode(secret, at)
	if err != nil {
		t.Fatal(err)
	}
	return url.Values{"code": {code}, "to": {"/list"}}
}

func TestPasswordAloneIsNotEnoughForSomeRoles(t *testing.T) {
	c, l, server := vault(t)
	b := browser(t)
	ask(t, b, http.StatusSeeOther, "POST", server.URL+Path, signIn("ana", secret, "/list"))
	to, _ := ask(t, b, http.StatusSeeOther, "GET", server.URL+"/list", nil, "Accept", "text/html")
	if to.Get("Location") != EnrolPath+"?to=%2Flist" {
		t.Fatalf("sent to %s", to.Get("Location"))
	}
	ask(t, b, http.StatusUnauthorized, "GET", server.URL+"/list", nil)
	_, page := ask(t, b, http.StatusOK, "GET", server.URL+EnrolPath+"?to=/list", nil)
	shared := regexp.MustCompile(`secret=(\w+) [1-9]`).FindStringSubmatch(page)
	if shared == nil {
		t.Fatalf("no secret, or no picture of it: %s", page)
	}
	ask(t, b, http.StatusForbidden, "POST", server.URL+EnrolPath, url.Values{"code": {"123456"}})
	_, page = ask(t, b, http.StatusOK, "POST", server.URL+EnrolPath, codeOf(t, shared[1], c.now))
	codes := regexp.MustCompile(`code=(\S+)`).FindAllStringSubmatch(page, -1)
	if len(codes) != 10 {
		t.Fatalf("%d recovery codes: %s", len(codes), page)
	}
	ask(t, b, http.StatusOK, "GET", server.URL+"/list", nil)

	other := browser(t)
	ask(t, other, http.StatusSeeOther, "POST", server.URL+Path, signIn("ana", secret, "/list"))
	if to, _ := ask(t, other, http.StatusSeeOther, "GET", server.URL+"/list", nil, "Accept", "text/html"); to.Get("Location") != CodePath+"?to=%2Flist" {
		t.Errorf("sent to %s", to.Get("Location"))
	}
	if _, page := ask(t, other, http.StatusSeeOther, "GET", server.URL+EnrolPath, nil); strings.Contains(page, shared[1]) {
		t.Error("who has shown the password alone is shown the secret")
	}
	ask(t, other, http.StatusForbidden, "POST", server.URL+CodePath, codeOf(t, shared[1], c.now)) // used a moment ago
	ask(t, other, http.StatusUnauthorized, "GET", server.URL+"/list", nil)
	c.now = c.now.Add(30 * time.Second)
	ask(t, other, http.StatusSeeOther, "POST", server.URL+CodePath, codeOf(t, shared[1], c.now))
	ask(t, other, http.StatusOK, "GET", server.URL+"/list", nil)

	third := browser(t)
	ask(t, third, http.StatusSeeOther, "POST", server.URL+Path, signIn("ana", secret, "/list"))
	ask(t, third, http.StatusSeeOther, "POST", server.URL+CodePath, url.Values{"code": {codes[0][1]}})
	ask(t, third, http.StatusOK, "GET", server.URL+"/list", nil)
	if err := l.ResetFactor(t.Context(), ledger.Program("test"), "ana", "lost"); err != nil {
		t.Fatal(err)
	}
	ask(t, third, http.StatusUnauthorized, "GET", server.URL+"/list", nil)
}

func TestGuessingCodesIsSlow(t *testing.T) {
	c, l, server := vault(t)
	b := browser(t)
	ask(t, b, http.StatusSeeOther, "POST", server.URL+Path, signIn("ana", secret, "/"))
	shared, err := l.BeginFactor(t.Context(), "ana")
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		ask(t, b, http.StatusForbidden, "POST", server.URL+EnrolPath, url.Values{"code": {"123456"}})
	}
	ask(t, b, http.StatusTooManyRequests, "POST", server.URL+EnrolPath, codeOf(t, shared, c.now))
}

func TestDemoUserComesInOnThisMachineAlone(t *testing.T) {
	_, l, server := vault(t, "ana", "bo")
	if err := l.SetUser(t.Context(), ledger.Program("test"), ledger.User{Name: "bo", Roles: []string{"auditor"}, Active: true}, ""); err != nil {
		t.Fatal(err)
	}
	b := browser(t)
	if _, says := ask(t, b, http.StatusOK, "GET", server.URL+"/list", nil); says != "you are ana" {
		t.Errorf("the page says %s", says)
	}
	ask(t, b, http.StatusSeeOther, "POST", server.URL+AsPath, url.Values{"name": {"bo"}, "to": {"/list"}})
	if _, says := ask(t, b, http.StatusOK, "GET", server.URL+"/list", nil); says != "you are bo" {
		t.Errorf("the page says %s", says)
	}
	ask(t, b, http.StatusForbidden, "POST", server.URL+AsPath, url.Values{"name": {"eve"}})
	ask(t, b, http.StatusForbidden, "POST", server.URL+AsPath, url.Values{"name": {"ana"}}, "Sec-Fetch-Site", "cross-site")
	for _, host := range []string{"rebound.example:80", "192.0.2.1"} { // a name elsewhere that leads here
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/list", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = host
		answer, err := browser(t).Do(r)
		if err != nil || answer.Body.Close() != nil || answer.StatusCode != http.StatusMisdirectedRequest || len(answer.Cookies()) > 0 {
			t.Errorf("as %s it answers %v %v", host, answer, err)
		}
	}
	_, _, closed := vault(t)
	if _, says := ask(t, browser(t), http.StatusNotFound, "POST", closed.URL+AsPath, url.Values{"name": {"ana"}}); strings.Contains(says, "you are") {
		t.Error("a company that is not made up lets in without a password")
	}
}
