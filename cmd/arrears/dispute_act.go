package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"github.com/shopspring/decimal"
	"github.com/spf13/cobra"

	"arrears/disputes"
	"arrears/ledger"
)

// A deed is one thing that is done to one case.
type deed struct {
	use, short string
	arguments  int // beside the case
	why        bool
	do         func(ctx context.Context, d *disputes.Desk, who ledger.Actor, key, id, why string, rest []string) (disputes.Case, error)
	flags      func(*cobra.Command)
}

func (a deed) command() *cobra.Command {
	var where company
	var why, key string
	c := &cobra.Command{
		Use: a.use, Short: a.short,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) != a.arguments+1 || a.why && why == "" {
				return usageError{fmt.Errorf("%s is written as in: %s %s", c.CommandPath(), a.use, "--because WHY")}
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			return where.atDesk(c, func(ctx context.Context, d *disputes.Desk, who ledger.Actor) error {
				done, err := a.do(ctx, d, who, keyOr(key), args[0], why, args[1:])
				if err != nil {
					return err
				}
				return standing(ctx, c, d, done)
			})
		},
	}
	where.flags(c)
	if a.why {
		c.Flags().StringVar(&why, "because", "", "`WHY`, for the record; required")
	}
	keyFlag(c, &key)
	if a.flags != nil {
		a.flags(c)
	}
	return c
}

