package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime/debug"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// newRoot is the command line. It wires the rooms together and holds no business of its own.
func newRoot(stdout, stderr io.Writer) *cobra.Command {
	root := &cobra.Command{
		Use:   "arrears",
		Short: "Collections and dispute management: from extracts to figures that tie",
		Long: `Arrears lands receivables, payment and dispute extracts, computes DSO, aging and the other KPIs in SQL on any
date, proves that they tie, and serves them as pages, metrics and files.`,
		Example: `  arrears demo                                    a made-up company, from extract to dashboard
  arrears run -c arrears.yaml                     one refresh
  arrears kpi -c arrears.yaml --as-of 2026-10-31  the KPIs on a day
  arrears kpi --data extracts/ --currency EUR     the same of a folder of canonical files`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usageError{fmt.Errorf("unknown command %q; see arrears --help", args[0])}
			}
			return nil
		},
		RunE:          func(c *cobra.Command, _ []string) error { return c.Help() },
		Version:       version(),
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.SetOut(stdout)
	root.SetErr(stderr)
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return usageError{fmt.Errorf("%w; see %s --help", err, c.CommandPath())}
	})
	root.AddCommand(newDemo(), newRun(), newServe(), newCheck(), newChecks(), newKPI(), newExplain(), newRejects(), newSources(), newQuery(), newReplay(), newRestatements(), newEvidence(), newScore(), newWorklist(), newPlan(), newLegal(), newStrategy(),
		newDispute(), newEvents(), newOutbox(), newInstructions(), newLetters(), newDeductions(), newMail(), newVerify(), newBackup(), newRestore(), newUser())
	return root
}

// version is the module's, or the commit it was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return s.Value[:12]
		}
	}
	return info.Main.Version
}

// noArguments refuses stray words with the status of wrong usage.
func noArguments(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usageError{fmt.Errorf("%s takes no argument, not %q; see %s --help", c.CommandPath(), args[0], c.CommandPath())}
	}
	return nil
}

// company is where a command finds its configuration: a file, or a folder of canonical extracts.
type company struct {
	file, data, currency string
}

func (c *company) flags(command *cobra.Command) {
	f := command.Flags()
	f.StringVarP(&c.file, "config", "c", "arrears.yaml", "configuration `FILE`")
	f.StringVar(&c.data, "data", "", "folder of canonical files instead of a configuration: invoices*.csv, payments*.parquet, ... (`DIR`)")
	f.StringVar(&c.currency, "currency", "", "reporting currency of --data, where documents are in several (ISO 4217 `CODE`)")
	command.PreRunE = func(*cobra.Command, []string) error {
		switch {
		case c.data != "" && f.Changed("config"):
			return usageError{errors.New("--config and --data exclude each other")}
		case c.data == "" && c.currency != "":
			return usageError{errors.New("--currency goes with --data; a configuration names its own")}
		}
		return nil
	}
}

// newLog writes text on a terminal and JSON elsewhere.
func newLog(w io.Writer, level slog.Level) *slog.Logger {
	options := &slog.HandlerOptions{Level: level}
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return slog.New(slog.NewTextHandler(w, options))
	}
	options.ReplaceAttr = readable
	return slog.New(slog.NewJSONHandler(w, options))
}

// readable writes a duration as people do, "12.583s": JSON's own form is a count of nanoseconds.
func readable(_ []string, a slog.Attr) slog.Attr {
	if a.Value.Kind() == slog.KindDuration {
		a.Value = slog.StringValue(a.Value.Duration().String())
	}
	return a
}
