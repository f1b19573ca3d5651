package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"arrears/demo"
)

// made is a demo company as the command makes it.
func made(t testing.TB, args ...string) (dir, path string) {
	t.Helper()
	dir = t.TempDir()
	must(t, exitDone, append([]string{"demo", "--once", "--dir", dir}, args...)...)
	return dir, filepath.Join(dir, "arrears.yaml")
}

// The company of the README, as it is made without a flag.
func TestDemo(t *testing.T) {
	t.Parallel()
	dir, path := made(t)
	t.Run("tells the truth to the cent", func(t *testing.T) { tellsTheTruth(t, dir, path) })
	t.Run("has only the damage in quarantine", func(t *testing.T) { damageAlone(t, path) })
	t.Run("has a payment plan and a legal step", func(t *testing.T) {
		found := query(t, `select (select count(*) from mart.worklist where legal_step) as steps,
			(select count(*) from mart.not_listed where reason = 'in_plan' and planned_amount > 0) as plans`, "-c", path)
		if len(found) != 1 || show(found[0]["steps"]) != "1" || show(found[0]["plans"]) != "1" {
			t.Errorf("of each one is wanted: %v", found)
		}
	})
}

func tellsTheTruth(t *testing.T, dir, path string) {
	var truths []demo.Truth
	text, err := os.ReadFile(filepath.Join(dir, "truth.json"))
	if err == nil {
		err = json.Unmarshal(text, &truths)
	}
	if err != nil || len(truths) != 3 {
		t.Fatalf("%d truths: %v", len(truths), err)
	}
	for _, truth := range truths {
		t.Run(truth.AsOf, func(t *testing.T) {
			where := []string{"-c", path, "--as-of", truth.AsOf}
			items := amounts(t, where, "select customer_id, currency, sum(open_amount) as amount from mart.open_item group by all")
			credits := amounts(t, where, "select customer_id, currency, sum(open_amount) as amount from mart.open_credit group by all")
			gross, off := map[string]decimal.Decimal{}, map[string]decimal.Decimal{}
			for key, amount := range items {
				gross[key[1]] = gross[key[1]].Add(amount)
			}
			for key, amount := range credits {
				off[key[1]] = off[key[1]].Add(amount)
			}
			open := 0
			for _, b := range truth.Balances {
				key := [2]string{b.Customer, b.Currency}
				if got := items[key].Sub(credits[key]); !got.Equal(b.Net) {
					t.Errorf("%s owes %s %s, the truth is %s", b.Customer, got, b.Currency, b.Net)
				}
				if !b.Net.IsZero() {
					open++
				}
				delete(items, key)
				delete(credits, key)
			}
			if open < 50 || len(items) > 0 || len(credits) > 0 {
				t.Errorf("%d open balances were compared; beyond the truth stand %v and %v", open, items, credits)
			}
			for _, total := range truth.Totals {
				if !gross[total.Currency].Equal(total.Gross) || !off[total.Currency].Equal(total.Credits) || !total.Net.Equal(total.Gross.Sub(total.Credits)) {
					t.Errorf("%s: gross %s and credits %s, the truth is %s and %s", total.Currency, gross[total.Currency], off[total.Currency], total.Gross, total.Credits)
				}
			}
			checkLedger(t, where, truth.AsOf)
		})
	}
}

func amounts(t *testing.T, where []string, statement string) map[[2]string]decimal.Decimal {
	t.Helper()
	found := map[[2]string]decimal.Decimal{}
	for _, r := range query(t, statement, where...) {
		found[[2]string{show(r["customer_id"]), show(r["currency"])}] = number(t, show(r["amount"]))
	}
	return found
}

// checkLedger wants the control accounts, one for each entity and currency, to hold what the sub-ledger says.
func checkLedger(t *testing.T, where []string, on string) {
	t.Helper()
	accounts := query(t, `select g.entity, g.currency, g.amount as booked, coalesce(s.amount, 0) as open from stg.gl_balance g
		left join (select entity, currency, sum(amount) as amount from (
			select entity, currency, open_amount as amount from mart.open_item union all
			select entity, currency, -open_amount as amount from mart.open_credit) group by entity, currency) s
			on s.entity = g.entity and s.currency = g.currency
		where g.balance_on = date '`+on+`'`, where...)
	if len(accounts) < 3 {
		t.Errorf("%d control accounts have a balance, want those of three currencies", len(accounts))
	}
	for _, a := range accounts {
		if !number(t, show(a["booked"])).Equal(number(t, show(a["open"]))) {
			t.Errorf("entity %v in %v: the general ledger says %v, the open items %v", a["entity"], a["currency"], a["booked"], a["open"])
		}
	}
}

