package main

import (
	"bytes"
	"errors"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"testing"

	"arrears/config"
	"arrears/ledger"
)

const password = "correct horse battery"

// signIn makes the user ana, who collects, at the command line, and signs her in by the form.
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

func TestConfigurationKnowsTheRoles(t *testing.T) {
	if !slices.Equal(config.Roles, ledger.Roles) {
		t.Errorf("%v, and users have %v", config.Roles, ledger.Roles)
	}
}
