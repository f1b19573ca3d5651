package instruction

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"arrears/ledger"
)

// Answer tells the desk what became of instructions, each once however often a file comes again. All are looked at before any is told: an
// instruction that nobody gave refuses them all.
func (w *Writer) Answer(ctx context.Context, who ledger.Actor, answers []Answer) error {
	orders := make([]Order, len(answers))
	var wrong []error
	for i, a := range answers {
		var err error
		if orders[i], err = w.Given(ctx, a.Instruction); err != nil {
			wrong = append(wrong, fmt.Errorf("row %d: %w", a.row, err))
		}
	}
	if err := errors.Join(wrong...); err != nil {
		return err
	}
	for i, a := range answers {
		key, tell, said := "instruction "+a.Status+" "+a.Instruction, w.Desk.Confirm, a.Reference
		if a.Status == Failed {
			tell, said = w.Desk.Return, a.Reason
		}
		if _, err := tell(ctx, who, key, orders[i].Case, orders[i].Proposal, said); err != nil {
			return fmt.Errorf("row %d, instruction %s: %w", a.row, a.Instruction, err)
		}
	}
	return nil
}

// Given is the order of an instruction that was handed over.
func (w *Writer) Given(ctx context.Context, id string) (Order, error) {
	e, err := w.Ledger.Event(ctx, eventOf(id))
	if errors.Is(err, ledger.ErrNoEvent) {
		return Order{}, fmt.Errorf("there is no instruction %q", id)
	}
	if err != nil {
		return Order{}, err
	}
	at := slices.IndexFunc(e.Messages, func(m ledger.Message) bool { return m.ID == id && m.Channel == Channel })
	if at < 0 || strings.TrimSpace(id) != id {
		return Order{}, fmt.Errorf("there is no instruction %q", id)
	}
	noted, here, err := w.Box.where(id)
	if err == nil && (!noted || here) {
		err = fmt.Errorf("instruction %s has not been handed over yet", id)
	}
	if err != nil {
		return Order{}, err
	}
	return read(e.Messages[at])
}
