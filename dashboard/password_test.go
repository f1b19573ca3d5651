package dashboard

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"arrears/ledger"
)

// Whoever knows the old password takes another: everywhere else the user is signed out, here not. Trying is limited.
func TestUsersChangeTheirOwnPassword(t *testing.T) {
	h, _ := newCases(t)
	const name, first, second = "paula", "correct horse battery", "another horse entirely"
	program := ledger.Program("test")
	if err := staff.SetUser(t.Context(), program, ledger.User{Name: name, Roles: []string{"collector"}, Active: true}, ""); err != nil {
		t.Fatal(err)
	}
	if err := staff.SetPassword(t.Context(), program, name, first, ""); err != nil {
		t.Fatal(err)
	}
	signIn := func(password string) string {
		t.Helper()
		token, err := staff.SignIn(t.Context(), name, password)
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	here, elsewhere := signIn(first), signIn(first)
	ask := func(method, path, token string, form url.Values) *httptest.ResponseRecorder {
		r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.AddCookie(&http.Cookie{Name: "arrears", Value: token})
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	page := ask(http.MethodGet, settingsPath, here, nil)
	if page.Code != http.StatusOK || !strings.Contains(page.Body.String(), "Old password") || strings.Contains(page.Body.String(), "auditor") {
		t.Errorf("a collector sees more than the own password: %d %s", page.Code, page.Body)
	}
	change := func(old, next, again string) *httptest.ResponseRecorder {
		return ask(http.MethodPost, settingsPath+"/password", here, url.Values{"old": {old}, "new": {next}, "again": {again}})
	}
	for _, wrong := range []struct {
		name, old, next, again string
		status                 int
	}{
		{"another old one", "wrong horse battery", second, second, http.StatusForbidden},
		{"none", "", second, second, http.StatusForbidden},
		{"typed differently", first, second, second + "x", http.StatusUnprocessableEntity},
		{"short", first, "short", "short", http.StatusUnprocessableEntity},
		{"the same", first, first, first, http.StatusUnprocessableEntity},
	} {
		if w := change(wrong.old, wrong.next, wrong.again); w.Code != wrong.status || !strings.Contains(w.Body.String(), `role="alert"`) {
			t.Errorf("%s: %d %s", wrong.name, w.Code, w.Body)
		}
	}
	if w := change(first, second, second); w.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if w := ask(http.MethodGet, settingsPath+"?changed=1", here, nil); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "Your password is changed") {
		t.Errorf("signed out where it was changed: %d", w.Code)
	}
	if w := ask(http.MethodGet, settingsPath, elsewhere, nil); w.Code != http.StatusUnauthorized {
		t.Errorf("still signed in elsewhere: %d", w.Code)
	}
	if _, err := staff.SignIn(t.Context(), name, first); err == nil {
		t.Error("the old password still opens")
	}
	signIn(second)
	limited := false
	for range 12 {
		limited = limited || change("wrong horse battery", first, first).Code == http.StatusTooManyRequests
	}
	if !limited {
		t.Error("an open session may guess as often as it likes")
	}
	if w := change(second, first, first); w.Code != http.StatusTooManyRequests {
		t.Errorf("the right password is no way around: %d", w.Code)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, settingsPath+"/password", strings.NewReader("old=x"))
	w := httptest.NewRecorder()
	if h.ServeHTTP(w, r); w.Code != http.StatusUnauthorized {
		t.Errorf("nobody: %d", w.Code)
	}
}
