package main

import (
	"strings"
	"testing"
)

func TestRestatementsSayWhichClosedMonthsChanged(t *testing.T) {
	t.Parallel()
	dir, _ := twice(t) // the payment of August landed when September was closed
	lists := map[string][]map[string]any{}
	for name, args := range map[string][]string{
		"all": nil, "august": {"--month", "2026-08"}, "july": {"--month", "2026-07"}, "entities": {"--by", "entity"},
		"batches": {"--batches"},
	} {
		lists[name] = decode[map[string]any](t, must(t, exitDone, append([]string{"restatements", "--data", dir, "-o", "json"}, args...)...))
	}
	found := false
	for _, r := range lists["all"] {
		if r["month_end"] == "2026-08-31" && r["kpi"] == "ar_net" {
			found = true
			if r["before"] != "1000" || r["after"] != "700" || r["change"] != "-300" || r["cause"] != "rows" || r["currency"] != "EUR" {
				t.Errorf("August: %v", r)
			}
		}
	}
	if !found || len(lists["august"]) == 0 || len(lists["august"]) >= len(lists["all"]) {
		t.Errorf("all %v\naugust %v", lists["all"], lists["august"])
	}
	if len(lists["july"]) != 0 || len(lists["entities"]) != len(lists["all"]) {
		t.Errorf("july %v\nby entity %v", lists["july"], lists["entities"])
	}
	batches := lists["batches"]
	if len(batches) != 1 || batches[0]["file"] != "payments.csv" || batches[0]["month_end"] != "2026-08-31" ||
		show(batches[0]["rows"]) != "1" {
		t.Errorf("batches %v", batches)
	}
	for _, format := range formats {
		if must(t, exitDone, "restatements", "--data", dir, "-o", format).stdout == "" {
			t.Errorf("-o %s prints nothing", format)
		}
	}
	if got := must(t, exitUsage, "restatements", "--data", dir, "--month", "August"); !strings.Contains(got.stderr, "2026-08") {
		t.Errorf("said %q", got.stderr)
	}
}
