package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/shopspring/decimal"

	"arrears/disputes"
	"arrears/ledger"
)

// A demoCase is a dispute of the demo and how far it has come: each step is done once, by the demo user with a role.
type demoCase struct {
	reason, text string
	unknown      bool // nobody has made sure who wrote, and no invoice is named
	steps        []demoStep
}

type demoStep struct {
	role string
	do   func(ctx context.Context, d *disputes.Desk, who ledger.Actor, key string, c disputes.Case) (disputes.Case, error)
}

var (
	asksForProof = demoStep{"analyst", func(ctx context.Context, d *disputes.Desk, who ledger.Actor, key string, c disputes.Case) (disputes.Case, error) {
		return d.Move(ctx, who, key, c.ID, "waiting", "Photographs of the damage are missing")
	}}
	withdraws = demoStep{"analyst", func(ctx context.Context, d *disputes.Desk, who ledger.Actor, key string, c disputes.Case) (disputes.Case, error) {
		return d.Move(ctx, who, key, c.ID, "withdrawn", "The customer found the delivery note")
	}}
	remarks = demoStep{"analyst", func(ctx context.Context, d *disputes.Desk, who ledger.Actor, key string, c disputes.Case) (disputes.Case, error) {
		return d.Remark(ctx, who, key, c.ID, "The carrier reported a wet pallet on that tour.")
	}}
	writes = demoStep{"analyst", func(ctx context.Context, d *disputes.Desk, who ledger.Actor, key string, c disputes.Case) (disputes.Case, error) {
		return d.Say(ctx, who, key, c.ID, disputes.Word{Text: "We are asking the carrier and come back to you this week.", Channel: disputes.Portal})
	}}
	proposes = demoStep{"analyst", func(ctx context.Context, d *disputes.Desk, who ledger.Actor, key string, c disputes.Case) (disputes.Case, error) {
		half := c.Claimed().Div(decimal.NewFromInt(2)).Truncate(2)
		return d.Propose(ctx, who, key, c.ID, disputes.Offer{Kind: disputes.Credit, RootCause: "carrier", Reasons: []string{"Half of the goods can still be sold"},
			Lines: []disputes.Award{{Invoice: c.Lines[0].Invoice, Amount: half}}})
	}}
	turnsDown = demoStep{"analyst", func(ctx context.Context, d *disputes.Desk, who ledger.Actor, key string, c disputes.Case) (disputes.Case, error) {
		return d.Propose(ctx, who, key, c.ID, disputes.Offer{Kind: disputes.Reject, RootCause: "customer", Reasons: []string{"The delivery note was signed without a remark"}})
	}}
	approves = demoStep{"approver", func(ctx context.Context, d *disputes.Desk, who ledger.Actor, key string, c disputes.Case) (disputes.Case, error) {
		return d.Approve(ctx, who, key, c.ID, c.Proposal.Hash, "")
	}}
	alsoApproves = demoStep{"cfo", approves.do}
	sends        = demoStep{"analyst", func(ctx context.Context, d *disputes.Desk, who ledger.Actor, key string, c disputes.Case) (disputes.Case, error) {
		return d.Send(ctx, who, key, c.ID)
	}}
	accepts = demoStep{"analyst", func(ctx context.Context, d *disputes.Desk, who ledger.Actor, key string, c disputes.Case) (disputes.Case, error) {
		return d.Accept(ctx, who, key, c.ID, c.Decided.Hash, "Said so on the telephone")
	}}
	rejects = demoStep{"analyst", func(ctx context.Context, d *disputes.Desk, who ledger.Actor, key string, c disputes.Case) (disputes.Case, error) {
		return d.Reject(ctx, who, key, c.ID, c.Decided.Hash, "All of it was spoilt")
	}}
	confirms = demoStep{"analyst", func(ctx context.Context, d *disputes.Desk, who ledger.Actor, key string, c disputes.Case) (disputes.Case, error) {
		return d.Confirm(ctx, who, key, c.ID, c.Orders[0].Proposal, "Credit memo 90017")
	}}
)

