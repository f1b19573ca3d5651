package mailbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"arrears/ingest/worker"
)

// The test program is its own worker.
func TestMain(m *testing.M) {
	if worker.Is(os.Args) {
		os.Exit(worker.Main(os.Stdin, os.Stdout, os.Stderr, Task))
	}
	os.Exit(m.Run())
}

// A register is a record of messages in memory.
type register struct {
	taken []Message
	files map[string][]byte // by the name of the file, as it was when the message was handed on
	fail  error
}

func (r *register) known(_ context.Context, digest, box, place string) (bool, error) {
	for _, m := range r.taken {
		if m.Digest == digest && m.Box == box && m.Place == place {
			return true, nil
		}
	}
	return false, nil
}

func (r *register) take(_ context.Context, m Message) error {
	if r.fail != nil {
		return r.fail
	}
	for _, f := range m.Files {
		content, err := os.ReadFile(f.Path)
		if err != nil {
			return err
		}
		r.files[f.Name] = content
	}
	r.taken = append(r.taken, m)
	return nil
}

func collector(t testing.TB) (*Collector, *register) {
	t.Helper()
	r := &register{files: map[string][]byte{}}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return &Collector{
		State: t.TempDir(), Limit: 25_000_000, Trusted: "mx.example.com", Log: slog.New(slog.DiscardHandler),
		Worker: worker.Worker{Program: program, Memory: 512 << 20, Deadline: time.Minute},
		Now:    func() time.Time { return time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC) },
		Known:  r.known, Take: r.take,
	}, r
}

// deliver puts messages into a maildir, as a mail server does.
func deliver(t testing.TB, folder string, messages ...string) Maildir {
	t.Helper()
	if err := os.MkdirAll(filepath.Join(folder, "new"), 0o700); err != nil {
		t.Fatal(err)
	}
	for i, text := range messages {
		path := filepath.Join(folder, "new", fmt.Sprintf("17300000%02d.M%d.host", i, i))
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		at := time.Date(2026, 11, 2, 8, 0, i, 0, time.UTC)
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	return Maildir{Folder: folder}
}

// collect takes one message and returns it as it was put on record.
func collect(t testing.TB, text string) (Message, *register) {
	t.Helper()
	c, r := collector(t)
	n, err := c.Collect(context.Background(), "box", deliver(t, t.TempDir(), text))
	if err != nil || n != 1 || len(r.taken) != 1 {
		t.Fatalf("%d messages taken, %d on record: %v", n, len(r.taken), err)
	}
	return r.taken[0], r
}

const simple = "From: Ana <ana@customer.example>\r\nTo: ar@example.com\r\nSubject: Invoice 4711\r\nMessage-ID: <1@customer.example>\r\n" +
	"Date: Mon, 2 Nov 2026 08:00:00 +0100\r\n\r\nThe price is wrong.\r\n"

func TestMessageIsArchivedReadTakenAndMoved(t *testing.T) {
	c, r := collector(t)
	box := deliver(t, t.TempDir(), simple)
	if n, err := c.Collect(context.Background(), "box", box); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	m := r.taken[0]
	if m.From[0] != (Address{"Ana", "ana@customer.example"}) || m.Subject != "Invoice 4711" || m.ID != "1@customer.example" || m.Text != "The price is wrong." ||
		!m.Date.Equal(time.Date(2026, 11, 2, 7, 0, 0, 0, time.UTC)) || m.Box != "box" || m.Size != int64(len(simple)) {
		t.Errorf("%+v", m)
	}
	kept, err := os.ReadFile(Path(c.State, m.Digest))
	if err != nil || string(kept) != simple {
		t.Errorf("%q %v", kept, err)
	}
	if left, _ := os.ReadDir(filepath.Join(box.Folder, "new")); len(left) != 0 {
		t.Errorf("new still holds %v", left)
	}
	if cur, _ := os.ReadDir(filepath.Join(box.Folder, "cur")); len(cur) != 1 || !strings.HasSuffix(cur[0].Name(), ":2,S") {
		t.Errorf("cur holds %v", cur)
	}
	if left, _ := filepath.Glob(filepath.Join(c.State, "mail", "files-*")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestMessageThatIsNotOnRecordStaysAndStopsNoOther(t *testing.T) {
	c, r := collector(t)
	box := deliver(t, t.TempDir(), simple, strings.Replace(simple, "4711", "4712", 1))
	r.fail = errors.New("the ledger is away")
	if n, err := c.Collect(context.Background(), "box", box); n != 0 || err == nil || strings.Count(err.Error(), "the ledger is away") != 2 {
		t.Fatal(n, err)
	}
	r.fail = nil
	if n, err := c.Collect(context.Background(), "box", box); n != 2 || err != nil || len(r.taken) != 2 || r.taken[1].Subject != "Invoice 4712" {
		t.Fatal(n, err, r.taken)
	}
}

// A crash between the record and the mark in the box.
func TestMessageOnRecordIsOnlyMarked(t *testing.T) {
	c, r := collector(t)
	box := deliver(t, t.TempDir(), simple)
	if _, err := c.Collect(context.Background(), "box", box); err != nil {
		t.Fatal(err)
	}
	place := r.taken[0].Place
	if err := os.Rename(filepath.Join(box.Folder, "cur", place+seen), filepath.Join(box.Folder, "new", place)); err != nil {
		t.Fatal(err)
	}
	if n, err := c.Collect(context.Background(), "box", box); n != 1 || err != nil || len(r.taken) != 1 {
		t.Fatal(n, err, len(r.taken))
	}
	if left, _ := os.ReadDir(filepath.Join(box.Folder, "new")); len(left) != 0 {
		t.Errorf("new still holds %v", left)
	}
}

func TestMessageThatKillsItsWorkerTwiceIsRefusedAndKept(t *testing.T) {
	c, r := collector(t)
	c.Worker.Program = filepath.Join(t.TempDir(), "worker")
	script := "#!/bin/sh\necho x >> " + c.Worker.Program + ".runs\necho 'panic: out of range' >&2\nexit 2\n"
	if err := os.WriteFile(c.Worker.Program, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	if n, err := c.Collect(context.Background(), "box", deliver(t, t.TempDir(), simple)); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	if m := r.taken[0]; !strings.Contains(m.Refused, "died twice: it crashed: panic: out of range") {
		t.Errorf("%+v", m)
	}
	if runs, err := os.ReadFile(c.Worker.Program + ".runs"); string(runs) != "x\nx\n" {
		t.Errorf("%q %v", runs, err)
	}
	if kept, err := os.ReadFile(Path(c.State, r.taken[0].Digest)); !bytes.Equal(kept, []byte(simple)) {
		t.Error(err)
	}
}

func TestLargeMessageIsRefusedByItsSize(t *testing.T) {
	c, r := collector(t)
	c.Limit = 300_000
	text := simple + strings.Repeat("x", 1_000_000)
	if n, err := c.Collect(context.Background(), "box", deliver(t, t.TempDir(), text)); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	m := r.taken[0]
	if !strings.Contains(m.Refused, "1.0 MB, and 0.3 MB are read at most") || m.Subject != "Invoice 4711" || m.Text != "" || m.Size != int64(len(text)) {
		t.Errorf("%+v", m)
	}
	if kept, err := os.Stat(Path(c.State, m.Digest)); err != nil || kept.Size() != beginning {
		t.Errorf("%v %v", kept, err)
	}
}
