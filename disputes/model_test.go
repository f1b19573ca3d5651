package disputes

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"arrears/config"
	"arrears/ledger"
)

func TestDefaultModelHasNoMistake(t *testing.T) {
	if _, err := Parse("disputes.yaml", []byte(DefaultText())); err != nil {
		t.Fatal(err)
	}
}

// Each change of the model is a mistake, and the line is where it is written.
func TestEveryMistakeOfAModelIsFoundWithItsLine(t *testing.T) {
	for _, c := range []struct{ old, new, at, says string }{
		{"filing_days: 90", "filing_days: -1", "filing_days", "number of days"},
		{"filing_days: 90", "filling_days: 90", "filling_days", "not found"},
		{"filing_days: 90", "filing_days: [", "filing_days", ""},
		{`to: "17:00"`, `to: "08:00"`, "hours: #", "no working day"},
		{"days: [mon,", "days: [mun,", "days: [mun", `no day "mun"`},
		{"holidays: {}", "holidays: {E1: xx}", "holidays: {E1", `no country "xx"`},
		{"code: other, title: Something else", "code: price, title: Something else", "code: price, title: Something", "there twice"},
		{"required: true, other: true}", "required: true}", "reasons:", "0 of them stand"},
		{"code: damaged, title: Goods were damaged or faulty", "code: damaged, title: ''", "code: damaged", "has no title"},
		{"name: review, title: In review, owner: analyst, within: 16", "name: review, title: In review, within: 16", "name: review", "has no owner"},
		{"name: review, title: In review, owner: analyst, within: 16", "name: review, title: In review, owner: analyst", "name: review", "no service level"},
		{"name: review, title: In review, owner: analyst", "name: review, title: In review, owner: analist", "name: review", `no role "analist"`},
		{"silence: {days: 21, then: accepted}", "silence: {days: 21, then: rejected}", "name: answer", "there is no step"},
		{", silence: {days: 21, then: accepted}", "", "name: answer", "waits for the customer"},
		{"escalate: manager, initial: true", "escalate: manager", "states:", "begins in exactly one"},
		{"end: true, outcome: decision", "end: true, outcome: what", "name: closed", "no outcome"},
		{"from: review, on: moved, to: waiting", "from: review, on: moved, to: wating", "to: wating", `no state "wating"`},
		{"from: review, on: moved, to: waiting", "from: review, on: pushed, to: waiting", "on: pushed", `no step "pushed"`},
		{"on: moved, to: waiting, by: [analyst, manager]}", "on: moved, to: waiting, by: [analyst, boss]}", "by: [analyst, boss]", `no role "boss"`},
		{"on: moved, to: waiting, by: [analyst, manager]}", "on: moved, to: waiting, by: []}", "on: moved, to: waiting", "nobody may take it"},
		{"on: approved, to: decided}", "on: approved, to: decided, by: [approver]}", "on: approved", "said by the level"},
		{"on: proposed, to: approval, by: [analyst, manager]}", "on: proposed, to: approval, by: [customer]}", "by: [customer]}", "does nothing else"},
		{"{from: withdrawn, on: reopened", "{from: withdrawn, on: heard", "{from: withdrawn, on: heard", "only leaves it by being reopened"},
		{"from: review, on: moved, to: withdrawn", "from: review, on: moved, to: closed", "from: review, on: moved, to: closed", "a case ends by"},
		{"  - {from: approval, on: refused, to: review}\n", "", "from: review, on: proposed", "cannot be refused"},
		{"  - {from: settling, on: closed, to: closed, by: [rule]}\n", "", "", "cannot be closed"},
		{"on: statement sent, to: answer, by: [rule, analyst, manager]", "on: statement sent, to: answer, by: [analyst]", "on: approved, to: decided", "not among those who may"},
		{"awarded <= 25, grant", "awarded <= 25 and colour == 1, grant", "name: write_off", "unknown name colour"},
		{"awarded <= 25, grant", "awarded + 1, grant", "name: write_off", "bool"},
		{"{name: two, approvals: 2", "{name: two, when: flags > 0, approvals: 2", "name: two", "has no condition"},
		{"{name: two, approvals: 2", "{name: two, approvals: 0", "name: two", "needs an approval"},
		{"approvals: 1, roles: [approver, manager, cfo]", "approvals: 1", "name: one", "does not say of whom"},
		{"name: standard, priority: 0, role", "name: standard, priority: 0, when: lines > 0, role", "routing:", "0 rows have no condition"},
		{"priority: 90", "priority: 100", "name: unknown_sender", "is also that of fraud"},
		{"name: small, priority: 20, when: claimed <= 25, role: analyst", "name: small, priority: 20, when: claimed <= 25", "name: small", "a role or users"},
		{"urgency: low}", "urgency: lowest}", "urgency: lowest", "no urgency"},
		{"urgency: low}", "urgency: low, says: look}", "says: look", "is shown to nobody"},
		{"level: write_off\n", "level: proven\n", "a few euros", "should need proven"},
		{"route: large", "route: small", "a large credit", "should go by small"},
	} {
		text := strings.Replace(DefaultText(), c.old, c.new, 1)
		if text == DefaultText() {
			t.Errorf("%q is not in the model", c.old)
			continue
		}
		_, err := Parse("m.yaml", []byte(text))
		var found *config.Mistakes
		if !errors.As(err, &found) {
			t.Errorf("%s: no mistake", c.new)
			continue
		}
		line := 1 + strings.Count(text[:max(0, strings.Index(text, c.at))], "\n")
		fits := false
		for _, m := range *found {
			fits = fits || strings.Contains(m.Text, c.says) && (m.Line == line || c.at == "" || c.says == "")
		}
		if !fits {
			t.Errorf("%s: want %q on line %d, have\n%v", c.new, c.says, line, err)
		}
	}
}

