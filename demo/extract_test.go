package demo

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
	"github.com/shopspring/decimal"
	"golang.org/x/text/encoding/charmap"

	"arrears/config"
)

// record is one line of an extract by header.
type record map[string]string

// read takes an extract apart line by line with another reader than the program's; lines it cannot read are bad.
func read(t *testing.T, files map[string][]byte, prefix string, delimiter rune, latin bool) (good []record, bad []string) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if !strings.HasPrefix(name, prefix) {
			continue
		}
		text := string(files[name])
		if latin {
			decoded, err := charmap.Windows1252.NewDecoder().String(text)
			if err != nil {
				t.Fatal(err)
			}
			text = decoded
		}
		lines := strings.Split(strings.TrimSuffix(strings.TrimPrefix(text, "\ufeff"), "\n"), "\n")
		header := strings.FieldsFunc(strings.TrimSuffix(lines[0], "\r"), func(r rune) bool { return r == delimiter })
		for _, line := range lines[1:] {
			reader := csv.NewReader(strings.NewReader(line))
			reader.Comma = delimiter
			fields, err := reader.Read()
			if err != nil || len(fields) != len(header) {
				bad = append(bad, line)
				continue
			}
			r := record{}
			for i, name := range header {
				r[name] = fields[i]
			}
			good = append(good, r)
		}
	}
	return good, bad
}

// tally counts documents and sums them by currency; the same tally of the company is what an extract must give.
type tally map[string]decimal.Decimal

func (t tally) add(what, currency string, amount decimal.Decimal, days ...string) {
	t[what+" "+currency] = t[what+" "+currency].Add(amount)
	t[what+" count"] = t[what+" count"].Add(decimal.NewFromInt(1))
	for _, day := range days {
		if at, err := time.Parse(time.DateOnly, day); err == nil {
			t[what+" days"] = t[what+" days"].Add(decimal.NewFromInt(at.Unix() / 86400))
		}
	}
}

func (t tally) differs(other tally) string {
	var b strings.Builder
	keys := maps.Clone(t)
	maps.Copy(keys, other)
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		if !t[key].Equal(other[key]) {
			fmt.Fprintf(&b, "\n%s: %s and %s", key, t[key], other[key])
		}
	}
	return b.String()
}

// wanted is what the extracts of one entity must hold.
func wanted(c *Company, entity string) tally {
	want := tally{}
	for _, d := range c.Invoices {
		if d.Entity == entity {
			want.add(d.Kind, d.Currency, d.Amount, d.Issued.String(), d.Due.String(), d.Cleared.String(), d.Voided.String())
			for _, part := range d.Instalments {
				want.add("instalment", "", part.Amount, part.Due.String())
			}
		}
	}
	for _, d := range c.Payments {
		if entityOf(d.Customer) == entity {
			want.add("payment", d.Currency, d.Amount, d.Received.String(), d.Reversed.String())
		}
	}
	for _, d := range c.Credits {
		if entityOf(d.Customer) == entity {
			want.add("credit", d.Currency, d.Amount, d.Issued.String())
		}
	}
	for _, a := range c.Applications {
		if a.Invoice.Entity == entity {
			want.add("application", "", a.Amount.Add(a.Discount), a.On.String())
		}
	}
	for _, w := range c.WriteOffs {
		if w.entity() == entity {
			want.add("write-off "+w.Reason, "", w.Amount, w.On.String())
		}
	}
	for _, k := range c.Customers {
		if k.Entity == entity {
			want.add("customer", k.Currency, decimal.NewFromInt(int64(k.CreditLimit)))
		}
	}
	return want
}

func number(t *testing.T, text string, minus func(string) (string, bool), drop, point string) decimal.Decimal {
	t.Helper()
	digits, negative := minus(text)
	d, err := decimal.NewFromString(strings.Replace(strings.ReplaceAll(digits, drop, ""), point, ".", 1))
	if err != nil {
		t.Fatalf("%q is no number: %v", text, err)
	}
	if negative {
		return d.Neg()
	}
	return d
}

