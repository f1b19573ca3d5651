package pull_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"

	"arrears/config"
)

// store is an S3-compatible store in this process.
func store(t *testing.T) (address string, put func(key, text string)) {
	t.Helper()
	kept := s3mem.New()
	fake := gofakes3.New(kept, gofakes3.WithLogger(gofakes3.DiscardLog())).Server()
	address = web(t, func(w http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.Header.Get("Authorization"), "Credential=AKID/") {
			w.Header().Set("Content-Type", "application/xml")
			w.WriteHeader(http.StatusForbidden)
			_, _ = io.WriteString(w, `<Error><Code>InvalidAccessKeyId</Code><Message>The access key is not known.</Message></Error>`)
			return
		}
		fake.ServeHTTP(w, r)
	})
	if err := kept.CreateBucket("finance"); err != nil {
		t.Fatal(err)
	}
	return address, func(key, text string) {
		when := map[string]string{"Last-Modified": time.Now().UTC().Format(http.TimeFormat)}
		if _, err := kept.PutObject("finance", key, when, strings.NewReader(text), int64(len(text)), nil); err != nil {
			t.Fatal(err)
		}
	}
}

func fromStore(t *testing.T) func(string, int64) config.Source {
	return func(host string, port int64) config.Source {
		return config.Source{Name: "lake", Format: "csv", CSV: plainCSV(","), Maps: maps(), S3: &config.S3{Endpoint: fmt.Sprintf("%s:%d", host, port),
			Bucket: "finance", Region: "us-east-1", Objects: "erp/invoices-*.csv", AccessKey: "AKID", SecretKey: secretFile(t, secret), TLS: "none", Timeout: 3 * time.Second}}
	}
}

func TestObjectStoreIsAccepted(t *testing.T) {
	address, put := store(t)
	put("erp/other.csv", "a,b\n")
	put("erp/deeper/invoices-1.csv", "a,b\n")
	accept(t, stand{
		address: address, source: fromStore(t),
		fill:  func(_ *testing.T, rows int) { put("erp/invoices-1.csv", csvOf(rows)) },
		spoil: func(*testing.T) { put("erp/invoices-1.csv", strings.Replace(csvOf(3), "amount", "total", 1)) },
		wrong: func(s *config.Source) { s.S3.AccessKey = "OTHER" },
	})
}

func TestObjectsLandOnceOldestFirst(t *testing.T) {
	address, put := store(t)
	put("erp/invoices-b.csv", csvOf(2))
	time.Sleep(1100 * time.Millisecond) // the store tells times in seconds
	put("erp/invoices-a.csv", csvOf(3))
	b := newBench(t, stand{address: address, source: fromStore(t)})
	r := b.rows("both", 5)
	if r.Landed[0].File != "erp/invoices-b.csv" || r.Landed[1].File != "erp/invoices-a.csv" {
		t.Errorf("they landed as %s and %s", r.Landed[0].File, r.Landed[1].File)
	}
	if r := b.rows("again", 0); r.Known != 0 {
		t.Errorf("%d were read again", r.Known)
	}
}

// An SFTP server in this process, whose files lie in a folder.
type sftpServer struct {
	address, dir string
	key          ssh.Signer // its own
	customer     ssh.PublicKey
}

func newKey(t *testing.T) (ssh.Signer, string) {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	block, err := ssh.MarshalPrivateKeyWithPassphrase(private, "", []byte(secret))
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return signer, string(pem.EncodeToMemory(block))
}

func startSFTP(t *testing.T) *sftpServer {
	t.Helper()
	s := &sftpServer{dir: t.TempDir()}
	s.key, _ = newKey(t)
	c := &ssh.ServerConfig{
		PasswordCallback: func(_ ssh.ConnMetadata, password []byte) (*ssh.Permissions, error) {
			if string(password) != secret {
				return nil, errors.New("no")
			}
			return nil, nil
		},
		PublicKeyCallback: func(_ ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
			if s.customer == nil || !bytes.Equal(key.Marshal(), s.customer.Marshal()) {
				return nil, errors.New("no")
			}
			return nil, nil
		},
	}
	c.AddHostKey(s.key)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	s.address = listener.Addr().String()
	go func() {
		for {
			line, err := listener.Accept()
			if err != nil {
				return
			}
			go s.serve(line, c)
		}
	}()
	return s
}