func TestDeadEndsAndUnreachableStatesAreFound(t *testing.T) {
	text := strings.Replace(DefaultText(), "states: #", "states:\n  - {name: limbo, title: Limbo, owner: analyst, within: 1, escalate: manager}\n  - {name: attic, title: Attic, owner: analyst, within: 1, escalate: manager} #", 1)
	text = strings.Replace(text, "transitions: #", "transitions:\n  - {from: review, on: moved, to: limbo, by: [analyst]} #", 1)
	_, err := Parse("m.yaml", []byte(text))
	if err == nil || !strings.Contains(err.Error(), "limbo is a dead end") || !strings.Contains(err.Error(), "nothing leads to attic") {
		t.Error(err)
	}
}

func TestAmountsInConditionsAreExact(t *testing.T) {
	p, err := compile("awarded <= 0.3 and claimed * 2 == 0.6 and supported - 0.1 < claimed")
	if err != nil {
		t.Fatal(err)
	}
	f := Facts{Awarded: eur("0.1").Add(eur("0.2")), Claimed: eur("0.3"), Supported: eur("0.399")}
	if ok, err := met(p, f); err != nil || !ok {
		t.Errorf("%t %v", ok, err)
	}
	f.Awarded = eur("0.301")
	if ok, err := met(p, f); err != nil || ok {
		t.Errorf("%t %v", ok, err)
	}
}

