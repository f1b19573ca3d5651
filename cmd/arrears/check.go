package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"arrears/config"
	"arrears/ingest"
	"arrears/sql"
	"arrears/transform"
	"arrears/warehouse"
)

func newCheck() *cobra.Command {
	var where company
	c := &cobra.Command{
		Use:   "check",
		Short: "Configuration, sources, contracts and models: every mistake, with its line",
		Long: `Check reads the configuration, compiles every expression, looks for the files of every source and orders the models,
and names every mistake at once. Nothing is landed.`,
		Example: `  arrears check -c arrears.yaml`,
		Args:    noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			d, err := where.open(newLog(c.ErrOrStderr(), slog.LevelWarn))
			if err != nil {
				return err
			}
			models, checks, err := statements(c.Context())
			if err != nil {
				return err
			}
			mistakes := slices.Concat(d.contracts(), d.severities(checks), d.unsent())
			if len(mistakes) > 0 {
				return usageError{errors.New(strings.Join(mistakes, "\n"))}
			}
			_, err = fmt.Fprintf(c.OutOrStdout(), "%s: %d sources, %d models and %d checks, no mistake\n", d.name(),
				len(d.cfg.Sources), len(models), len(checks))
			if err != nil {
				return err
			}
			for _, s := range d.cfg.Sources {
				if empty(s) {
					_, err = fmt.Fprintf(c.OutOrStdout(), "  source %s finds no file yet: %s\n", s.Name, strings.Join(s.Files, ", "))
				}
				if err != nil {
					return err
				}
			}
			return nil
		},
	}
	where.flags(c)
	return c
}

func (d *desk) name() string {
	if d.canned {
		return filepath.Dir(d.cfg.State)
	}
	return d.cfg.Path
}

// contracts are the mistakes in the expressions of maps.
func (d *desk) contracts() []string {
	var mistakes []string
	for _, s := range d.cfg.Sources {
		for _, p := range ingest.Check(s) {
			mistakes = append(mistakes, fmt.Sprintf("%s:%d: source %s: %s", d.cfg.Path, p.Line, s.Name, p.Text))
		}
	}
	return mistakes
}

// severities are names under checks: that no check has.
func (d *desk) severities(checks transform.Models) []string {
	var mistakes []string
	for name := range d.cfg.Checks {
		if !slices.ContainsFunc(checks, func(m transform.Model) bool { return m.Name == "check."+name }) {
			names := make([]string, len(checks))
			for i, m := range checks {
				names[i] = strings.TrimPrefix(m.Name, "check.")
			}
			mistakes = append(mistakes, fmt.Sprintf("%s: checks: no check is called %s; there are %s", d.cfg.Path, name,
				strings.Join(names, ", ")))
		}
	}
	slices.Sort(mistakes)
	return mistakes
}

func statements(ctx context.Context) (models, checks transform.Models, err error) {
	parser, err := warehouse.Open(ctx, warehouse.Options{})
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, parser.Close()) }()
	if models, err = transform.Find(ctx, sql.Models, parser); err != nil {
		return nil, nil, err
	}
	checks, err = transform.FindChecks(ctx, sql.Checks, parser)
	return models, checks, err
}

// empty says whether none of a source's globs finds a file.
func empty(s config.Source) bool {
	if len(s.Files) == 0 {
		return false // it lies elsewhere
	}
	for _, glob := range s.Files {
		if found, err := filepath.Glob(glob); err == nil && len(found) > 0 {
			return false
		}
	}
	return true
}
