package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"arrears/collections"
	"arrears/ledger"
)

// anyBooks know every customer and invoice.
type anyBooks struct{}

func (anyBooks) Customer(context.Context, string) (bool, error) { return true, nil }

func (anyBooks) Invoice(context.Context, string, string) (bool, error) { return true, nil }

func (anyBooks) Open(context.Context, string, string) (decimal.Decimal, string, error) {
	return decimal.NewFromInt(1000), "EUR", nil
}

func (anyBooks) Plans(context.Context, string) ([]collections.OpenPlan, int64, error) {
	return nil, 0, nil
}
func (anyBooks) Collector(context.Context, string) (bool, error) { return true, nil }

// act does something at a collector's desk, as the account that runs the tests.
func act(t *testing.T, dir string, do func(context.Context, *collections.Desk, ledger.Actor) (collections.Done, error)) collections.Done {
	t.Helper()
	l, err := ledger.Open(t.Context(), filepath.Join(dir, ".arrears"), ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	who, err := ledger.Account()
	if err != nil {
		t.Fatal(err)
	}
	done, err := do(t.Context(), collections.New(l, anyBooks{}, time.UTC), who)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return done
}

// busyDay is a shop whose collector has called, taken a promise, noted and snoozed.
func busyDay(t *testing.T) (dir, path string, promise collections.Done) {
	t.Helper()
	dir, path = configured(t, "")
	today := time.Now().UTC().Format(time.DateOnly)
	act(t, dir, func(ctx context.Context, d *collections.Desk, who ledger.Actor) (collections.Done, error) {
		return d.LogCall(ctx, who, "1", collections.Contact{Customer: "C1", Channel: "call", Direction: "out", Outcome: "reached",
			Text: "wants a copy,\n\"the third\" = 1+1"})
	})
	promise = act(t, dir, func(ctx context.Context, d *collections.Desk, who ledger.Actor) (collections.Done, error) {
		return d.TakePromise(ctx, who, "2", collections.Word{Customer: "C1", Invoice: "I1", DueOn: today, Amount: "1000.00", Currency: "EUR", Channel: "call"})
	})
	act(t, dir, func(ctx context.Context, d *collections.Desk, who ledger.Actor) (collections.Done, error) {
		return d.Note(ctx, who, "3", "C2", "", "moved")
	})
	act(t, dir, func(ctx context.Context, d *collections.Desk, who ledger.Actor) (collections.Done, error) {
		return d.Snooze(ctx, who, "4", collections.Place{Customer: "C2", Until: today, Reason: "moving"})
	})
	return dir, path, promise
}

// What people did is in the next refresh like any extract, and a figure that rests on it leads back to the event.
func TestLedgerFeedsTheNextRefresh(t *testing.T) {
	t.Parallel()
	_, path, promise := busyDay(t)
	later := time.Now().UTC().AddDate(0, 0, 10).Format(time.DateOnly)
	for range 2 { // the second one finds nothing new
		if got := arrears(t, "run", "-c", path, "--as-of", later); got.status == exitFailed {
			t.Fatal(got.stderr)
		}
	}
	counted := query(t, `select (select count(*) from stg.activity) as activities, (select count(*) from stg.promise) as promises,
		(select count(*) from stg.action) as actions, (select count(*) from raw.batch where source = 'ledger') as batches,
		(select note from stg.activity where outcome = 'reached') as note, (select max(kind) from stg.action) as kind`, "-c", path)[0]
	for column, want := range map[string]string{"activities": "3", "promises": "1", "actions": "1", "batches": "1", "kind": "snooze",
		"note": "wants a copy,\n\"the third\" = 1+1"} {
		if show(counted[column]) != want {
			t.Errorf("%s: %v, want %s", column, counted[column], want)
		}
	}
	said := must(t, exitDone, "explain", "ptp_kept_rate", "-c", path).stdout
	if !strings.Contains(said, "ledger-000000000001-000000000004.csv") || !strings.Contains(said, promise.Event) {
		t.Errorf("the promise does not lead to its event %s:\n%s", promise.Event, said)
	}
	if got := must(t, exitDone, "verify", "-c", path).stdout; !strings.Contains(got, "4 events, ") || !strings.Contains(got, " tables made again, 8 records") {
		t.Errorf("verify says %s", got)
	}
}

func TestEventsSayWhatWasDone(t *testing.T) {
	_, path, promise := busyDay(t)
	if all := decode[map[string]any](t, must(t, exitDone, "events", "-c", path, "-o", "json")); len(all) != 4 {
		t.Errorf("%d events: %v", len(all), all)
	}
	about := decode[map[string]any](t, must(t, exitDone, "events", "-c", path, "-o", "json", "--about", "customer:C1", "--after", "1"))
	if len(about) != 1 || about[0]["event"] != promise.Event || about[0]["type"] != "promise" || !strings.Contains(show(about[0]["payload"]), `"amount":"1000.00"`) {
		t.Errorf("%v", about)
	}
	must(t, exitUsage, "events", "-c", path, "--about", "C1")
}

func TestVerifySaysWhereTheStateIsBroken(t *testing.T) {
	t.Parallel()
	dir, path, _ := busyDay(t)
	must(t, exitDone, "run", "-c", path)
	sound := must(t, exitDone, "verify", "-c", path).stdout
	_, end, _ := strings.Cut(sound, "ends at ")
	end, _, _ = strings.Cut(end, "\n")
	must(t, exitDone, "verify", "-c", path, "--head", end)
	must(t, exitFailed, "verify", "-c", path, "--head", "3"+end[1:])
	must(t, exitUsage, "verify", "-c", path, "--head", "4")
	for name, c := range map[string]struct {
		harm  func(state string) error
		says  string
		lands bool // what others sent still lands
	}{
		"an extract is edited": {func(state string) error {
			files, err := filepath.Glob(filepath.Join(state, "archive", "*"))
			if err != nil {
				return err
			}
			if err := os.Chmod(files[0], 0o644); err != nil {
				return err
			}
			return os.WriteFile(files[0], []byte("x"), 0o644)
		}, "its bytes are not the ones received", true},
		"the head is gone":    {func(state string) error { return os.Remove(filepath.Join(state, "ledger.head")) }, "head:", false},
		"the database is cut": {func(state string) error { return os.Truncate(filepath.Join(state, "ledger", "ledger.sqlite"), 4096) }, "database:", false},
		"the ledger is gone": {func(state string) error {
			if err := os.Remove(filepath.Join(state, "ledger.head")); err != nil {
				return err
			}
			return os.RemoveAll(filepath.Join(state, "ledger"))
		}, "extracts of events up to 4 have landed", false},
	} {
		t.Run(name, func(t *testing.T) {
			copied := t.TempDir()
			if err := os.CopyFS(copied, os.DirFS(dir)); err != nil {
				t.Fatal(err)
			}
			if err := c.harm(filepath.Join(copied, ".arrears")); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(copied, "arrears.yaml")
			if got := must(t, exitFailed, "verify", "-c", path); !strings.Contains(got.stdout, c.says) {
				t.Errorf("verify says\n%s%s, want %q", got.stdout, got.stderr, c.says)
			}
			if got := arrears(t, "run", "-c", path); (got.status != exitFailed) != c.lands {
				t.Errorf("a refresh ends with %d: %s", got.status, got.stderr)
			}
			if c.lands {
				return
			}
			if got := arrears(t, "serve", "-c", path, "--listen", "127.0.0.1:0"); got.status != exitFailed || !strings.Contains(got.stderr, "arrears restore --replace") {
				t.Errorf("a service ends with %d: %s", got.status, got.stderr)
			}
			must(t, exitDone, "kpi", "-c", path)
		})
	}
}

func TestRestoredBackupSaysTheSame(t *testing.T) {
	t.Parallel()
	dir, path, _ := busyDay(t)
	must(t, exitDone, "run", "-c", path)
	figures := must(t, exitDone, "kpi", "-c", path, "-o", "json").stdout
	file := filepath.Join(t.TempDir(), "backup.tar.zst")
	must(t, exitDone, "backup", "-c", path, "-f", file)
	must(t, exitFailed, "restore", file, "-c", path) // something is there
	act(t, dir, func(ctx context.Context, d *collections.Desk, who ledger.Actor) (collections.Done, error) {
		return d.Note(ctx, who, "5", "C2", "", "after the backup")
	})

	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for name, harmed := range map[string][]byte{"cut": text[:len(text)/2], "flipped": append(append(bytes.Clone(text[:len(text)/3]), text[len(text)/3]^1), text[len(text)/3+1:]...)} {
		bad := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(bad, harmed, 0o600); err != nil {
			t.Fatal(err)
		}
		must(t, exitFailed, "restore", bad, "-c", path, "--replace")
		if got := must(t, exitDone, "verify", "-c", path).stdout; !strings.Contains(got, "5 events") {
			t.Errorf("a bad backup was put in place: %s", got)
		}
	}

	must(t, exitDone, "restore", file, "-c", path, "--replace")
	if got := must(t, exitDone, "verify", "-c", path).stdout; !strings.Contains(got, "4 events") {
		t.Errorf("restored: %s", got)
	}
	must(t, exitDone, "run", "-c", path)
	if again := must(t, exitDone, "kpi", "-c", path, "-o", "json").stdout; again != figures {
		t.Errorf("restored figures are\n%s\nwant\n%s", again, figures)
	}
	if aside, err := filepath.Glob(filepath.Join(dir, ".arrears.before-*")); err != nil || len(aside) != 1 {
		t.Errorf("what was there before is gone: %v %v", aside, err)
	}
}

func TestUsersAreMadeAtTheCommandLine(t *testing.T) {
	_, path := configured(t, "")
	type input = string
	say := func(status int, typed input, args ...string) outcome {
		t.Helper()
		var stdout, stderr bytes.Buffer
		root := newRoot(&stdout, &stderr)
		root.SetIn(strings.NewReader(typed))
		root.SetArgs(append(append([]string{"user"}, args...), "-c", path))
		err := root.ExecuteContext(t.Context())
		got := exitDone
		if err != nil {
			got = exitStatus(err)
		}
		if got != status {
			t.Fatalf("arrears user %v: status %d, want %d: %v", args, got, status, err)
		}
		return outcome{got, stdout.String(), stderr.String()}
	}
	say(exitDone, "correct horse battery\n", "add", "ana", "--role", "admin", "--title", "Ana")
	say(exitFailed, "correct horse battery\n", "add", "ana", "--role", "cfo")
	say(exitFailed, "short\n", "add", "bo", "--role", "cfo")
	say(exitFailed, "correct horse battery\n", "add", "bo", "--role", "king")
	say(exitUsage, "", "add")
	say(exitDone, "", "set", "ana", "--role", "collector", "--role", "analyst", "--active=false", "--reason", "leave")
	say(exitDone, "another long password", "password", "ana")
	users := decode[map[string]any](t, say(exitDone, "", "list", "-o", "json"))
	if len(users) != 1 || users[0]["name"] != "ana" || users[0]["roles"] != "analyst collector" || users[0]["active"] != false {
		t.Errorf("%v", users)
	}
	must(t, exitDone, "verify", "-c", path)
}
