package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"arrears/disputes/intake"
	"arrears/ingest"
	"arrears/ingest/mailbox"
	"arrears/ledger"
)

func newVerify() *cobra.Command {
	var where company
	var heads []string
	var ledgerOnly bool
	c := &cobra.Command{
		Use:   "verify",
		Short: "Whether the ledger and the kept extracts are what was written, and where not",
		Long: `Verify follows the ledger's events from the first to the last, compares its end with the record kept outside of it, makes
every table that follows from the events again and compares it, and compares the events with the extracts of them that have
landed. It finds any edit, deletion, insertion, change of order or truncation, and says where. Then it reads every kept
extract and compares it with its digest.

It prints the ledger's end as NUMBER:HASH. Note it elsewhere: --head says later whether that event is still there.

Exit status: 0 all is as it was written; 1 it is not; 2 wrong usage or configuration.`,
		Example: `  arrears verify -c arrears.yaml
  arrears verify -c arrears.yaml --head 1204:7c1f0e...`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			anchors, err := points(heads)
			if err != nil {
				return err
			}
			d, err := where.open(newLog(c.ErrOrStderr(), slog.LevelWarn))
			if err != nil {
				return err
			}
			broken, err := d.verifyLedger(c.Context(), c.OutOrStdout(), anchors)
			if err != nil {
				return err
			}
			if !ledgerOnly {
				extracts, err := d.verifyExtracts(c.Context(), c.OutOrStdout())
				if err != nil {
					return err
				}
				mails, err := d.verifyMail(c.Context(), c.OutOrStdout())
				if err != nil {
					return err
				}
				broken += extracts + mails
			}
			if broken > 0 {
				return fmt.Errorf("%d faults: the state is not what was written", broken)
			}
			return nil
		},
	}
	where.flags(c)
	c.Flags().StringArrayVar(&heads, "head", nil, "an end of the ledger that was noted earlier, as `NUMBER:HASH`; may be repeated")
	c.Flags().BoolVar(&ledgerOnly, "ledger", false, "leave the kept extracts out")
	return c
}

// points reads --head.
func points(texts []string) ([]ledger.Point, error) {
	var all []ledger.Point
	for _, text := range texts {
		number, hash, _ := strings.Cut(text, ":")
		sequence, err := strconv.ParseInt(number, 10, 64)
		if err != nil || len(hash) != 64 {
			return nil, usageError{fmt.Errorf("--head is a number and a hash as arrears verify prints them, not %q", text)}
		}
		all = append(all, ledger.Point{Sequence: sequence, Hash: hash})
	}
	return all, nil
}

// question is what the ledger is asked: it must also have every event of which the archive holds an extract.
func (d *desk) question(anchors []ledger.Point) (ledger.Question, int64, error) {
	q := ledger.Question{Anchors: anchors, Projections: projections()}
	landed, err := d.landedExtracts()
	if err != nil {
		return q, 0, err
	}
	last := int64(0)
	for _, r := range landed {
		q.Extracts = append(q.Extracts, ingest.ArchivePath(d.cfg.State, r.Digest))
		last = max(last, ledger.Extracted(r.File))
	}
	return q, last, nil
}

// evidence verifies the ledger of the state folder.
func (d *desk) evidence(ctx context.Context, anchors []ledger.Point) (ledger.Evidence, error) {
	q, last, err := d.question(anchors)
	if err != nil {
		return ledger.Evidence{}, err
	}
	if !ledger.Exists(d.cfg.State) && last == 0 && len(anchors) == 0 {
		return ledger.Evidence{}, nil
	}
	found, err := ledger.Verify(ctx, d.cfg.State, q)
	if found.End.Sequence < last {
		found.Faults = append(found.Faults, ledger.Fault{Where: "ledger",
			What: fmt.Sprintf("ends at event %d, extracts of events up to %d have landed", found.End.Sequence, last)})
	}
	return found, err
}

// proveLedger verifies the ledger once when the service starts, and says loudly what is wrong. Its end is logged: a log that is kept
// elsewhere is the place to compare it with.
func (d *desk) proveLedger(ctx context.Context) {
	found, err := d.evidence(ctx, nil)
	switch {
	case ctx.Err() != nil:
	case err != nil:
		d.log.ErrorContext(ctx, "the ledger cannot be verified", "cause", err)
	case len(found.Faults) > 0:
		d.log.ErrorContext(ctx, "the ledger is not what was written; arrears verify lists the faults", "faults", len(found.Faults), "first", found.Faults[0].String())
	case found.Events > 0:
		d.log.InfoContext(ctx, "ledger verified", "events", found.Events, "end", fmt.Sprintf("%d:%s", found.End.Sequence, found.End.Hash))
	}
}

func (d *desk) verifyLedger(ctx context.Context, w io.Writer, anchors []ledger.Point) (faults int, err error) {
	found, err := d.evidence(ctx, anchors)
	if err != nil {
		return 0, err
	}
	_, err = fmt.Fprintf(w, "ledger: %d events, %d tables made again, %d records of extracts compared\n", found.Events, found.Tables, found.Records)
	if found.End.Sequence > 0 {
		_, told := fmt.Fprintf(w, "  ends at %d:%s\n", found.End.Sequence, found.End.Hash)
		err = errors.Join(err, told)
	}
	for _, f := range found.Faults {
		_, told := fmt.Fprintln(w, "  "+f.String())
		err = errors.Join(err, told)
	}
	return len(found.Faults), err
}

func (d *desk) verifyExtracts(ctx context.Context, w io.Writer) (faults int, err error) {
	extracts, found, err := ingest.Verify(ctx, d.cfg.State)
	if err != nil {
		return 0, err
	}
	_, err = fmt.Fprintf(w, "archive: %d extracts compared with their digests\n", extracts)
	for _, f := range found {
		_, told := fmt.Fprintf(w, "  %s: %s\n", f.File, f.What)
		err = errors.Join(err, told)
	}
	return len(found), err
}

// verifyMail compares every message on record with its digest.
func (d *desk) verifyMail(ctx context.Context, w io.Writer) (faults int, err error) {
	if !ledger.Exists(d.cfg.State) {
		return 0, nil
	}
	l, err := d.openLedger(ctx)
	if errors.Is(err, ledger.ErrBroken) {
		return 0, nil // it has been told
	}
	if err != nil {
		return 0, err
	}
	records, err := intake.Records(ctx, l, intake.Filter{})
	if err = errors.Join(err, l.Close()); err != nil || len(records) == 0 {
		return 0, err
	}
	read := map[string]bool{}
	var told strings.Builder
	for _, r := range records {
		if read[r.Digest] {
			continue
		}
		read[r.Digest] = true
		if _, wrong := mailbox.Read(d.cfg.State, r.Digest); wrong != nil {
			faults++
			_, _ = fmt.Fprintf(&told, "  message %s: %v\n", r.Digest, wrong)
		}
	}
	_, err = fmt.Fprintf(w, "mail: %d messages compared with their digests\n%s", len(read), told.String())
	return faults, err
}
