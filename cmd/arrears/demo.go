package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"arrears/config"
	"arrears/demo"
	"arrears/ledger"
	"arrears/ledger/signin"
)

func newDemo() *cobra.Command {
	var dir, listen string
	var once bool
	var invoices int
	var options demo.Options
	c := &cobra.Command{
		Use:   "demo",
		Short: "A made-up company end to end: extracts written, landed, computed and served",
		Long: `Demo makes up a company with three systems, writes their extracts and the arrears.yaml that maps them, lands them,
publishes the marts and serves the dashboard and the customers' portal. One of the files has faults on purpose, so that quarantine has something
to show. Who opens the dashboard is signed in as a demo user of any role, and it answers this machine only. The same seed makes the same company, to the byte.`,
		Example: `  arrears demo
  arrears demo --dir demo-company --once
  arrears kpi -c demo-company/arrears.yaml
  arrears demo --dir big --invoices 1000000       canonical files of a large company, for measuring`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			if listen != "" && !signin.Loopback(listen) {
				return usageError{fmt.Errorf("the demo signs everybody in and listens on this machine only, as in --listen 127.0.0.1:8080, not on %s", listen)}
			}
			if dir == "" {
				made, err := os.MkdirTemp("", "arrears-demo-")
				if err != nil {
					return fmt.Errorf("make a folder for the demo: %w", err)
				}
				dir = made
			}
			if invoices > 0 {
				return scaleDemo(c, dir, demo.ScaleOptions{Invoices: invoices, Seed: options.Seed})
			}
			path, err := demo.Write(dir, options)
			if err != nil {
				return err
			}
			say := func(format string, args ...any) { _, _ = fmt.Fprintf(c.OutOrStdout(), format, args...) }
			say("A made-up company lies in %s: its extracts, some with faults on purpose, and arrears.yaml that maps them.\n", dir)
			where := company{file: path}
			d, err := where.open(newLog(c.ErrOrStderr(), slog.LevelError))
			if err != nil {
				return err
			}
			if err := publishDemo(c, d); err != nil || once {
				return err
			}
			return serveDemo(c, d, listen, path)
		},
	}
	f := c.Flags()
	f.StringVar(&dir, "dir", "", "`DIR` for the company (default: a new folder for temporary files)")
	f.StringVar(&listen, "listen", "", "`ADDRESS` of the dashboard (default 127.0.0.1:8080, or a free port where that is taken)")
	f.BoolVar(&once, "once", false, "exit when the marts are published")
	f.Uint64Var(&options.Seed, "seed", 1, "`SEED` of the company")
	f.IntVar(&options.Customers, "customers", 80, "how many customers (`N`)")
	f.IntVar(&options.Months, "months", 24, "how many months of business (`N`)")
	f.IntVar(&invoices, "invoices", 0, "write a large company instead, as a folder of canonical files with `N` invoices, and exit")
	return c
}

// scaleDemo writes a company of any size, which is for measuring: it has no stories, only numbers.
func scaleDemo(c *cobra.Command, dir string, options demo.ScaleOptions) error {
	made, err := demo.Scale(dir, options)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.OutOrStdout(), "%d invoices, %d payments, %d applications, %d credits and %d disputes of %d customers lie in %s.\n"+
		"  arrears run --data %s --currency EUR\n",
		made.Invoices, made.Payments, made.Applications, made.Credits, made.Disputes, made.Customers, dir, dir)
	return err
}

// publishDemo refreshes before it says where to look, so that the first page shows figures. The faults it finds are there
// on purpose: they are told, and are no reason to fail.
func publishDemo(c *cobra.Command, d *desk) error {
	result, report, err := d.cycle(c.Context(), "", time.Time{})
	if err != nil {
		return err
	}
	var faults told
	if err := summarise(c.OutOrStdout(), report, result); err != nil && !errors.As(err, &faults) {
		return err
	}
	return nil
}

// serveDemo serves the company to this machine alone: whoever comes is signed in without a password.
func serveDemo(c *cobra.Command, d *desk, listen, path string) error {
	at, err := listenFree(listen)
	if err != nil {
		return err
	}
	names, err := d.hireDemo(c.Context())
	if err != nil {
		return errors.Join(err, at.Close())
	}
	if d.customersAt, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return errors.Join(err, at.Close())
	}
	d.cfg.Portal = config.Portal{Listen: d.customersAt.Addr().String(), Address: "http://" + d.customersAt.Addr().String()}
	s, err := d.service(c.Context(), names...)
	if err != nil {
		return errors.Join(err, at.Close(), d.customersAt.Close())
	}
	if err := s.fileDemoCases(c.Context()); err != nil {
		return errors.Join(err, at.Close(), d.customersAt.Close(), s.ledger.Close())
	}
	link, err := s.demoLink(c.Context())
	if err != nil {
		return errors.Join(err, at.Close(), d.customersAt.Close(), s.ledger.Close())
	}
	_, err = fmt.Fprintf(c.OutOrStdout(), "\nOpen http://%[1]s\nAs one of its customers, once: %[2]s\n\nStop with Ctrl-C. While it runs, try:\n  %[3]s kpi -c %[4]s\n  %[3]s rejects -c %[4]s\n",
		at.Addr(), link, calledAs(), path)
	if err != nil {
		return errors.Join(err, at.Close(), s.ledger.Close())
	}
	return s.run(c.Context(), at)
}

// calledAs is how to call the program once more: go run leaves none behind.
func calledAs() string {
	if strings.Contains(os.Args[0], "go-build") {
		return "go run ./cmd/arrears"
	}
	return "arrears"
}

// demoStaff are the users of the demo, a role each; the first is who comes in. They have no password: elsewhere they cannot sign in.
var demoStaff = []struct{ role, title string }{
	{"manager", "Collections manager"}, {"cfo", "CFO"}, {"collector", "Collector"}, {"analyst", "Dispute analyst"},
	{"approver", "Approver"}, {"auditor", "Auditor"}, {"admin", "Administrator"},
}

// hireDemo makes sure that they are there.
func (d *desk) hireDemo(ctx context.Context) (names []string, err error) {
	l, err := d.openLedger(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	for _, s := range demoStaff {
		name := "demo-" + s.role
		names = append(names, name)
		if _, err := l.User(ctx, name); !errors.Is(err, ledger.ErrNoUser) {
			if err != nil {
				return nil, err
			}
			continue
		}
		u := ledger.User{Name: name, Title: s.title, Roles: []string{s.role}, Active: true}
		if err := l.SetUser(ctx, ledger.Program("demo"), u, "the demo"); err != nil {
			return nil, err
		}
	}
	return names, nil
}

// listenFree listens where it is told; without being told, on the usual port, or any free one.
func listenFree(listen string) (net.Listener, error) {
	if listen != "" {
		return net.Listen("tcp", listen)
	}
	at, err := net.Listen("tcp", "127.0.0.1:8080")
	if err != nil {
		return net.Listen("tcp", "127.0.0.1:0")
	}
	return at, nil
}
