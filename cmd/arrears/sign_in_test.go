package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"arrears/config"
	"arrears/disputes"
	"arrears/ledger"
)

const password = "correct horse battery"

// signIn makes the user ana, who collects, at the command line, and signs them in by the form.
func (s *serving) signIn(path string) {
	s.t.Helper()
	list := must(s.t, exitDone, "user", "list", "-c", path, "-o", "csv")
	if !strings.Contains(list.stdout, "ana,") {
		root := newRoot(new(bytes.Buffer), new(bytes.Buffer))
		root.SetIn(strings.NewReader(password + "\n"))
		root.SetArgs([]string{"user", "add", "ana", "--role", "collector", "-c", path})
		if err := root.ExecuteContext(s.t.Context()); err != nil {
			s.t.Fatal(err)
		}
	}
	s.until("/healthz", s.answers("/healthz", http.StatusOK))
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	s.client.Jar = jar
	s.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	answer, err := s.client.PostForm(s.host+"/sign-in", url.Values{"name": {"ana"}, "password": {password}, "to": {"/"}})
	if err = errors.Join(err, answer.Body.Close()); err != nil || answer.StatusCode != http.StatusSeeOther {
		s.t.Fatalf("ana cannot sign in: %v %v", answer, err)
	}
}

func TestServeWithoutAUserSaysHowToMakeTheFirst(t *testing.T) {
	_, path := configured(t, "")
	s := serve(t, "serve", "-c", path)
	s.until("/readyz", s.answers("/readyz", http.StatusOK))
	for page, want := range map[string]int{"/": 401, "/worklist": 401, "/panel/aging.csv": 401, "/no/such/page": 401, "/metrics": 200} {
		if got, text := s.get(page); got != want {
			t.Errorf("%s answers %d to who has not signed in: %s", page, got, text)
		}
	}
	if _, form := s.get("/sign-in"); !strings.Contains(form, "arrears user add NAME --role admin") {
		t.Errorf("the form does not say how to make the first admin: %s", form)
	}
	s.signIn(path)
	if status, page := s.get("/"); status != http.StatusOK || !strings.Contains(page, "ana") {
		t.Errorf("/ answers %d to ana", status)
	}
	token := strings.TrimSpace(must(t, exitDone, "user", "token", "ana", "-c", path).stdout)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.host+"/panel/aging.csv", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	answer, err := http.DefaultClient.Do(r)
	if err = errors.Join(err, answer.Body.Close()); err != nil || answer.StatusCode != http.StatusOK {
		t.Errorf("a program with a token is answered %v %v", answer, err)
	}
	s.end()
}

func TestDemoListensOnThisMachineOnly(t *testing.T) {
	for _, address := range []string{"0.0.0.0:0", "[::]:0", ":0", "192.0.2.1:80", "demo.example.com:80"} {
		got := must(t, exitUsage, "demo", "--dir", t.TempDir(), "--customers", "5", "--months", "2", "--listen", address)
		if !strings.Contains(got.stderr, "this machine only") {
			t.Errorf("%s: %s", address, got.stderr)
		}
	}
}

// The demo shows cases wherever one can rest, and a second start files none again.
func TestDemoHasCasesInEveryState(t *testing.T) {
	dir := t.TempDir()
	states := func() map[string]int {
		s := serve(t, "demo", "--dir", dir, "--customers", "30", "--months", "8")
		s.settled = 40 * time.Second
		s.until("/readyz", s.answers("/readyz", http.StatusOK))
		status, text := s.get("/api/disputes?closed=1")
		if status != http.StatusOK {
			t.Fatalf("%d %s", status, text)
		}
		var answer struct{ Cases []disputes.Case }
		if err := json.Unmarshal([]byte(text), &answer); err != nil {
			t.Fatal(err)
		}
		found := map[string]int{}
		for _, c := range answer.Cases {
			found[c.State]++
			if c.Channel == disputes.Staff && c.Report == nil {
				t.Errorf("%s was never held against the books", c.ID)
			}
		}
		for _, c := range answer.Cases {
			if c.Decided == nil {
				continue
			}
			if status, text := s.get("/disputes/" + c.ID + "/statement.pdf"); status != http.StatusOK || !strings.HasPrefix(text, "%PDF-") {
				t.Errorf("the statement of %s: %d %.200s", c.ID, status, text)
			}
		}
		s.end()
		return found
	}
	first := states()
	for _, state := range []string{"review", "waiting", "approval", "answer", "settling", "appeal", "closed", "withdrawn"} {
		if first[state] == 0 {
			t.Errorf("no case is in %s: %v", state, first)
		}
	}
	if second := states(); !maps.Equal(first, second) {
		t.Errorf("after a second start there are %v, before %v", second, first)
	}
}

func TestConfigurationKnowsTheRoles(t *testing.T) {
	if !slices.Equal(config.Roles, ledger.Roles) {
		t.Errorf("%v, and users have %v", config.Roles, ledger.Roles)
	}
}
