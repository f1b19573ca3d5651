package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"github.com/spf13/cobra"

	"arrears/transform"
	"arrears/warehouse"
)

func newReplay() *cobra.Command {
	var where company
	var current bool
	var out output
	c := &cobra.Command{
		Use:   "replay RUN",
		Short: "A recorded run once more: the same batches give the same figures, or which marts differ",
		Long: `Replay builds the marts of a recorded run again, from the same batches, the same settings and the texts its models
had then, and compares every mart with the digest in the run's record. Nothing that is published changes. RUN is a run of
the state folder's runs/, or latest for the published one.

Exit status: 0 every mart is the same to the last digit; 1 one differs, or the run cannot be replayed.`,
		Example: `  arrears replay latest -c arrears.yaml
  arrears replay 20261101T060000.000000Z -c arrears.yaml -o json
  arrears replay latest -c arrears.yaml --current-models     what this program's models say of the same rows`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usageError{errors.New("replay takes the id of one run, or latest")}
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			d, err := where.open(newLog(c.ErrOrStderr(), slog.LevelWarn))
			if err != nil {
				return err
			}
			run, err := d.recorded(args[0])
			if err != nil {
				return err
			}
			models, _, err := statements(c.Context())
			if err != nil {
				return err
			}
			in, err := d.input(run.KnownAt)
			if err != nil {
				return err
			}
			if !current {
				in.Models = nil // those of the run
			}
			marts, err := transform.Replay(c.Context(), in, run)
			if err != nil {
				return err
			}
			if err := out.write(c.OutOrStdout(), replayed(marts)); err != nil {
				return err
			}
			return verdict(c.ErrOrStderr(), run, marts, run.Changed(models))
		},
	}
	where.flags(c)
	out.flags(c)
	c.Flags().BoolVar(&current, "current-models", false, "build with the models of this program, not with those of the run")
	return c
}

// recorded reads the record of a run.
func (d *desk) recorded(id string) (transform.Run, error) {
	if id == "latest" {
		var err error
		if _, id, err = transform.Published(d.cfg.State); err != nil {
			return transform.Run{}, err
		}
	}
	return transform.Recorded(d.cfg.State, id)
}

func replayed(marts []transform.Replayed) warehouse.Table {
	var t warehouse.Table
	for _, name := range []string{"mart", "same", "rows", "rows_now", "digest", "digest_now"} {
		t.Columns = append(t.Columns, warehouse.Column{Name: name})
	}
	for _, m := range marts {
		t.Rows = append(t.Rows, []any{m.Recorded.Table, m.Same(), m.Recorded.Rows, m.Now.Rows, m.Recorded.Digest, m.Now.Digest})
	}
	return t
}

// verdict says in one sentence whether the run was met, and which models have another text today.
func verdict(w io.Writer, run transform.Run, marts []transform.Replayed, changed []string) error {
	var differing []string
	for _, m := range marts {
		if !m.Same() {
			differing = append(differing, m.Recorded.Table)
		}
	}
	if len(changed) > 0 {
		_, err := fmt.Fprintf(w, "%d models have another text in this program than in the run, so that its figures may differ: %s\n",
			len(changed), strings.Join(changed, ", "))
		if err != nil {
			return err
		}
	}
	if len(differing) > 0 {
		return fmt.Errorf("run %s as of %s: %d of %d marts differ: %s", run.ID, run.AsOf, len(differing), len(marts),
			strings.Join(differing, ", "))
	}
	_, err := fmt.Fprintf(w, "run %s as of %s: all %d marts are the same, to the last digit\n", run.ID, run.AsOf, len(marts))
	return err
}
