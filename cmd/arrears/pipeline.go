package main

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"arrears/config"
	"arrears/dashboard"
	"arrears/ingest"
	"arrears/ingest/schedule"
	"arrears/transform"
)

// runsShown is how many refreshes the page Pipeline shows.
const runsShown = 20

// conduit tells the page Pipeline how data comes in and what is made of it.
type conduit struct {
	*desk
	models func() (transform.Models, error) // of this program, found once
}

func (d *desk) conduit() conduit {
	return conduit{d, sync.OnceValues(func() (transform.Models, error) {
		models, _, err := statements(context.Background())
		return models, err
	})}
}

// Pipeline reads receipts, the standing of the sources and the records of the runs.
func (c conduit) Pipeline(context.Context) (dashboard.PipelineState, error) {
	var state dashboard.PipelineState
	var err error
	if state.Sources, err = c.sources(time.Now()); err != nil {
		return state, err
	}
	runs, err := c.runs()
	if err != nil || len(runs) == 0 {
		return state, err
	}
	for _, r := range runs {
		state.Runs = append(state.Runs, runState(r))
	}
	for _, k := range runs[0].Checks {
		state.Checks = append(state.Checks, dashboard.CheckState{Name: k.Check, Title: k.Title, Severity: k.Severity, Sample: k.Sample, Faults: k.Faults})
	}
	models, err := c.models()
	if err != nil {
		return state, err
	}
	built := map[string]transform.Built{}
	for _, b := range runs[0].Models {
		built[b.Model] = b
	}
	for _, m := range models {
		state.Models = append(state.Models, dashboard.ModelState{Name: m.Name, Reads: m.Reads, Rows: built[m.Name].Rows, Seconds: built[m.Name].Seconds})
	}
	return state, nil
}

func runState(r transform.Run) dashboard.RunState {
	s := dashboard.RunState{ID: r.ID, AsOf: r.AsOf, Started: r.Started, Finished: r.Finished, Published: r.Published, Batches: len(r.Batches), Models: len(r.Models)}
	for _, k := range r.Checks {
		if k.Failed() {
			s.Faults = append(s.Faults, k.Check)
		}
	}
	return s
}

// sources is a line a source of the configuration, and one for what landed of others.
func (c conduit) sources(now time.Time) ([]dashboard.SourceState, error) {
	accounts, err := ingest.Accounts(c.cfg.State)
	if err != nil {
		return nil, err
	}
	standings, err := ingest.Standings(c.cfg.State)
	if err != nil {
		return nil, err
	}
	slots, err := schedule.Sources(c.cfg)
	if err != nil {
		return nil, err
	}
	kinds := map[string]string{config.LedgerSource: "ledger"}
	var names []string
	for _, s := range c.cfg.Sources {
		kinds[s.Name] = strings.Join(s.Kinds(), ", ")
		names = append(names, s.Name)
	}
	for _, a := range accounts {
		if !slices.Contains(names, a.Source) {
			names = append(names, a.Source)
		}
	}
	var list []dashboard.SourceState
	for _, name := range names {
		s := dashboard.SourceState{Name: name, Kind: kinds[name], Good: standings[name].Good, Asked: standings[name].Asked, Cause: standings[name].Cause}
		if i := slices.IndexFunc(accounts, func(a ingest.Account) bool { return a.Source == name }); i >= 0 {
			fillSource(&s, accounts[i])
		}
		if i := slices.IndexFunc(slots, func(slot schedule.Source) bool { return slot.Name == name }); i >= 0 {
			s.Next = slots[i].Schedule.Next(now)
		}
		list = append(list, s)
	}
	return list, nil
}

func fillSource(s *dashboard.SourceState, a ingest.Account) {
	s.Files, s.Refused, s.Unverified, s.Last = a.Files, a.Refused, a.Unverified, a.Last
	s.Records, s.Landed, s.Rejected, s.NonData, s.Open = a.Records, a.Landed, a.Rejected, a.NonData, a.Open
	s.Unreconciled = a.Records - a.Landed - a.Rejected - a.NonData
	for _, d := range a.Drift {
		s.Drift = append(s.Drift, d.Kind+": "+d.What)
	}
}

// runs are the newest records of refreshes, newest first.
func (c conduit) runs() ([]transform.Run, error) {
	paths, err := filepath.Glob(filepath.Join(c.cfg.State, "runs", "*.json"))
	if err != nil {
		return nil, err
	}
	changed := func(path string) time.Time {
		info, err := os.Stat(path)
		if err != nil {
			return time.Time{}
		}
		return info.ModTime()
	}
	slices.SortFunc(paths, func(a, b string) int { return changed(b).Compare(changed(a)) })
	var runs []transform.Run
	for _, path := range paths[:min(len(paths), runsShown)] {
		run, err := transform.Recorded(c.cfg.State, strings.TrimSuffix(filepath.Base(path), ".json"))
		if err != nil {
			return nil, err
		}
		runs = append(runs, run)
	}
	slices.SortStableFunc(runs, func(a, b transform.Run) int { return b.Started.Compare(a.Started) })
	return runs, nil
}

// Rejects is the whole quarantine.
func (c conduit) Rejects(context.Context) ([]dashboard.Rejected, error) {
	rejects, err := ingest.Rejects(c.cfg.State)
	list := make([]dashboard.Rejected, len(rejects))
	for i, r := range rejects {
		list[i] = dashboard.Rejected{Source: r.Source, File: r.File, Line: r.Line, Column: r.Column, Value: r.Value, Reason: r.Reason, Text: r.Text, Batch: r.Batch}
	}
	return list, err
}
