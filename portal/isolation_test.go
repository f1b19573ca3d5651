package portal

import (
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"arrears/disputes"
	"arrears/ledger"
)

// A guest is somebody at the door, and whose things they may see.
type guest struct {
	name    string
	browser browser
	account bool   // sees C1's account
	cases   string // and which of C1's cases: all, one or none
}

// guests are all kinds of visitors but C2's, whose things none of them may ever see.
func (h *house) guests(own disputes.Case) []guest {
	link := h.browser()
	if got := link.post("/enter/"+h.links.Sign(CasePurpose, own.ID, h.now.Add(24*time.Hour)), nil); got.status != http.StatusSeeOther {
		h.t.Fatalf("the link to %s: %d", own.ID, got.status)
	}
	forged := h.browser()
	address, err := url.Parse(h.server.URL)
	if err != nil {
		h.t.Fatal(err)
	}
	forged.Jar.SetCookies(address, []*http.Cookie{{Name: "arrears-portal", Value: "guessed"}})
	return []guest{
		{"nobody", h.browser(), false, "none"}, {"a guessed cookie", forged, false, "none"},
		{"C1's contact", h.signedIn("one@example.com"), true, "all"}, {"the link to one case", link, false, "one"},
	}
}

// wanted says whether a guest is let through to a route about a case.
func (g guest) wanted(access, caseID string, own, other disputes.Case) bool {
	switch {
	case access == "anybody":
		return true
	case access == "account":
		return g.account
	case caseID == own.ID:
		return g.cases != "none"
	default:
		return caseID == other.ID && g.cases == "all"
	}
}

// Every route with every verb, for every guest, with own and foreign ids: nobody gets further than declared, and nothing of C2 shows.
func TestRoutesLetThroughWhomTheyDeclare(t *testing.T) {
	h := newHouse(t)
	own, other, foreign := h.decided("C1"), h.filed("C1"), h.decided("C2")
	doc, err := h.shelf.Keep("x.txt", []byte(canary))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.desk.Attach(t.Context(), h.ana, ledger.NewKey(), foreign.ID, doc); err != nil {
		t.Fatal(err)
	}
	access := map[string]string{}
	for _, r := range (&Portal{}).routes() {
		pattern := strings.TrimSuffix(r.pattern, "{$}")
		switch {
		case strings.Contains(pattern, "/case/"):
			access[pattern] = "case"
		case strings.Contains(pattern, "/account"), strings.HasSuffix(pattern, "/file"):
			access[pattern] = "account"
		default:
			access[pattern] = "anybody"
		}
	}
	tried := 0
	for _, g := range h.guests(own) {
		for pattern, kind := range access {
			_, path, _ := strings.Cut(pattern, " ")
			if path == "/leave" || strings.HasPrefix(path, "/enter") || strings.HasPrefix(path, "/static") {
				continue // what they do is tried elsewhere, and needs no rights
			}
			for _, id := range []string{own.ID, other.ID, foreign.ID, "D-999999", "..", "%00"} {
				at := strings.NewReplacer("{case}", id, "{digest}", doc.Digest).Replace(path)
				for _, method := range []string{"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"} {
					got := g.browser.with(method, at)
					tried++
					if strings.Contains(got.body, canary) {
						t.Fatalf("%s: %s %s shows what is C2's: %s", g.name, method, at, got.body)
					}
					through := got.status == http.StatusOK || got.status == http.StatusUnprocessableEntity || got.status == http.StatusConflict
					if through && !g.wanted(kind, id, own, other) {
						t.Errorf("%s: %s %s was let through with %d", g.name, method, at, got.status)
					}
					if path == "/case/{case}" && method == "GET" && !through && g.wanted(kind, id, own, other) {
						t.Errorf("%s: %s %s was refused with %d", g.name, method, at, got.status)
					}
				}
				if !strings.Contains(path, "{case}") {
					break
				}
			}
		}
	}
	t.Logf("%d requests", tried)
	if tried < 1000 {
		t.Error("hardly anything was tried")
	}
}

