package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"arrears/ledger"
)

func newUserFactor() *cobra.Command {
	var where company
	var reset bool
	var reason string
	c := &cobra.Command{
		Use:     "second-factor NAME --reset",
		Short:   "Takes away a lost second factor; the next sign-in begins a new one",
		Example: `  arrears user second-factor ana --reset --reason "telephone lost, recognised in person"`,
		Args:    one("the name of the user"),
		RunE: func(c *cobra.Command, args []string) error {
			if !reset {
				return usageError{errors.New("a second factor is begun at sign-in; here it is taken away with --reset")}
			}
			return where.staff(c, func(ctx context.Context, l *ledger.Ledger, who ledger.Actor) error {
				return l.ResetFactor(ctx, who, args[0], reason)
			})
		},
	}
	where.flags(c)
	c.Flags().BoolVar(&reset, "reset", false, "take it away, with the recovery codes, and end the user's sessions")
	c.Flags().StringVar(&reason, "reason", "", "`WHY`, for the record")
	return c
}

func newUserToken() *cobra.Command {
	var where company
	var end bool
	var reason string
	c := &cobra.Command{
		Use:   "token NAME",
		Short: "A token with which a program reads in the user's name; it is shown once",
		Long: `Token makes a token for programs, in place of the one the user may have: sent as Authorization: Bearer TOKEN it reads what
the user may read. Pages change nothing by it.`,
		Example: `  arrears user token report --reason "monthly report"
  curl -H "Authorization: Bearer $TOKEN" http://127.0.0.1:8080/panel/aging.csv`,
		Args: one("the name of the user"),
		RunE: func(c *cobra.Command, args []string) error {
			return where.staff(c, func(ctx context.Context, l *ledger.Ledger, who ledger.Actor) error {
				if end {
					return l.EndToken(ctx, who, args[0], reason)
				}
				token, err := l.SetToken(ctx, who, args[0], reason)
				if err != nil {
					return err
				}
				_, err = fmt.Fprintln(c.OutOrStdout(), token)
				return err
			})
		},
	}
	where.flags(c)
	c.Flags().BoolVar(&end, "end", false, "end the token the user has")
	c.Flags().StringVar(&reason, "reason", "", "`WHY`, for the record")
	return c
}
