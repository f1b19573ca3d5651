package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"arrears/disputes"
	"arrears/disputes/instruction"
	"arrears/ledger"
	"arrears/warehouse"
)

func newInstructions() *cobra.Command {
	c := &cobra.Command{
		Use:   "instructions",
		Short: "Payment instructions: which were given, writing them, and what became of them",
		Long: `Instructions say to the books what was decided of disputes: credit memos, refunds, what is withheld and released. Each is written
once, as a folder of files in instructions/outbox of the state folder, where the ERP takes it; a return file says whether it was done.`,
		Example: `  arrears instructions list -c arrears.yaml
  arrears instructions write -c arrears.yaml
  arrears instructions confirm done.csv -c arrears.yaml`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(newInstructionsList(), newInstructionsWrite(), newInstructionsConfirm())
	return c
}

func newInstructionsList() *cobra.Command {
	var where company
	var out output
	c := &cobra.Command{
		Use:   "list",
		Short: "All instructions: what they say, how far they came, and what the books said",
		Args:  noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			return where.settling(c, func(ctx context.Context, s settling) error {
				t, err := s.table(ctx)
				if err != nil {
					return err
				}
				return out.write(c.OutOrStdout(), t)
			})
		},
	}
	where.flags(c)
	out.flags(c)
	return c
}

func newInstructionsWrite() *cobra.Command {
	var where company
	c := &cobra.Command{
		Use:   "write",
		Short: "Write what is due now, where no arrears serve does",
		Args:  noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			return where.settling(c, func(ctx context.Context, s settling) error {
				n, err := s.writer.Drain(ctx)
				_, told := fmt.Fprintf(c.OutOrStdout(), "%d instructions dealt with; arrears instructions list says what became of them\n", n)
				return errors.Join(err, told)
			})
		},
	}
	where.flags(c)
	return c
}

func newInstructionsConfirm() *cobra.Command {
	var where company
	c := &cobra.Command{
		Use:   "confirm FILE ...",
		Short: "Read return files: CSV, JSON or pain.002, which say what was done and what failed",
		Long: `Confirm reads return files. A CSV file has the columns instruction, status (confirmed or failed), reference and reason; a JSON file is
a list of the same; a pain.002 is read as banks write it. A file with a mistake is refused whole; one that comes again changes nothing.
Under serve, files in instructions/returns of the state folder are read by themselves.`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usageError{fmt.Errorf("%s takes at least one return file", c.CommandPath())}
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			return where.settling(c, func(ctx context.Context, s settling) error {
				for _, name := range args {
					n, err := s.confirm(ctx, name)
					if err != nil {
						return err
					}
					if _, err := fmt.Fprintf(c.OutOrStdout(), "%s: %d answers\n", name, n); err != nil {
						return err
					}
				}
				return nil
			})
		},
	}
	where.flags(c)
	return c
}

// settling is what the commands about instructions work with.
type settling struct {
	ledger *ledger.Ledger
	writer *instruction.Writer
	desk   *disputes.Desk
	who    ledger.Actor
}

// settling opens a company's ledger and books for a command.
func (c *company) settling(command *cobra.Command, do func(context.Context, settling) error) error {
	ctx := command.Context()
	d, err := c.open(newLog(command.ErrOrStderr(), slog.LevelWarn))
	if err != nil {
		return err
	}
	who, err := ledger.Account()
	if err != nil {
		return err
	}
	l, err := d.openLedger(ctx)
	if err != nil {
		return err
	}
	books := &bookkeeper{desk: d}
	defer books.close(context.WithoutCancel(ctx))
	cases, wrong := d.disputeDesk(l, books)
	w, alsoWrong := d.instructions(l, books, cases)
	if err := errors.Join(wrong, alsoWrong); err != nil {
		return errors.Join(err, l.Close())
	}
	return errors.Join(do(ctx, settling{l, w, cases, who}), l.Close())
}

func (s settling) confirm(ctx context.Context, name string) (answers int, err error) {
	f, err := os.Open(name)
	if err != nil {
		return 0, fmt.Errorf("read the return file: %w", err)
	}
	defer func() { _ = f.Close() }() // only read
	found, err := instruction.ReadAnswers(name, f)
	if err != nil {
		return 0, err
	}
	if err := s.writer.Answer(ctx, s.who, found); err != nil {
		return 0, fmt.Errorf("%s: %w", name, err)
	}
	for _, a := range found { // what follows by itself, as that the case is closed
		if err := s.advance(ctx, a.Instruction); err != nil {
			return 0, err
		}
	}
	return len(found), nil
}

func (s settling) advance(ctx context.Context, id string) error {
	o, err := s.writer.Given(ctx, id)
	if err != nil {
		return err
	}
	_, err = s.desk.Advance(ctx, o.Case)
	return err
}

// table lists instructions, the oldest first.
func (s settling) table(ctx context.Context) (warehouse.Table, error) {
	var t warehouse.Table
	for _, name := range []string{"instruction", "case", "proposal", "customer", "lines", "total", "currency", "state", "answer", "said"} {
		t.Columns = append(t.Columns, warehouse.Column{Name: name})
	}
	var all []ledger.Letter
	for _, state := range letterStates {
		found, err := s.ledger.Letters(ctx, state)
		if err != nil {
			return t, err
		}
		all = append(all, slices.DeleteFunc(found, func(m ledger.Letter) bool { return m.Channel != instruction.Channel })...)
	}
	slices.SortFunc(all, func(a, b ledger.Letter) int { return int(a.Event - b.Event) })
	for _, m := range all {
		var o instruction.Order
		if err := json.Unmarshal(m.Content, &o); err != nil {
			return t, fmt.Errorf("instruction %s: %w", m.ID, err)
		}
		answer, said := "", m.Said
		if c, err := s.desk.Case(ctx, o.Case); err == nil {
			if at := slices.IndexFunc(c.Orders, func(given disputes.Order) bool { return given.Message == m.ID }); at >= 0 && c.Orders[at].State != disputes.InstructionGiven {
				answer, said = c.Orders[at].State, c.Orders[at].Said
			}
		} else if !errors.Is(err, disputes.ErrNoCase) {
			return t, err
		}
		t.Rows = append(t.Rows, []any{m.ID, o.Case, o.Proposal, o.Customer, int64(len(o.Lines)), money{o.Total, o.Currency}, o.Currency, m.State, answer, said})
	}
	return t, nil
}
