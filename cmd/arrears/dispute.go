package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"arrears/disputes"
	"arrears/ledger"
	"arrears/warehouse"
)

func newDispute() *cobra.Command {
	c := &cobra.Command{
		Use:   "dispute",
		Short: "Customers' claims: file, check, decide, answer and settle them, and the process by which that is done",
		Long: `Dispute is the desk at which claims are worked on. What is done is an event of the ledger, by the account of the operating
system; it has the roles of the user of the same name (arrears user add), and what takes a role is refused to an account that is no
user. Whoever makes or changes a proposal does not approve it, whichever way they come.

See docs/reference/disputes.md.`,
		Example: `  arrears dispute file --customer C-1042 --line INV-9=120.50 --reason price --text "agreed 9.80 each" -c arrears.yaml
  arrears dispute list --state approval -c arrears.yaml
  arrears dispute propose D-000042 credit --line INV-9=120.50 --because "the order confirms 9.80" -c arrears.yaml
  arrears dispute approve D-000042 -c arrears.yaml
  arrears dispute model check disputes.yaml`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(newDisputeFile(), newDisputeList(), newDisputeShow(), newDisputeAssign(), newDisputeSay(), newDisputeRemark(), newDisputeMove(),
		newDisputePropose(), newDisputeApprove(), newDisputeRefuse(), newDisputeAccept(), newDisputeReject(), newDisputeModel(),
		newDisputeDryRun(), newDisputeConformance(), newDisputeLoad(), newDisputeTick())
	return c
}

// atDesk lends one command the desk of disputes, and who is at it.
func (c *company) atDesk(command *cobra.Command, do func(context.Context, *disputes.Desk, ledger.Actor) error) error {
	return c.askBooks(command, func(ctx context.Context, books *bookkeeper) error {
		return books.atLedger(ctx, func(l *ledger.Ledger, who ledger.Actor) error {
			cases, err := books.disputeDesk(l, books)
			if err != nil {
				return err
			}
			return do(ctx, cases, who)
		})
	})
}

// askBooks lends one command what was published last.
func (c *company) askBooks(command *cobra.Command, do func(context.Context, *bookkeeper) error) error {
	ctx := command.Context()
	d, err := c.open(newLog(command.ErrOrStderr(), slog.LevelWarn))
	if err != nil {
		return err
	}
	if err := d.prepare(ctx); err != nil {
		return err
	}
	books := &bookkeeper{desk: d}
	defer books.close(context.WithoutCancel(ctx))
	return do(ctx, books)
}

// atLedger lends one command the ledger, and who writes to it.
func (d *desk) atLedger(ctx context.Context, do func(*ledger.Ledger, ledger.Actor) error) (err error) {
	who, err := ledger.Account()
	if err != nil {
		return err
	}
	l, err := d.openLedger(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	return do(l, who)
}

func newDisputeList() *cobra.Command {
	var where company
	var out output
	var f disputes.Filter
	c := &cobra.Command{
		Use:   "list",
		Short: "Cases with their state, owner and clock; those that are open unless --all is given",
		Example: `  arrears dispute list -c arrears.yaml
  arrears dispute list --owner ana -o csv -c arrears.yaml`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			return where.atDesk(c, func(ctx context.Context, d *disputes.Desk, _ ledger.Actor) error {
				cases, err := d.Cases(ctx, f)
				if err != nil {
					return err
				}
				return out.write(c.OutOrStdout(), caseTable(cases))
			})
		},
	}
	where.flags(c)
	out.flags(c)
	c.Flags().StringVar(&f.Customer, "customer", "", "only those of this customer (`ID`)")
	c.Flags().StringVar(&f.Invoice, "invoice", "", "only those about this invoice (`ID`)")
	c.Flags().StringVar(&f.State, "state", "", "only those in this `STATE` of the model")
	c.Flags().StringVar(&f.Owner, "owner", "", "only those of this `USER`")
	c.Flags().StringVar(&f.Reason, "reason", "", "only those of this `REASON` of the model")
	c.Flags().BoolVar(&f.Alert, "alert", false, "only those that somebody should look at")
	all := c.Flags().Bool("all", false, "closed ones too")
	before := c.PreRunE
	c.PreRunE = func(c *cobra.Command, args []string) error { f.Open = !*all; return before(c, args) }
	return c
}

func columns(names ...string) (t warehouse.Table) {
	for _, name := range names {
		t.Columns = append(t.Columns, warehouse.Column{Name: name})
	}
	return t
}

func caseTable(cases []disputes.Case) warehouse.Table {
	t := columns("dispute_id", "customer_id", "reason", "state", "owner", "priority", "currency", "claimed", "opened_at", "due", "next", "outcome", "alert")
	for _, c := range cases {
		t.Rows = append(t.Rows, []any{c.ID, c.Customer, c.Reason, c.State, c.Owner, c.Priority, c.Currency, money{c.Claimed(), c.Currency}, c.OpenedAt,
			orNothing(c.Due), c.Pending, c.Outcome, c.Alert})
	}
	return t
}

func orNothing(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t
}

func newDisputeShow() *cobra.Command {
	var where company
	c := &cobra.Command{
		Use:   "show CASE",
		Short: "One case: what is claimed, found, proposed and decided, and all that happened",
		Args:  one("a case"),
		RunE: func(c *cobra.Command, args []string) error {
			return where.atDesk(c, func(ctx context.Context, d *disputes.Desk, _ ledger.Actor) error {
				found, err := d.Case(ctx, args[0])
				if err != nil {
					return err
				}
				history, err := d.History(ctx, args[0])
				if err != nil {
					return err
				}
				return showCase(c.OutOrStdout(), found, history)
			})
		},
	}
	where.flags(c)
	return c
}

func showCase(w io.Writer, c disputes.Case, history []disputes.Moment) error {
	var b strings.Builder
	line := func(name, text string, args ...any) {
		fmt.Fprintf(&b, "%-10s "+text+"\n", append([]any{name}, args...)...)
	}
	line("case", "%s of customer %s, %s by %s", c.ID, c.Customer, c.OpenedAt.Format(time.DateTime), c.Channel)
	line("state", "%s, owner %s, priority %s", c.State, nobody(c.Owner), c.Priority)
	if !c.Due.IsZero() {
		line("due", "%s", c.Due.Format(time.DateTime))
	}
	for _, l := range c.Lines {
		line("claims", "%s %s on invoice %s, reason %s", money{l.Amount, c.Currency}.String(), c.Currency, l.Invoice, c.Reason)
	}
	if !c.Verified {
		line("sender", "%s, whom nobody has verified", c.Contact)
	}
	if c.Report != nil {
		line("found", "%s, %s %s supported", c.Report.Verdict, money{c.Report.Supported, c.Currency}.String(), c.Currency)
		for _, t := range c.Report.Tests {
			line("", "%s: %s. %s", t.Name, t.Verdict, t.Says)
		}
	}
	if p := c.Proposal; p != nil {
		line("proposal", "%s: %s %s %s by %s, level %s, %d of %d approvals", p.ID, p.Kind, money{p.Awarded(), c.Currency}.String(), c.Currency, p.By, p.LevelName,
			len(p.Approvals), max(0, p.Needs))
		line("", "hash %s", p.Hash)
	}
	if c.Closed {
		line("outcome", "%s", c.Outcome)
	}
	for _, m := range history {
		line("", "%s", strings.Join(slices.DeleteFunc([]string{m.At.Format(time.DateTime), m.Type + " by " + m.By.String(), m.Reason, m.Text},
			func(s string) bool { return s == "" }), "  "))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func nobody(name string) string {
	if name == "" {
		return "nobody"
	}
	return name
}

func newDisputeTick() *cobra.Command {
	var where company
	c := &cobra.Command{
		Use:   "tick",
		Short: "Do what is due: steps by rule, reminders, escalations, silence; where no arrears serve does",
		Args:  noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			return where.atDesk(c, func(ctx context.Context, d *disputes.Desk, _ ledger.Actor) error {
				done, err := d.Tick(ctx)
				_, printed := fmt.Fprintf(c.OutOrStdout(), "%d steps by rule, %d reminders, %d escalations, %d customers who did not answer, %d cases that stand still\n",
					done.Steps, done.Reminded, done.Escalated, done.Silent, done.Failed)
				return errors.Join(err, printed)
			})
		},
	}
	where.flags(c)
	return c
}
