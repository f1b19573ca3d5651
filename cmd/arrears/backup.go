package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"arrears/ledger"
)

func newBackup() *cobra.Command {
	var where company
	var file string
	c := &cobra.Command{
		Use:   "backup",
		Short: "The state folder as one file with digests: ledger, extracts, batches, receipts, runs",
		Long: `Backup writes everything that cannot be computed again into one file (tar, zstd): the ledger as of one moment, every kept
extract, every batch with its receipt, the records of runs. The warehouse is left out: arrears run builds it from these.
No landing or refresh runs meanwhile; people's actions are written on. The file is read back and compared with its digests
before the command says that it is done. It holds everything the company entrusts to Arrears: keep it as you keep that.`,
		Example: `  arrears backup -c arrears.yaml
  arrears backup -c arrears.yaml -f /backups/arrears-2026-11-02.tar.zst`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			d, err := where.open(newLog(c.ErrOrStderr(), slog.LevelWarn))
			if err != nil {
				return err
			}
			if file == "" {
				file = "arrears-" + time.Now().UTC().Format("20060102T150405Z") + ".tar.zst"
			}
			said, err := d.backup(c.Context(), file)
			if err != nil {
				return fmt.Errorf("back up %s: %w", d.cfg.State, err)
			}
			_, err = fmt.Fprintf(c.OutOrStdout(), "%s: %s\n", file, said)
			return err
		},
	}
	where.flags(c)
	c.Flags().StringVarP(&file, "file", "f", "", "write the backup to `FILE` (default: arrears-TIME.tar.zst here)")
	return c
}

// rebuilt are the parts of a state folder that are made anew, or that a process needs only while it runs.
var rebuilt = map[string]bool{"warehouse": true, "tmp": true, "spill": true, "lock": true, "landing.lock": true, "mail.lock": true, "ledger/lock": true, "instructions/lock": true}

// backup writes the file aside, reads it back and puts it in place.
func (d *desk) backup(ctx context.Context, file string) (said string, err error) {
	unlock, err := lock(ctx, d.cfg.State)
	if err != nil {
		return "", err
	}
	defer unlock()
	unlockMail, err := lockMail(ctx, d.cfg.State, time.After(patience))
	if err != nil {
		return "", err
	}
	defer unlockMail()
	release, err := d.box().Hold(ctx) // what the ledger's copy says of an instruction, the copy of its files says too
	if err != nil {
		return "", err
	}
	defer release()
	copied, err := os.MkdirTemp(filepath.Dir(file), ".backup-*")
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(copied)) }()
	end, err := d.snapshot(ctx, copied)
	if err != nil {
		return "", err
	}
	aside := filepath.Join(copied, "backup.tar.zst")
	written, err := d.packTo(ctx, aside, copied)
	if err != nil {
		return "", err
	}
	read, err := unpackFile(ctx, aside, "")
	if err != nil {
		return "", fmt.Errorf("read it back: %w", err)
	}
	if read != written {
		return "", fmt.Errorf("read it back: %d files of %d bytes were written, %d of %d are there", written.files, written.bytes, read.files, read.bytes)
	}
	if err := os.Rename(aside, file); err != nil {
		return "", err
	}
	said = fmt.Sprintf("%d files, %d bytes, read back and compared", written.files, written.bytes)
	if end.Sequence > 0 {
		said += fmt.Sprintf("; the ledger ends at %d:%s", end.Sequence, end.Hash)
	}
	return said, nil
}

// snapshot copies the ledger as of one moment, if there is one.
func (d *desk) snapshot(ctx context.Context, to string) (ledger.Point, error) {
	if !ledger.Exists(d.cfg.State) {
		return ledger.Point{}, nil
	}
	l, err := d.openLedger(ctx)
	if err != nil {
		return ledger.Point{}, err
	}
	end, err := l.Snapshot(ctx, to)
	return end, errors.Join(err, l.Close())
}

// packTo packs the state folder, but for what is rebuilt and for the files of the ledger, of which the copy is taken.
func (d *desk) packTo(ctx context.Context, file, copied string) (packed, error) {
	p, err := newPacker(file)
	if err != nil {
		return packed{}, err
	}
	isLedger := func(name string) bool {
		return name == "ledger.head" || strings.HasPrefix(name, "ledger/ledger.sqlite")
	}
	err = p.folder(ctx, d.cfg.State, func(name string) bool { return !rebuilt[name] && !isLedger(name) })
	if err == nil {
		err = p.folder(ctx, copied, func(name string) bool { return name == "ledger" || isLedger(name) })
	}
	return p.packed, errors.Join(err, p.close())
}