func (s *sftpServer) serve(line net.Conn, c *ssh.ServerConfig) {
	defer func() { _ = line.Close() }()
	_, channels, requests, err := ssh.NewServerConn(line, c)
	if err != nil {
		return
	}
	go ssh.DiscardRequests(requests)
	for asked := range channels {
		channel, requests, err := asked.Accept()
		if err != nil {
			return
		}
		go func() {
			for r := range requests {
				_ = r.Reply(r.Type == "subsystem", nil)
			}
		}()
		server, err := sftp.NewServer(channel, sftp.ReadOnly(), sftp.WithServerWorkingDirectory(s.dir))
		if err != nil {
			return
		}
		_ = server.Serve()
	}
}

func (s *sftpServer) put(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(s.dir, name), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func (s *sftpServer) source(t *testing.T, change func(*config.SFTP)) func(string, int64) config.Source {
	return func(host string, port int64) config.Source {
		f := &config.SFTP{Host: host, Port: port, User: "harbour-tools", Password: secretFile(t, secret), HostKey: ssh.FingerprintSHA256(s.key.PublicKey()),
			Files: "invoices-*.csv", Settle: time.Minute, Connect: 3 * time.Second, Stall: time.Second}
		if change != nil {
			change(f)
		}
		return config.Source{Name: "bank", Format: "csv", CSV: plainCSV(","), Maps: maps(), SFTP: f}
	}
}

func TestSFTPIsAccepted(t *testing.T) {
	s := startSFTP(t)
	s.put(t, "other.csv", "a,b\n")
	accept(t, stand{
		address: s.address, source: s.source(t, nil),
		fill:  func(t *testing.T, rows int) { s.put(t, "invoices-1.csv", csvOf(rows)) },
		spoil: func(t *testing.T) { s.put(t, "invoices-1.csv", strings.Replace(csvOf(3), "amount", "total", 1)) },
		wrong: func(c *config.Source) { c.SFTP.Password = config.Secret{Env: "PATH"} },
	})
}

func TestSFTPServerIsKnownByItsKey(t *testing.T) {
	s := startSFTP(t)
	s.put(t, "invoices-1.csv", csvOf(2))
	other, _ := newKey(t)
	line := func(key ssh.PublicKey) string { return strings.TrimSpace(string(ssh.MarshalAuthorizedKey(key))) }
	for name, c := range map[string]struct {
		key  string
		want string
	}{
		"fingerprint":       {ssh.FingerprintSHA256(s.key.PublicKey()), ""},
		"key":               {line(s.key.PublicKey()), ""},
		"other fingerprint": {ssh.FingerprintSHA256(other.PublicKey()), "it may be another server"},
		"other key":         {line(other.PublicKey()), "it may be another server"},
	} {
		b := newBench(t, stand{address: s.address, source: s.source(t, func(f *config.SFTP) { f.HostKey = c.key })})
		if c.want == "" {
			b.rows(name, 2)
		} else {
			b.fails(name, c.want)
		}
	}
}

func TestSFTPKeySignsIn(t *testing.T) {
	s := startSFTP(t)
	s.put(t, "invoices-1.csv", csvOf(2))
	customer, text := newKey(t)
	s.customer = customer.PublicKey()
	b := newBench(t, stand{address: s.address, source: s.source(t, func(f *config.SFTP) {
		f.Password, f.Key, f.Passphrase = config.Secret{}, secretFile(t, text), secretFile(t, secret)
	})})
	b.rows("with the key", 2)
	b.cfg.Sources[0].SFTP.Passphrase = config.Secret{}
	b.fails("without the passphrase", "private key cannot be read")
}

func TestFileThatGrowsIsLeftUntilItHasSettled(t *testing.T) {
	s := startSFTP(t)
	s.put(t, "invoices-1.csv", csvOf(2))
	b := newBench(t, stand{address: s.address, source: s.source(t, nil)})
	still := b.sleep
	grows := func(rows int) { s.put(t, "invoices-1.csv", csvOf(rows)) }
	b.sleep = waiting(func() { grows(3) })
	b.rows("while it grows", 0)
	b.sleep = still
	b.rows("when it has settled", 3)
}

// waiting is a wait in which something happens.
func waiting(happens func()) func(context.Context, time.Duration) error {
	return func(context.Context, time.Duration) error { happens(); return nil }
}

func TestFolderIsAccepted(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "inbox")
	write := func(t *testing.T, text string) {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "invoices.csv"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	accept(t, stand{
		source: func(string, int64) config.Source {
			return config.Source{Name: "folder", Format: "csv", CSV: plainCSV(","), Maps: maps(), Files: []string{filepath.Join(dir, "*.csv")}}
		},
		fill:  func(t *testing.T, rows int) { write(t, csvOf(rows)) },
		spoil: func(t *testing.T) { write(t, strings.Replace(csvOf(3), "amount", "total", 1)) },
		gone: func(t *testing.T) {
			if err := os.RemoveAll(dir); err != nil {
				t.Fatal(err)
			}
		},
	})
}
