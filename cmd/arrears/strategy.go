package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/shopspring/decimal"
	"github.com/spf13/cobra"

	"arrears/collections"
	"arrears/config"
	"arrears/transform"
	"arrears/warehouse"
)

func newStrategy() *cobra.Command {
	c := &cobra.Command{
		Use:   "strategy",
		Short: "Try another order of the worklist: on the company's own past, and before it is live",
	}
	c.AddCommand(newStrategyReplay(), newStrategyPreview())
	return c
}

func newStrategyReplay() *cobra.Command {
	var where company
	var out output
	r := strategyReplay{}
	c := &cobra.Command{
		Use:   "replay [FILE]",
		Short: "What each strategy would have been worth on past days",
		Long: `Replay makes the worklist of past days, each with only what was dated by then (--as-known: and had landed by then), and adds up what
came to pass on the accounts that each order would have called within the day's capacity: their money-days, the collectable part of
what was past due times the days it stayed open, in the days after (--days). A list that fits into the day is worth the same in
every order: --capacity asks what would be if there were less time. Orders are the one in use, each strategy alone, by
amount, the best possible, and that of FILE's worklist where one is given.

captured are money-days; at_stake those of everybody on the list; percent_of_best = captured / captured by the best possible order.
See docs/reference/strategies.md.`,
		Example: `  arrears strategy replay -c arrears.yaml
  arrears strategy replay tried.yaml --months 12 --capacity 60 -c arrears.yaml -o csv`,
		Args: atMostOneFile,
		RunE: func(c *cobra.Command, args []string) error {
			if r.months < 1 || r.months > 60 || r.days < 1 || r.days > 365 || r.capacity < 0 {
				return usageError{errors.New("--months is a number from 1 to 60, --days one from 1 to 365, --capacity 0 or more")}
			}
			if len(args) == 1 {
				tried, err := config.LoadWorklist(args[0])
				if err != nil {
					return usageError{err}
				}
				r.tried = &tried
			}
			d, err := where.open(newLog(c.ErrOrStderr(), slog.LevelWarn))
			if err != nil {
				return err
			}
			t, err := r.run(c.Context(), d)
			if err != nil {
				return err
			}
			return out.write(c.OutOrStdout(), t)
		},
	}
	where.flags(c)
	out.flags(c)
	c.Flags().IntVar(&r.months, "months", 6, "of how many `MONTHS` the first day is replayed")
	c.Flags().IntVar(&r.days, "days", 60, "for how many `DAYS` after it is counted what came to pass")
	c.Flags().Int64Var(&r.capacity, "capacity", 0, "`MINUTES` a day of every collector (default: those of the configuration)")
	c.Flags().BoolVar(&r.asKnown, "as-known", false, "leave out rows that had not landed by the day, whatever their dates")
	return c
}

func atMostOneFile(c *cobra.Command, args []string) error {
	if len(args) > 1 {
		return usageError{fmt.Errorf("%s takes one file", c.CommandPath())}
	}
	return nil
}

// A strategyReplay asks what orders would have been worth.
type strategyReplay struct {
	months, days int
	capacity     int64 // minutes a day of everybody; 0 takes those of the configuration
	asKnown      bool
	tried        *config.Worklist // of a file
}

// bound takes another capacity where one is asked for.
func (r strategyReplay) bound(rules ...*config.Worklist) {
	for _, w := range rules {
		if w != nil && r.capacity > 0 {
			w.Capacity, w.Capacities = r.capacity, nil
		}
	}
}

// A worth is what one order captured, on one day or on all.
type worth struct {
	on, strategy     string
	listed, called   int
	captured, waited decimal.Decimal
}

// errTooYoung is returned where no day lies far enough back.
var errTooYoung = errors.New("no day lies far enough back: something has to be listed that many --days before the published date")

func (r strategyReplay) run(ctx context.Context, d *desk) (warehouse.Table, error) {
	if err := d.prepare(ctx); err != nil {
		return warehouse.Table{}, err
	}
	rules, asOf, err := d.publishedRules()
	if err != nil {
		return warehouse.Table{}, err
	}
	r.bound(&rules, r.tried)
	var all [][]worth
	for _, day := range pastDays(asOf, r.months, r.days) {
		worths, err := r.on(ctx, d, rules, day)
		if err != nil {
			return warehouse.Table{}, fmt.Errorf("replay %s: %w", day.Format(time.DateOnly), err)
		}
		if len(worths) > 0 {
			all = append(all, worths)
		}
	}
	if len(all) == 0 {
		return warehouse.Table{}, errTooYoung
	}
	return worthTable(append(all, summed(all))), nil
}

// publishedRules are those of the run that is published, and its date.
func (d *desk) publishedRules() (config.Worklist, time.Time, error) {
	_, id, err := transform.Published(d.cfg.State)
	if err != nil {
		return config.Worklist{}, time.Time{}, err
	}
	run, err := transform.Recorded(d.cfg.State, id)
	if err != nil {
		return config.Worklist{}, time.Time{}, err
	}
	asOf, err := time.Parse(time.DateOnly, run.AsOf)
	return run.Settings.Worklist, asOf, err
}

// pastDays are the first days of months that lie far enough back, oldest first.
func pastDays(asOf time.Time, months, days int) []time.Time {
	last := asOf.AddDate(0, 0, -days)
	first := time.Date(last.Year(), last.Month(), 1, 0, 0, 0, 0, time.UTC)
	var found []time.Time
	for i := months - 1; i >= 0; i-- {
		found = append(found, first.AddDate(0, -i, 0))
	}
	return found
}

// on replays one day: the worth of every order, the best possible last.
func (r strategyReplay) on(ctx context.Context, d *desk, rules config.Worklist, day time.Time) ([]worth, error) {
	waited, err := d.waited(ctx, day, r.days)
	if err != nil {
		return nil, err
	}
	accounts, err := r.accounts(ctx, d, day, &rules, waited)
	if err != nil || len(accounts) == 0 {
		return nil, err
	}
	total := decimal.Zero
	for _, a := range accounts {
		total = total.Add(a.Waited)
	}
	name := day.Format(time.DateOnly)
	var worths []worth
	add := func(strategy string, listed int, captured decimal.Decimal, called int) {
		worths = append(worths, worth{name, strategy, listed, called, captured, total})
	}
	by := func(strategy string, order collections.Order) {
		captured, called := collections.Captured(accounts, capacityOf(rules), order)
		add(strategy, len(accounts), captured, called)
	}
	captured, called := collections.InUse(accounts)
	add("in use", len(accounts), captured, called)
	if r.tried != nil {
		tried, err := r.accounts(ctx, d, day, r.tried, waited)
		if err != nil {
			return nil, err
		}
		captured, called := collections.InUse(tried)
		add("file", len(tried), captured, called)
	}
	for _, s := range rules.Strategies {
		by(s.Name, collections.ByPoints(s.Name))
	}
	by(config.MoneyDays, collections.ByMoneyDays)
	by("by amount", collections.ByAmount)
	by("best possible", collections.Best)
	return worths, nil
}

// capacityOf is how many minutes a collector has in a day.
func capacityOf(rules config.Worklist) func(collector string) int64 {
	return func(collector string) int64 {
		if capacity, own := rules.Capacities[collector]; own {
			return capacity
		}
		return rules.Capacity
	}
}
