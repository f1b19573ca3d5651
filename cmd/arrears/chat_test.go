package main

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"arrears/ledger/webhook"
)

// Chat systems reach the service without signing in, by their key alone; a key that is missing is found before.
func TestChatsReachTheService(t *testing.T) {
	dir, path := configured(t, "webhooks: {receive: [{name: team, secret_file: team.key}]}")
	if got := must(t, exitUsage, "check", "-c", path); !strings.Contains(got.stdout+got.stderr, "read the key of webhook team") {
		t.Errorf("%s %s", got.stdout, got.stderr)
	}
	put(t, filepath.Join(dir, "team.key"), "a key that nobody guesses\n")
	where := company{file: path}
	d, err := where.open(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	s, err := d.service(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.ledger.Close(); err != nil {
			t.Error(err)
		}
	}()
	for key, want := range map[string]int{"a key that nobody guesses": http.StatusNotFound, "a key that somebody guesses": http.StatusUnauthorized} {
		body := `{"case":"D-000042","from":"staff","author":"ana","text":"hello"}`
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/webhooks/team", strings.NewReader(body))
		webhook.Sign([]byte(key), r.Header, "m-1", time.Now(), []byte(body))
		w := httptest.NewRecorder()
		if s.handler.ServeHTTP(w, r); w.Code != want {
			t.Errorf("%s: %d %s", key, w.Code, w.Body)
		}
	}
}
