package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"arrears/sql"
)

// peers lies beside the repository: figures worked out by others, and restated from other systems' own tests.
const peers = "../../../shared/peers"

// house is the reporting currency of the cases; they name none.
const house = "XTS"

// notYet are the expected figures that are not compared, and why.
var notYet = map[string]string{
	"roll_rates_aggregate": "only the item form is computed; the aggregate approximates it",
	"ptp":                  "promises are printed as rates, which are compared",
	"dunning_level":        "reminders are not written yet",
}

// A peerCase is a small ledger of canonical rows and what must come out on a day.
type peerCase struct {
	id, asOf string
	datasets map[string][]row
	expected record
	rates    row // loss expected of each bucket, where the case has a provision
}

func TestPeerFieldsAreAllAccountedFor(t *testing.T) {
	cases := append(peerLedgers(t), peerVectors(t)...)
	list, err := sql.KPIs()
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range list {
		if why, stale := notYet[k.Name]; stale {
			t.Errorf("%s is a KPI now, and the test still says that %s", k.Name, why)
		}
	}
	for field := range notYet {
		if !slices.ContainsFunc(cases, func(c peerCase) bool { _, has := c.expected[field]; return has }) {
			t.Errorf("no case expects %s any more", field)
		}
	}
}

// What a KPI names as its proof beside tests is a case that expects the figure.
func TestProofsNamedByKPIsAreCases(t *testing.T) {
	cases := map[string]record{}
	for _, c := range peerVectors(t) {
		cases[c.id] = c.expected
	}
	list, err := sql.KPIs()
	if err != nil {
		t.Fatal(err)
	}
	other := map[string]string{"ar_net": "net_ar", "ar_gross": "gross_ar"}
	for _, k := range list {
		for _, name := range k.Tests {
			if strings.HasPrefix(name, "Test") {
				continue
			}
			_, expected := cases[name][k.Name]
			if _, under := cases[name][other[k.Name]]; !expected && !under {
				t.Errorf("%s is said to be proven by %s, which expects no such figure", k.Name, name)
			}
		}
	}
}

// The ledgers have every figure: computed on demand and as they are published.
func TestPeerLedgers(t *testing.T) {
	for _, c := range peerLedgers(t) {
		t.Run(c.id, func(t *testing.T) {
			t.Parallel()
			dir := putDatasets(t, c.datasets)
			where := []string{"--data", dir, "--currency", house, "--as-of", c.asOf}
			onDemand := kpis(t, where...)
			if len(c.rates) > 0 { // a folder has no settings: the provision needs a configuration
				onDemand["ecl"] = c.provision(t, dir)
			}
			(&books{t: t, kpis: onDemand, shelf: &shelf{where: where}}).check(c.expected)
			if done := arrears(t, append([]string{"run"}, where...)...); done.status != exitDone && done.status != exitWarnings {
				t.Fatalf("run: status %d: %s", done.status, done.stderr)
			}
			published := kpis(t, where...)
			delete(published, "ecl")
			delete(onDemand, "ecl")
			if !maps.EqualFunc(published, onDemand, sameFigure) {
				t.Errorf("published %v, on demand %v", published, onDemand)
			}
		})
	}
}

// The vectors share one company, so that the whole of them takes one landing: each is an entity of its own with customers
// of its own, and no document of one knows another's.
func TestPeerVectors(t *testing.T) {
	cases := peerVectors(t)
	together, days := map[string][]row{}, map[string][]peerCase{}
	for _, c := range cases {
		for dataset, rows := range c.datasets {
			together[dataset] = append(together[dataset], rows...)
		}
		days[c.asOf] = append(days[c.asOf], c)
	}
	dir := putDatasets(t, together)
	arrears(t, "run", "--data", dir, "--currency", house)
	for day, cases := range days {
		t.Run(day, func(t *testing.T) {
			t.Parallel()
			where := []string{"--data", dir, "--currency", house, "--as-of", day}
			figures := map[string]map[string]*decimal.Decimal{}
			for _, f := range printedRows(t, append(where, "--by", "entity")...) {
				if figures[f.Entity] == nil {
					figures[f.Entity] = map[string]*decimal.Decimal{}
				}
				figures[f.Entity][f.name()] = f.value(t)
			}
			shelf := &shelf{where: where}
			for _, c := range cases {
				t.Run(c.id, func(t *testing.T) {
					(&books{t: t, entity: c.id, kpis: figures[c.id], shelf: shelf}).check(c.expected)
				})
			}
		})
	}
}

