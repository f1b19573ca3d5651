package transform

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"arrears/warehouse"
)

// Run is the record of a refresh.
type Run struct {
	ID        string    `json:"id"`
	AsOf      string    `json:"as_of"`
	KnownAt   time.Time `json:"known_at"`
	Started   time.Time `json:"started"`
	Finished  time.Time `json:"finished"`
	Published bool      `json:"published"`
	From      string    `json:"from,omitempty"`     // the run whose marts this one went on from; none: it began anew
	Advances  int       `json:"advances,omitempty"` // how many went on, one from the other
	Settings  Settings  `json:"settings"`
	Batches   []string  `json:"batches"`
	Program   string    `json:"program,omitempty"` // the commit it was built from, where that is known
	Texts     string    `json:"texts"`             // digest under which the models' texts are kept
	Models    []Built   `json:"models"`
	Marts     []Digest  `json:"marts"`
	Checks    []Checked `json:"checks"`
}

// program is the commit that this program was built from.
func program() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return s.Value
		}
	}
	return ""
}

// Faults are the checks of a severity that found something.
func (r Run) Faults(severity string) []Checked {
	var found []Checked
	for _, c := range r.Checks {
		if c.Failed() && c.Severity == severity {
			found = append(found, c)
		}
	}
	return found
}

// note writes what the run was and what its checks found beside the marts, so that pages say it from the same place.
func note(ctx context.Context, in Input, db *warehouse.Duck, run Run) error {
	var landed, rejected int64
	for _, b := range in.Batches {
		landed, rejected = landed+b.Landed, rejected+b.Rejected
	}
	err := db.Exec(ctx, `create table mart.run as select
		cast(? as varchar) as run_id, p.as_of, p.known_at, cast(? as timestamp) as started_at,
		cast(? as timestamp) as finished_at, cast(? as bigint) as batches, cast(? as bigint) as rows_landed,
		cast(? as bigint) as rows_rejected, s.company, s.reporting_currency, s.entity
		from raw.run_param p cross join raw.setting s`,
		run.ID, stamp(run.Started), stamp(time.Now()), len(in.Batches), landed, rejected)
	if err != nil {
		return fmt.Errorf("note the run: %w", err)
	}
	err = db.Exec(ctx, `create table mart."check" (name varchar, severity varchar, faults bigint, sample varchar, title varchar)`)
	if err != nil {
		return fmt.Errorf("note the checks: %w", err)
	}
	for _, c := range run.Checks {
		err := db.Exec(ctx, `insert into mart."check" values (?, ?, ?, ?, ?)`, c.Check, c.Severity, c.Faults, c.Sample, c.Title)
		if err != nil {
			return fmt.Errorf("note the checks: %w", err)
		}
	}
	return nil
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05.999999") }

// record keeps the run's own account, whether or not it was published.
func record(state string, run Run) error {
	dir := filepath.Join(state, "runs")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("record the run: %w", err)
	}
	text, err := json.MarshalIndent(run, "", "  ")
	if err != nil {
		return fmt.Errorf("record the run: %w", err)
	}
	return writeFile(filepath.Join(dir, run.ID+".json"), append(text, '\n'))
}