func TestSAPExtractsHoldTheDomesticDocuments(t *testing.T) {
	c := standard()
	files, err := extracts(c)
	if err != nil {
		t.Fatal(err)
	}
	amount := func(text string) decimal.Decimal {
		return number(t, text, func(s string) (string, bool) { return strings.CutSuffix(s, "-") }, ".", ",")
	}
	day := func(text string) string {
		at, err := time.Parse("02.01.2006", text)
		if err != nil {
			return ""
		}
		return at.Format(time.DateOnly)
	}
	got := tally{}
	kinds := map[string]string{"RV": "invoice", "DR": "debit_memo", "DZ": "payment", "DG": "credit"}
	postings, bad := read(t, files, "sap/posten", ';', true)
	noted := 0
	for _, r := range postings {
		value := amount(r["WRBTR"])
		switch r["BLART"] {
		case "DA":
			noted++
			continue
		case "DZ", "DG":
			value = value.Neg()
		}
		got.add(kinds[r["BLART"]], r["WAERS"], value, day(r["BLDAT"]), day(r["NETDT"]), day(r["AUGDT"]), day(r["STODT"]))
	}
	if noted == 0 {
		t.Error("no down payment requests: nothing shows that a map may leave records out")
	}
	clearings, more := read(t, files, "sap/ausgleich", ';', true)
	bad = append(bad, more...)
	for _, r := range clearings {
		switch {
		case r["VORGANG"] == "AUSGL":
			got.add("application", "", amount(r["WRBTR"]).Add(amount(r["SKNTO"])), day(r["AUGDT"]))
		case r["RSTGR"] == "KLD":
			got.add("write-off minor", "", amount(r["WRBTR"]), day(r["AUGDT"]))
		default:
			got.add("write-off bad_debt", "", amount(r["WRBTR"]), day(r["AUGDT"]))
		}
	}
	parts, more := read(t, files, "sap/raten", ';', true)
	bad = append(bad, more...)
	for _, r := range parts {
		got.add("instalment", "", amount(r["WRBTR"]), day(r["NETDT"]))
	}
	customers, more := read(t, files, "sap/kunden", ';', true)
	bad = append(bad, more...)
	umlauts := false
	for _, r := range customers {
		got.add("customer", r["WAERS"], amount(r["KLIMK"]))
		umlauts = umlauts || strings.ContainsAny(r["NAME1"], "äöüß")
	}
	if diff := wanted(c, Domestic).differs(got); diff != "" || len(bad) > 0 || !umlauts {
		t.Errorf("bad lines %q, umlauts %v; the company and its extracts differ: %s", bad, umlauts, diff)
	}
}

func TestERPExtractsAndTheLockboxHoldTheOverseasDocuments(t *testing.T) {
	c := standard()
	files, err := extracts(c)
	if err != nil {
		t.Fatal(err)
	}
	amount := func(text string) decimal.Decimal {
		return number(t, text, func(s string) (string, bool) {
			s, negative := strings.CutPrefix(s, "(")
			return strings.TrimSuffix(s, ")"), negative
		}, ",", ".")
	}
	day := func(text string) string {
		at, err := time.Parse("1/2/2006", text)
		if err != nil {
			return ""
		}
		return at.Format(time.DateOnly)
	}
	got := tally{}
	documents, bad := read(t, files, "erp/documents", ',', false)
	ids := map[string]bool{}
	for _, r := range documents {
		garbled := day(r["Posting Date"]) == "" || r["Due Date"] == "TBD" || strings.Contains(r["Amount"], ".") && strings.HasSuffix(r["Amount"], ",56")
		if garbled {
			bad = append(bad, r["Type"]+","+r["No."])
			continue
		}
		ids[r["No."]] = true
		value := amount(r["Amount"])
		if r["Type"] == "Credit Memo" {
			value = value.Neg()
		}
		what := strings.ToLower(strings.TrimSuffix(strings.ReplaceAll(r["Type"], " ", "_"), "_Memo"))
		if what == "debit" {
			what = "debit_memo"
		}
		got.add(what, r["Currency"], value, day(r["Posting Date"]), day(r["Due Date"]), day(r["Closed On"]), day(r["Voided On"]))
	}
	if len(bad) != 7 {
		t.Errorf("%d garbled lines, want 7: %q", len(bad), bad)
	}
	for _, line := range bad {
		if id := strings.Split(line, ",")[1]; !ids[id] {
			t.Errorf("the good copy of %s is not there", id)
		}
	}
	applications, more := read(t, files, "erp/applications", ',', false)
	for _, r := range applications {
		got.add("application", "", amount(r["Amount"]).Add(amount(r["Discount"])), day(r["Applied On"]))
	}
	adjustments, worse := read(t, files, "erp/adjustments", ',', false)
	for _, r := range adjustments {
		got.add("write-off "+r["Reason Code"], "", amount(r["Amount"]), day(r["Date"]))
	}
	parts, worst := read(t, files, "erp/schedules", ',', false)
	for _, r := range parts {
		got.add("instalment", "", amount(r["Amount"]), day(r["Due Date"]))
	}
	customers, last := read(t, files, "erp/customers", ',', false)
	for _, r := range customers {
		got.add("customer", r["Currency"], amount(r["Credit Limit"]))
	}
	readLockbox(t, files["bank/receipts.parquet"], got)
	if diff := wanted(c, Overseas).differs(got); diff != "" || len(more)+len(worse)+len(worst)+len(last) > 0 {
		t.Errorf("bad lines %q %q %q %q; the company and its extracts differ: %s", more, worse, worst, last, diff)
	}
}