// with asks by any method; what is written is nonsense, so that nothing is done.
func (b browser) with(method, path string) answer {
	b.h.t.Helper()
	r, err := http.NewRequestWithContext(b.h.t.Context(), method, b.h.server.URL, strings.NewReader("a=b"))
	b.must(err)
	r.URL.Path, r.URL.RawPath = path, path
	if strings.ContainsAny(path, "?%") {
		r.URL.Opaque = "//" + r.URL.Host + path
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.do(r)
}

// Random requests of C1's contact and of others, with ids and fields from everywhere, never bring back anything of C2's.
func TestNothingOfOthersComesBack(t *testing.T) {
	requests := 1500
	if os.Getenv("ARREARS_LONG") != "" {
		requests = 50_000
	}
	h := newHouse(t)
	own, foreign := h.decided("C1"), h.decided("C2")
	guests := h.guests(own)
	token := h.links.Sign("another purpose", foreign.ID, h.now.Add(time.Hour))
	words := []string{own.ID, foreign.ID, "C1", "C2", "C1-A", "C2-CANARY-A", "canary@example.com", own.Decided.Hash, foreign.Decided.Hash, token, "", "..", "%2e%2e",
		"/", "?customer=C2", "?customer=C2&invoice=C2-CANARY-A", "' or 1=1 --", "<script>", "10.00", "\u202e", strings.Repeat("A", 5000)}
	places := []string{"", "account", "account/statement.csv", "file", "case", "process", "link", "enter", "static", "document", "message", "accept", "reject", "statement.pdf"}
	fields := []string{"customer", "invoice", "amount:C1-A", "reason", "text", "key", "hash", "address", "reference"}
	routes := (&Portal{}).routes()
	random := rand.New(rand.NewPCG(7, 11))
	word := func() string { return words[random.IntN(len(words))] }
	statuses := map[int]int{}
	for range requests {
		g := guests[random.IntN(len(guests))]
		path := "/" + places[random.IntN(len(places))]
		if random.IntN(3) > 0 {
			_, path, _ = strings.Cut(routes[random.IntN(len(routes))].pattern, " ")
			id := []string{own.ID, foreign.ID, foreign.ID, word()}[random.IntN(4)]
			path = strings.NewReplacer("{case}", url.PathEscape(id), "{digest}", foreign.Decided.Hash, "{token}", token, "{name}", "x", "{$}", "").Replace(path)
		}
		for range max(0, random.IntN(6)-3) {
			if random.IntN(2) == 0 {
				path += "/" + places[random.IntN(len(places))]
			} else {
				path += "/" + url.PathEscape(word())
			}
		}
		form := url.Values{}
		for range random.IntN(5) {
			form.Add(fields[random.IntN(len(fields))], word())
		}
		var got answer
		if random.IntN(2) == 0 {
			got = g.browser.get(path + "?" + form.Encode())
		} else {
			got = g.browser.post(path, form)
		}
		statuses[got.status]++
		// What a guest has sent may come back; what they have not sent may not.
		sent := strings.Contains(form.Encode()+path, canary)
		if said := strings.Contains(got.body, canary); said && !sent || strings.Contains(got.body, "CANARY Works") || strings.Contains(got.body, "CANARY among") {
			t.Fatalf("%s: %s with %v brings back %s", g.name, path, form, got.body)
		}
		if got.status >= http.StatusInternalServerError {
			t.Errorf("%s: %s with %v fails: %d", g.name, path, form, got.status)
		}
	}
	t.Logf("statuses %v", statuses)
	if statuses[http.StatusOK] == 0 || statuses[http.StatusNotFound] == 0 {
		t.Error("the requests reach nothing")
	}
	if after, err := h.desk.Case(t.Context(), foreign.ID); err != nil || after.Revision != foreign.Revision {
		t.Errorf("C2's dispute was changed: %+v %v", after, err)
	}
}

func TestEveryAnswerCarriesItsGuards(t *testing.T) {
	h := newHouse(t)
	b := h.signedIn("one@example.com")
	for _, path := range []string{"/", "/account", "/account/statement.csv", "/file", "/process", "/static/portal.css", "/static/other", "/case/D-000001", "/enter/x", "/nothing"} {
		got := b.get(path)
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cross-Origin-Resource-Policy": "same-origin"} {
			if got.header.Get(name) != want {
				t.Errorf("%s: %s is %q", path, name, got.header.Get(name))
			}
		}
		if policy := got.header.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'none'") || strings.Contains(policy, "script") {
			t.Errorf("%s: policy %q", path, policy)
		}
		if kept := got.header.Get("Cache-Control"); kept != "no-store" && path != "/static/portal.css" {
			t.Errorf("%s may be kept: %q", path, kept)
		}
		if strings.Contains(got.body, "<script") || strings.Contains(got.body, "style=") {
			t.Errorf("%s holds what the policy forbids", path)
		}
	}
}

func TestOtherSitesWriteNothing(t *testing.T) {
	h := newHouse(t)
	c := h.decided("C1")
	b := h.signedIn("one@example.com")
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.server.URL+"/case/"+c.ID+"/accept",
		strings.NewReader(url.Values{"key": {key()}, "hash": {c.Decided.Hash}}.Encode()))
	b.must(err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	if got := b.do(r); got.status != http.StatusForbidden {
		t.Errorf("%d", got.status)
	}
	before, err := h.l.End(t.Context())
	b.must(err)
	for _, path := range []string{"/", "/account", "/account/statement.csv", "/file?invoice=C1-A", "/case/" + c.ID, "/case/" + c.ID + "/accept", "/case/" + c.ID + "/statement.pdf", "/leave", "/link"} {
		b.get(path)
	}
	if after, err := h.l.End(t.Context()); err != nil || after != before {
		t.Errorf("looking has written something: %v %v %v", before, after, err)
	}
}
