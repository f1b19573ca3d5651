package main

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// post puts messages into the maildir of a company, and returns their number.
func postTo(t testing.TB, dir string, messages ...string) {
	t.Helper()
	for i, text := range messages {
		put(t, filepath.Join(dir, "drop", "new", fmt.Sprintf("%d.M%d.host", time.Now().UnixNano(), i)), strings.ReplaceAll(text, "\n", "\r\n"))
	}
}

// mailed is a company with a mail box whose customers have contacts, after its first refresh.
func mailed(t testing.TB) (dir, path string) {
	t.Helper()
	dir, path = configured(t, "mail: {server: \"127.0.0.1:1\", from: Receivables <ar@example.com>, tls: none}\nmailboxes: [{name: drop, maildir: drop, vouched_by: mx.example.com, every: 1s}]")
	if err := os.MkdirAll(filepath.Join(dir, "drop", "new"), 0o700); err != nil {
		t.Fatal(err)
	}
	putRows(t, dir, "customers", []row{{"customer_id": "C1", "name": "One", "email": "Ana@one.example"}, {"customer_id": "C2", "name": "Two", "email": "bob@two.example"}})
	putRows(t, dir, "invoices-of-mail", []row{{"invoice_id": "INV-77", "customer_id": "C1", "issued_on": "2025-03-05", "due_on": "2025-03-25", "amount": "120.50", "currency": "EUR"}})
	must(t, exitDone, "run", "-c", path)
	return dir, path
}

// claimOf is a message of the contact of C1, for whom our mail server vouches.
func claimOf(n int) string {
	return fmt.Sprintf("Authentication-Results: mx.example.com; dmarc=pass header.from=one.example\nReturn-Path: <ana@one.example>\n"+
		"From: Ana <ana@one.example>\nTo: ar@example.com\nSubject: Invoice inv-77\nMessage-ID: <%d@one.example>\n\nThe price is wrong (%d).\n", n, n)
}