func readLockbox(t *testing.T, content []byte, got tally) {
	t.Helper()
	in, err := file.NewParquetReader(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	reader, err := pqarrow.NewFileReader(in, pqarrow.ArrowReadProperties{}, memory.DefaultAllocator)
	if err != nil {
		t.Fatal(err)
	}
	table, err := reader.ReadTable(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer table.Release()
	rows := array.NewTableReader(table, 0)
	defer rows.Release()
	dayAt := func(column arrow.Array, i int) string {
		if column.IsNull(i) {
			return ""
		}
		return column.(*array.Date32).Value(i).FormattedString()
	}
	for rows.Next() {
		batch := rows.RecordBatch()
		for i := range int(batch.NumRows()) {
			value := decimal.NewFromBigInt(batch.Column(3).(*array.Decimal128).Value(i).BigInt(), -2)
			got.add("payment", batch.Column(4).(*array.String).Value(i), value, dayAt(batch.Column(2), i), dayAt(batch.Column(7), i))
		}
	}
}

func TestTheServiceDeskHoldsCasesContactsAndPromises(t *testing.T) {
	c := standard()
	files, err := extracts(c)
	if err != nil {
		t.Fatal(err)
	}
	want, got := tally{}, tally{}
	for _, d := range c.Disputes {
		want.add("case "+d.Reason, d.Outcome, d.Amount.Add(d.Upheld).Add(d.Credited).Add(d.Recovered))
	}
	for range c.Activities {
		want.add("contact", "", decimal.Zero)
	}
	for _, p := range c.Promises {
		want.add("promise", p.Invoice.Currency, p.Amount, p.Made.String(), p.Due.String())
	}
	money := func(text string) decimal.Decimal {
		if text == "" {
			return decimal.Zero
		}
		return decimal.RequireFromString(text)
	}
	cases, bad := read(t, files, "crm/cases", ',', false)
	for _, r := range cases {
		got.add("case "+r["cause"], r["verdict"], money(r["claimed"]).Add(money(r["upheld"])).Add(money(r["credited"])).Add(money(r["recovered"])))
	}
	contacts, more := read(t, files, "crm/contacts", ',', false)
	for _, r := range contacts {
		if r["type"] == "contact" {
			got.add("contact", "", decimal.Zero)
		} else {
			got.add("promise", r["promised_currency"], money(r["promised_amount"]), r["at"], r["promised_on"])
		}
	}
	if diff := want.differs(got); diff != "" || len(bad)+len(more) > 0 {
		t.Errorf("bad lines %q %q; the desk and its extracts differ: %s", bad, more, diff)
	}
}

func TestTheConfigurationFitsTheFiles(t *testing.T) {
	dir := t.TempDir()
	path, err := Write(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	taken := map[string]string{}
	for _, source := range cfg.Sources {
		found := 0
		for _, glob := range source.Files {
			names, err := filepath.Glob(glob)
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range names {
				if other := taken[name]; other != "" {
					t.Errorf("%s belongs to %s and to %s", name, other, source.Name)
				}
				taken[name] = source.Name
			}
			found += len(names)
		}
		if found == 0 {
			t.Errorf("source %s has no files", source.Name)
		}
	}
	company := standard()
	files, err := extracts(company)
	if err != nil {
		t.Fatal(err)
	}
	for name := range files {
		if ext := filepath.Ext(name); (ext == ".csv" || ext == ".parquet") && taken[filepath.Join(dir, filepath.FromSlash(name))] == "" {
			t.Errorf("no source takes %s", name)
		}
	}
	var truths []Truth
	content, err := os.ReadFile(filepath.Join(dir, "truth.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(content, &truths); err != nil {
		t.Fatal(err)
	}
	if cfg.AsOf != AsOf.String() || truths[0].AsOf != cfg.AsOf || !truths[0].total("EUR").Net.Equal(company.Truth(AsOf).total("EUR").Net) {
		t.Errorf("as of %s; the truth is of %s", cfg.AsOf, truths[0].AsOf)
	}
}
