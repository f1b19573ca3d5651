package transform

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"arrears/sql"
)

// again replays a run from its record.
func again(t *testing.T, in Input, run Run) ([]Replayed, Run) {
	t.Helper()
	recorded, err := Recorded(in.State, run.ID)
	if err != nil {
		t.Fatal(err)
	}
	marts, err := Replay(context.Background(), in, recorded)
	if err != nil {
		t.Fatal(err)
	}
	return marts, recorded
}

func differing(marts []Replayed) []string {
	var names []string
	for _, m := range marts {
		if !m.Same() {
			names = append(names, m.Recorded.Table)
		}
	}
	return names
}

func TestARunIsReplayedWhenItsWarehouseIsLongGone(t *testing.T) {
	in := input(t, "2025-03-31", ledger())
	in.ProvisionRates = map[string]string{"91+": "0.5"}
	run := refresh(t, in)
	if err := os.RemoveAll(filepath.Join(in.State, "warehouse")); err != nil {
		t.Fatal(err)
	}
	// Settings, date and models of today are others; those of the run count.
	now := in
	now.Settings, now.AsOf, now.Models = Settings{Company: "Renamed", Entity: "F"}, "latest", nil
	marts, recorded := again(t, now, run)
	if names := differing(marts); len(names) > 0 || len(marts) < 8 {
		t.Errorf("%d marts, of which differ %v", len(marts), names)
	}
	if s := recorded.Settings; s.Currency != "EUR" || s.Entity != "E" || s.PromisePercent != 100 || s.ProvisionRates["91+"] != "0.5" {
		t.Errorf("recorded settings %+v", s)
	}
}

func TestAReplayShowsWhatIsNotTheSame(t *testing.T) {
	in := input(t, "2025-03-31", ledger())
	run := refresh(t, in)
	other := ledger()
	other["payments"][1]["amount"] = "250.01"
	in.Batches = []Batch{land(t, in.State, "b1", other)} // the batch under its own name, with another cent
	marts, _ := again(t, in, run)
	if names := differing(marts); !slices.Contains(names, "mart.kpi") || !slices.Contains(names, "mart.movement") ||
		slices.Contains(names, "mart.dispute") {
		t.Errorf("another cent in a payment changes %v", names)
	}
}

func TestAReplayNeedsItsBatchesAndItsDigests(t *testing.T) {
	in := input(t, "2025-03-31", ledger())
	run := refresh(t, in)
	in.Batches = nil
	if _, err := Replay(context.Background(), in, run); !errors.Is(err, ErrBatchGone) {
		t.Errorf("without its batch: %v", err)
	}
	if _, err := Replay(context.Background(), in, Run{ID: "x"}); !errors.Is(err, ErrNoDigests) {
		t.Errorf("without digests: %v", err)
	}
}

func TestAChangedModelIsNamedAndTheOldTextReplayed(t *testing.T) {
	in := input(t, "2025-03-31", ledger())
	run := refresh(t, in)
	texts, err := kept(in.State, run.Texts)
	if err != nil {
		t.Fatal(err)
	}
	changed := fstest.MapFS{}
	for name, text := range texts {
		schema, table, _ := strings.Cut(name, ".")
		if name == "mart.movement" {
			text += "\n    and entity.entity <> 'E'"
		}
		changed[schema+"/"+table+".sql"] = &fstest.MapFile{Data: []byte(text)}
	}
	in.Models = changed
	marts, recorded := again(t, in, run)
	if names := differing(marts); !slices.Equal(names, []string{"mart.movement"}) {
		t.Errorf("the changed model's mart differs, not %v", names)
	}
	for _, c := range []struct {
		models fs.FS
		want   []string
	}{{changed, []string{"mart.movement"}}, {sql.Models, nil}} {
		found, err := Find(context.Background(), c.models, openView(t, Reading{State: in.State}).DB)
		if err != nil {
			t.Fatal(err)
		}
		if got := recorded.Changed(found); !slices.Equal(got, c.want) {
			t.Errorf("changed models %v, want %v", got, c.want)
		}
	}
}

func TestWhatWasKnownAtAnotherTimeIsReadWithoutBeingPublished(t *testing.T) {
	in := input(t, "2025-03-31", ledger())
	late := land(t, in.State, "b2", map[string]rows{"invoices": {
		{"invoice_id": "I9", "customer_id": "B", "issued_on": "2025-03-02", "due_on": "2025-04-01", "amount": "70", "currency": "EUR"},
	}})
	first := in.Batches
	in.Batches = append(in.Batches, late)
	refresh(t, in)
	known := in
	known.Batches, known.KnownAt = first, time.Unix(0, 0)
	for _, c := range []struct {
		name string
		r    Reading
		want string
	}{
		{"published", Reading{State: in.State}, "1770"},
		{"known before", Reading{State: in.State, Known: &known}, "1700"},
		{"known before, by customer", Reading{State: in.State, Known: &known, By: "customer", Tables: []string{"mart.kpi"}}, "1700"},
		{"known before, on another day", Reading{State: in.State, Known: &known, AsOf: time.Date(2025, 3, 2, 0, 0, 0, 0, time.UTC)}, "1700"},
	} {
		if got := figures(t, openView(t, c.r))["ar_net"]; got != c.want {
			t.Errorf("%s: net receivables %s, want %s", c.name, got, c.want)
		}
	}
}
