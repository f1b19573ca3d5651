package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"arrears/warehouse"
)

// A server is a PostgreSQL of this test's own: an empty cluster in a folder for temporary files, reached by its socket only.
type server struct {
	*pgx.Conn
	bin, dir string
	as       *syscall.Credential // PostgreSQL refuses to run as root
}

// startPostgres starts a server with these settings and stops it at the end. Where none is installed the test is skipped.
func startPostgres(t testing.TB, settings ...string) *server {
	t.Helper()
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil {
		t.Fatal(err)
	}
	if path, err := exec.LookPath("postgres"); err == nil {
		found = append(found, filepath.Dir(path))
	}
	if len(found) == 0 {
		t.Skip("no PostgreSQL is installed here: apt-get install postgresql")
	}
	dir, err := os.MkdirTemp("", "postgres-") // the path of a socket must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	s := &server{bin: found[len(found)-1], dir: dir, as: unprivileged(t, dir)}
	// Texts sort by their bytes, as they do in DuckDB and in Trino.
	initialise := s.command(t, "initdb", "-D", filepath.Join(dir, "data"), "-U", "arrears", "-A", "trust", "-E", "UTF8",
		"--locale=C", "--no-sync")
	if said, err := initialise.CombinedOutput(); err != nil {
		t.Fatalf("initdb: %v\n%s", err, said)
	}
	s.serve(t, append(settings, "listen_addresses=", "fsync=off", "unix_socket_directories="+dir))
	return s
}

// unprivileged gives the folder to the user that the server is to run as, where this process is root's.
func unprivileged(t testing.TB, dir string) *syscall.Credential {
	t.Helper()
	if os.Geteuid() != 0 {
		return nil
	}
	owner, err := user.Lookup("postgres")
	if err != nil {
		t.Skipf("PostgreSQL does not run as root, and there is no other user for it: %v", err)
	}
	uid, err := strconv.ParseUint(owner.Uid, 10, 32)
	if err != nil {
		t.Fatal(err)
	}
	gid, err := strconv.ParseUint(owner.Gid, 10, 32)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(dir, int(uid), int(gid)); err != nil {
		t.Fatal(err)
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
}

func (s *server) command(t testing.TB, name string, args ...string) *exec.Cmd {
	c := exec.CommandContext(context.WithoutCancel(t.Context()), filepath.Join(s.bin, name), args...)
	c.Dir = s.dir
	c.SysProcAttr = &syscall.SysProcAttr{Credential: s.as}
	return c
}

// serve starts the server and waits until it answers.
func (s *server) serve(t testing.TB, settings []string) {
	t.Helper()
	args := []string{"-D", filepath.Join(s.dir, "data")}
	for _, setting := range settings {
		args = append(args, "-c", setting)
	}
	var said strings.Builder
	postgres := s.command(t, "postgres", args...)
	postgres.Stderr = &said
	if err := postgres.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- postgres.Wait() }()
	t.Cleanup(func() {
		if s.Conn != nil {
			_ = s.Close(context.Background())
		}
		if err := postgres.Process.Signal(os.Interrupt); err != nil && !errors.Is(err, os.ErrProcessDone) {
			t.Error(err)
		}
		if err := <-ended; err != nil {
			t.Errorf("PostgreSQL ended with %v\n%s", err, said.String())
		}
	})
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		conn, err := pgx.Connect(t.Context(), "host="+s.dir+" user=arrears dbname=postgres")
		if err == nil {
			s.Conn = conn
			return
		}
		if time.Now().After(deadline) || len(ended) > 0 {
			t.Fatalf("PostgreSQL does not answer: %v\n%s", err, said.String())
		}
	}
}

// do runs statements.
func (s *server) do(t testing.TB, statements ...string) {
	t.Helper()
	for _, statement := range statements {
		if _, err := s.Exec(t.Context(), statement); err != nil {
			t.Fatalf("%v in\n%s", err, statement)
		}
	}
}

// tablesOf are the tables and views of a schema.
func tablesOf(t testing.TB, db *warehouse.Duck, schema string) []string {
	t.Helper()
	found, err := db.Query(t.Context(), `select table_name from information_schema.tables
		where table_schema = ? and table_catalog = current_database()`, schema)
	if err != nil {
		t.Fatal(err)
	}
	var tables []string
	for _, row := range found.Rows {
		tables = append(tables, schema+"."+row[0].(string))
	}
	slices.Sort(tables)
	return tables
}

// columnsOf are the columns of a table and their types in DuckDB's words.
func columnsOf(t testing.TB, db *warehouse.Duck, table string) (columns, types []string) {
	t.Helper()
	found, err := db.Query(t.Context(), "select column_name, column_type from (describe "+table+")")
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range found.Rows {
		columns, types = append(columns, row[0].(string)), append(types, row[1].(string))
	}
	return columns, types
}

// like creates an empty table with the columns of one of DuckDB's. What models read has types that are the same words in both.
func (s *server) like(t testing.TB, db *warehouse.Duck, table, create string) []string {
	t.Helper()
	columns, types := columnsOf(t, db, table)
	declared := make([]string, len(columns))
	for i := range columns {
		declared[i] = `"` + columns[i] + `" ` + types[i]
	}
	s.do(t, create+" ("+strings.Join(declared, ", ")+")")
	return columns
}

// take copies a table out of DuckDB as it is seen there.
func (s *server) take(t testing.TB, db *warehouse.Duck, table string) {
	t.Helper()
	columns := s.like(t, db, table, "create table "+table)
	rows, err := db.Query(t.Context(), "select * from "+table)
	if err != nil {
		t.Fatal(err)
	}
	n, err := s.CopyFrom(t.Context(), pgx.Identifier(strings.Split(table, ".")), columns, pgx.CopyFromRows(rows.Rows))
	if err != nil || n != int64(len(rows.Rows)) {
		t.Fatalf("%s: copied %d of %d rows: %v", table, n, len(rows.Rows), err)
	}
	s.do(t, "analyze "+table)
}

// types are the columns' types of a table, in DuckDB's words.
func (s *server) types(t testing.TB, table string) []string {
	t.Helper()
	rows, err := s.Query(t.Context(), `select upper(format_type(atttypid, atttypmod)) from pg_attribute
		where attrelid = $1::regclass and attnum > 0 order by attnum`, table)
	if err != nil {
		t.Fatal(err)
	}
	types, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	words := strings.NewReplacer("NUMERIC", "DECIMAL", "CHARACTER VARYING", "VARCHAR", "TEXT", "VARCHAR", " WITHOUT TIME ZONE", "")
	for i, name := range types {
		types[i] = words.Replace(name)
	}
	return types
}
