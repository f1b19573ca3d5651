package main

import (
	"path/filepath"
	"testing"
	"time"

	"arrears/ledger"
	"arrears/ledger/mail"
)

// letter puts one into the outbox of a company.
func letter(t *testing.T, dir string) (id string) {
	t.Helper()
	l, err := ledger.Open(t.Context(), filepath.Join(dir, ".arrears"), ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	m, err := mail.Letter{Subject: "s", Text: "t"}.Message("ana@example.com")
	if err != nil {
		t.Fatal(err)
	}
	e, err := l.Write(t.Context(), ledger.Draft{Key: "1", Actor: ledger.Program("worklist"), Subject: ledger.Subject{Kind: "collector", ID: "ana"},
		Type: "list sent", Messages: []ledger.Message{m}})
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return e.Messages[0].ID
}

func TestOutboxSaysHowFarLettersCame(t *testing.T) {
	dir, path := configured(t, `mail: {server: "127.0.0.1:1", from: ar@example.com, tls: none} # nobody listens there`)
	id := letter(t, dir)
	want := func(state string, attempts string) {
		t.Helper()
		all := decode[map[string]any](t, must(t, exitDone, "outbox", "-c", path, "-o", "json"))
		if len(all) != 1 || all[0]["message"] != id || all[0]["state"] != state || show(all[0]["attempts"]) != attempts {
			t.Errorf("%v, want %s after %s", all, state, attempts)
		}
	}
	want(ledger.Queued, "0")
	must(t, exitDone, "outbox", "send", "-c", path)
	want(ledger.Queued, "1")
	must(t, exitFailed, "outbox", "decide", id, "sent", "--reason", "it waits, there is nothing to decide", "-c", path)
	must(t, exitUsage, "outbox", "decide", id, "sent", "-c", path)
	must(t, exitUsage, "outbox", "--state", "lost", "-c", path)
	if got := must(t, exitDone, "outbox", "--state", ledger.Sent, "-c", path, "-o", "json").stdout; got != "[]\n" {
		t.Errorf("sent: %s", got)
	}

	l, err := ledger.Open(t.Context(), filepath.Join(dir, ".arrears"), ledger.Options{Now: func() time.Time { return time.Now().Add(time.Hour) }})
	if err != nil {
		t.Fatal(err)
	}
	c, err := l.Claim(t.Context(), mail.Channel, time.Minute)
	if err != nil || c == nil {
		t.Fatal(c, err)
	}
	if err := c.Unknown(t.Context(), "the connection broke"); err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	want(ledger.Unknown, "2")
	must(t, exitDone, "outbox", "decide", id, "sent", "--reason", "they have it", "-c", path)
	want(ledger.Sent, "2")
	must(t, exitDone, "verify", "-c", path)
}

func TestWithoutAServerLettersWait(t *testing.T) {
	dir, path := configured(t, "")
	letter(t, dir)
	must(t, exitFailed, "outbox", "send", "-c", path)
	if all := decode[map[string]any](t, must(t, exitDone, "outbox", "-c", path, "-o", "json")); len(all) != 1 || all[0]["state"] != ledger.Queued {
		t.Errorf("%v", all)
	}
}
