package mailbox

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
)

// openServer starts a mail server with two folders, and says how to reach it.
func openServer(t *testing.T) (IMAP, *imapmemserver.User) { return openServerWith(t, nil) }

// openServerWith starts one that takes no password before STARTTLS, if it has a certificate.
func openServerWith(t *testing.T, secure *tls.Config) (IMAP, *imapmemserver.User) {
	t.Helper()
	users := imapmemserver.New()
	user := imapmemserver.NewUser("ar", "secret")
	for _, folder := range []string{"INBOX", "Taken"} {
		if err := user.Create(folder, nil); err != nil {
			t.Fatal(err)
		}
	}
	users.AddUser(user)
	server := imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return users.NewSession(), nil, nil
		},
		InsecureAuth: secure == nil, TLSConfig: secure,
		Caps: imap.CapSet{imap.CapIMAP4rev1: {}, imap.CapIMAP4rev2: {}},
	})
	at, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() { defer close(done); _ = server.Serve(at) }() // it ends when the listener closes
	t.Cleanup(func() { _ = server.Close(); <-done })
	return IMAP{Address: at.Addr().String(), TLS: "none", User: "ar", Password: "secret", Folder: "INBOX"}, user
}

type literal struct {
	*strings.Reader
}

func (l literal) Size() int64 { return l.Reader.Size() }

func arrive(t *testing.T, user *imapmemserver.User, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if _, err := user.Append("INBOX", literal{strings.NewReader(text)}, &imap.AppendOptions{Time: time.Unix(1, 0)}); err != nil {
			t.Fatal(err)
		}
	}
}

// flags are those of all messages in a folder, as another client sees them.
func flags(t *testing.T, m IMAP, folder string) (found [][]imap.Flag) {
	t.Helper()
	c, err := imapclient.DialInsecure(m.Address, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	if err := c.Login(m.User, m.Password).Wait(); err != nil {
		t.Fatal(err)
	}
	box, err := c.Select(folder, nil).Wait()
	if err != nil {
		t.Fatal(err)
	}
	if box.NumMessages == 0 {
		return nil
	}
	var all imap.SeqSet
	all.AddRange(1, box.NumMessages)
	messages, err := c.Fetch(all, &imap.FetchOptions{Flags: true}).Collect()
	if err != nil {
		t.Fatal(err)
	}
	for _, message := range messages {
		found = append(found, message.Flags)
	}
	return found
}

func TestIMAPFolderIsTakenLikeAMaildir(t *testing.T) {
	server, user := openServer(t)
	arrive(t, user, simple, strings.Replace(simple, "4711", "4712", 1))
	c, r := collector(t)
	for range 2 { // the second visit finds nothing new
		if _, err := c.Collect(context.Background(), "ar", server); err != nil {
			t.Fatal(err)
		}
	}
	if len(r.taken) != 2 || r.taken[1].Subject != "Invoice 4712" || r.taken[0].Text != "The price is wrong." {
		t.Fatalf("%+v", r.taken)
	}
	for _, f := range flags(t, server, "INBOX") {
		if len(f) != 2 {
			t.Errorf("flags %v", f)
		}
	}
}

func TestIMAPMessageIsMarkedOnlyWhenOnRecord(t *testing.T) {
	server, user := openServer(t)
	server.Taken = "Taken"
	arrive(t, user, simple)
	c, r := collector(t)
	r.fail = context.DeadlineExceeded
	if _, err := c.Collect(context.Background(), "ar", server); err == nil {
		t.Fatal("the failure is not told")
	}
	if f := flags(t, server, "INBOX"); len(f) != 1 || len(f[0]) != 0 {
		t.Fatalf("flags %v", f)
	}
	r.fail = nil
	if n, err := c.Collect(context.Background(), "ar", server); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	if in, out := flags(t, server, "INBOX"), flags(t, server, "Taken"); len(in) != 0 || len(out) != 1 {
		t.Errorf("INBOX %v, Taken %v", in, out)
	}
}

func TestIMAPLargeMessageIsNotFetchedWhole(t *testing.T) {
	server, user := openServer(t)
	arrive(t, user, simple+strings.Repeat("y", 2_000_000), simple)
	c, r := collector(t)
	c.Limit = 1_000_000
	if n, err := c.Collect(context.Background(), "ar", server); n != 2 || err != nil {
		t.Fatal(n, err)
	}
	if !strings.Contains(r.taken[0].Refused, "2.0 MB") || r.taken[0].Subject != "Invoice 4711" || r.taken[1].Refused != "" {
		t.Errorf("%+v", r.taken)
	}
}

func TestWrongPasswordAndFolderAreTold(t *testing.T) {
	server, _ := openServer(t)
	for want, change := range map[string]func(*IMAP){
		"sign in at":               func(m *IMAP) { m.Password = "wrong" },
		"open the folder Archives": func(m *IMAP) { m.Folder = "Archives" },
		"connect to":               func(m *IMAP) { m.TLS = "required" }, // the server has no certificate: nothing goes in the clear
	} {
		m := server
		change(&m)
		if err := m.Each(context.Background(), func(Arrival) error { return nil }); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

func TestServerIsTrustedByItsCertificate(t *testing.T) {
	web := httptest.NewTLSServer(http.NotFoundHandler()) // it brings a certificate for this machine
	t.Cleanup(web.Close)
	server, user := openServerWith(t, &tls.Config{Certificates: web.TLS.Certificates})
	arrive(t, user, simple)
	server.TLS = "required"
	c, r := collector(t)
	if n, err := c.Collect(context.Background(), "ar", server); n != 0 || err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("a stranger was signed in to: %d, %v", n, err)
	}
	server.Trust = x509.NewCertPool()
	server.Trust.AddCert(web.Certificate())
	if n, err := c.Collect(context.Background(), "ar", server); n != 1 || err != nil || len(r.taken) != 1 {
		t.Error(n, err)
	}
}