// demoCases are in every state in which a case can rest.
var demoCases = []demoCase{
	{reason: "other", text: "Please look at this invoice, it cannot be right.", unknown: true},
	{reason: "damaged", text: "Two pallets came soaked.", steps: []demoStep{remarks, writes}},
	{reason: "damaged", text: "The housings are scratched.", steps: []demoStep{asksForProof}},
	{reason: "damaged", text: "The cartons were crushed.", steps: []demoStep{remarks, proposes}},
	{reason: "damaged", text: "Half of the tins are dented.", steps: []demoStep{proposes, approves, alsoApproves, sends}},
	{reason: "damaged", text: "The film was torn and the goods dirty.", steps: []demoStep{writes, proposes, approves, alsoApproves, sends, accepts}},
	{reason: "damaged", text: "Everything in the lower layer is wet.", steps: []demoStep{proposes, approves, alsoApproves, sends, rejects}},
	{reason: "damaged", text: "Three machines do not start.", steps: []demoStep{remarks, proposes, approves, alsoApproves, sends, accepts, confirms}},
	{reason: "damaged", text: "One crate is broken.", steps: []demoStep{turnsDown, approves, alsoApproves, sends, accepts}},
	{reason: "quantity", text: "A pallet was missing.", steps: []demoStep{withdraws}},
}

// fileDemoCases gives the demo its disputes, once: what was done before is found again.
func (s *service) fileDemoCases(ctx context.Context) error {
	actors, err := s.demoActors(ctx)
	if err != nil {
		return err
	}
	invoices, err := s.books.ask(ctx, `
select item.customer_id, item.invoice_id, item.currency, item.open_amount from mart.open_item as item
where item.open_amount between 500 and 9000 and item.kind = 'invoice' and item.number = 1
    and item.invoice_id not in (select dispute.invoice_id from mart.dispute as dispute)
order by item.issued_on desc, item.invoice_id limit ?`, int64(len(demoCases)))
	if err != nil {
		return fmt.Errorf("find invoices to dispute: %w", err)
	}
	report, err := disputes.Shelf{State: s.cfg.State}.Keep("inspection.txt", []byte("Inspection on arrival: goods damaged, see the remark on the delivery note.\n"))
	if err != nil {
		return err
	}
	for i, row := range invoices.Rows {
		amount, _ := row[3].(decimal.Decimal)
		claim := disputes.Claim{Customer: text(row[0]), Currency: text(row[2]), Reason: demoCases[i].reason, Text: demoCases[i].text, Channel: disputes.Staff, Contact: "receiving@example.com", Verified: true,
			Lines: []disputes.Line{{Invoice: text(row[1]), Amount: amount.Div(decimal.NewFromInt(4)).Truncate(2)}}}
		if demoCases[i].unknown {
			claim.Channel, claim.Verified, claim.Contact, claim.Lines = disputes.Mail, false, "somebody@example.com", nil
		}
		if claim.Reason == "damaged" {
			claim.Documents = []disputes.Document{report}
		}
		if err := s.fileDemoCase(ctx, actors, fmt.Sprintf("demo %d", i), claim, demoCases[i].steps); err != nil {
			return err
		}
	}
	return nil
}

func (s *service) fileDemoCase(ctx context.Context, actors map[string]ledger.Actor, key string, claim disputes.Claim, steps []demoStep) error {
	c, err := s.disputes.File(ctx, actors["analyst"], key, claim)
	if errors.Is(err, ledger.ErrKeyReused) {
		return nil // filed before, of other invoices: the books have moved on
	}
	if err != nil {
		return fmt.Errorf("file a dispute of the demo: %w", err)
	}
	for i, step := range steps {
		if c, err = s.disputes.Advance(ctx, c.ID); err != nil {
			return fmt.Errorf("work on %s: %w", c.ID, err)
		}
		var move disputes.MoveError
		done, err := step.do(ctx, s.disputes, actors[step.role], fmt.Sprintf("%s step %d", key, i), c)
		if errors.As(err, &move) {
			continue // one approval was enough, or a rule was faster
		}
		if err != nil {
			return fmt.Errorf("work on %s: %w", c.ID, err)
		}
		c = done
	}
	_, err = s.disputes.Advance(ctx, c.ID)
	return err
}

// demoActors are the demo users by role, signed in for as long as this takes.
func (s *service) demoActors(ctx context.Context) (map[string]ledger.Actor, error) {
	actors := map[string]ledger.Actor{}
	for _, u := range demoStaff {
		token, err := s.ledger.Admit(ctx, "demo-"+u.role)
		if err != nil {
			return nil, fmt.Errorf("sign in as demo user: %w", err)
		}
		session, err := s.ledger.Session(ctx, token)
		if err = errors.Join(err, s.ledger.SignOut(ctx, token)); err != nil {
			return nil, fmt.Errorf("sign in as demo user: %w", err)
		}
		actors[u.role] = session.Actor
	}
	return actors, nil
}
