package disputes

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"arrears/ledger"
)

// scribe writes one line a letter.
type scribe struct{}

func letterOf(c Case, what, to string) ([]ledger.Message, error) {
	text, err := json.Marshal(what + " " + c.ID + " " + c.State)
	return []ledger.Message{{Channel: Mail, To: to, Content: text}}, err
}

func (scribe) Filed(_ context.Context, c Case) ([]ledger.Message, error) {
	return letterOf(c, "filed", c.Contact)
}
func (scribe) Status(_ context.Context, c Case) ([]ledger.Message, error) {
	return letterOf(c, "status", c.Contact)
}
func (scribe) Say(_ context.Context, c Case, text string) ([]ledger.Message, error) {
	return letterOf(c, "said "+text, c.Contact)
}
func (scribe) Shared(_ context.Context, c Case, d Document, until time.Time) ([]ledger.Message, error) {
	return letterOf(c, "shared "+d.Name+" until "+until.Format(time.DateOnly), c.Contact)
}
func (scribe) Statement(_ context.Context, c Case) ([]ledger.Message, error) {
	return letterOf(c, "statement", c.Contact)
}
func (scribe) Reminder(_ context.Context, c Case, role string) ([]ledger.Message, error) {
	return letterOf(c, "reminder", role+"@us.example")
}
func (scribe) Escalation(_ context.Context, c Case, role string) ([]ledger.Message, error) {
	return letterOf(c, "escalation", role+"@us.example")
}

// letters are those that wait, in order, as "to: text".
func (b *bench) letters(t *testing.T) []string {
	t.Helper()
	waiting, err := b.l.Letters(t.Context(), ledger.Queued)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, m := range waiting {
		if m.Channel == Mail {
			all = append(all, m.To+": "+strings.Trim(string(m.Content), `"`))
		}
	}
	return all
}

// Who was not told of a decision has not accepted it by saying nothing.
func TestSilenceCountsOnceTheStatementHasArrived(t *testing.T) {
	b, ctx := newBench(t), t.Context()
	b.opts.Letters = scribe{}
	c := b.must(t)(b.File(ctx, customer1, "k1", claim("proven", "20")))
	b.tick(t)
	want := []string{"ap@c1.example: filed D-000001 received", "ap@c1.example: statement D-000001 answer"}
	if got := b.letters(t); !slices.Equal(got, want) {
		t.Fatalf("%q, want %q", got, want)
	}
	b.now = b.now.AddDate(0, 0, 22)
	b.tick(t)
	b.tick(t)
	c = b.must(t)(b.Case(ctx, c.ID))
	if c.State != "answer" || c.Alert == "" || !c.RespondBy.Equal(b.now.AddDate(0, 0, 21)) {
		t.Fatalf("%s %q until %s", c.State, c.Alert, c.RespondBy)
	}
	for {
		m, err := b.l.Claim(ctx, Mail, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		if m == nil {
			break
		}
		if err := m.Sent(ctx, "250"); err != nil {
			t.Fatal(err)
		}
	}
	b.now = b.now.AddDate(0, 0, 22)
	b.tick(t)
	if c = b.must(t)(b.Case(ctx, c.ID)); c.State != "settling" || !c.Decided.Silent {
		t.Errorf("%s", c.State)
	}
}

// Nothing is written by rule to a sender whom nobody knows.
func TestNobodyWritesToAnUnverifiedSender(t *testing.T) {
	b, ctx := newBench(t), t.Context()
	b.opts.Letters = scribe{}
	mail := claim("proven", "20")
	mail.Channel, mail.Contact = Mail, "someone@example.com"
	c := b.must(t)(b.File(ctx, ledger.Program("mail"), "k1", mail))
	b.tick(t)
	b.must(t)(b.Move(ctx, as(t, "ana"), "k2", c.ID, "waiting", "who is it?"))
	b.now = b.now.AddDate(0, 0, 22)
	b.tick(t)
	for _, l := range b.letters(t) {
		if strings.HasPrefix(l, "someone@example.com") {
			t.Error(l)
		}
	}
	b.must(t)(b.Say(ctx, as(t, "ana"), "k3", c.ID, Word{Text: "who are you?"}))
	if got := b.letters(t); got[len(got)-1] != "someone@example.com: said who are you? D-000001 review" {
		t.Errorf("%q", got)
	}
}

// A case with two lines, one of which is granted, lands as two rows, each in its last version, and its contacts as activities.
func TestCaseLandsAsRowsOfItsLines(t *testing.T) {
	b, ctx := newBench(t), t.Context()
	two := claim("x", "900")
	two.Lines = append(two.Lines, Line{Invoice: "C1-B", Amount: eur("50.5")})
	c := b.must(t)(b.File(ctx, customer1, "k1", two))
	b.tick(t)
	b.now = b.now.Add(time.Hour)
	b.must(t)(b.Say(ctx, as(t, "ana"), "k2", c.ID, Word{Text: "we look", Channel: Call}))
	c = b.must(t)(b.Propose(ctx, as(t, "ana"), "k3", c.ID, credit("900")))
	b.must(t)(b.Approve(ctx, as(t, "app"), "k4", c.ID, c.Proposal.Hash, ""))
	b.tick(t)
	b.must(t)(b.Accept(ctx, customer1, "k5", c.ID, c.Proposal.Hash, ""))
	b.tick(t)
	b.must(t)(b.Confirm(ctx, ledger.Program("books"), "k6", c.ID, c.Proposal.ID, "done"))
	b.now = b.now.Add(time.Hour)
	b.tick(t)
	if _, err := b.l.Extract(ctx, Form(time.UTC)); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(Source(b.state).Files[0])
	if err != nil || len(files) != 1 {
		t.Fatalf("%v %v", files, err)
	}
	f, err := os.Open(files[0])
	if err != nil {
		t.Fatal(err)
	}
	records, err := csv.NewReader(f).ReadAll()
	if err != nil || f.Close() != nil {
		t.Fatal(err)
	}
	last, contacts := map[string]string{}, 0
	var stages []string
	for _, r := range records[1:] {
		if r[3] == "stage" {
			if r[7] != "D-000001" || (r[22] == "") != (r[12] == "closed") {
				t.Errorf("a stage of %s, due at %q in %s", r[7], r[22], r[12])
			}
			stages = append(stages, r[12])
			continue
		}
		if r[3] == "contact" {
			contacts++
			continue
		}
		last[r[7]] = strings.Join(slices.Concat(r[5:6], r[8:19]), "|")
	}
	want := map[string]string{
		"D-000001/1": "C1|C1-A|2026-11-02 09:00:00|900|price|closed|ana|2026-11-02 10:00:00|2026-11-02 11:00:00|valid|0|900",
		"D-000001/2": "C1|C1-B|2026-11-02 09:00:00|50.5|price|closed|ana|2026-11-02 10:00:00|2026-11-02 11:00:00|invalid|50.5|0",
	}
	for id, row := range want {
		if last[id] != row {
			t.Errorf("%s\n %s, want\n %s", id, last[id], row)
		}
	}
	const way = "received review approval decided answer settling closed"
	if got := strings.Join(slices.Compact(stages), " "); got != way {
		t.Errorf("the case went %s, want %s", got, way)
	}
	if len(last) != 2 || contacts != 2 {
		t.Errorf("%d rows, %d contacts", len(last), contacts)
	}
	for _, m := range Source("state").Maps {
		for name, column := range m.Columns {
			if !slices.Contains(header, column.From) && column.From != "event" {
				t.Errorf("%s.%s is read from %q, which no extract has", m.Dataset, name, column.From)
			}
		}
	}
}