// standing does what comes by itself after a step, and says where the case stands then.
func standing(ctx context.Context, c *cobra.Command, d *disputes.Desk, done disputes.Case) error {
	after, err := d.Advance(ctx, done.ID)
	if err != nil {
		after = done // the step is written; what follows is tried again at the next tick
		if _, err := fmt.Fprintf(c.ErrOrStderr(), "what follows by rule is not done yet: %v\n", err); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(c.OutOrStdout(), "%s is in %s, owner %s\n", after.ID, after.State, nobody(after.Owner))
	return err
}

func newDisputeAssign() *cobra.Command {
	return deed{use: "assign CASE USER", short: "Give a case to a user", arguments: 1, why: true,
		do: func(ctx context.Context, d *disputes.Desk, who ledger.Actor, key, id, why string, rest []string) (disputes.Case, error) {
			return d.Assign(ctx, who, key, id, rest[0], why)
		}}.command()
}

func newDisputeMove() *cobra.Command {
	return deed{use: "move CASE STATE", short: "Put a case into another state of the model", arguments: 1, why: true,
		do: func(ctx context.Context, d *disputes.Desk, who ledger.Actor, key, id, why string, rest []string) (disputes.Case, error) {
			return d.Move(ctx, who, key, id, rest[0], why)
		}}.command()
}

func newDisputeSay() *cobra.Command {
	channel := disputes.Mail
	return deed{use: "say CASE TEXT", short: "Write to the customer, or note what was said", arguments: 1,
		flags: func(c *cobra.Command) {
			c.Flags().StringVar(&channel, "channel", disputes.Mail, "`CHANNEL`: mail is sent; call and chat are noted")
		},
		do: func(ctx context.Context, d *disputes.Desk, who ledger.Actor, key, id, _ string, rest []string) (disputes.Case, error) {
			return d.Say(ctx, who, key, id, disputes.Word{Text: rest[0], Channel: channel})
		}}.command()
}

func newDisputeRemark() *cobra.Command {
	return deed{use: "remark CASE TEXT", short: "Note something that the customer does not see", arguments: 1,
		do: func(ctx context.Context, d *disputes.Desk, who ledger.Actor, key, id, _ string, rest []string) (disputes.Case, error) {
			return d.Remark(ctx, who, key, id, rest[0])
		}}.command()
}

func newDisputePropose() *cobra.Command {
	var awards []string
	var cause string
	return deed{use: "propose CASE credit|refund|withhold|release|reject", short: "Say how a case shall be settled; in place of a proposal it voids the approvals",
		arguments: 1, why: true,
		flags: func(c *cobra.Command) {
			c.Flags().StringArrayVar(&awards, "line", nil, "what the customer gets, as `INVOICE=AMOUNT`; may be repeated")
			c.Flags().StringVar(&cause, "root-cause", "", "one of the model's `CAUSES`")
		},
		do: func(ctx context.Context, d *disputes.Desk, who ledger.Actor, key, id, why string, rest []string) (disputes.Case, error) {
			o := disputes.Offer{Kind: rest[0], Reasons: []string{why}, RootCause: cause}
			for _, text := range awards {
				invoice, amount, err := pair(text)
				if err != nil {
					return disputes.Case{}, err
				}
				o.Lines = append(o.Lines, disputes.Award{Invoice: invoice, Amount: amount, Kind: rest[0]})
			}
			return d.Propose(ctx, who, key, id, o)
		}}.command()
}

// pair reads an invoice and an amount.
func pair(text string) (string, decimal.Decimal, error) {
	at := strings.LastIndexByte(text, '=')
	if at < 1 {
		return "", decimal.Zero, usageError{fmt.Errorf("--line is an invoice and an amount as in INV-9=120.50, not %q", text)}
	}
	amount, err := decimal.NewFromString(text[at+1:])
	if err != nil {
		return "", decimal.Zero, usageError{fmt.Errorf("--line %s: %q is no amount; write it as in 1250.00", text, text[at+1:])}
	}
	return text[:at], amount, nil
}

// inQuestion is the hash of the proposal of a case: what is meant unless another is named.
func inQuestion(ctx context.Context, d *disputes.Desk, id, hash string) (string, error) {
	if hash != "" {
		return hash, nil
	}
	c, err := d.Case(ctx, id)
	if err != nil {
		return "", err
	}
	if c.Proposal == nil {
		return "", fmt.Errorf("nobody has proposed anything on %s", id)
	}
	return c.Proposal.Hash, nil
}

// judging is a deed about the proposal with a hash.
func judging(use, short string, why bool, do func(*disputes.Desk, context.Context, ledger.Actor, string, string, string, string) (disputes.Case, error)) *cobra.Command {
	var hash string
	return deed{use: use, short: short, why: why,
		flags: func(c *cobra.Command) {
			c.Flags().StringVar(&hash, "hash", "", "only the proposal with this `HASH`, as arrears dispute show prints it (default: the one there is)")
		},
		do: func(ctx context.Context, d *disputes.Desk, who ledger.Actor, key, id, why string, _ []string) (disputes.Case, error) {
			asked, err := inQuestion(ctx, d, id, hash)
			if err != nil {
				return disputes.Case{}, err
			}
			return do(d, ctx, who, key, id, asked, why)
		}}.command()
}

func newDisputeApprove() *cobra.Command {
	return judging("approve CASE", "Approve the proposal of a case, which another has made", false, (*disputes.Desk).Approve)
}

func newDisputeRefuse() *cobra.Command {
	return judging("refuse CASE", "Refuse the proposal of a case", true, (*disputes.Desk).Refuse)
}

func newDisputeAccept() *cobra.Command {
	return judging("accept CASE", "Note that the customer accepts the decision, and how that is known", true, (*disputes.Desk).Accept)
}

func newDisputeReject() *cobra.Command {
	return judging("reject CASE", "Note that the customer rejects the decision, and why: the case is reviewed once more", true, (*disputes.Desk).Reject)
}

func newDisputeFile() *cobra.Command {
	var where company
	var claim disputes.Claim
	var lines, files []string
	var key string
	c := &cobra.Command{
		Use:   "file",
		Short: "Write a customer's claim down",
		Example: `  arrears dispute file --customer C-1042 --line INV-9=120.50 --reason price --text "agreed 9.80 each" -c arrears.yaml
  arrears dispute file --customer C-1042 --line INV-9=20 --reason damaged --document photo.jpg -c arrears.yaml`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			claim.Channel = disputes.Staff
			for _, text := range lines {
				invoice, amount, err := pair(text)
				if err != nil {
					return err
				}
				claim.Lines = append(claim.Lines, disputes.Line{Invoice: invoice, Amount: amount})
			}
			d, err := where.open(newLog(c.ErrOrStderr(), slog.LevelWarn))
			if err != nil {
				return err
			}
			if claim.Documents, err = shelve(d.cfg.State, files); err != nil {
				return err
			}
			return where.atDesk(c, func(ctx context.Context, d *disputes.Desk, who ledger.Actor) error {
				done, err := d.File(ctx, who, keyOr(key), claim)
				if err != nil {
					return err
				}
				return standing(ctx, c, d, done)
			})
		},
	}
	where.flags(c)
	f := c.Flags()
	f.StringVar(&claim.Customer, "customer", "", "whose claim it is (`ID`)")
	f.StringArrayVar(&lines, "line", nil, "what is claimed, as `INVOICE=AMOUNT`; may be repeated")
	f.StringVar(&claim.Reason, "reason", "", "`REASON` of the model, as in price")
	f.StringVar(&claim.Text, "text", "", "what the customer says (`TEXT`)")
	f.StringVar(&claim.Contact, "contact", "", "who of the customer's said it (`ADDRESS`)")
	f.StringVar(&claim.Reference, "reference", "", "the customer's own `NUMBER`")
	f.StringArrayVar(&files, "document", nil, "`FILE` that the customer enclosed; may be repeated")
	f.StringVar(&key, "key", "", "idempotency `KEY`: the same claim under the same key is filed once (default: a new one)")
	return c
}

// shelve keeps documents.
func shelve(state string, files []string) ([]disputes.Document, error) {
	var kept []disputes.Document
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("read the document: %w", err)
		}
		d, err := disputes.Shelf{State: state}.Keep(filepath.Base(file), text)
		if err != nil {
			return nil, err
		}
		kept = append(kept, d)
	}
	return kept, nil
}
