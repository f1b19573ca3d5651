package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/spf13/cobra"
)

func newRestore() *cobra.Command {
	var where company
	var replace bool
	c := &cobra.Command{
		Use:   "restore FILE",
		Short: "A backup put in place as the state folder, after every file and the ledger were verified",
		Long: `Restore unpacks a backup beside the configured state folder, compares every file with its digest, verifies the ledger, and only then
puts it in place. A state folder that is there is left alone, unless --replace is given: then it is renamed, not deleted.
Stop arrears serve before. Afterwards arrears run builds the warehouse.`,
		Example: `  arrears restore arrears-20261102T060000Z.tar.zst -c arrears.yaml
  arrears restore arrears-20261102T060000Z.tar.zst -c arrears.yaml --replace`,
		Args: one("the file of a backup"),
		RunE: func(c *cobra.Command, args []string) error {
			d, err := where.open(newLog(c.ErrOrStderr(), slog.LevelWarn))
			if err != nil {
				return err
			}
			if err := d.restore(c.Context(), c.OutOrStdout(), args[0], replace); err != nil {
				return fmt.Errorf("restore %s: %w", args[0], err)
			}
			return nil
		},
	}
	where.flags(c)
	c.Flags().BoolVar(&replace, "replace", false, "rename a state folder that is there and take its place")
	return c
}

func (d *desk) restore(ctx context.Context, w io.Writer, file string, replace bool) (err error) {
	state := d.cfg.State
	left, err := os.ReadDir(state)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if len(left) > 0 && !replace {
		return fmt.Errorf("%s is not empty; --replace renames it", state)
	}
	staging := state + ".restoring"
	if err := os.Mkdir(staging, 0o755); err != nil {
		return fmt.Errorf("another restore is at work, or was broken off: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(staging)) }() // where it came to its place there is nothing left
	read, err := unpackFile(ctx, file, staging)
	if err != nil {
		return err
	}
	restored := *d
	restored.cfg.State = staging
	faults, err := restored.verifyLedger(ctx, w, nil)
	if err != nil {
		return err
	}
	if faults > 0 {
		return fmt.Errorf("the ledger in it has %d faults", faults)
	}
	aside, err := d.moveIn(ctx, staging, len(left) > 0)
	if err != nil {
		return err
	}
	if aside != "" {
		aside = "; what was there is now " + aside
	}
	_, err = fmt.Fprintf(w, "%s: %d files, %d bytes in place%s\n", state, read.files, read.bytes, aside)
	return err
}

// moveIn puts the restored folder in the place of the state folder, while no other process lands or refreshes it.
func (d *desk) moveIn(ctx context.Context, staging string, occupied bool) (aside string, err error) {
	unlock, err := lock(ctx, d.cfg.State) // makes the folder, if it was not there
	if err != nil {
		return "", err
	}
	defer unlock()
	if !occupied {
		return "", errors.Join(os.RemoveAll(d.cfg.State), os.Rename(staging, d.cfg.State))
	}
	aside = d.cfg.State + ".before-" + time.Now().UTC().Format("20060102T150405Z")
	if err := os.Rename(d.cfg.State, aside); err != nil {
		return "", err
	}
	return aside, os.Rename(staging, d.cfg.State)
}
