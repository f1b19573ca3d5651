package dashboard

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"
)

// An exception is something a person should look at before trusting a figure.
type exception struct {
	Mood, Kind, Title, Text string
	faults                  int64
}

var exceptionsPanel = panel{
	name: "exceptions", title: "Exceptions", kind: count, query: "check", width: "full",
	definition: "Checks of this run that found faults, files that were refused, records in quarantine, and sources that have delivered " +
		"nothing for too long. An error keeps a run from being published; a warning is shown here.",
	table: func(r reading) table {
		t := table{columns: []column{
			{key: "kind", title: "Kind"}, {key: "severity", title: "Severity"}, {key: "title", title: "What"},
			{key: "faults", title: "Faults", kind: count}, {key: "text", title: "Detail"},
		}}
		for _, e := range r.exceptions() {
			severity := map[string]string{"bad": "error", "warn": "warning"}[e.Mood]
			t.rows = append(t.rows, []cell{textCell(e.Kind), textCell(severity), textCell(e.Title), countCell(e.faults), textCell(e.Text)})
		}
		return t
	},
	note: func(r reading) *note {
		passed, timely := 0, 0
		for _, c := range r.checks {
			if c.faults == 0 {
				passed++
			}
		}
		for _, s := range r.sources {
			if !r.late(s) {
				timely++
			}
		}
		sentence := fmt.Sprintf("%d of %d checks passed; %d of %d sources delivered in time.", passed, len(r.checks), timely, len(r.sources))
		if len(r.exceptions()) == 0 {
			return &note{"Nothing to report: " + sentence, "good"}
		}
		return &note{Text: sentence}
	},
}

const exceptionsOnPage = 6

// exceptionsShown are the first of the exceptions, and how many more there are.
func (r reading) exceptionsShown() ([]exception, int) {
	all := r.exceptions()
	shown := min(exceptionsOnPage, len(all))
	return all[:shown], len(all) - shown
}

// exceptions lists the faults of checks first, then those of sources.
func (r reading) exceptions() []exception {
	var found []exception
	if r.isStale() {
		found = append(found, exception{"warn", "Age", "The figures are old", "Last refreshed " + age(r.age()) + " ago.", 1})
	}
	for _, c := range r.checks {
		if c.faults == 0 {
			continue
		}
		mood := "warn"
		if c.severity == "error" {
			mood = "bad"
		}
		title := c.title
		if title == "" {
			title = c.name
		}
		found = append(found, exception{mood, "Check", title, c.sample, c.faults})
	}
	for _, s := range r.sources {
		if s.failed > 0 {
			found = append(found, exception{"bad", "Source", s.name + ": files refused",
				fmt.Sprintf("%d of %d files were refused whole.", s.failed, s.files), s.failed})
		}
		if s.rejected > 0 {
			found = append(found, exception{"warn", "Source", s.name + ": records in quarantine",
				fmt.Sprintf("%s of %s records were refused.", r.fixed(decimal.NewFromInt(s.rejected), 0),
					r.fixed(decimal.NewFromInt(s.records), 0)), s.rejected})
		}
		if r.late(s) {
			found = append(found, exception{"warn", "Source", s.name + ": no new file", r.lateness(s), 1})
		}
	}
	return found
}

func (r reading) lateness(s source) string {
	if s.landedAt.IsZero() {
		return "It has delivered nothing yet."
	}
	return "Its last file landed " + age(r.now.Sub(s.landedAt)) + " ago."
}

// age writes a span the way people say it.
func age(span time.Duration) string {
	plural := func(n int, unit string) string {
		if n == 1 {
			return "1 " + unit
		}
		return fmt.Sprintf("%d %ss", n, unit)
	}
	switch {
	case span < time.Minute:
		return "less than a minute"
	case span < 2*time.Hour:
		return plural(int(span.Minutes()), "minute")
	case span < 48*time.Hour:
		return plural(int(span.Hours()), "hour")
	default:
		return plural(int(span.Hours()/24), "day")
	}
}

var sourcesPanel = panel{
	name: "sources", title: "Sources", kind: count, query: "source", width: "full", plain: true,
	empty: "No source has delivered anything yet.",
	definition: "What each source delivered. Records counted are those landed, those in quarantine and lines declared to hold no data: " +
		"nothing is lost on the way.",
	table: func(r reading) table {
		t := table{columns: []column{
			{key: "source", title: "Source"}, {key: "state", title: "State"}, {key: "files", title: "Files", kind: count, total: true},
			{key: "failed_files", title: "Refused files", kind: count, total: true},
			{key: "records", title: "Records", kind: count, total: true}, {key: "landed", title: "Landed", kind: count, total: true},
			{key: "rejected", title: "In quarantine", kind: count, total: true}, {key: "non_data", title: "No data", kind: count, total: true},
			{key: "last_landed_at", title: "Last landed", kind: moment}, {key: "newest_event_on", title: "Newest event", kind: date},
		}}
		for _, s := range r.sources {
			t.rows = append(t.rows, []cell{
				textCell(s.name), textCell(r.state(s)), countCell(s.files), countCell(s.failed), countCell(s.records), countCell(s.landed),
				countCell(s.rejected), countCell(s.nonData), momentCell(s.landedAt), dateCell(s.newest),
			})
		}
		return t
	},
}

func (r reading) state(s source) string {
	switch {
	case s.failed > 0:
		return "files refused"
	case r.late(s):
		return "stale"
	case s.rejected > 0:
		return "quarantine"
	default:
		return "ok"
	}
}
