package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"arrears/disputes"
	"arrears/ledger"
)

func newDisputeModel() *cobra.Command {
	c := &cobra.Command{
		Use:   "model",
		Short: "The process of disputes: show, check, draw, propose and approve it",
		Args:  noArguments,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(newModelShow(), newModelCheck(), newModelDraw(), newModelPropose(), newModelApprove(), newModelVersions())
	return c
}

func newModelShow() *cobra.Command {
	var where company
	c := &cobra.Command{
		Use:   "show",
		Short: "The text of the process in force, to begin one's own from",
		Args:  noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			return where.atDesk(c, func(ctx context.Context, d *disputes.Desk, _ ledger.Actor) error {
				m, err := d.Model(ctx)
				if err != nil {
					return err
				}
				_, err = io.WriteString(c.OutOrStdout(), m.Text)
				return err
			})
		},
	}
	where.flags(c)
	return c
}

// readModel reads and checks the process of a file.
func readModel(file string) (disputes.Model, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return disputes.Model{}, usageError{fmt.Errorf("read the process: %w", err)}
	}
	m, err := disputes.Parse(file, text)
	if err != nil {
		return m, usageError{err}
	}
	return m, nil
}

func newModelCheck() *cobra.Command {
	return &cobra.Command{
		Use:   "check FILE",
		Short: "Every mistake of a process, with its line; its fixtures are tried",
		Args:  one("a file"),
		RunE: func(c *cobra.Command, args []string) error {
			m, err := readModel(args[0])
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(c.OutOrStdout(), "%s: %d states, %d transitions, %d levels, %d rows of routing and %d fixtures, no mistake\ndigest %s\n", args[0],
				len(m.States), len(m.Steps), len(m.Levels), len(m.Routing), len(m.Fixtures), m.Digest)
			return err
		},
	}
}

func newModelDraw() *cobra.Command {
	var where company
	var mermaid bool
	c := &cobra.Command{
		Use:   "draw [FILE]",
		Short: "The process as a picture (SVG), or as the text of a Mermaid diagram; of a file, or the one in force",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			draw := func(m disputes.Model) error {
				text := m.SVG()
				if mermaid {
					text = m.Mermaid()
				}
				_, err := io.WriteString(c.OutOrStdout(), text)
				return err
			}
			if len(args) == 1 {
				m, err := readModel(args[0])
				if err != nil {
					return err
				}
				return draw(m)
			}
			return where.atDesk(c, func(ctx context.Context, d *disputes.Desk, _ ledger.Actor) error {
				m, err := d.Model(ctx)
				if err != nil {
					return err
				}
				return draw(m)
			})
		},
	}
	where.flags(c)
	c.Flags().BoolVar(&mermaid, "mermaid", false, "the text of a Mermaid state diagram instead")
	return c
}

func newModelPropose() *cobra.Command {
	var where company
	var why string
	c := &cobra.Command{
		Use:   "propose FILE",
		Short: "Put a process before the others; it holds once another person has approved it",
		Args:  one("a file"),
		RunE: func(c *cobra.Command, args []string) error {
			m, err := readModel(args[0])
			if err != nil {
				return err
			}
			return where.atDesk(c, func(ctx context.Context, d *disputes.Desk, who ledger.Actor) error {
				v, err := d.ProposeRules(ctx, who, ledger.NewKey(), m.Text, why)
				if err != nil {
					return err
				}
				_, err = fmt.Fprintln(c.OutOrStdout(), v.Digest)
				return err
			})
		},
	}
	where.flags(c)
	c.Flags().StringVar(&why, "because", "", "`WHY`, for the record")
	return c
}

func newModelApprove() *cobra.Command {
	var where company
	var why string
	c := &cobra.Command{
		Use:   "approve DIGEST",
		Short: "Put a proposed process in force",
		Args:  one("the digest that was proposed"),
		RunE: func(c *cobra.Command, args []string) error {
			return where.atDesk(c, func(ctx context.Context, d *disputes.Desk, who ledger.Actor) error {
				_, err := d.ApproveRules(ctx, who, ledger.NewKey(), args[0], why)
				return err
			})
		},
	}
	where.flags(c)
	c.Flags().StringVar(&why, "because", "", "`WHY`, for the record")
	return c
}

func newModelVersions() *cobra.Command {
	var where company
	var out output
	c := &cobra.Command{
		Use:   "versions",
		Short: "Every process that was proposed, by whom, and which is in force",
		Args:  noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			return where.atDesk(c, func(ctx context.Context, d *disputes.Desk, _ ledger.Actor) error {
				versions, err := d.Versions(ctx)
				if err != nil {
					return err
				}
				t := columns("digest", "proposed_by", "proposed_at", "approved_by", "approved_at", "in_force")
				for _, v := range versions {
					t.Rows = append(t.Rows, []any{v.Digest, v.ProposedBy, v.ProposedAt, v.ApprovedBy, orNothing(v.ApprovedAt), v.InForce})
				}
				return out.write(c.OutOrStdout(), t)
			})
		},
	}
	where.flags(c)
	out.flags(c)
	return c
}

