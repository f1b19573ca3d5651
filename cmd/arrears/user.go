package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"arrears/ledger"
	"arrears/warehouse"
)

func newUser() *cobra.Command {
	c := &cobra.Command{
		Use:   "user",
		Short: "Who may sign in, and as what",
		Long: `User adds people, says what they may do and sets their passwords. Every change is an event of the ledger, done by the account
of the operating system at the command line. The first admin is made here and nowhere else.

Roles: ` + strings.Join(ledger.Roles, ", ") + `. admin and approver exclude each other.`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(newUserList(), newUserAdd(), newUserSet(), newUserPassword(), newUserFactor(), newUserToken())
	return c
}

// one takes exactly one argument.
func one(what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) != 1 {
			return usageError{fmt.Errorf("%s takes %s; see %s --help", c.CommandPath(), what, c.CommandPath())}
		}
		return nil
	}
}

// staff is the ledger as one command about users sees it.
func (c *company) staff(command *cobra.Command, do func(context.Context, *ledger.Ledger, ledger.Actor) error) (err error) {
	d, err := c.open(newLog(command.ErrOrStderr(), slog.LevelWarn))
	if err != nil {
		return err
	}
	who, err := ledger.Account()
	if err != nil {
		return err
	}
	l, err := d.openLedger(command.Context())
	if err != nil {
		return err
	}
	return errors.Join(do(command.Context(), l, who), l.Close())
}

func newUserList() *cobra.Command {
	var where company
	var out output
	c := &cobra.Command{
		Use:   "list",
		Short: "All users with their roles",
		Args:  noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			return where.staff(c, func(ctx context.Context, l *ledger.Ledger, _ ledger.Actor) error {
				all, err := l.Users(ctx)
				if err != nil {
					return err
				}
				return out.write(c.OutOrStdout(), staffTable(all))
			})
		},
	}
	where.flags(c)
	out.flags(c)
	return c
}

func staffTable(all []ledger.User) warehouse.Table {
	var t warehouse.Table
	for _, name := range []string{"name", "title", "roles", "active", "second_factor", "token"} {
		t.Columns = append(t.Columns, warehouse.Column{Name: name})
	}
	for _, u := range all {
		t.Rows = append(t.Rows, []any{u.Name, u.Title, strings.Join(u.Roles, " "), u.Active, u.SecondFactor, u.Token})
	}
	return t
}

func newUserAdd() *cobra.Command {
	var where company
	var u ledger.User
	var reason string
	c := &cobra.Command{
		Use:     "add NAME",
		Short:   "A new user, with a password from the terminal or from one line of standard input",
		Example: `  arrears user add ana --role collector --title "Ana Example" -c arrears.yaml`,
		Args:    one("the name of the user"),
		RunE: func(c *cobra.Command, args []string) error {
			return where.staff(c, func(ctx context.Context, l *ledger.Ledger, who ledger.Actor) error {
				if _, err := l.User(ctx, args[0]); !errors.Is(err, ledger.ErrNoUser) {
					return errors.Join(fmt.Errorf("user %s is there already", args[0]), err)
				}
				password, err := readPassword(c.InOrStdin(), c.ErrOrStderr())
				if err == nil {
					err = ledger.CheckPassword(password) // before there is a user who has none
				}
				if err != nil {
					return err
				}
				u.Name, u.Active = args[0], true
				if err := l.SetUser(ctx, who, u, reason); err != nil {
					return err
				}
				if err := l.SetPassword(ctx, who, u.Name, password, reason); err != nil {
					return err
				}
				return sayUser(c, u)
			})
		},
	}
	where.flags(c)
	c.Flags().StringArrayVar(&u.Roles, "role", nil, "what the user is, a `ROLE`; may be repeated")
	c.Flags().StringVar(&u.Title, "title", "", "the `NAME` that pages show")
	c.Flags().StringVar(&reason, "reason", "", "`WHY`, for the record")
	return c
}

// sayUser tells what a user is from now on.
func sayUser(c *cobra.Command, u ledger.User) error {
	may := "may sign in"
	if !u.Active {
		may = "may not sign in"
	}
	roles := strings.Join(u.Roles, ", ")
	if roles == "" {
		roles = "no role"
	}
	_, err := fmt.Fprintf(c.OutOrStdout(), "%s %s: %s\n", u.Name, may, roles)
	return err
}

func newUserSet() *cobra.Command {
	var where company
	var to ledger.User
	var reason string
	c := &cobra.Command{
		Use:   "set NAME",
		Short: "Another title, other roles, or whether the user may sign in",
		Example: `  arrears user set ana --role collector --role analyst --reason "covers for Bo"
  arrears user set ana --active=false --reason "has left"`,
		Args: one("the name of the user"),
		RunE: func(c *cobra.Command, args []string) error {
			return where.staff(c, func(ctx context.Context, l *ledger.Ledger, who ledger.Actor) error {
				u, err := l.User(ctx, args[0])
				if err != nil {
					return err
				}
				if c.Flags().Changed("role") {
					u.Roles = to.Roles
				}
				if c.Flags().Changed("title") {
					u.Title = to.Title
				}
				if c.Flags().Changed("active") {
					u.Active = to.Active
				}
				if err := l.SetUser(ctx, who, u, reason); err != nil {
					return err
				}
				return sayUser(c, u)
			})
		},
	}
	where.flags(c)
	c.Flags().StringArrayVar(&to.Roles, "role", nil, "all that the user is from now on, a `ROLE` each")
	c.Flags().StringVar(&to.Title, "title", "", "the `NAME` that pages show")
	c.Flags().BoolVar(&to.Active, "active", true, "whether the user may sign in; false ends their sessions at once")
	c.Flags().StringVar(&reason, "reason", "", "`WHY`, for the record")
	return c
}

func newUserPassword() *cobra.Command {
	var where company
	var reason string
	c := &cobra.Command{
		Use:   "password NAME",
		Short: "A new password, from the terminal or from one line of standard input; it ends the user's sessions",
		Args:  one("the name of the user"),
		RunE: func(c *cobra.Command, args []string) error {
			return where.staff(c, func(ctx context.Context, l *ledger.Ledger, who ledger.Actor) error {
				password, err := readPassword(c.InOrStdin(), c.ErrOrStderr())
				if err != nil {
					return err
				}
				if err := l.SetPassword(ctx, who, args[0], password, reason); err != nil {
					return err
				}
				_, err = fmt.Fprintf(c.OutOrStdout(), "%s has a new password, and no session any more\n", args[0])
				return err
			})
		},
	}
	where.flags(c)
	c.Flags().StringVar(&reason, "reason", "", "`WHY`, for the record")
	return c
}

// readPassword asks twice on a terminal, without showing it, and reads one line elsewhere. It is never an argument: those are
// seen by everybody on the machine.
func readPassword(in io.Reader, say io.Writer) (string, error) {
	if f, ok := in.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		var twice [2]string
		for i, prompt := range []string{"password: ", "again: "} {
			_, _ = fmt.Fprint(say, prompt)
			typed, err := term.ReadPassword(int(f.Fd()))
			_, _ = fmt.Fprintln(say)
			if err != nil {
				return "", fmt.Errorf("read the password: %w", err)
			}
			twice[i] = string(typed)
		}
		if twice[0] != twice[1] {
			return "", errors.New("the two passwords differ")
		}
		return twice[0], nil
	}
	line, err := bufio.NewReader(in).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read the password: %w", err)
	}
	return strings.TrimRight(line, "\r\n"), nil
}
