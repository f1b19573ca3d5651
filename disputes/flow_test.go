package disputes

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"arrears/ledger"
)

func (b *bench) tick(t testing.TB) Ticked {
	t.Helper()
	done, err := b.Tick(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return done
}

func (b *bench) must(t testing.TB) func(Case, error) Case {
	return func(c Case, err error) Case {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
}

// instructions are those in the outbox.
func (b *bench) instructions(t testing.TB) []Instruction {
	t.Helper()
	letters, err := b.l.Letters(t.Context(), ledger.Queued)
	if err != nil {
		t.Fatal(err)
	}
	var found []Instruction
	for _, m := range letters {
		var i Instruction
		if m.Channel != InstructionChannel {
			continue
		}
		if err := json.Unmarshal(m.Content, &i); err != nil {
			t.Fatal(err)
		}
		found = append(found, i)
	}
	return found
}

func credit(amount string) Offer {
	return Offer{Kind: Credit, Lines: []Award{{Invoice: "C1-A", Amount: eur(amount)}}, Reasons: []string{"the list says so"}, RootCause: "price_list"}
}

// What the evidence proves is decided by rule, told, accepted, instructed once, confirmed and closed, without a person of ours.
func TestProvenClaimIsResolvedByRule(t *testing.T) {
	b := newBench(t)
	c := b.must(t)(b.File(t.Context(), customer1, "k1", claim("partly proven", "200")))
	b.tick(t)
	c = b.must(t)(b.Case(t.Context(), c.ID))
	if c.State != "answer" || c.Proposal.LevelName != "write_off" && c.Proposal.LevelName != "proven" || !c.Proposal.Awarded().Equal(eur("200")) {
		t.Fatalf("%s by %s: %s", c.State, c.Proposal.LevelName, c.Proposal.Awarded())
	}
	b.must(t)(b.Accept(t.Context(), customer1, "k2", c.ID, c.Decided.Hash, ""))
	b.tick(t)
	b.tick(t)
	orders := b.instructions(t)
	if len(orders) != 1 || !orders[0].Total.Equal(eur("200")) || orders[0].Lines[0].Invoice != "C1-A" {
		t.Fatalf("%+v", orders)
	}
	b.must(t)(b.Confirm(t.Context(), ledger.Program("books"), "k3", c.ID, orders[0].Proposal, "done"))
	b.tick(t)
	c = b.must(t)(b.Case(t.Context(), c.ID))
	if !c.Closed || c.Outcome != OutcomeValid || !c.Upheld.IsZero() || c.State != "closed" {
		t.Errorf("%+v", c)
	}
}

func TestApprovalTakesAnotherPersonAndTheProposalAsItIs(t *testing.T) {
	b, ctx := newBench(t), t.Context()
	c := b.must(t)(b.File(ctx, customer1, "k1", claim("no proof", "12000")))
	b.tick(t)
	c = b.must(t)(b.Propose(ctx, as(t, "apt"), "k2", c.ID, credit("12000")))
	if c.State != "approval" || c.Proposal.Needs != 2 {
		t.Fatalf("%s needs %d", c.State, c.Proposal.Needs)
	}
	first := c.Proposal.Hash
	refuse := func(who, hash string, want error) {
		t.Helper()
		if _, err := b.Approve(ctx, as(t, who), ledger.NewKey(), c.ID, hash, ""); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", who, err, want)
		}
	}
	refuse("apt", first, ErrOwnWork)
	refuse("ana", first, ErrNotAllowed)
	refuse("aud", first, ErrNotAllowed)
	refuse("app", "0", ErrChanged)
	if _, err := b.Approve(ctx, ledger.Program("token"), "k", c.ID, first, ""); !errors.Is(err, ErrNotAllowed) {
		t.Error(err)
	}
	c = b.must(t)(b.Approve(ctx, as(t, "app"), "k3", c.ID, first, ""))
	refuse("app", first, ErrTwice)
	c = b.must(t)(b.Propose(ctx, as(t, "max"), "k4", c.ID, credit("11000")))
	refuse("app", first, ErrChanged)
	refuse("apt", c.Proposal.Hash, ErrOwnWork)
	refuse("max", c.Proposal.Hash, ErrOwnWork)
	b.must(t)(b.Approve(ctx, as(t, "app"), "k5", c.ID, c.Proposal.Hash, ""))
	c = b.must(t)(b.Approve(ctx, as(t, "cfo"), "k6", c.ID, c.Proposal.Hash, ""))
	if c.State != "decided" || c.Decided.Hash != c.Proposal.Hash || len(c.Proposal.Approvals) != 2 {
		t.Errorf("%s %+v", c.State, c.Decided)
	}
}

func TestRejectionReopensAtTheNextLevel(t *testing.T) {
	b, ctx := newBench(t), t.Context()
	c := b.must(t)(b.File(ctx, customer1, "k1", claim("false", "900")))
	b.tick(t)
	c = b.must(t)(b.Propose(ctx, as(t, "ana"), "k2", c.ID, Offer{Kind: Reject, Reasons: []string{"the price is the list's"}}))
	b.must(t)(b.Approve(ctx, as(t, "app"), "k3", c.ID, c.Proposal.Hash, ""))
	b.tick(t)
	c = b.must(t)(b.Reject(ctx, customer1, "k4", c.ID, c.Proposal.Hash, "we have another list"))
	if c.State != "appeal" || c.Level != 3 || c.Rounds != 1 {
		t.Fatalf("%s at level %d", c.State, c.Level)
	}
	if _, err := b.Accept(ctx, customer1, "k5", c.ID, c.Proposal.Hash, ""); !errors.As(err, &MoveError{}) {
		t.Errorf("what was rejected was accepted: %v", err)
	}
	c = b.must(t)(b.Propose(ctx, as(t, "max"), "k6", c.ID, credit("450")))
	if c.Proposal.Needs != 2 {
		t.Errorf("needs %d", c.Proposal.Needs)
	}
	b.must(t)(b.Approve(ctx, as(t, "app"), "k7", c.ID, c.Proposal.Hash, ""))
	b.must(t)(b.Approve(ctx, as(t, "cfo"), "k8", c.ID, c.Proposal.Hash, ""))
	b.tick(t)
	b.now = b.now.AddDate(0, 0, 22)
	if done := b.tick(t); done.Silent != 1 || done.Escalated != 1 {
		t.Errorf("%+v", done)
	}
	b.tick(t)
	if c = b.must(t)(b.Case(ctx, c.ID)); c.State != "settling" || !c.Decided.Silent || len(b.instructions(t)) != 1 {
		t.Errorf("%s %+v", c.State, c.Decided)
	}
}

func TestStaffAreRemindedOnceBeforeAndOnceAtTheServiceLevel(t *testing.T) {
	b, ctx := newBench(t), t.Context()
	b.opts.Validator = nil
	c := b.must(t)(b.File(ctx, customer1, "k1", claim("x", "100")))
	c = b.must(t)(b.Move(ctx, as(t, "ana"), "k2", c.ID, "review", "by hand"))
	if !c.Due.Equal(monday.Add(24 * time.Hour).Add(8 * time.Hour)) {
		t.Fatalf("due %s", c.Due)
	}
	for _, at := range []struct {
		hours int
		want  Ticked
	}{{12, Ticked{}}, {24 + 4, Ticked{Reminded: 1}}, {24 + 5, Ticked{}}, {24 + 8, Ticked{Escalated: 1}}, {24 + 9, Ticked{}}} {
		b.now = monday.Add(time.Duration(at.hours) * time.Hour)
		if done := b.tick(t); done != at.want {
			t.Errorf("after %d hours %+v, want %+v", at.hours, done, at.want)
		}
	}
}

func TestUnverifiedMailHasNoEffectByItself(t *testing.T) {
	b, ctx := newBench(t), t.Context()
	mail := claim("proven", "20")
	mail.Channel, mail.Contact = Mail, "someone@example.com"
	c := b.must(t)(b.File(ctx, ledger.Program("mail"), "k1", mail))
	b.tick(t)
	if c = b.must(t)(b.Case(ctx, c.ID)); c.State != "review" || c.Proposal != nil || !strings.Contains(c.Alert, "press Sender verified") {
		t.Errorf("%s %+v %q", c.State, c.Proposal, c.Alert)
	}
	b.must(t)(b.Move(ctx, as(t, "ana"), "k2", c.ID, "waiting", "who is it?"))
	if c = b.must(t)(b.Hear(ctx, ledger.Program("mail"), "k3", c.ID, Word{Text: "it is me"})); c.State != "waiting" {
		t.Errorf("an unverified mail moved it to %s", c.State)
	}
	b.must(t)(b.Verify(ctx, as(t, "ana"), "k4", c.ID, "called back"))
	if c = b.must(t)(b.Hear(ctx, ledger.Program("mail"), "k5", c.ID, Word{Text: "here", Verified: true})); c.State != "review" {
		t.Errorf("%s", c.State)
	}
}

func TestNobodySeesOrTouchesAnothersCase(t *testing.T) {
	b, ctx := newBench(t), t.Context()
	c := b.must(t)(b.File(ctx, customer1, "k1", claim("x", "100")))
	other := ledger.Customer("C2", "x@c2.example")
	if _, err := b.Hear(ctx, other, "k2", c.ID, Word{Text: "mine"}); !errors.Is(err, ErrNoCase) {
		t.Error(err)
	}
	if _, err := b.CaseFor(ctx, "C2", c.ID); !errors.Is(err, ErrNoCase) {
		t.Error(err)
	}
	if _, err := b.File(ctx, other, "k3", claim("x", "100")); err == nil {
		t.Error("a claim in another's name was taken")
	}
}
