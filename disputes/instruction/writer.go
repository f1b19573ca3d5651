package instruction

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"arrears/config"
	"arrears/ledger"
)

// A Writer empties the outbox of instructions into a box.
type Writer struct {
	Ledger  *ledger.Ledger
	Box     Box
	Master  Master
	Desk    Desk // is told of an instruction that can never be written
	Payers  config.Payers
	Company string
	Zone    *time.Location // of the day on which refunds are to be paid
	Log     *slog.Logger
	Now     func() time.Time // nil is the machine's clock
}

// lease is how long handing over may take, after which its writer counts as dead; pause is how long one waits for what is missing.
const (
	lease = 30 * time.Second
	pause = 15 * time.Minute
)

var program = ledger.Program("instructions")

// Drain hands over what is due and returns how many instructions it dealt with. Where something is missing, as the customer's account, the
// instruction waits and the outbox says for what.
func (w *Writer) Drain(ctx context.Context) (dealt int, err error) {
	unlock, err := w.Box.Hold(ctx)
	if err != nil {
		return 0, err
	}
	defer unlock()
	if err := w.clear(ctx); err != nil {
		return 0, err
	}
	missing, err := w.prepare(ctx)
	if err != nil {
		return 0, err
	}
	for ctx.Err() == nil {
		c, err := w.Ledger.Claim(ctx, Channel, lease)
		if err != nil || c == nil {
			return dealt, err
		}
		dealt++
		if err := w.give(ctx, c, missing[c.ID]); err != nil {
			return dealt, err
		}
	}
	return dealt, ctx.Err()
}

// clear ends doubts: nobody else writes here now, and the box says what a writer that died had done.
func (w *Writer) clear(ctx context.Context) error {
	doubts, err := w.Ledger.Letters(ctx, ledger.Unknown)
	if err != nil {
		return err
	}
	for _, m := range doubts {
		if m.Channel != Channel {
			continue
		}
		noted, here, err := w.Box.where(m.ID)
		if err != nil {
			return err
		}
		state, reason := ledger.Queued, "it was not handed over"
		if noted && !here {
			state, reason = ledger.Sent, "it was handed over"
		}
		key := fmt.Sprintf("instruction %s %s after %d", m.ID, state, m.Attempts)
		if err := w.Ledger.Decide(ctx, key, program, m.ID, state, reason); err != nil {
			return fmt.Errorf("settle the doubt about instruction %s: %w", m.ID, err)
		}
		w.Log.WarnContext(ctx, "instruction in doubt settled", "instruction", m.ID, "state", state)
	}
	return nil
}

// prepare stages what is due, and says of the rest why it cannot be.
func (w *Writer) prepare(ctx context.Context) (map[string]error, error) {
	waiting, err := w.Ledger.Letters(ctx, ledger.Queued)
	if err != nil {
		return nil, err
	}
	missing := map[string]error{}
	for _, m := range waiting {
		if m.Channel != Channel || m.DueAt.After(w.now()) {
			continue
		}
		if noted, _, err := w.Box.where(m.ID); err != nil {
			return nil, err
		} else if noted {
			continue
		}
		files, err := w.compose(ctx, m.Message)
		if err != nil {
			missing[m.ID] = err
			continue
		}
		if err := w.Box.stage(m.ID, files); err != nil {
			return nil, fmt.Errorf("make instruction %s ready: %w", m.ID, err)
		}
	}
	return missing, ctx.Err()
}

// compose makes the files of a message.
func (w *Writer) compose(ctx context.Context, m ledger.Message) ([]file, error) {
	order, err := read(m)
	if err != nil {
		return nil, err
	}
	e, err := w.Ledger.Event(ctx, eventOf(m.ID))
	if err != nil {
		return nil, fmt.Errorf("the event of instruction %s: %w", m.ID, err)
	}
	c, err := w.Master.Customer(ctx, order.Customer)
	if err != nil {
		return nil, held("%v", err)
	}
	i := Instruction{ID: m.ID, Company: w.Company, At: e.At, Day: e.At.In(w.Zone).Format(time.DateOnly), Order: order, CustomerName: c.Name,
		Totals: totals(order)}
	for _, line := range order.Lines {
		entity, err := w.Master.Entity(ctx, order.Customer, line.Invoice)
		if err != nil {
			return nil, held("%v", err)
		}
		i.Entities = append(i.Entities, entity)
	}
	if i.Refunds, err = w.payments(i, c); err != nil {
		return nil, err
	}
	return i.files()
}

// give hands one instruction over and notes it, also when the service is stopped meanwhile.
func (w *Writer) give(ctx context.Context, c *ledger.Claim, missing error) error {
	noting := context.WithoutCancel(ctx)
	noted, _, err := w.Box.where(c.ID)
	switch {
	case err != nil:
		return err
	case noted:
		if err := w.Box.hand(c.ID); err != nil {
			return fmt.Errorf("hand over instruction %s: %w", c.ID, err)
		}
		w.Log.InfoContext(ctx, "instruction handed over", "instruction", c.ID)
		return c.Sent(noting, "in outbox/"+c.ID)
	case missing == nil: // it has come since the others were made ready
		return c.Delayed(noting, w.now().Add(time.Second), "not ready yet")
	case errors.Is(missing, errHeld):
		w.Log.WarnContext(ctx, "instruction held back", "instruction", c.ID)
		return c.Delayed(noting, w.now().Add(pause), missing.Error())
	default:
		w.Log.ErrorContext(ctx, "instruction cannot be written", "instruction", c.ID, "cause", missing)
		return errors.Join(w.giveBack(noting, c.Message, missing), c.Failed(noting, missing.Error()))
	}
}

// giveBack returns an instruction to its case, where one can be told from it: somebody has to look, and to propose anew.
func (w *Writer) giveBack(ctx context.Context, m ledger.Message, why error) error {
	var o Order
	if err := json.Unmarshal(m.Content, &o); err != nil || o.Case == "" || w.Desk == nil {
		return nil
	}
	if _, err := w.Desk.Return(ctx, program, "instruction "+Failed+" "+m.ID, o.Case, o.Proposal, why.Error()); err != nil {
		return fmt.Errorf("return instruction %s to %s: %w", m.ID, o.Case, err)
	}
	return nil
}

func (w *Writer) now() time.Time {
	if w.Now == nil {
		return time.Now()
	}
	return w.Now()
}

// eventOf is the event that enclosed a message.
func eventOf(message string) string {
	event, _, _ := strings.Cut(message, "-")
	return event
}