// provision reads the same files under a configuration that names the rates.
func (c peerCase) provision(t *testing.T, dir string) *decimal.Decimal {
	t.Helper()
	var text strings.Builder
	_, _ = fmt.Fprintf(&text, "currency: %s\nas_of: %s\nstate: provision\nprovision_rates:\n", house, c.asOf)
	for bucket, rate := range c.rates {
		_, _ = fmt.Fprintf(&text, "  %q: %q\n", bucket, number(t, rate))
	}
	text.WriteString("sources:\n")
	for dataset := range c.datasets {
		_, _ = fmt.Fprintf(&text, "  - {name: %[1]s, files: [%[1]s*.csv], settle: 0s, maps: [{dataset: %[1]s, canonical: true}]}\n", dataset)
	}
	path := filepath.Join(dir, "arrears.yaml")
	put(t, path, text.String())
	if done := arrears(t, "run", "-c", path); done.status != exitDone && done.status != exitWarnings {
		t.Fatalf("run: status %d: %s", done.status, done.stderr)
	}
	return kpis(t, "-c", path, "ecl")["ecl"]
}

func putDatasets(t *testing.T, datasets map[string][]row) (dir string) {
	t.Helper()
	dir = t.TempDir()
	for dataset, rows := range datasets {
		if len(rows) > 0 {
			putRows(t, dir, dataset, rows)
		}
	}
	return dir
}

func sameFigure(a, b *decimal.Decimal) bool {
	return a == nil && b == nil || a != nil && b != nil && a.Equal(*b)
}

// A shelf keeps the rows of marts on one day, once they are read.
type shelf struct {
	where []string
	rows  map[string][]map[string]any
}

func (s *shelf) read(t *testing.T, statement string) []map[string]any {
	t.Helper()
	if s.rows == nil {
		s.rows = map[string][]map[string]any{}
	}
	rows, read := s.rows[statement]
	if !read {
		rows = query(t, statement, s.where...)
		s.rows[statement] = rows
	}
	return rows
}

// books are the figures of one case, in an entity of its own where it shares a company.
type books struct {
	*shelf
	t      *testing.T
	entity string
	kpis   map[string]*decimal.Decimal
}

func (b *books) check(expected record) {
	b.t.Helper()
	for _, field := range slices.Sorted(maps.Keys(expected)) {
		if !b.compare(field, expected[field]) && notYet[field] == "" {
			b.t.Errorf("%s is expected and neither compared nor known to be missing", field)
		}
	}
}

// compare compares one expected figure, and says whether it knows how to.
func (b *books) compare(field string, want any) bool {
	b.t.Helper()
	switch field {
	case "aging_due", "aging_invoice":
		b.aging(field, want.(record))
	case "roll_rates_item":
		b.moves(field, want.(record), "select from_bucket, to_bucket, value as amount from (select split_part(bucket, '>', 1) as from_bucket,"+
			" split_part(bucket, '>', 2) as to_bucket, value from mart.kpi where kpi = 'roll_rate' and dimension = '')")
	case "migration":
		b.moves(field, want.(record), "select from_bucket, to_bucket, amount from core.roll")
	case "net_ar":
		b.figure(field, "ar_net", want)
	case "gross_ar":
		b.figure(field, "ar_gross", want)
	case "unapplied_total":
		b.figure(field, "credits", want)
	case "days":
		b.sum(field, want, "select window_days from core.period join raw.run_param on month = as_of_month", "window_days")
	case "fx_difference":
		b.sum(field, want, "select entity, fx from mart.movement", "fx")
	case "overdue_amount":
		b.sum(field, want, overdue, "reporting_amount")
	case "overdue_count":
		b.sum(field, want, "select entity, count(distinct invoice_id) as invoices from mart.open_item where days_past_due > 0 group by entity", "invoices")
	case "days_overdue":
		b.late(want.(record))
	case "open":
		b.each(field, want.(record), openItems, "invoice_id")
	case "credits":
		if apart, ok := want.(record); ok {
			b.each(field, apart, "select * from mart.open_credit", "source_id")
			break
		}
		b.figure(field, field, want)
	case "open_items":
		b.instalments(want.([]any))
	default:
		if _, known := b.kpis[field]; !known {
			return false
		}
		b.figure(field, field, want)
	}
	return true
}

const (
	openItems = "select * from mart.open_item"
	overdue   = openItems + " where days_past_due > 0"
)

// aging compares buckets, in the KPIs and in both marts that have them; credits, gross and net stand beside them.
func (b *books) aging(field string, want record) {
	b.t.Helper()
	beside := map[string]string{"credits": "credits", "gross": "ar_gross", "net": "ar_net"}
	buckets := map[string]decimal.Decimal{}
	for name, value := range want {
		amount := number(b.t, show(value))
		switch {
		case beside[name] != "":
			b.figure(field+" "+name, beside[name], value)
		case name == "91-120", name == "121+": // ours is 91+
			buckets["91+"] = buckets["91+"].Add(amount)
		default:
			buckets[name] = amount
		}
	}
	basis := strings.TrimPrefix(field, "aging_")
	for bucket, amount := range buckets {
		b.figure(field+" "+bucket, field+" "+bucket, amount)
		in := " where bucket = '" + bucket + "'"
		b.sum(field+" in mart.aging", amount, "select * from mart.aging"+in+" and basis = '"+basis+"'", "reporting_amount")
		if basis == "due" {
			b.sum(field+" in mart.open_item", amount, openItems+in, "reporting_amount")
		}
	}
}

