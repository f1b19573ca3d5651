package dashboard

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"arrears/disputes"
	"arrears/ledger"
)

// Rules are read by everybody, proposed by some, and put in force by a second person.
func TestRulesHoldFromASecondPersonsApproval(t *testing.T) {
	h, d := newCases(t)
	page := get(t, h, rulesPath).Body.String()
	for _, want := range []string{"<svg", "flags &gt; 0", "Waiting for approval", "least busy manager"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not show %q", want)
		}
	}
	send := func(user, do, text string) *httptest.ResponseRecorder {
		return post(t, h, user, rulesPath, url.Values{"key": {ledger.NewKey()}, "back": {rulesPath}, "do": {do}, "text": {text}, "why": {"less work"}})
	}
	if w := send("analyst", "try", "states: [}"); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "states: [}") {
		t.Errorf("a text that cannot be read: %d", w.Code)
	}
	text := strings.Replace(disputes.DefaultText(), "awarded <= 25,", "awarded <= 26,", 1) + "# <changed>\n"
	if w := send("analyst", "try", text); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "would have resolved") || !strings.Contains(w.Body.String(), "# &lt;changed&gt;") {
		t.Errorf("a dry run: %d %s", w.Code, w.Body)
	}
	if versions, err := d.Versions(t.Context()); err != nil || len(versions) != 0 {
		t.Fatalf("a dry run proposes: %v %v", versions, err)
	}
	if w := send("collector", "propose", text); w.Code != http.StatusForbidden {
		t.Errorf("a collector proposes: %d", w.Code)
	}
	if w := send("manager", "propose", text); w.Code != http.StatusSeeOther {
		t.Fatalf("a manager proposes: %d %s", w.Code, w.Body)
	}
	versions, err := d.Versions(t.Context())
	if err != nil || len(versions) != 1 || versions[0].InForce {
		t.Fatalf("%v %v", versions, err)
	}
	approve := func(user, digest string) int {
		return post(t, h, user, rulesPath+"/approve", url.Values{"key": {ledger.NewKey()}, "back": {rulesPath}, "digest": {digest}, "why": {"agreed"}}).Code
	}
	for _, c := range []struct {
		user, digest string
		want         int
	}{{"manager", versions[0].Digest, 403}, {"analyst", versions[0].Digest, 403}, {"cfo", strings.Repeat("0", 64), 404}, {"cfo", versions[0].Digest, 303}} {
		if got := approve(c.user, c.digest); got != c.want {
			t.Errorf("%s approves: %d, want %d", c.user, got, c.want)
		}
	}
	if m, err := d.Model(t.Context()); err != nil || m.Digest != versions[0].Digest {
		t.Errorf("what was approved is not in force: %v", err)
	}
	if page := get(t, h, rulesPath+"?version="+versions[0].Digest).Body.String(); !strings.Contains(page, "in force") || !strings.Contains(page, "# &lt;changed&gt;") {
		t.Error("the version cannot be read")
	}
}

func TestAuditTrailFiltersAndProves(t *testing.T) {
	h, _ := newCases(t)
	id := filed(t, h, "analyst", nil)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, as(t, "auditor", http.MethodGet, auditPath+"?kind=dispute&subject="+id))
	if page := w.Body.String(); strings.Count(page, "<tr><td class=\"n\">") != 1 || !strings.Contains(page, "dispute "+id) {
		t.Errorf("the filter shows %s", page)
	}
	if w := post(t, h, "auditor", auditPath+"/verify", url.Values{"key": {"k"}, "back": {auditPath}}); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "all is as it was written") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	h.opts.Verify = func(context.Context) (ledger.Evidence, error) {
		return ledger.Evidence{Faults: []ledger.Fault{{Where: "event 17", What: "was edited"}}}, nil
	}
	if w := post(t, h, "auditor", auditPath+"/verify", url.Values{"key": {"k"}, "back": {auditPath}}); !strings.Contains(w.Body.String(), "event 17: was edited") {
		t.Errorf("a fault is not told: %s", w.Body)
	}
}

func TestAdminSaysWhoMaySignIn(t *testing.T) {
	h, _ := newCases(t)
	send := func(user, kind string, pairs ...string) *httptest.ResponseRecorder {
		form := url.Values{"key": {ledger.NewKey()}, "back": {settingsPath}, "why": {"a reason"}}
		for i := 0; i < len(pairs); i += 2 {
			form.Set(pairs[i], pairs[i+1])
		}
		return post(t, h, user, settingsPath+"/users/"+kind, form)
	}
	for _, c := range []struct {
		user, kind string
		want       int
		pairs      []string
	}{
		{"cfo", "add", 403, []string{"name", "eve", "roles", "admin", "password", "correct horse battery"}},
		{"admin", "add", 422, []string{"name", "eve", "roles", "admin approver", "password", "correct horse battery"}},
		{"admin", "add", 422, []string{"name", "eve", "roles", "collector", "password", "short"}},
		{"admin", "add", 303, []string{"name", "eve", "roles", "collector analyst", "password", "correct horse battery"}},
		{"admin", "add", 422, []string{"name", "eve", "roles", "collector", "password", "correct horse battery"}},
		{"admin", "set", 303, []string{"name", "eve", "roles", "auditor", "title", "Eve <b>"}},
		{"admin", "set", 422, []string{"name", "admin", "roles", "admin cfo"}},
		{"admin", "lock", 303, []string{"name", "eve"}},
		{"admin", "promote", 404, []string{"name", "eve"}},
	} {
		if w := send(c.user, c.kind, c.pairs...); w.Code != c.want {
			t.Errorf("%s %s %v: %d, want %d: %s", c.user, c.kind, c.pairs, w.Code, c.want, w.Body)
		}
	}
	eve, err := staff.User(t.Context(), "eve")
	if err != nil || eve.Active || !eve.Is("auditor") || eve.Is("collector") {
		t.Errorf("%+v %v", eve, err)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, as(t, "auditor", http.MethodGet, settingsPath))
	if page := w.Body.String(); !strings.Contains(page, "Eve &lt;b&gt;") || strings.Contains(page, "do-set-eve") {
		t.Error("an auditor does not see the users, or can change them")
	}
}

func TestRulesAuditAndSettingsWorkInABrowser(t *testing.T) {
	h, _ := newCases(t)
	server := httptest.NewServer(h)
	defer server.Close()
	b := newBrowser(t, server.URL)
	for _, window := range windows {
		for name, page := range map[string][2]string{"rules-": {"cfo", rulesPath}, "rules-edit-": {"cfo", rulesPath + "?edit=1"}, "audit-": {"auditor", auditPath}, "settings-": {"admin", settingsPath}} {
			b.signIn(page[0])
			b.open(page[1], window.width, window.height, window.dark)
			b.keep(name + window.name)
			if evaluate[bool](b, "document.documentElement.scrollWidth > innerWidth") {
				t.Errorf("%s: %s is wider than its window", window.name, page[1])
			}
			if nameless := evaluate[int](b, "[...document.querySelectorAll('a, button, summary, select, textarea, input:not([type=hidden])')].filter(e => !(e.textContent.trim() || e.ariaLabel || e.labels && e.labels.length)).length"); nameless > 0 {
				t.Errorf("%s: %d things to press have no name", page[1], nameless)
			}
		}
	}
	b.clean()
}
