package dashboard

import (
	"context"
	"encoding/csv"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// conduit is a pipeline in which something is wrong everywhere.
type conduit struct{ rejects int }

func (conduit) Pipeline(context.Context) (PipelineState, error) {
	at := time.Date(2025, 3, 31, 6, 0, 0, 0, time.UTC)
	return PipelineState{
		Sources: []SourceState{
			{Name: "good", Kind: "files", Files: 2, Records: 1200, Landed: 1200, Last: at, Good: at, Next: at.Add(24 * time.Hour)},
			{Name: "down", Kind: "postgres", Files: 1, Unverified: 1, Records: 5, Landed: 5, Last: at, Cause: "connect: <refused>"},
			{Name: "dirty", Kind: "sftp", Files: 1, Records: 10, Landed: 7, Rejected: 3, Open: 3, Last: at, Good: at},
			{Name: "new", Kind: "s3"},
		},
		Runs: []RunState{{ID: "r2", Started: at, Finished: at.Add(time.Second), AsOf: "2025-03-31", Faults: []string{"keys_are_unique"}},
			{ID: "r1", Started: at, Finished: at.Add(time.Second), AsOf: "2025-03-30", Published: true}},
		Checks: []CheckState{{Name: "fine", Title: "All is fine.", Severity: "warn"}, {Name: "keys_are_unique", Title: "Keys come once.", Severity: "error", Faults: 2}},
		Models: []ModelState{{Name: "stg.invoice", Reads: []string{"raw.invoices"}, Rows: 1_000_005, Seconds: .0125}, {Name: "mart.aging", Reads: []string{"stg.invoice"}, Rows: 6}},
	}, nil
}

func (c conduit) Rejects(context.Context) ([]Rejected, error) {
	var list []Rejected
	for n := range c.rejects {
		list = append(list, Rejected{Source: "dirty", File: "a.csv", Line: int64(n + 2), Column: "Amount", Value: "<b>1.O0</b>", Reason: "not a number", Text: "=1+1"})
	}
	return list, nil
}

func newPipeline(t *testing.T, c conduit) *Handler {
	t.Helper()
	opts := testOptions(&marts{db: newCompany(t).fill().db})
	opts.Pipeline = c
	h, err := New(opts)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	return h
}

func TestPipelineShowsHowDataComesIn(t *testing.T) {
	h := newPipeline(t, conduit{rejectsOnPage + 3})
	w := get(t, h, "/pipeline")
	page := w.Body.String()
	if w.Code != http.StatusOK {
		t.Fatalf("%d %s", w.Code, page)
	}
	for _, want := range []string{
		"4 sources, 3 to look at; 203 rows in quarantine", "connect: &lt;refused&gt;", "unverified for 1 of 1", "3 rows in quarantine", "nothing has come yet",
		"&lt;b&gt;1.O0&lt;/b&gt;", "3 more in the download", "not published", "keys_are_unique", "mart.aging reads stg.invoice", "stg.invoice reads raw.invoices",
		`<td class="n">1,200</td>`, `<td class="n">1,000,005</td>`, "stg.invoice: 1,000,005 rows", "reads raw.invoices; read by mart.aging",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if strings.Index(page, "Keys come once.") > strings.Index(page, "All is fine.") {
		t.Error("a check with faults does not come first")
	}
	if overview := get(t, h, "/").Body.String(); !strings.Contains(overview, `class="pill`) || !strings.Contains(overview, `href="/pipeline"><span class="dot"`) {
		t.Error("how fresh the figures are does not lead to the pipeline")
	}
}

func TestQuarantineIsDownloadedWhole(t *testing.T) {
	w := get(t, newPipeline(t, conduit{500}), "/pipeline/quarantine.csv")
	rows, err := csv.NewReader(w.Body).ReadAll()
	if err != nil || len(rows) != 501 || rows[500][2] != "501" || rows[500][6] != "'=1+1" {
		t.Errorf("%d rows, the last %v (%v)", len(rows), rows[len(rows)-1], err)
	}
}

func TestPipelineIsNotThereWhereNobodyTells(t *testing.T) {
	h, _, _ := newPages(t)
	w := httptest.NewRecorder()
	if h.ServeHTTP(w, as(t, "manager", http.MethodGet, "/pipeline")); w.Code != http.StatusNotFound || strings.Contains(get(t, h, "/").Body.String(), `href="/pipeline"`) {
		t.Error(fmt.Sprint("it is there: ", w.Code))
	}
}