func (b *books) figure(field, kpi string, want any) {
	b.t.Helper()
	got, known := b.kpis[kpi]
	if !known {
		b.t.Errorf("%s: kpi does not print %s", field, kpi)
		return
	}
	if !b.same(got, want) {
		b.t.Errorf("%s: %s is %v, want %v", field, kpi, got, want)
	}
}

// same compares to six decimals. A figure that is not defined is nil.
func (b *books) same(got *decimal.Decimal, want any) bool {
	if got == nil || want == nil {
		return got == nil && want == nil
	}
	return got.Round(6).Equal(number(b.t, show(want)).Round(6))
}

// list is what a query says of this case.
func (b *books) list(statement string) []map[string]any {
	b.t.Helper()
	var own []map[string]any
	for _, r := range b.read(b.t, statement) {
		if b.entity == "" || r["entity"] == b.entity {
			own = append(own, r)
		}
	}
	return own
}

// id is a document's id as the case writes it.
func (b *books) id(r map[string]any, column string) string {
	return strings.TrimPrefix(show(r[column]), b.entity+"/")
}

func (b *books) sum(field string, want any, statement, column string) {
	b.t.Helper()
	total := decimal.Zero
	for _, r := range b.list(statement) {
		total = total.Add(number(b.t, show(r[column])))
	}
	if !b.same(&total, want) {
		b.t.Errorf("%s is %s, want %v", field, total, want)
	}
}

// each wants these documents to be open with these amounts, and no other.
func (b *books) each(field string, want record, statement, id string) {
	b.t.Helper()
	got := map[string]decimal.Decimal{}
	for _, r := range b.list(statement) {
		got[b.id(r, id)] = got[b.id(r, id)].Add(number(b.t, show(r["open_amount"])))
	}
	wanted := map[string]decimal.Decimal{}
	for name, amount := range want {
		wanted[name] = number(b.t, show(amount))
	}
	if !maps.EqualFunc(got, wanted, decimal.Decimal.Equal) {
		b.t.Errorf("%s: %v, want %v", field, got, wanted)
	}
}

func (b *books) late(want record) {
	b.t.Helper()
	got := record{}
	for _, r := range b.list(openItems) {
		if id := b.id(r, "invoice_id"); want[id] != nil {
			got[id] = show(r["days_past_due"])
		}
	}
	if !maps.Equal(got, want) {
		b.t.Errorf("days overdue %v, want %v", got, want)
	}
}

// moves wants these amounts to have gone from bucket to bucket, and no other.
func (b *books) moves(field string, want record, statement string) {
	b.t.Helper()
	got, wanted := map[string]string{}, map[string]string{}
	for _, r := range b.list(statement) {
		got[show(r["from_bucket"])+">"+show(r["to_bucket"])] = number(b.t, show(r["amount"])).Round(6).String()
	}
	for from, parts := range want {
		for to, amount := range parts.(record) {
			wanted[from+">"+to] = number(b.t, show(amount)).String()
		}
	}
	if !maps.Equal(got, wanted) {
		b.t.Errorf("%s: %v, want %v", field, got, wanted)
	}
}

func (b *books) instalments(want []any) {
	b.t.Helper()
	var got, wanted []string
	for _, r := range b.list(openItems) {
		got = append(got, fmt.Sprint(b.id(r, "invoice_id"), r["due_on"], number(b.t, show(r["open_amount"]))))
	}
	for _, item := range want {
		of := item.([]any)
		wanted = append(wanted, fmt.Sprint(of[0], of[1], number(b.t, show(of[2]))))
	}
	slices.Sort(got)
	slices.Sort(wanted)
	if !slices.Equal(got, wanted) {
		b.t.Errorf("open items %v, want %v", got, wanted)
	}
}

// readPeers reads a file beside the repository, and skips where there is none.
func readPeers(t *testing.T, name string, into any) {
	t.Helper()
	f, err := os.Open(filepath.Join(peers, name))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("%s is not there: the figures of others cannot be compared", filepath.Join(peers, name))
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }() // only read
	read := json.NewDecoder(f)
	read.UseNumber()
	if err := read.Decode(into); err != nil {
		t.Fatal(err)
	}
}
