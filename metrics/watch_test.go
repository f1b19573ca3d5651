package metrics_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.yaml.in/yaml/v3"

	"arrears/metrics"
)

// exposed are the names of all metrics of ours, as a scrape shows them.
func exposed(t *testing.T) map[string]bool {
	t.Helper()
	registry, gauges := registered(t)
	slots := metrics.NewSchedule()
	slots.Ended("erp", "done", time.Unix(1_790_000_000, 0), time.Unix(1_790_000_900, 0))
	pipeline := fed()
	pipeline.Asked("erp", time.Unix(1_790_000_000, 0), true)
	registry.MustRegister(pipeline, slots)
	if err := gauges.Publish(t.Context(), marts(t), queries); err != nil {
		t.Fatal(err)
	}
	families, err := prometheus.Gatherer(registry).Gather()
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, f := range families {
		names[f.GetName()] = true
	}
	return names
}

var mentioned = regexp.MustCompile(`\barrears_[a-z0-9_]+`)

// knows reports the metrics of an expression that nobody exposes, and expressions that ask for none.
func knows(t *testing.T, names map[string]bool, where, expression string) {
	t.Helper()
	found := mentioned.FindAllString(expression, -1)
	if len(found) == 0 {
		t.Errorf("%s asks for no metric of ours: %s", where, expression)
	}
	for _, name := range found {
		if !names[name] {
			t.Errorf("%s asks for %s, which nobody exposes", where, name)
		}
	}
}

func TestAlertsAskForMetricsThatExist(t *testing.T) {
	text, err := os.ReadFile("rules/arrears.yml")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Groups []struct {
			Rules []struct {
				Alert, Record, Expr string
				Labels, Annotations map[string]string
			}
		}
	}
	if err := yaml.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	names, records, alerts := exposed(t), map[string]bool{}, 0
	for _, group := range file.Groups {
		for _, rule := range group.Rules {
			if rule.Record != "" {
				records[rule.Record] = true
			} else {
				alerts++
				if s := rule.Labels["severity"]; s != "page" && s != "business" {
					t.Errorf("%s has severity %q", rule.Alert, s)
				}
				if rule.Annotations["summary"] == "" || rule.Annotations["description"] == "" {
					t.Errorf("%s does not say what is wrong and what to do", rule.Alert)
				}
			}
			if name, _, _ := strings.Cut(rule.Expr, " "); !records[name] {
				knows(t, names, rule.Alert+rule.Record, rule.Expr)
			}
		}
	}
	if alerts == 0 {
		t.Error("there is no alert")
	}
}

func TestAlertsFireWhenTheyShould(t *testing.T) {
	promtool, err := exec.LookPath("promtool")
	if err != nil {
		t.Skip("promtool is not installed (Debian: apt-get install prometheus)")
	}
	for _, args := range [][]string{{"check", "rules", "arrears.yml"}, {"test", "rules", "arrears_test.yml"}} {
		command := exec.CommandContext(t.Context(), promtool, args...)
		command.Dir = "rules"
		if out, err := command.CombinedOutput(); err != nil {
			t.Errorf("promtool %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
}

type panel struct {
	ID                       int
	Type, Title, Description string
	GridPos                  struct{ X, Y, W, H int }
	Targets                  []struct{ Expr string }
	FieldConfig              struct{ Defaults struct{ Unit string } }
}

func (p panel) overlaps(other panel) bool {
	a, b := p.GridPos, other.GridPos
	return a.X < b.X+b.W && b.X < a.X+a.W && a.Y < b.Y+b.H && b.Y < a.Y+a.H
}

func TestBoardAsksForMetricsThatExist(t *testing.T) {
	text, err := os.ReadFile("grafana/arrears-finance.json")
	if err != nil {
		t.Fatal(err)
	}
	var board struct {
		UID    string
		Panels []panel
	}
	if err := json.Unmarshal(text, &board); err != nil {
		t.Fatal(err)
	}
	if board.UID == "" || len(board.Panels) == 0 {
		t.Fatalf("the board has uid %q and %d panels", board.UID, len(board.Panels))
	}
	names := exposed(t)
	for i, p := range board.Panels {
		if p.Description == "" || p.FieldConfig.Defaults.Unit == "" || len(p.Targets) == 0 {
			t.Errorf("panel %q lacks a definition, a unit or a query", p.Title)
		}
		for _, target := range p.Targets {
			knows(t, names, p.Title, target.Expr)
		}
		for _, other := range board.Panels[:i] {
			if p.ID == other.ID || p.overlaps(other) {
				t.Errorf("panels %q and %q have one place or one id", p.Title, other.Title)
			}
		}
	}
}