func TestMailBecomesDisputesAndAnswers(t *testing.T) {
	dir, path := mailed(t)
	postTo(t, dir, claimOf(1),
		"From: eve@stranger.example\nSubject: INV-77\n\nWhat does C1 owe you?\n",
		"From: Ana <ana@one.example>\nSubject: Out of office\nAuto-Submitted: auto-replied\n\nI am away.\n")
	if got := must(t, exitDone, "mail", "take", "-c", path).stdout; !strings.HasPrefix(got, "2 new cases, 0 replies, 1 counted") {
		t.Fatal(got)
	}
	postTo(t, dir, strings.Replace(claimOf(2), "Subject: Invoice inv-77", "Subject: Re: invoice\nIn-Reply-To: <1@one.example>", 1), claimOf(1))
	if got := must(t, exitDone, "mail", "take", "drop", "-c", path).stdout; !strings.HasPrefix(got, "0 new cases, 1 replies, 1 counted") {
		t.Fatal(got)
	}
	all := decode[map[string]any](t, must(t, exitDone, "mail", "-c", path, "-o", "json"))
	if len(all) != 5 {
		t.Fatalf("%d messages: %v", len(all), all)
	}
	byOutcome := map[string][]map[string]any{}
	for _, m := range all {
		byOutcome[show(m["outcome"])] = append(byOutcome[show(m["outcome"])], m)
	}
	if first, reply := byOutcome["case"][0], byOutcome["reply"][0]; first["dispute"] != reply["dispute"] || first["authentic"] != true {
		t.Errorf("%v, %v", first, reply)
	}
	events := must(t, exitDone, "events", "--about", "dispute:"+show(byOutcome["case"][0]["dispute"]), "-c", path, "-o", "json").stdout
	for _, want := range []string{`"type": "filed"`, `"type": "heard"`, `INV-77`, `120.5`} {
		if !strings.Contains(strings.ReplaceAll(events, `":"`, `": "`), want) {
			t.Errorf("the case does not say %s: %s", want, events)
		}
	}
	if got := decode[map[string]any](t, must(t, exitDone, "mail", "--outcome", "counted", "-c", path, "-o", "json")); len(got) != 2 ||
		got[0]["why"] != "an automatic reply" || got[1]["why"] != "the same message again" {
		t.Errorf("%v", got)
	}
	first := show(byOutcome["case"][0]["message"])
	if got := must(t, exitDone, "mail", "show", first, "-c", path).stdout; got != strings.ReplaceAll(claimOf(1), "\n", "\r\n") {
		t.Errorf("%q", got)
	}
	must(t, exitFailed, "mail", "show", "../../arrears.yaml", "-c", path)
	if got := must(t, exitDone, "verify", "-c", path).stdout; !strings.Contains(got, "mail: 4 messages compared") {
		t.Error(got)
	}
	kept := filepath.Join(dir, ".arrears", "mail", "archive", first[:2], first)
	if err := os.WriteFile(kept, []byte("another"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := must(t, exitFailed, "verify", "-c", path).stdout; !strings.Contains(got, first+": its bytes are not the ones received") {
		t.Error(got)
	}
	must(t, exitUsage, "mail", "--outcome", "lost", "-c", path)
	must(t, exitUsage, "mail", "take", "elsewhere", "-c", path)
}

// Before the first refresh nobody would be known: mail waits.
func TestMailWaitsForTheBooks(t *testing.T) {
	dir, path := configured(t, "mailboxes: [{name: drop, maildir: drop}]")
	postTo(t, dir, claimOf(1))
	if got := must(t, exitFailed, "mail", "take", "-c", path); !strings.Contains(got.stderr, "mail box drop") {
		t.Error(got.stderr)
	}
	must(t, exitDone, "run", "-c", path)
	if got := must(t, exitDone, "mail", "take", "-c", path).stdout; !strings.HasPrefix(got, "1 new cases") {
		t.Error(got)
	}
}

// The command is killed at random moments of taking mail. In the end every message is on record once, and is one case.
func TestKilledCollectionLosesAndDoublesNothing(t *testing.T) {
	kills := 4
	if os.Getenv("ARREARS_LONG") != "" {
		kills = 100
	}
	dir, path := mailed(t)
	random := rand.New(rand.NewPCG(7, 7))
	posted, killed := 0, 0
	for killed < kills {
		for range 3 {
			_, text, _ := strings.Cut(claimOf(posted), "\n") // nobody vouches for it: each is a case of its own
			postTo(t, dir, strings.ReplaceAll(text, "ana@", fmt.Sprintf("ana%d@", posted/10)))
			posted++
		}
		c := exec.CommandContext(t.Context(), os.Args[0], "mail", "take", "-c", path)
		c.Env = append(os.Environ(), asCommand+"=1")
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(random.Int64N(int64(900 * time.Millisecond))))
		_ = c.Process.Kill() // it may have ended
		if c.Wait() != nil {
			killed++
		}
		if posted > 20*kills {
			t.Fatalf("only %d of %d collections could be killed", killed, posted/3)
		}
	}
	must(t, exitDone, "mail", "take", "-c", path)
	all := decode[map[string]any](t, must(t, exitDone, "mail", "-c", path, "-o", "json"))
	var cases []string
	for _, m := range all {
		cases = append(cases, show(m["dispute"]))
	}
	slices.Sort(cases)
	if len(all) != posted || len(slices.Compact(cases)) != posted {
		t.Errorf("%d messages posted, %d on record, %d cases", posted, len(all), len(cases))
	}
	filed := decode[map[string]any](t, must(t, exitDone, "events", "-c", path, "-o", "json"))
	filed = slices.DeleteFunc(filed, func(e map[string]any) bool { return e["type"] != "filed" })
	if len(filed) != posted {
		t.Errorf("%d cases were filed for %d messages", len(filed), posted)
	}
	if left, err := os.ReadDir(filepath.Join(dir, "drop", "new")); err != nil || len(left) != 0 {
		t.Errorf("%d messages wait, %v", len(left), err)
	}
	must(t, exitDone, "verify", "-c", path)
}

// Messages that other people found hard to read, and mutations of them, go the whole way: each is a case, a reply or counted with a reason.
func TestHostileMailIsAccountedFor(t *testing.T) {
	var seeds []string
	err := filepath.WalkDir(filepath.Join("..", "..", "..", "shared", "data", "mail"), func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && slices.Contains([]string{".raw", ".golden", ".txt"}, filepath.Ext(name)) {
			seeds = append(seeds, name)
		}
		return err
	})
	if err != nil || len(seeds) == 0 {
		t.Skipf("the shared messages are not here: %v", err)
	}
	most := 20
	if os.Getenv("ARREARS_LONG") != "" {
		most = 500
	}
	dir, path := mailed(t)
	random := rand.New(rand.NewPCG(3, 9))
	posted := 0
	for i := range most {
		text, err := os.ReadFile(seeds[(i*7)%len(seeds)])
		if err != nil {
			t.Fatal(err)
		}
		for range random.IntN(5) {
			if len(text) > 0 {
				text[random.IntN(len(text))] = byte(random.IntN(256))
			}
		}
		head := ""
		if i%3 == 0 { // as if the contact of a customer had written it
			head = "Authentication-Results: mx.example.com; dmarc=pass header.from=one.example\nFrom: ana@one.example\n"
		}
		put(t, filepath.Join(dir, "drop", "new", fmt.Sprint(i)), head+string(text))
		posted++
	}
	must(t, exitDone, "mail", "take", "-c", path)
	all := decode[map[string]any](t, must(t, exitDone, "mail", "-c", path, "-o", "json"))
	count := map[string]int{}
	for _, m := range all {
		outcome := show(m["outcome"])
		count[outcome]++
		if outcome == "counted" && m["why"] == "" || outcome != "counted" && m["dispute"] == "" {
			t.Errorf("%v", m)
		}
	}
	if len(all) != posted || count["case"]+count["reply"]+count["counted"] != posted {
		t.Errorf("%d messages posted, %d on record: %v", posted, len(all), count)
	}
	t.Log(count)
	must(t, exitDone, "verify", "-c", path)
}