// since reads --days.
func since(days int) time.Time {
	if days == 0 {
		return time.Time{}
	}
	return time.Now().AddDate(0, 0, -days)
}

func newDisputeDryRun() *cobra.Command {
	var where company
	var days int
	c := &cobra.Command{
		Use:   "dry-run FILE",
		Short: "What a process would have done with the cases of the past, and how often that was later reversed",
		Args:  one("a file"),
		RunE: func(c *cobra.Command, args []string) error {
			m, err := readModel(args[0])
			if err != nil {
				return err
			}
			return where.atDesk(c, func(ctx context.Context, d *disputes.Desk, _ ledger.Actor) error {
				past, err := d.Past(ctx, since(days))
				if err != nil {
					return err
				}
				r, err := m.DryRun(past)
				if err != nil {
					return err
				}
				text := r.String()
				if len(r.Reverse) > 0 {
					text += "\nreversed: " + strings.Join(r.Reverse, ", ")
				}
				_, err = fmt.Fprintln(c.OutOrStdout(), text)
				return err
			})
		},
	}
	where.flags(c)
	c.Flags().IntVar(&days, "days", 90, "only cases filed in the last `N` days; 0 is all")
	return c
}

func newDisputeConformance() *cobra.Command {
	var where company
	var out output
	var days int
	var file string
	c := &cobra.Command{
		Use:   "conformance",
		Short: "How cases went, held against the process: what share followed it, where others left it, where they waited",
		Args:  noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			return where.atDesk(c, func(ctx context.Context, d *disputes.Desk, _ ledger.Actor) error {
				m, err := d.Model(ctx)
				if err == nil && file != "" {
					m, err = readModel(file)
				}
				if err != nil {
					return err
				}
				r, err := d.Conform(ctx, m, since(days))
				if err != nil {
					return err
				}
				t := columns("what", "where", "cases", "late", "median_hours", "ninth_hours", "hours")
				t.Rows = append(t.Rows, []any{"followed the process", "", int64(r.Followed), nil, nil, nil, nil}, []any{"cases", "", int64(r.Cases), nil, nil, nil, nil})
				for _, l := range r.Left {
					t.Rows = append(t.Rows, []any{"left it", fmt.Sprintf("%s, %s to %s", l.From, l.Step, l.To), int64(l.Cases), nil, nil, nil, nil})
				}
				for _, w := range r.Waits {
					t.Rows = append(t.Rows, []any{"waited", w.State, int64(w.Visits), int64(w.Late), w.Median, w.Ninth, w.Hours})
				}
				for _, p := range r.Paths {
					t.Rows = append(t.Rows, []any{"went", strings.Join(p.States, " > "), int64(p.Cases), nil, nil, nil, nil})
				}
				return out.write(c.OutOrStdout(), t)
			})
		},
	}
	where.flags(c)
	out.flags(c)
	c.Flags().IntVar(&days, "days", 90, "only cases filed in the last `N` days; 0 is all")
	c.Flags().StringVar(&file, "model", "", "hold them against the process of this `FILE` (default: the one in force)")
	return c
}

func newDisputeLoad() *cobra.Command {
	var where company
	var out output
	var days int
	c := &cobra.Command{
		Use:   "load",
		Short: "How cases are spread over people, and whether the same is given to the same",
		Args:  noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			return where.atDesk(c, func(ctx context.Context, d *disputes.Desk, _ ledger.Actor) error {
				loads, spreads, err := d.Assignments(ctx, since(days))
				if err != nil {
					return err
				}
				t := columns("what", "name", "open", "late", "closed", "reasons", "owners", "most", "share")
				for _, l := range loads {
					t.Rows = append(t.Rows, []any{"owner", nobody(l.Owner), int64(l.Open), int64(l.Late), int64(l.Closed), int64(l.Reasons), nil, nil, nil})
				}
				for _, s := range spreads {
					t.Rows = append(t.Rows, []any{"reason", s.Reason, int64(s.Cases), nil, nil, nil, int64(s.Owners), s.Most, s.Share})
				}
				return out.write(c.OutOrStdout(), t)
			})
		},
	}
	where.flags(c)
	out.flags(c)
	c.Flags().IntVar(&days, "days", 90, "only cases filed in the last `N` days; 0 is all")
	return c
}
