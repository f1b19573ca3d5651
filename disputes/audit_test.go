package disputes

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"arrears/ledger"
)

// An audit reads a ledger's events and nothing else: it shares no code with what wrote them.
type audited struct {
	instructed, approved int
	roles                map[string]ledger.User
	cases                map[string]*file
	model                Model
}

// A file is what an auditor keeps of a case.
type file struct {
	state            string
	closed, verified bool
	claimed, granted map[string]decimal.Decimal
	makers           []string // since the customer last said no
	hash, id         string   // of the proposal that lives
	needs            int
	roles            []string
	lines            []struct {
		Invoice string
		Amount  decimal.Decimal
	}
	approvers          []string
	complete, answered bool
	owed               bool // accepted, with something to instruct, which was not yet
	ordered            map[string]bool
}

type written struct {
	State    string
	Complete bool
	Outcome  string
	Hash     string
	Claim    *struct {
		Verified bool
		Lines    []struct {
			Invoice string
			Amount  decimal.Decimal
		}
	}
	Proposal *struct {
		ID, Hash, By string
		Needs        int
		Roles        []string
		Lines        []struct {
			Invoice string
			Amount  decimal.Decimal
		}
	}
	Approval *struct{ By, Hash string }
	Order    *struct{ Proposal string }
}

func audit(t *rapid.T, l *ledger.Ledger) *audited {
	a := &audited{roles: map[string]ledger.User{}, cases: map[string]*file{}, model: Default()}
	err := l.Events(context.Background(), 0, func(e ledger.Event) error {
		switch e.Subject.Kind {
		case "user":
			var u ledger.User
			if err := json.Unmarshal(e.Payload, &u); err != nil {
				return err
			}
			a.roles[u.Name] = u
		case "dispute":
			var w written
			if err := json.Unmarshal(e.Payload, &w); err != nil {
				return err
			}
			a.event(t, e, w)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for id, f := range a.cases {
		if f.owed {
			t.Fatalf("%s was accepted and never instructed", id)
		}
	}
	return a
}

func (a *audited) event(t *rapid.T, e ledger.Event, w written) {
	f := a.cases[e.Subject.ID]
	if e.Type == "filed" {
		f = &file{granted: map[string]decimal.Decimal{}, ordered: map[string]bool{}, verified: w.Claim.Verified}
		a.cases[e.Subject.ID] = f
		if f.verified && e.Actor.Kind() == "program" {
			t.Fatalf("%s was verified by nobody", e.Subject.ID)
		}
	}
	if w.Claim != nil {
		f.claimed = map[string]decimal.Decimal{}
		for _, line := range w.Claim.Lines {
			f.claimed[line.Invoice] = f.claimed[line.Invoice].Add(line.Amount)
		}
	}
	a.moves(t, e, w, f)
	if f.closed && !slices.Contains([]string{"heard", "said", "remarked", "document shared", "sharing ended", "reopened"}, e.Type) {
		t.Fatalf("%s of %s, which is closed", e.Type, e.Subject.ID)
	}
	switch e.Type {
	case "verified":
		f.verified = true
	case "proposed":
		f.propose(w, e)
	case "approved":
		a.approve(t, e, w, f)
	case "refused", "proposal withdrawn":
		f.hash = ""
	case "statement sent":
		if !f.complete || !f.verified {
			t.Fatalf("%s was told something nobody decided, or nobody knows whom", e.Subject.ID)
		}
	case "accepted", "rejected":
		f.answer(t, e, w)
	case "instructed":
		a.instructed++
		f.instruct(t, e, w)
	case "instruction returned":
		for _, line := range f.lines {
			f.granted[line.Invoice] = f.granted[line.Invoice].Sub(line.Amount)
		}
		f.fresh()
	case "reopened":
		f.closed = false
		f.fresh()
	}
	f.closed = f.closed || w.Outcome != ""
}

// moves holds a step against the model.
func (a *audited) moves(t *rapid.T, e ledger.Event, w written, f *file) {
	if w.State == "" {
		return
	}
	legal := f.state == "" && w.State == "received" || slices.ContainsFunc(a.model.Steps, func(s Transition) bool {
		return s.From == f.state && s.To == w.State && s.On == e.Type
	})
	if !legal {
		t.Fatalf("%s went from %s to %s by %s", e.Subject.ID, f.state, w.State, e.Type)
	}
	f.state = w.State
}

func (f *file) fresh() {
	f.makers, f.approvers, f.hash, f.complete, f.answered = nil, nil, "", false, false
}

func (f *file) propose(w written, e ledger.Event) {
	f.makers = append(f.makers, e.Actor.Name())
	f.approvers, f.complete, f.answered = nil, false, false
	f.hash, f.id, f.needs, f.roles, f.lines = w.Proposal.Hash, w.Proposal.ID, w.Proposal.Needs, w.Proposal.Roles, w.Proposal.Lines
}

func (a *audited) approve(t *rapid.T, e ledger.Event, w written, f *file) {
	who := e.Actor.Name()
	if f.hash == "" || f.complete {
		t.Fatalf("%s: approved what is not there", e.Subject.ID)
	}
	if f.needs == 0 {
		if e.Actor != Program || !f.verified {
			t.Fatalf("%s: %s approved what the rules decide", e.Subject.ID, who)
		}
	} else {
		a.approved++
		u := a.roles[who]
		if e.Actor.Kind() != "user" || !u.Active || !u.Is(f.roles...) || slices.Contains(f.makers, who) || slices.Contains(f.approvers, who) {
			t.Fatalf("%s: %s, who is %v, approved; made by %v, approved by %v", e.Subject.ID, who, u.Roles, f.makers, f.approvers)
		}
		if w.Approval.By != who || w.Approval.Hash != f.hash {
			t.Fatalf("%s: %s approved %s, which is not what is proposed", e.Subject.ID, who, w.Approval.Hash)
		}
		f.approvers = append(f.approvers, who)
	}
	if w.Complete != (len(f.approvers) >= f.needs) {
		t.Fatalf("%s: complete is %t with %d of %d approvals", e.Subject.ID, w.Complete, len(f.approvers), f.needs)
	}
	f.complete = w.Complete
}

func (f *file) answer(t *rapid.T, e ledger.Event, w written) {
	if !f.complete || f.answered || w.Hash != f.hash {
		t.Fatalf("%s: %s %s, decided is %s", e.Subject.ID, e.Type, w.Hash, f.hash)
	}
	if id, _, is := e.Actor.Customer(); is && id != "C1" {
		t.Fatalf("%s was answered by another customer", e.Subject.ID)
	}
	f.answered = true
	if e.Type == "rejected" {
		f.fresh()
		return
	}
	f.owed = len(f.lines) > 0
}

func (f *file) instruct(t *rapid.T, e ledger.Event, w written) {
	if !f.complete || !f.answered || f.ordered[f.id] || w.Order.Proposal != f.id || len(e.Messages) != 1 {
		t.Fatalf("%s: instructed %s; complete %t, answered %t", e.Subject.ID, w.Order.Proposal, f.complete, f.answered)
	}
	f.ordered[f.id], f.owed = true, false
	if !strings.Contains(string(e.Messages[0].Content), f.hash) {
		t.Fatalf("%s: another proposal was instructed than was approved", e.Subject.ID)
	}
	for _, line := range f.lines {
		f.granted[line.Invoice] = f.granted[line.Invoice].Add(line.Amount)
		if f.granted[line.Invoice].GreaterThan(f.claimed[line.Invoice]) {
			t.Fatalf("%s: more was granted of %s than claimed", e.Subject.ID, line.Invoice)
		}
	}
}
