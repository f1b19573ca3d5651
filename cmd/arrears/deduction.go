package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"github.com/shopspring/decimal"
	"github.com/spf13/cobra"

	"arrears/disputes"
	"arrears/ledger"
	"arrears/transform"
)

func newDeductions() *cobra.Command {
	var where company
	var out output
	c := &cobra.Command{
		Use:   "deductions",
		Short: "Short payments that look like deductions, with the reason that the evidence suggests",
		Long: `Deductions lists mart.deduction: invoices of which a payment left a small part open that nobody has disputed. deductions file makes
disputes of some of them; with validation.deduction_days in the configuration, serve does so by itself.`,
		Example: `  arrears deductions -c arrears.yaml
  arrears deductions file 1900000815 INV-000816 -c arrears.yaml`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) (err error) {
			d, err := where.open(newLog(c.ErrOrStderr(), slog.LevelWarn))
			if err != nil {
				return err
			}
			v, err := d.view(c.Context(), moments{}, "", "mart.deduction")
			if err != nil {
				return err
			}
			defer closing(v, &err)
			t, err := v.DB.Query(c.Context(), "select * from mart.deduction order by reporting_amount desc, invoice_id")
			if err != nil {
				return fmt.Errorf("read the deductions: %w", err)
			}
			return out.write(c.OutOrStdout(), t)
		},
	}
	where.flags(c)
	out.flags(c)
	c.AddCommand(newDeductionsFile())
	return c
}

func newDeductionsFile() *cobra.Command {
	var where company
	c := &cobra.Command{
		Use:   "file INVOICE...",
		Short: "Make disputes of short payments",
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usageError{fmt.Errorf("%s takes the invoices whose short payments are disputes", c.CommandPath())}
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			d, err := where.open(newLog(c.ErrOrStderr(), slog.LevelWarn))
			if err != nil {
				return err
			}
			return where.staff(c, func(ctx context.Context, l *ledger.Ledger, who ledger.Actor) error {
				books := &bookkeeper{desk: d}
				defer books.close(context.WithoutCancel(ctx))
				cases, err := d.disputeDesk(l, books)
				if err != nil {
					return err
				}
				filed, err := fileDeductions(ctx, cases, books, who, "invoice_id in ("+marks(args)+")", anyOf(args)...)
				for _, one := range filed {
					_, _ = fmt.Fprintf(c.OutOrStdout(), "%s %s\n", one.ID, one.Lines[0].Invoice)
				}
				return errors.Join(err, missing(args, filed))
			})
		},
	}
	where.flags(c)
	return c
}

func anyOf(texts []string) []any {
	all := make([]any, len(texts))
	for i, text := range texts {
		all[i] = text
	}
	return all
}

// missing names the invoices that were asked for and are no candidates.
func missing(asked []string, filed []disputes.Case) error {
	left := slices.DeleteFunc(slices.Clone(asked), func(id string) bool {
		return slices.ContainsFunc(filed, func(c disputes.Case) bool { return c.Lines[0].Invoice == id })
	})
	if len(left) == 0 {
		return nil
	}
	return fmt.Errorf("no short payment of %s is known: arrears deductions lists them", strings.Join(left, ", "))
}

// fileDeductions makes cases of the candidates that meet a condition, each short payment once however often it is asked for. The
// payment shows who claims.
func fileDeductions(ctx context.Context, desk *disputes.Desk, books *bookkeeper, who ledger.Actor, where string, args ...any) ([]disputes.Case, error) {
	t, err := books.ask(ctx, `select invoice_id, payment_id, customer_id, currency, short_amount, coalesce(suggested_reason, 'other')
		from mart.deduction where `+where+` order by invoice_id`, args...)
	if errors.Is(err, transform.ErrNothingPublished) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the deductions: %w", err)
	}
	var filed []disputes.Case
	for _, r := range t.Rows {
		invoice, payment := text(r[0]), text(r[1])
		short, _ := r[4].(decimal.Decimal)
		one, err := desk.File(ctx, who, "deduction/"+invoice+"/"+payment, disputes.Claim{
			Customer: text(r[2]), Currency: text(r[3]), Lines: []disputes.Line{{Invoice: invoice, Amount: short}}, Reason: text(r[5]),
			Text: fmt.Sprintf("Payment %s left %s %s open.", payment, short, text(r[3])), Channel: disputes.Deduction, Verified: true,
		})
		if err != nil {
			return filed, fmt.Errorf("file the short payment of %s: %w", invoice, err)
		}
		filed = append(filed, one)
	}
	return filed, nil
}

// ruleDeductions makes disputes of short payments that nobody has looked at for the days of the configuration.
func (s *service) ruleDeductions(ctx context.Context) {
	days := s.cfg.Validation.DeductionDays
	if days == 0 {
		return
	}
	filed, err := fileDeductions(ctx, s.disputes, s.books, disputes.Program, "days >= ?", days)
	if err != nil {
		s.log.ErrorContext(ctx, "short payments are not disputes yet", "cause", err)
	}
	if len(filed) > 0 {
		s.log.InfoContext(ctx, "short payments are disputes", "cases", len(filed))
	}
}