func TestDrawingIsXMLWithEveryStateInIt(t *testing.T) {
	m := Default()
	picture := m.SVG()
	for read := xml.NewDecoder(strings.NewReader(picture)); ; {
		if _, err := read.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	for _, s := range m.States {
		for _, line := range twoLines(s.Title) {
			if strings.HasSuffix(line, "…") || !strings.Contains(picture, ">"+strings.ReplaceAll(line, "'", "&#39;")+"<") {
				t.Errorf("%s of %s is not in the picture", line, s.Name)
			}
		}
		if !strings.Contains(m.Mermaid(), s.Name+": ") && !strings.Contains(m.Mermaid(), s.Name+" --> ") {
			t.Errorf("%s is not in the diagram", s.Name)
		}
	}
	if strings.Contains(picture, "style=") || strings.Contains(picture, "<script") {
		t.Error("the picture has what a strict page refuses")
	}
}

// What is written along an arrow is not written over a box, nor over what another says, and all of it is inside the picture.
func TestLabelsOfTheDrawingMeetNothing(t *testing.T) {
	m := Default()
	d := m.drawing()
	var taken []patch
	for _, s := range m.States {
		taken = append(taken, patch{d.place[s.Name].x, d.place[s.Name].y, boxWidth, boxHeight})
	}
	for _, a := range d.arrows {
		if l := a.label; meetsAny(l, taken) || l.x < 0 || l.y < 0 || l.x+l.width > d.width || l.y+l.height > d.height {
			t.Errorf("%q at %+v meets something, or leaves the picture of %d by %d", a.text, l, d.width, d.height)
		}
		taken = append(taken, a.label)
	}
	if d.width > 1000 {
		t.Errorf("the picture is %d wide: it is to be read on a page without scrolling", d.width)
	}
}

func TestRulesHoldOnceAnotherPersonHasApprovedThem(t *testing.T) {
	b, ctx := newBench(t), t.Context()
	text := strings.Replace(DefaultText(), "awarded <= 25, grant", "awarded <= 26, grant", 1)
	v, err := b.ProposeRules(ctx, as(t, "max"), "r1", text, "more")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.ApproveRules(ctx, as(t, "max"), "r2", v.Digest, ""); !errors.Is(err, ErrOwnWork) {
		t.Error(err)
	}
	if _, err := b.ProposeRules(ctx, as(t, "ana"), "r3", text, "again"); err != nil {
		t.Fatal(err)
	}
	if _, err := b.ApproveRules(ctx, as(t, "max"), "r4", v.Digest, ""); !errors.Is(err, ErrOwnWork) {
		t.Errorf("the first who proposed it approved it: %v", err)
	}
	if _, err := b.ApproveRules(ctx, as(t, "ana"), "r5", v.Digest, ""); !errors.Is(err, ErrNotAllowed) {
		t.Error(err)
	}
	if m, err := b.Model(ctx); err != nil || m.Digest != Default().Digest {
		t.Errorf("%s holds already: %v", m.Digest, err)
	}
	if _, err := b.ApproveRules(ctx, as(t, "cfo"), "r6", v.Digest, ""); err != nil {
		t.Fatal(err)
	}
	if m, err := b.Model(ctx); err != nil || m.Digest != v.Digest {
		t.Errorf("%s holds: %v", m.Digest, err)
	}
	c := b.must(t)(b.File(ctx, customer1, "k1", claim("x", "26")))
	b.tick(t)
	if c = b.must(t)(b.Case(ctx, c.ID)); c.State != "answer" || c.Rules != v.Digest {
		t.Errorf("%s by %s", c.State, c.Rules)
	}
	gone := strings.ReplaceAll(text, "answer", "reply")
	if v, err = b.ProposeRules(ctx, as(t, "max"), "r7", gone, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := b.ApproveRules(ctx, as(t, "cfo"), "r8", v.Digest, ""); !errors.Is(err, ErrRulesStand) {
		t.Errorf("a case was left nowhere: %v", err)
	}
}

// A proposal that was made under other rules is not approved under these.
func TestProposalIsMadeAnewWhenTheRulesAskForMore(t *testing.T) {
	b, ctx := newBench(t), t.Context()
	c := b.must(t)(b.File(ctx, customer1, "k1", claim("x", "900")))
	b.tick(t)
	c = b.must(t)(b.Propose(ctx, as(t, "ana"), "k2", c.ID, credit("900")))
	text := strings.Replace(DefaultText(), "awarded <= 10000, approvals", "awarded <= 100, approvals", 1)
	text, _, _ = strings.Cut(text, "fixtures:")
	text += "fixtures:\n  - {name: one, case: {reason: price, verified: true, claimed: 20, channel: portal}, level: write_off, route: small}\n"
	v, err := b.ProposeRules(ctx, as(t, "max"), "r1", text, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.ApproveRules(ctx, as(t, "cfo"), "r2", v.Digest, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Approve(ctx, as(t, "app"), "k3", c.ID, c.Proposal.Hash, ""); !errors.Is(err, ErrChanged) {
		t.Error(err)
	}
}

func TestDryRunCountsWhatWasLaterReversed(t *testing.T) {
	b, ctx := newBench(t), t.Context()
	finish := func(key, text, amount string, o Offer) {
		t.Helper()
		c := b.must(t)(b.File(ctx, customer1, key, claim(text, amount)))
		b.tick(t)
		c = b.must(t)(b.Case(ctx, c.ID))
		if c.State == "review" {
			c = b.must(t)(b.Propose(ctx, as(t, "ana"), key+"p", c.ID, o))
			c = b.must(t)(b.Approve(ctx, as(t, "app"), key+"a", c.ID, c.Proposal.Hash, ""))
			b.tick(t)
		}
		c = b.must(t)(b.Accept(ctx, customer1, key+"y", c.ID, c.Proposal.Hash, ""))
		b.tick(t)
		if c = b.must(t)(b.Case(ctx, c.ID)); len(c.Orders) > 0 {
			b.must(t)(b.Confirm(ctx, ledger.Program("books"), key+"c", c.ID, c.Orders[0].Proposal, "done"))
			b.tick(t)
		}
	}
	finish("a", "proven", "3000", credit("3000")) // a candidate would grant it, and people did
	finish("b", "proven", "3000", credit("1000")) // people granted less
	finish("c", "nothing", "3000", Offer{Kind: Reject, Reasons: []string{"no"}})
	past, err := b.Past(ctx, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	candidate, err := Parse("m", []byte(strings.Replace(DefaultText(), "awarded <= 2500, grant", "awarded <= 5000, grant", 1)))
	if err != nil {
		t.Fatal(err)
	}
	r, err := candidate.DryRun(past)
	if err != nil || r.String() != "would have resolved 2 of 3 by itself; 1 of those were later reversed" || r.Levels["proven"] != 2 {
		t.Errorf("%s %v %v", r, r.Levels, err)
	}
	if r, err = Default().DryRun(past); err != nil || r.Resolved != 0 {
		t.Errorf("%s %v", r, err)
	}
	how, err := b.Conform(ctx, Default(), time.Time{})
	if err != nil || how.Cases != 3 || how.Followed != 3 || len(how.Left) != 0 || how.Paths[0].Cases < 2 {
		t.Errorf("%+v %v", how, err)
	}
	without, err := Parse("m", []byte(strings.Replace(strings.Replace(DefaultText(), "  - {from: review, on: validated, to: review, by: [rule, analyst]}\n", "", 1),
		"{from: received, on: validated, to: review,", "{from: received, on: validated, to: appeal,", 1)))
	if err != nil {
		t.Fatal(err)
	}
	if how, err = b.Conform(ctx, without, time.Time{}); err != nil || how.Followed != 0 || how.Left[0] != (Leave{"received", Validated, "review", 3}) {
		t.Errorf("%+v %v", how, err)
	}
}
