package instruction

import (
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"arrears/config"
	"arrears/disputes"
	"arrears/ledger"
)

// master is a company's own data, as a test wants them.
type master struct {
	customers map[string]Customer
	entities  map[string]string // of invoices; others are DE01's
}

func (m master) Customer(_ context.Context, id string) (Customer, error) { return m.customers[id], nil }

func (m master) Entity(_ context.Context, _, invoice string) (string, error) {
	if entity, ok := m.entities[invoice]; ok {
		return entity, nil
	}
	return "DE01", nil
}

func good() master {
	return master{customers: map[string]Customer{"C1": {Name: "Müller & Söhne GmbH", Account: &Account{IBAN: "GB82 WEST 1234 5698 7654 32",
		BIC: "WESTGB22", Street: "High Street", Building: "1a", Postcode: "SW1A 1AA", Town: "London", Country: "GB"}}}}
}

var payers = config.Payers{
	"DE01": {Name: "Harbour Tools GmbH", IBAN: "DE89 3704 0044 0532 0130 00", Town: "Hamburg", Country: "DE", Street: "Am Kai", Building: "7", Postcode: "20457"},
	"US01": {Name: "Harbour Tools Inc.", IBAN: "NO9386011117947", BIC: "DNBANOKK", Town: "Oslo", Country: "NO"},
}

// clock is moved by tests.
type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

