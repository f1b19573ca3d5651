package portal

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"arrears/disputes"
	"arrears/ledger"
)

// The link hands out its one document to anybody who has it, as a file; nothing else opens, and nothing when its time is over.
func TestSharedDocumentIsHandedOut(t *testing.T) {
	h := newHouse(t)
	c, foreign := h.filed("C1"), h.filed("C2")
	attach := func(id, name, text string) disputes.Document {
		t.Helper()
		d, err := h.shelf.Keep(name, []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.desk.Attach(t.Context(), h.ana, ledger.NewKey(), id, d); err != nil {
			t.Fatal(err)
		}
		return d
	}
	shared, kept, theirs := attach(c.ID, "note.pdf", "%PDF-shared"), attach(c.ID, "inside.txt", canary+" kept"), attach(foreign.ID, "x.txt", canary+" theirs")
	if _, err := h.desk.Share(t.Context(), h.ana, ledger.NewKey(), c.ID, disputes.Sharing{Digest: shared.Digest, Days: 7}); err != nil {
		t.Fatal(err)
	}
	until := h.now.AddDate(0, 0, 7)
	good := DocumentLink(h.links, c.ID, shared.Digest, until)
	b := h.browser()
	got := b.get(good)
	if got.status != http.StatusOK || got.body != "%PDF-shared" || !strings.HasPrefix(got.header.Get("Content-Disposition"), "attachment") ||
		!strings.HasPrefix(got.header.Get("Content-Security-Policy"), "sandbox") || got.header.Get("Content-Type") != "application/octet-stream" {
		t.Fatalf("%+v", got)
	}
	if again := b.get(good); again.body != got.body {
		t.Error("it opens once only")
	}
	for name, try := range map[string]struct {
		path   string
		status int
	}{
		"a document that is not shared":     {DocumentLink(h.links, c.ID, kept.Digest, until), http.StatusNotFound},
		"another case's document":           {DocumentLink(h.links, c.ID, theirs.Digest, until), http.StatusNotFound},
		"the document by another case":      {DocumentLink(h.links, foreign.ID, shared.Digest, until), http.StatusNotFound},
		"no case":                           {DocumentLink(h.links, "D-999999", shared.Digest, until), http.StatusNotFound},
		"a link that opens a case":          {"/document/" + h.links.Sign(CasePurpose, c.ID+" "+shared.Digest, until), http.StatusGone},
		"a link changed by one sign":        {good[:len(good)-1] + string(rune('A'+'Q'-good[len(good)-1]%26)), http.StatusGone},
		"no link":                           {"/document/x", http.StatusGone},
		"the link's token where one enters": {strings.Replace(good, "/document/", "/enter/", 1), http.StatusGone},
	} {
		if got := b.get(try.path); got.status != try.status || strings.Contains(got.body, canary) || strings.Contains(got.body, "%PDF") {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
	}
	if got := h.signedIn("one@example.com").get("/case/" + c.ID); !strings.Contains(got.body, "We shared a document") || !strings.Contains(got.body, "note.pdf") || strings.Contains(got.body, "inside.txt") {
		t.Errorf("the case does not show it: %s", got.body)
	}
	h.now = until.Add(-time.Second)
	if got := b.get(good); got.status != http.StatusOK {
		t.Errorf("in the last second: %d", got.status)
	}
	if _, err := h.desk.Unshare(t.Context(), h.ana, ledger.NewKey(), c.ID, shared.Digest, canary+" the wrong one"); err != nil {
		t.Fatal(err)
	}
	over := b.get(good)
	if over.status != http.StatusGone || strings.Contains(over.body, "%PDF") || strings.Contains(over.body, canary) {
		t.Errorf("when somebody has ended it: %d %s", over.status, over.body)
	}
	inside := h.signedIn("one@example.com")
	if got := inside.get("/case/" + c.ID); !strings.Contains(got.body, "We ended the sharing of a document") || strings.Contains(got.body, "note.pdf") || strings.Contains(got.body, canary) {
		t.Errorf("the case still has it, or says too much: %s", got.body)
	}
	if got := inside.get("/case/" + c.ID + "/document/" + shared.Digest); got.status != http.StatusNotFound {
		t.Errorf("the case hands out what is no longer shared: %d", got.status)
	}
	h.now = until
	if expired := b.get(good); expired.status != over.status || expired.body != over.body {
		t.Errorf("an ended link says %s, one that has expired %s", over.body, expired.body)
	}
	if got := b.get(good); got.status != http.StatusGone || strings.Contains(got.body, "%PDF") {
		t.Errorf("when its time is over: %d", got.status)
	}
}
