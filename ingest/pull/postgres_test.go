package pull_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"arrears/config"
)

// A cluster is a PostgreSQL of a test's own, which asks for a password.
type cluster struct {
	*pgx.Conn
	address string
}

func freePort(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return port
}

// startPostgres starts a server and stops it at the end. Where none is installed the test is skipped.
func startPostgres(t testing.TB) *cluster {
	t.Helper()
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil || len(found) == 0 {
		t.Skip("no PostgreSQL is installed here: apt-get install postgresql")
	}
	bin := found[len(found)-1]
	dir, as := folderOf(t, "postgres")
	data := filepath.Join(dir, "data")
	if err := os.WriteFile(filepath.Join(dir, "password"), []byte(secret), 0o644); err != nil {
		t.Fatal(err)
	}
	initialise := command(t, as, dir, filepath.Join(bin, "initdb"), "-D", data, "-U", "arrears", "-A", "scram-sha-256", "-E", "UTF8", "--locale=C",
		"--pwfile", filepath.Join(dir, "password"), "--no-sync")
	if said, err := initialise.CombinedOutput(); err != nil {
		t.Fatalf("initdb: %v\n%s", err, said)
	}
	port := freePort(t)
	c := &cluster{address: "127.0.0.1:" + port}
	serve(t, command(t, as, dir, filepath.Join(bin, "postgres"), "-D", data, "-p", port, "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off",
		"-c", "unix_socket_directories="+dir, "-c", "max_wal_size=8GB"), func() (err error) {
		c.Conn, err = pgx.Connect(t.Context(), fmt.Sprintf("host=127.0.0.1 port=%s user=arrears password=%s dbname=postgres sslmode=disable", port, secret))
		return err
	})
	t.Cleanup(func() { _ = c.Close(context.Background()) })
	return c
}

// folderOf is a folder for a server, and the user it runs as where this process is root's, whom servers refuse.
func folderOf(t testing.TB, owner string) (string, *syscall.Credential) {
	t.Helper()
	dir, err := os.MkdirTemp("", owner+"-") // the path of a socket must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if os.Geteuid() != 0 {
		return dir, nil
	}
	u, err := user.Lookup(owner)
	if err != nil {
		t.Skipf("the server does not run as root, and there is no other user for it: %v", err)
	}
	uid, _ := strconv.Atoi(u.Uid)
	gid, _ := strconv.Atoi(u.Gid)
	if err := os.Chown(dir, uid, gid); err != nil {
		t.Fatal(err)
	}
	return dir, &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
}

func command(t testing.TB, as *syscall.Credential, dir, name string, args ...string) *exec.Cmd {
	c := exec.CommandContext(context.WithoutCancel(t.Context()), name, args...)
	c.Dir = dir
	c.SysProcAttr = &syscall.SysProcAttr{Credential: as}
	return c
}

// serve starts a server and waits until it answers.
func serve(t testing.TB, server *exec.Cmd, answers func() error) {
	t.Helper()
	var said strings.Builder
	server.Stderr = &said
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { defer close(ended); _ = server.Wait() }()
	t.Cleanup(func() {
		if err := server.Process.Signal(os.Interrupt); err != nil && !errors.Is(err, os.ErrProcessDone) {
			t.Error(err)
		}
		select {
		case <-ended: // how a server ends that was told to does not matter
		case <-time.After(10 * time.Second):
			_ = server.Process.Kill() // it may have ended meanwhile
			<-ended
		}
	})
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		err := answers()
		if err == nil {
			return
		}
		if time.Now().After(deadline) || len(ended) > 0 {
			t.Fatalf("the server does not answer: %v\n%s", err, said.String())
		}
	}
}

func (c *cluster) do(t testing.TB, statements ...string) {
	t.Helper()
	for _, statement := range statements {
		if _, err := c.Exec(t.Context(), statement); err != nil {
			t.Fatalf("%v in\n%s", err, statement)
		}
	}
}

func database(t testing.TB, host string, port int64, query string, watermark ...string) *config.Database {
	return &config.Database{Host: host, Port: port, Database: "postgres", User: "arrears", Password: secretFile(t, secret), TLS: "none",
		Query: query, Watermark: watermark, Connect: 3 * time.Second, Statement: 8 * time.Second, Lock: time.Second, Stall: time.Second}
}

func fromPostgres(t *testing.T, d *config.Database) config.Source {
	return config.Source{Name: "erp", Format: "csv", CSV: plainCSV("\t"), Maps: maps(), Postgres: d}
}

// generated is the table of the nth invoices, in SQL.
const generated = `select 'INV-' || lpad(n::text, 7, '0') as invoice_id, 'C' || (n % 500) as customer_id, date '2024-01-01' + n % 300 as issued_on,
	date '2024-01-31' + n % 300 as due_on, cast(n % 9000 + 1 + (n % 100) / 100.0 as numeric(12,2)) as amount, 'EUR' as currency,
	timestamp '2024-01-01' + n * interval '1 second' as changed_at, n as id from generate_series(1, ROWS) as n`

func TestPostgresIsAccepted(t *testing.T) {
	c := startPostgres(t)
	fill := func(t *testing.T, rows int) {
		c.do(t, "drop table if exists invoice", "create table invoice as "+strings.ReplaceAll(generated, "ROWS", strconv.Itoa(rows)), "create index on invoice (changed_at, invoice_id)")
	}
	accept(t, stand{
		address: c.address, fill: fill,
		source: func(host string, port int64) config.Source {
			return fromPostgres(t, database(t, host, port, "select * from invoice", "changed_at", "invoice_id"))
		},
		spoil: func(t *testing.T) { c.do(t, "alter table invoice rename column amount to total") },
		ahead: func(t *testing.T) {
			c.do(t, "insert into invoice values ('FAR', 'C1', '2024-01-01', '2024-01-31', 1, 'EUR', '2099-01-01')")
		},
		wrong: func(s *config.Source) { s.Postgres.User = "nobody" },
	})
}

// The greatest number is the newest row, and not the one that comes last in a dictionary.
func TestWatermarkOfNumbersIsComparedAsNumbers(t *testing.T) {
	c := startPostgres(t)
	c.do(t, "create table invoice as "+strings.ReplaceAll(generated, "ROWS", "12"))
	b := newBench(t, stand{address: c.address, source: func(host string, port int64) config.Source {
		return fromPostgres(t, database(t, host, port, "select * from invoice", "id"))
	}})
	b.rows("twelve", 12)
	b.rows("again", 0)
	c.do(t, "insert into invoice select 'INV-LATE', customer_id, issued_on, due_on, amount, currency, changed_at, 13 from invoice where id = 1")
	b.rows("one more", 1)
}