func office(t *testing.T, m Master) (*Writer, *clock) {
	t.Helper()
	state := t.TempDir()
	c := &clock{time.Date(2026, 11, 22, 23, 30, 0, 0, time.UTC)}
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	l, err := ledger.Open(t.Context(), state, ledger.Options{Now: c.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return &Writer{Ledger: l, Box: Box(filepath.Join(state, "instructions")), Master: m, Payers: payers, Company: "Harbour Tools", Zone: zone,
		Log: slog.New(slog.DiscardHandler), Now: c.Now}, c
}

func order(lines ...disputes.Award) Order {
	o := Order{Case: "D-000042", Proposal: "D-000042/P1", Hash: "abc", Customer: "C1", Currency: "EUR", Lines: lines, Approved: []string{"ana", "ben"}}
	for _, l := range lines {
		o.Total = o.Total.Add(l.Amount)
	}
	return o
}

func award(kind, invoice, amount string) disputes.Award {
	return disputes.Award{Invoice: invoice, Kind: kind, Amount: decimal.RequireFromString(amount)}
}

// instruct writes the event that encloses an order, and returns the instruction's number.
func instruct(t testing.TB, l *ledger.Ledger, content any) string {
	t.Helper()
	text, err := json.Marshal(content)
	if err != nil {
		t.Fatal(err)
	}
	e, err := l.Write(t.Context(), ledger.Draft{Key: ledger.NewKey(), Actor: ledger.Program("disputes"), Subject: ledger.Subject{Kind: "dispute", ID: "D-000042"},
		Type: "instructed", Messages: []ledger.Message{{Channel: Channel, To: "books", Content: text}}})
	if err != nil {
		t.Fatal(err)
	}
	return e.Messages[0].ID
}

func drain(t *testing.T, w *Writer, want int) {
	t.Helper()
	if n, err := w.Drain(t.Context()); err != nil || n != want {
		t.Fatalf("%d instructions were dealt with, want %d: %v", n, want, err)
	}
}

func letter(t *testing.T, l *ledger.Ledger, id string) ledger.Letter {
	t.Helper()
	for _, state := range []string{ledger.Queued, ledger.Sending, ledger.Sent, ledger.Failed, ledger.Unknown} {
		found, err := l.Letters(t.Context(), state)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range found {
			if m.ID == id {
				return m
			}
		}
	}
	t.Fatalf("%s is not in the outbox", id)
	return ledger.Letter{}
}

func text(t *testing.T, w *Writer, id, form string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(w.Box.outbox(id), id+form))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestInstructionIsWrittenInEveryFormAndTheyTie(t *testing.T) {
	w, _ := office(t, master{good().customers, map[string]string{"I3": "US01"}})
	id := instruct(t, w.Ledger, order(award(disputes.Credit, "I1", "100.10"), award(disputes.Refund, "I2", "0.05"), award(disputes.Refund, "I3", "7"), award(disputes.Refund, "I4", "20.45"),
		award(disputes.Withhold, "I1", "5.5")))
	drain(t, w, 1)
	if m := letter(t, w.Ledger, id); m.State != ledger.Sent {
		t.Fatalf("%+v", m)
	}
	for _, line := range strings.Split(strings.TrimSpace(text(t, w, id, ".sha256")), "\n") {
		digest, name, _ := strings.Cut(line, "  ")
		sum := sha256.Sum256([]byte(text(t, w, id, strings.TrimPrefix(name, id))))
		if hex.EncodeToString(sum[:]) != digest {
			t.Errorf("digest of %s", name)
		}
	}
	var asJSON struct {
		Instruction, Day, Total string
		Lines                   []struct{ Kind, Invoice, Entity, Amount string }
		Totals                  []struct {
			Kind   string
			Lines  int
			Amount string
		}
		Refunds []struct {
			ID     string `json:"end_to_end_id"`
			Amount string
			To     Account
		}
	}
	if err := json.Unmarshal([]byte(text(t, w, id, ".json")), &asJSON); err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(asJSON.Totals) != "[{credit 1 100.10} {refund 3 27.50} {withhold 1 5.50}]" || asJSON.Total != "133.10" || asJSON.Day != "2026-11-23" ||
		asJSON.Instruction != id || fmt.Sprint(asJSON.Lines[2]) != "{refund I3 US01 7.00}" || asJSON.Refunds[0].To.IBAN != "GB82WEST12345698765432" {
		t.Errorf("%+v", asJSON)
	}
	records, err := csv.NewReader(strings.NewReader(text(t, w, id, ".csv"))).ReadAll()
	if err != nil || len(records) != 6 {
		t.Fatal(records, err)
	}
	sum := decimal.Zero
	for n, r := range records[1:] {
		sum = sum.Add(decimal.RequireFromString(r[10]))
		if r[0] != id || r[1] != fmt.Sprint(n+1) || r[2] != "5" || r[11] != "133.10" {
			t.Errorf("%v", r)
		}
	}
	if sum.String() != "133.1" {
		t.Errorf("the CSV file adds up to %s", sum)
	}
	x := text(t, w, id, ".xml")
	for _, want := range []string{"<NbOfTxs>2</NbOfTxs>", "<CtrlSum>27.50</CtrlSum>", `<InstdAmt Ccy="EUR">20.50</InstdAmt>`, `<InstdAmt Ccy="EUR">7.00</InstdAmt>`,
		"<MsgId>" + id + "</MsgId>", "<EndToEndId>" + id + "</EndToEndId>", "<EndToEndId>" + id + "A</EndToEndId>", "<Nm>Muller + Sohne GmbH</Nm>",
		"<TwnNm>London</TwnNm>", "<Ctry>GB</Ctry>", "<Ustrd>D-000042 I2 I4</Ustrd>", "<Dt>2026-11-23</Dt>", "<Cd>SEPA</Cd>", "<Id>NOTPROVIDED</Id>"} {
		if !strings.Contains(x, want) {
			t.Errorf("pain.001 lacks %s", want)
		}
	}
	valid(t, x)
	drain(t, w, 0)
}

func TestNoRefundNoPaymentFile(t *testing.T) {
	w, _ := office(t, master{})
	id := instruct(t, w.Ledger, order(award(disputes.Release, "I1", "1")))
	drain(t, w, 1)
	found, err := os.ReadDir(w.Box.outbox(id))
	if err != nil || len(found) != 3 {
		t.Errorf("%v %v", found, err)
	}
}

// What is missing may still come, and what cannot be meant never goes out.
func TestInstructionWaitsForWhatIsMissing(t *testing.T) {
	for name, spoil := range map[string]func(*Customer){
		"no account":         func(c *Customer) { c.Account = nil },
		"check digits":       func(c *Customer) { c.Account.IBAN = "GB83WEST12345698765432" },
		"BIC":                func(c *Customer) { c.Account.BIC = "WEST" },
		"two letters":        func(c *Customer) { c.Account.Country = "England" },
		"both town":          func(c *Customer) { c.Account.Town = "" },
		"banks cannot write": func(c *Customer) { c.Name = "田中さん" },
	} {
		m := good()
		c := m.customers["C1"]
		account := *c.Account
		c.Account = &account
		spoil(&c)
		m.customers["C1"] = c
		w, clock := office(t, m)
		id := instruct(t, w.Ledger, order(award(disputes.Refund, "I1", "1")))
		drain(t, w, 1)
		if l := letter(t, w.Ledger, id); l.State != ledger.Queued || !strings.Contains(l.Said, strings.Split(name, " ")[0]) {
			t.Errorf("%s: %+v", name, l)
		}
		drain(t, w, 0)
		m.customers["C1"] = good().customers["C1"]
		clock.now = clock.now.Add(time.Hour)
		drain(t, w, 1)
		if l := letter(t, w.Ledger, id); l.State != ledger.Sent {
			t.Errorf("%s: %+v", name, l)
		}
	}
	w, _ := office(t, master{good().customers, map[string]string{"I1": "FR01"}})
	id := instruct(t, w.Ledger, order(award(disputes.Refund, "I1", "1")))
	drain(t, w, 1)
	if l := letter(t, w.Ledger, id); l.State != ledger.Queued || !strings.Contains(l.Said, `payers names no account of entity "FR01"`) {
		t.Errorf("%+v", l)
	}
	outside := good()
	outside.customers["C1"].Account.BIC = ""
	w, _ = office(t, outside)
	dollars := order(award(disputes.Refund, "I1", "1"))
	dollars.Currency = "USD"
	id = instruct(t, w.Ledger, dollars)
	drain(t, w, 1)
	if l := letter(t, w.Ledger, id); l.State != ledger.Queued || !strings.Contains(l.Said, "outside of SEPA") {
		t.Errorf("%+v", l)
	}
}

func TestOrderThatDoesNotAddUpFails(t *testing.T) {
	wrong := order(award(disputes.Credit, "I1", "1"), award(disputes.Credit, "I2", "2"))
	wrong.Total = decimal.RequireFromString("3.01")
	for n, content := range []any{wrong, order(), order(award("gift", "I1", "1")), order(award(disputes.Credit, "I1", "-1")), order(award(disputes.Credit, "", "1")),
		order(award(disputes.Credit, "I1", "0.001")), []int{1}, nil} {
		w, _ := office(t, good())
		desk := &heard{keys: map[string]bool{}}
		w.Desk = desk
		id := instruct(t, w.Ledger, content)
		drain(t, w, 1)
		if told := strings.Join(desk.told, ""); n < 6 && !strings.HasPrefix(told, "returned D-000042 D-000042/P1 ") || n >= 6 && told != "" {
			t.Errorf("%d: the case was told %q", n, told)
		}
		if l := letter(t, w.Ledger, id); l.State != ledger.Failed || l.Said == "" {
			t.Errorf("%d: %+v", n, l)
		}
	}
}

// An instruction that was handed over is never given again, wherever the ERP has put it since; one that was not is.
func TestWriterThatDiedLeavesNoDoubt(t *testing.T) {
	for name, die := range map[string]func(t *testing.T, w *Writer, id string){
		"before it was ready": func(*testing.T, *Writer, string) {},
		"before the note": func(t *testing.T, w *Writer, id string) {
			if err := os.MkdirAll(w.Box.staged(id), 0o750); err != nil {
				t.Fatal(err)
			}
		},
		"when it was ready": func(t *testing.T, w *Writer, id string) { stage(t, w) },
		"after it was handed over": func(t *testing.T, w *Writer, id string) {
			stage(t, w)
			if err := w.Box.hand(id); err != nil {
				t.Fatal(err)
			}
		},
		"after it was taken away": func(t *testing.T, w *Writer, id string) {
			stage(t, w)
			if err := w.Box.hand(id); err != nil {
				t.Fatal(err)
			}
			if err := os.RemoveAll(w.Box.outbox(id)); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			w, clock := office(t, good())
			id := instruct(t, w.Ledger, order(award(disputes.Refund, "I1", "1")))
			unlock, err := w.Box.Hold(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			unlock()
			if c, err := w.Ledger.Claim(t.Context(), Channel, lease); err != nil || c == nil {
				t.Fatal(c, err)
			}
			die(t, w, id)
			clock.now = clock.now.Add(2 * lease)
			drain(t, w, 0) // the claim lapses, and the message is in doubt
			if _, err := w.Drain(t.Context()); err != nil {
				t.Fatal(err)
			}
			_, err = os.Stat(w.Box.outbox(id))
			if l := letter(t, w.Ledger, id); l.State != ledger.Sent || (err == nil) == (name == "after it was taken away") {
				t.Errorf("%+v, in the outbox: %v", l, err)
			}
			drain(t, w, 0)
		})
	}
}

func stage(t *testing.T, w *Writer) {
	t.Helper()
	e, err := w.Ledger.End(t.Context())
	if err != nil || e.Sequence == 0 {
		t.Fatal(err)
	}
	var all []ledger.Message
	if err := w.Ledger.Events(t.Context(), 0, func(e ledger.Event) error { all = append(all, e.Messages...); return nil }); err != nil {
		t.Fatal(err)
	}
	for _, m := range all {
		files, err := w.compose(t.Context(), m)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Box.stage(m.ID, files); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWhatWasNotedIsNeverHandedOverOtherwise(t *testing.T) {
	w, _ := office(t, good())
	id := instruct(t, w.Ledger, order(award(disputes.Refund, "I1", "1")))
	unlock, err := w.Box.Hold(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	unlock()
	stage(t, w)
	if err := os.WriteFile(filepath.Join(w.Box.staged(id), id+".sha256"), []byte("other"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Drain(t.Context()); err == nil || !strings.Contains(err.Error(), "is not what was noted") {
		t.Error(err)
	}
}
