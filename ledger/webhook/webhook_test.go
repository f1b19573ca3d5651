package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"arrears/ledger"
)

type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

// A chat is somebody who is called, and answers as it is told.
type chat struct {
	mu     sync.Mutex
	status int
	calls  []call
}

type call struct {
	id, timestamp, signature, body string
}

func (c *chat) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls = append(c.calls, call{r.Header.Get("Arrears-Id"), r.Header.Get("Arrears-Timestamp"), r.Header.Get("Arrears-Signature"), string(body)})
	if c.status >= 300 && c.status < 400 {
		w.Header().Set("Location", "/elsewhere")
	}
	w.WriteHeader(c.status)
}

const secret = "a key of at least thirty-two bytes"

func desk(t *testing.T, events ...string) (*Sender, *chat, *clock) {
	t.Helper()
	c := &clock{time.Date(2026, 11, 2, 7, 0, 0, 0, time.UTC)}
	l, err := ledger.Open(t.Context(), t.TempDir(), ledger.Options{Now: c.Now})
	if err != nil {
		t.Fatal(err)
	}
	room := &chat{status: http.StatusNoContent}
	server := httptest.NewServer(room)
	t.Cleanup(func() {
		server.Close()
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return &Sender{Ledger: l, Log: slog.New(slog.DiscardHandler), Now: c.Now, Hosts: []string{strings.TrimPrefix(server.URL, "http://")},
		Networks: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")},
		Hooks:    []Hook{{Name: "chat", URL: server.URL + "/hook", Secret: []byte(secret), Events: events}}}, room, c
}

func write(t *testing.T, l *ledger.Ledger, subject, what string) ledger.Event {
	t.Helper()
	e, err := l.Write(t.Context(), ledger.Draft{Key: ledger.NewKey(), Actor: ledger.Program("test"), Subject: ledger.Subject{Kind: subject, ID: "D-000001"}, Type: what,
		Payload: map[string]string{"text": "not for others"}})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// tell follows and calls, and checks how many of each.
func tell(t *testing.T, s *Sender, queued, calls int) {
	t.Helper()
	q, err := s.Follow(t.Context())
	if err != nil || q != queued {
		t.Fatalf("%d calls were queued, want %d: %v", q, queued, err)
	}
	if n, err := s.Drain(t.Context()); err != nil || n != calls {
		t.Fatalf("%d calls were made, want %d: %v", n, calls, err)
	}
}

func TestEveryEventIsToldOnceAndSigned(t *testing.T) {
	s, room, _ := desk(t, "filed", "closed")
	write(t, s.Ledger, "dispute", "filed") // before the hook was there
	tell(t, s, 0, 0)
	filed := write(t, s.Ledger, "dispute", "filed")
	write(t, s.Ledger, "dispute", "moved")
	write(t, s.Ledger, "customer", "filed")
	closed := write(t, s.Ledger, "dispute", "closed")
	tell(t, s, 2, 2)
	tell(t, s, 0, 0)
	s.seen = nil // another process
	tell(t, s, 0, 0)
	if len(room.calls) != 2 || room.calls[0].id != filed.ID || room.calls[1].id != closed.ID {
		t.Fatalf("%+v", room.calls)
	}
	for _, c := range room.calls {
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write([]byte(c.timestamp + "." + c.id + "." + c.body))
		if c.signature != "v1="+hex.EncodeToString(mac.Sum(nil)) || c.timestamp != "1793602800" {
			t.Errorf("%+v", c)
		}
		var n Notice
		if err := json.Unmarshal([]byte(c.body), &n); err != nil || n.ID != c.id || n.Object != "D-000001" || strings.Contains(c.body, "not for others") {
			t.Errorf("%s %v", c.body, err)
		}
	}
}

func TestManyEventsAreAllTold(t *testing.T) {
	s, room, _ := desk(t)
	tell(t, s, 0, 0)
	for range 2*page + 7 {
		write(t, s.Ledger, "dispute", "said")
	}
	tell(t, s, 2*page+7, 2*page+7)
	seen := map[string]bool{}
	for _, c := range room.calls {
		seen[c.id] = true
	}
	if len(seen) != 2*page+7 {
		t.Errorf("%d events were told", len(seen))
	}
}

func TestCallIsTriedAgainUnderTheSameID(t *testing.T) {
	s, room, c := desk(t)
	tell(t, s, 0, 0)
	write(t, s.Ledger, "dispute", "filed")
	room.status = http.StatusServiceUnavailable
	tell(t, s, 1, 1)
	tell(t, s, 0, 0)
	for n := range waits {
		c.now = c.now.Add(waits[n])
		if n == 2 {
			room.status = http.StatusFound
		}
		tell(t, s, 0, 1)
	}
	first := room.calls[0]
	for _, again := range room.calls {
		if again.id != first.id || again.body != first.body {
			t.Errorf("%+v differs from %+v", again, first)
		}
	}
	if failed, err := s.Ledger.Letters(t.Context(), ledger.Failed); err != nil || len(failed) != 1 || !strings.Contains(failed[0].Said, "302") {
		t.Errorf("%+v %v", failed, err)
	}
	if len(room.calls) != 1+len(waits) {
		t.Errorf("%d calls: a redirect was followed, or one was given up early", len(room.calls))
	}
}

func TestCallWhoseSenderDiedIsMadeAgain(t *testing.T) {
	s, room, c := desk(t)
	tell(t, s, 0, 0)
	write(t, s.Ledger, "dispute", "filed")
	if _, err := s.Follow(t.Context()); err != nil {
		t.Fatal(err)
	}
	if claim, err := s.Ledger.Claim(t.Context(), Channel, lease); err != nil || claim == nil {
		t.Fatal(claim, err)
	}
	c.now = c.now.Add(2 * lease)
	tell(t, s, 0, 0) // it lapses
	tell(t, s, 0, 1)
	if len(room.calls) != 1 {
		t.Errorf("%d calls", len(room.calls))
	}
}

func TestOneWhoWantsNoMoreCallsGetsNone(t *testing.T) {
	s, room, _ := desk(t)
	tell(t, s, 0, 0)
	write(t, s.Ledger, "dispute", "filed")
	room.status = http.StatusGone
	tell(t, s, 1, 1)
	if failed, err := s.Ledger.Letters(t.Context(), ledger.Failed); err != nil || len(failed) != 1 {
		t.Errorf("%+v %v", failed, err)
	}
}

// Nobody is called who is not named, wherever a name leads.
func TestOnlyNamedHostsAndPublicNetworksAreCalled(t *testing.T) {
	for name, spoil := range map[string]func(*Sender){
		"webhooks.networks does not name": func(s *Sender) { s.Networks = nil },
		"webhooks.hosts does not name":    func(s *Sender) { s.Hosts = []string{"hooks.example.com"} },
		"no longer names chat":            func(s *Sender) { s.Hooks[0].Name = "other" },
	} {
		s, room, _ := desk(t)
		tell(t, s, 0, 0)
		write(t, s.Ledger, "dispute", "filed")
		if _, err := s.Follow(t.Context()); err != nil {
			t.Fatal(err)
		}
		spoil(s)
		if _, err := s.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		failed, err := s.Ledger.Letters(t.Context(), ledger.Failed)
		if err != nil || len(failed) != 1 || !strings.Contains(failed[0].Said, name) || len(room.calls) > 0 {
			t.Errorf("%s: %+v %v, %d calls", name, failed, err, len(room.calls))
		}
	}
}

func TestPrivateAddressesAreKnown(t *testing.T) {
	s := &Sender{Networks: []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16")}}
	for text, want := range map[string]bool{
		"93.184.216.34": true, "2606:2800:220:1::1": true, "10.1.2.3": true, "::ffff:10.1.2.3": true,
		"10.2.0.1": false, "127.0.0.1": false, "::1": false, "169.254.169.254": false, "192.168.1.1": false, "172.16.0.1": false, "0.0.0.0": false, "0.1.2.3": false,
		"100.64.0.1": false, "224.0.0.1": false, "255.255.255.255": false, "fe80::1": false, "fe80::1%eth0": false, "fc00::1": false, "fd12::1": false, "::": false,
		"::ffff:127.0.0.1": false, "::ffff:169.254.169.254": false, "64:ff9b::7f00:1": false, "2002:7f00:1::": false, "ff02::1": false, "192.0.2.1": false,
	} {
		if got := s.mayCall(netip.MustParseAddr(text)); got != want {
			t.Errorf("%s may be called: %t, want %t", text, got, want)
		}
	}
}

func TestSignatureIsThatOfTimestampIDAndBody(t *testing.T) {
	// Computed apart: printf '1.a.{}' | openssl dgst -sha256 -hmac key
	const want = "2feff09a49c6bdbe325c6ba6184fd6c062b2673e7a7540878df8ddd237343792"
	if got := hex.EncodeToString(sum([]byte("key"), "1", "a", []byte("{}"))); got != want {
		t.Error(got)
	}
}
