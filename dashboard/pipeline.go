package dashboard

import (
	"context"
	"encoding/csv"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"
)

const (
	pipelinePath  = "/pipeline"
	rejectsOnPage = 200
)

// A Pipeline says how data comes in and what is made of it. It is read for each page: from receipts and records, never from the marts.
type Pipeline interface {
	Pipeline(ctx context.Context) (PipelineState, error)
	Rejects(ctx context.Context) ([]Rejected, error)
}

// PipelineState is how the pipeline stands.
type PipelineState struct {
	Sources []SourceState
	Runs    []RunState   // newest first
	Checks  []CheckState // of the newest run
	Models  []ModelState // of the newest run, in the order they are built
}

// SourceState is how a source stands. Records are those of its current batches.
type SourceState struct {
	Name, Kind                         string
	Records, Landed, Rejected, NonData int64
	Unreconciled                       int64 // records that nobody accounts for: always 0
	Open                               int64 // rejected records that nobody has corrected
	Files, Refused, Unverified         int64 // batches; of which nothing landed; of which nobody has confirmed that nothing is missing
	Last, Next, Good, Asked            time.Time
	Cause                              string // why it is not good
	Drift                              []string
}

// RunState is one refresh.
type RunState struct {
	ID, AsOf          string
	Started, Finished time.Time
	Published         bool
	Batches, Models   int
	Faults            []string // names of checks that found some
}

// CheckState is a check of a run.
type CheckState struct {
	Name, Title, Severity, Sample string
	Faults                        int64
}

// ModelState is a model with what it reads.
type ModelState struct {
	Name    string
	Reads   []string
	Rows    int64
	Seconds float64
}

// Rejected is one thing that is wrong with one record in quarantine.
type Rejected struct {
	Source, File, Column, Value, Reason, Text, Batch string
	Line                                             int64
}

type pipelineBody struct {
	words
	Says    string
	Sources []sourceLine
	Rejects []Rejected
	More    int
	Runs    []runLine
	Checks  []CheckState
	Graph   modelGraph
}

type sourceLine struct {
	SourceState
	LastText, LastAgo, NextText, GoodText, GoodAgo, State, Mood, Completeness string
}

type runLine struct {
	RunState
	At, Took, Outcome, Mood string
}

func (h *Handler) pipeline(w http.ResponseWriter, r *http.Request) {
	state, err := h.opts.Pipeline.Pipeline(r.Context())
	var rejects []Rejected
	if err == nil {
		rejects, err = h.opts.Pipeline.Rejects(r.Context())
	}
	if err != nil {
		h.fail(w, r, &problem{http.StatusInternalServerError, "The pipeline cannot be read", "The cause is in the log of the service.", err})
		return
	}
	say := newWords(r.Header.Get("Accept-Language"), "", "")
	body := pipelineBody{words: say, Checks: state.Checks, Graph: graphOf(state.Models)}
	trouble := 0
	for _, s := range state.Sources {
		line := h.sourceLine(say, s)
		if line.Mood != "good" {
			trouble++
		}
		body.Sources = append(body.Sources, line)
	}
	body.Says = fmt.Sprintf("%s, %s to look at; %s in quarantine.", say.counted(int64(len(state.Sources)), "source", "sources"), say.whole(int64(trouble)), say.counted(int64(len(rejects)), "row", "rows"))
	slices.Reverse(rejects) // what came last first
	body.Rejects, body.More = rejects[:min(len(rejects), rejectsOnPage)], max(0, len(rejects)-rejectsOnPage)
	for _, run := range state.Runs {
		body.Runs = append(body.Runs, h.runLine(run))
	}
	slices.SortStableFunc(body.Checks, func(a, b CheckState) int { return int(min(b.Faults, 1) - min(a.Faults, 1)) })
	h.show(w, r, "pipeline", h.page("Pipeline", pipelinePath, nil, body))
}

// Whole writes a count for the reader.
func (b pipelineBody) Whole(n any) string { return b.whole(reflect.ValueOf(n).Int()) }

// sourceLine says in words how a source stands: the worst first.
func (h *Handler) sourceLine(say words, s SourceState) sourceLine {
	l := sourceLine{SourceState: s, LastText: h.moment(s.Last), LastAgo: h.ago(s.Last), NextText: h.moment(s.Next),
		GoodText: h.moment(s.Good), GoodAgo: h.ago(s.Good), State: "ok", Mood: "good", Completeness: "confirmed by the sender"}
	if s.Unverified > 0 {
		l.Completeness = "unverified for " + say.whole(s.Unverified) + " of " + say.whole(s.Files)
	}
	switch {
	case s.Cause != "":
		l.State, l.Mood = "failed", "bad"
	case s.Unreconciled != 0:
		l.State, l.Mood = say.counted(s.Unreconciled, "record is", "records are")+" not accounted for", "bad"
	case s.Refused > 0:
		l.State, l.Mood = say.counted(s.Refused, "file", "files")+" refused", "bad"
	case s.Open > 0:
		l.State, l.Mood = say.counted(s.Open, "row", "rows")+" in quarantine", "warn"
	case len(s.Drift) > 0:
		l.State, l.Mood = "it has drifted", "warn"
	case s.Files == 0:
		l.State, l.Mood = "nothing has come yet", "warn"
	}
	if s.Files == 0 {
		l.Completeness = ""
	}
	return l
}

func (h *Handler) runLine(run RunState) runLine {
	l := runLine{RunState: run, At: h.moment(run.Started), Took: run.Finished.Sub(run.Started).Round(10 * time.Millisecond).String(), Outcome: "published", Mood: "good"}
	switch {
	case !run.Published:
		l.Outcome, l.Mood = "not published", "bad"
	case len(run.Faults) > 0:
		l.Outcome, l.Mood = "published, with faults", "warn"
	}
	return l
}

func (h *Handler) moment(at time.Time) string {
	if at.IsZero() {
		return "never"
	}
	return at.In(h.opts.Zone).Format("2 Jan 2006 15:04")
}

// ago is how long ago something was; nothing where it never was.
func (h *Handler) ago(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return age(h.opts.Now().Sub(at)) + " ago"
}

// rejects hands the whole quarantine out as CSV. Text that a spreadsheet would take for a formula is quoted with an apostrophe.
func (h *Handler) rejects(w http.ResponseWriter, r *http.Request) {
	rejects, err := h.opts.Pipeline.Rejects(r.Context())
	if err != nil {
		h.fail(w, r, &problem{http.StatusInternalServerError, "The quarantine cannot be read", "The cause is in the log of the service.", err})
		return
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="quarantine.csv"`)
	w.Header().Set("Cache-Control", "no-store")
	out := csv.NewWriter(w)
	rows := [][]string{{"source", "file", "line", "column", "value", "reason", "text", "batch"}}
	for _, x := range rejects {
		row := []string{x.Source, x.File, fmt.Sprint(x.Line), x.Column, x.Value, x.Reason, x.Text, x.Batch}
		for i := range row {
			if strings.ContainsAny(row[i][:min(1, len(row[i]))], "=+-@\t\r") {
				row[i] = "'" + row[i]
			}
		}
		rows = append(rows, row)
	}
	if err := out.WriteAll(rows); err != nil {
		h.opts.Log.DebugContext(r.Context(), "the reader of the quarantine has gone", "cause", err)
	}
}
