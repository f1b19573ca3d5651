package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"arrears/ingest"
	"arrears/transform"
)

func newEvidence() *cobra.Command {
	var where company
	var at moments
	var file string
	c := &cobra.Command{
		Use:   "evidence KPI",
		Short: "One zip from which anyone with DuckDB alone computes a figure again, to the last digit",
		Long: `Evidence packs what a figure rests on: the rows its models start from as Parquet, the models, the parameters, the
receipts of the files the rows came from, what was said, and a script that computes it again with DuckDB alone. Before the
bundle is handed out, the script is run on it, and what it gives must be what was said, to the last digit.`,
		Example: `  arrears evidence dso -c arrears.yaml --as-of 2026-09-30
  arrears evidence aging_due -c arrears.yaml --as-of 2026-09-30 --known-at 2026-10-03T08:00:00Z -f aging.zip
  unzip -d dso dso-2026-09-30.zip && cd dso && sha256sum -c SHA256SUMS && duckdb -csv < run.sql`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usageError{errors.New("evidence takes the name of one KPI; arrears kpi --help lists them")}
			}
			return known(args, "")
		},
		RunE: func(c *cobra.Command, args []string) error {
			d, err := where.open(newLog(c.ErrOrStderr(), slog.LevelWarn))
			if err != nil {
				return err
			}
			said, err := d.say(c.Context(), args[0], at)
			if err != nil {
				return err
			}
			if file == "" {
				file = fmt.Sprintf("%s-%s.zip", said.KPI, said.AsOf)
			}
			digest, err := d.bundle(c.Context(), said, file)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(c.OutOrStdout(), "%s: the evidence for %s as of %s, computed again from it with the same digits\nSHA256SUMS has the SHA-256 %s\n",
				file, said.KPI, said.AsOf, digest)
			return err
		},
	}
	where.flags(c)
	at.flags(c)
	c.Flags().StringVarP(&file, "file", "f", "", "write the bundle to `FILE` (default: KPI-DATE.zip here)")
	return c
}

// bundle gathers the evidence beside the file it will be, makes sure that it gives what was said, and packs it.
func (d *desk) bundle(ctx context.Context, said assertion, file string) (digest string, err error) {
	folder, err := os.MkdirTemp(filepath.Dir(file), ".evidence-*")
	if err != nil {
		return "", fmt.Errorf("gather evidence: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	if folder, err = filepath.Abs(folder); err != nil {
		return "", fmt.Errorf("gather evidence: %w", err)
	}
	if err := d.gather(ctx, &said, folder); err != nil {
		return "", err
	}
	if err := said.write(folder); err != nil {
		return "", fmt.Errorf("write what was said: %w", err)
	}
	out, err := os.Create(file)
	if err != nil {
		return "", err
	}
	digest, err = transform.Pack(folder, out)
	if err = errors.Join(err, out.Close()); err != nil {
		return "", errors.Join(err, os.Remove(file))
	}
	return digest, nil
}

func (d *desk) gather(ctx context.Context, said *assertion, folder string) error {
	in, err := d.known(said.KnownAt)
	if err != nil {
		return err
	}
	models, _, err := statements(ctx)
	if err != nil {
		return err
	}
	day, err := time.Parse(time.DateOnly, said.AsOf)
	if err != nil {
		return err
	}
	claim := transform.Claim{KPI: said.KPI, Model: computes(models, said.KPI), Run: said.Run, AsOf: day}
	again, needed, err := transform.Gather(ctx, *in, claim, folder)
	if err != nil {
		return err
	}
	if !slices.EqualFunc(said.Figures, digits(again), assertedFigure.equal) {
		return fmt.Errorf("%s as of %s is not what its evidence gives; arrears replay %s says more", said.KPI, said.AsOf, said.Run)
	}
	said.Models = map[string]string{}
	for _, m := range needed {
		said.Models[m.Name] = m.Hash
	}
	for _, b := range in.Batches {
		said.Batches = append(said.Batches, b.ID)
	}
	return d.enclose(said.KnownAt, folder)
}

// enclose adds the receipts of the batches.
func (d *desk) enclose(knownAt time.Time, folder string) error {
	receipts, err := ingest.Receipts(d.cfg.State, knownAt)
	if err != nil {
		return err
	}
	if err := os.Mkdir(filepath.Join(folder, "receipts"), 0o755); err != nil {
		return fmt.Errorf("enclose the receipts: %w", err)
	}
	for _, r := range receipts {
		if err := writeIndented(filepath.Join(folder, "receipts", r.Batch+".json"), r); err != nil {
			return fmt.Errorf("enclose the receipts: %w", err)
		}
	}
	return nil
}