func damageAlone(t *testing.T, path string) {
	rejects := decode[map[string]any](t, must(t, exitDone, "rejects", "-c", path, "-o", "json"))
	lines := map[string]bool{}
	var columns []string
	for _, r := range rejects {
		lines[show(r["line"])] = true
		columns = append(columns, show(r["column"]))
		if r["source"] != "erp-documents" || r["file"] != "documents-2026-q4.csv" || r["reason"] == "" || r["text"] == "" {
			t.Errorf("in quarantine is %v", r)
		}
	}
	slices.Sort(columns)
	want := []string{"", "Amount", "Description", "Description", "Due Date", "Posting Date", "Posting Date"}
	if len(lines) != 7 || !slices.Equal(columns, want) {
		t.Errorf("%d lines in quarantine, for columns %q, want %q", len(lines), columns, want)
	}
	for _, r := range query(t, "select source, records, landed, rejected, non_data, failed_files from mart.source", "-c", path) {
		parts := number(t, show(r["landed"])).Add(number(t, show(r["rejected"]))).Add(number(t, show(r["non_data"])))
		if !parts.Equal(number(t, show(r["records"]))) || show(r["failed_files"]) != "0" {
			t.Errorf("not every record is accounted for: %v", r)
		}
	}
}

func TestSameSeedMakesTheSameFigures(t *testing.T) {
	t.Parallel()
	small := []string{"--customers", "20", "--months", "3"}
	var said []string
	for _, seed := range []string{"5", "5", "6"} {
		_, path := made(t, append(small, "--seed", seed)...)
		said = append(said, must(t, exitDone, "kpi", "-c", path, "-o", "json").stdout)
	}
	if said[0] != said[1] {
		t.Error("the same seed says something else the second time")
	}
	if said[0] == said[2] {
		t.Error("another seed says the same")
	}
}

// Files come one by one, in any order, and again under other names: the marts are those of all of them at once.
func TestOrderAndRepetitionOfFilesDoNotMatter(t *testing.T) {
	orders := 2
	if os.Getenv("ARREARS_LONG") != "" {
		orders = 20
	}
	source, path := made(t, "--customers", "20", "--months", "3")
	want := digestOf(t, path)
	var files []string
	for _, pattern := range []string{"*/*.csv", "*/*.parquet"} {
		found, err := filepath.Glob(filepath.Join(source, pattern))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	for seed := range orders {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			rng := rand.New(rand.NewPCG(uint64(seed), 9))
			dir := t.TempDir()
			path := filepath.Join(dir, "arrears.yaml")
			put(t, path, read(t, filepath.Join(source, "arrears.yaml")))
			files := slices.Clone(files)
			rng.Shuffle(len(files), func(i, j int) { files[i], files[j] = files[j], files[i] })
			for i, file := range files {
				name := strings.TrimPrefix(file, source)
				put(t, filepath.Join(dir, name), read(t, file))
				if wide := strings.Contains(name, "documents-") || strings.Contains(name, "posten_"); wide && rng.IntN(3) == 0 {
					put(t, filepath.Join(dir, filepath.Dir(name), strings.Replace(filepath.Base(name), ".csv", "-again.csv", 1)), read(t, file))
				}
				if rng.IntN(6) == 0 || i == len(files)-1 {
					arrears(t, "run", "-c", path) // an incomplete company may well have faults
				}
			}
			if got := digestOf(t, path); got != want {
				t.Errorf("in another order the marts are others: %s, want %s", got, want)
			}
		})
	}
}

// digestOf is a digest of every row of every mart, but for those that tell when and how files came.
func digestOf(t testing.TB, path string) string {
	t.Helper()
	digest := sha256.New()
	for _, table := range []string{"open_item", "open_credit", "aging", "kpi", "kpi_month", "movement", "customer", "dispute"} {
		rows := must(t, exitDone, "query", "select * from mart."+table+" order by all", "-c", path, "-o", "csv").stdout
		if strings.Count(rows, "\n") < 3 {
			t.Fatalf("mart.%s is empty", table)
		}
		_, _ = fmt.Fprintln(digest, table, rows)
	}
	return fmt.Sprintf("%x", digest.Sum(nil))[:16]
}

func read(t testing.TB, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The company that benchmarks use can be had from the command line, and its figures are those it was made with.
func TestDemoOfAnySize(t *testing.T) {
	dir := t.TempDir()
	must(t, exitDone, "demo", "--dir", dir, "--invoices", "2000")
	rows := decode[map[string]any](t, must(t, exitDone, "query", "--data", dir, "--currency", "EUR",
		"select count(*) as invoices from core.invoice as invoice"))
	if len(rows) != 1 || fmt.Sprint(rows[0]["invoices"]) != "2000" {
		t.Errorf("invoices are %v, want 2000", rows)
	}
}
