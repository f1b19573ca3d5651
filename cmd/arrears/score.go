package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"time"

	"github.com/spf13/cobra"

	"arrears/score"
	"arrears/transform"
	"arrears/warehouse"
)

func newScore() *cobra.Command {
	c := &cobra.Command{
		Use:   "score",
		Short: "How likely open items are to be paid late, and how good such forecasts have been",
		Args:  noArguments,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(newBacktest())
	return c
}

func newBacktest() *cobra.Command {
	var where company
	var at moments
	var cut string
	var deciles bool
	var out output
	c := &cobra.Command{
		Use:   "backtest",
		Short: "Scores of the past against what came",
		Long: `Backtest learns from what was settled before a day and scores the items issued from then on, as they were scored on the
day of issue; then it does so month by month. It prints how well late items were told from punctual ones (auc), how true the
probabilities were (brier, ece), how far off the days late (rmse_days), and what share of all money-days late the fifth with the
highest priority held (top_fifth), each with the interval of 95 of 100 resamples, for three forecasts: at_issue (what was known on
the day of issue), disputes_known (with whether the item was disputed by its due day) and prior_rate (the customer's prior late rate
alone). First it proves that no feature reads what came later: every one must be the same in the books cut off at that day.

See docs/reference/scores.md.`,
		Example: `  arrears score backtest -c arrears.yaml
  arrears score backtest -c arrears.yaml --cut 2026-01-01 -o csv
  arrears score backtest -c arrears.yaml --deciles`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			d, err := where.open(newLog(c.ErrOrStderr(), slog.LevelWarn))
			if err != nil {
				return err
			}
			if err := d.learnt(c.Context()); err != nil {
				return err
			}
			all, known, err := d.examples(c.Context(), at)
			if err != nil {
				return err
			}
			parted, err := cutDay(cut, all)
			if err != nil {
				return err
			}
			if err := d.guard(c.Context(), at, all, parted); err != nil {
				return err
			}
			t, err := backtest(all, parted, known.Unix()/86400, deciles)
			if err != nil {
				return err
			}
			return out.write(c.OutOrStdout(), t)
		},
	}
	where.flags(c)
	out.flags(c)
	at.flags(c)
	c.Flags().StringVar(&cut, "cut", "", "learn from what was settled before this `DATE`, test what was issued from then on\n(default: the month after two thirds of the history)")
	c.Flags().BoolVar(&deciles, "deciles", false, "tenths of the items tested by rising probability, instead of the measures")
	return c
}

// learnt refreshes where nothing has been published yet, or what is was published by other models.
func (d *desk) learnt(ctx context.Context) error {
	if d.canned || d.made(ctx) {
		return nil
	}
	_, _, err := d.cycle(ctx, "", time.Time{})
	return err
}

// made says whether what is published was made by this program's models.
func (d *desk) made(ctx context.Context) bool {
	_, id, err := transform.Published(d.cfg.State)
	if err != nil {
		return false
	}
	run, err := transform.Recorded(d.cfg.State, id)
	if err != nil {
		return false
	}
	models, _, err := statements(ctx)
	return err == nil && run.MadeBy(models) == nil
}

// examples reads the history as it is known at the moments asked for.
func (d *desk) examples(ctx context.Context, at moments) (all []score.Example, known time.Time, err error) {
	v, err := d.view(ctx, at, "", "core.risk_example")
	if err != nil {
		return nil, time.Time{}, err
	}
	defer closing(v, &err)
	return transform.Examples(ctx, v.DB)
}

// errLeak is returned where a feature reads what came after the day it is of.
var errLeak = errors.New("the back-test would be of no worth")

// guard compares the history with that of the books as they stood on the eve of the cut.
func (d *desk) guard(ctx context.Context, at moments, all []score.Example, cut int64) error {
	at.asOf = calendarDay(cut - 1).Format(time.DateOnly)
	then, _, err := d.examples(ctx, at)
	if err != nil {
		return err
	}
	var errs []error
	for _, leak := range score.Leaks(all, then) {
		errs = append(errs, leak)
	}
	if len(errs) > 0 {
		return fmt.Errorf("%w: %w", errLeak, errors.Join(errs...))
	}
	return nil
}

func calendarDay(day int64) time.Time { return time.Unix(day*86400, 0).UTC() }

// cutDay reads --cut.
func cutDay(text string, all []score.Example) (int64, error) {
	if text == "" {
		return score.Cut(all), nil
	}
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return 0, usageError{fmt.Errorf("--cut is a date like 2026-01-01, not %q", text)}
	}
	return day.Unix() / 86400, nil
}

// errNoHistory is returned where there is nothing to test, or nothing to learn from before it.
var errNoHistory = errors.New("there is too little history: at least 100 items, 10 of them late and 10 in time, have to be settled before the cut, and some issued from then on")

// backtest tests three forecasts on what was issued from the cut on, and then month by month.
func backtest(all []score.Example, cut, known int64, deciles bool) (warehouse.Table, error) {
	atIssue, err := score.Test(all, cut, score.Never, score.Recipe{AtOnce: true})
	if err != nil {
		return warehouse.Table{}, err
	}
	disputed, err := score.Test(all, cut, score.Never, score.Recipe{})
	if err != nil {
		return warehouse.Table{}, err
	}
	if disputed.Tested == 0 || disputed.Kind == score.Untrained {
		return warehouse.Table{}, errNoHistory
	}
	if deciles {
		return decileTable(atIssue, disputed), nil
	}
	t := warehouse.Table{}
	for _, name := range []string{"issued", "forecast", "learnt", "tested", "measure", "value", "low", "high"} {
		t.Columns = append(t.Columns, warehouse.Column{Name: name})
	}
	from := calendarDay(cut).Format(time.DateOnly) + " on"
	t.Rows = append(t.Rows, measures(from, forecastName(true), atIssue)...)
	t.Rows = append(t.Rows, measures(from, forecastName(false), disputed)...)
	t.Rows = append(t.Rows, measures(from, "prior_rate", score.Prior(all, cut, score.Never))...)
	byAmount, best := score.Yardsticks(disputed.Forecasts)
	t.Rows = append(t.Rows,
		[]any{from, "by_amount", nil, int64(disputed.Tested), "top_fifth", rounded(byAmount), nil, nil},
		[]any{from, "best_possible", nil, int64(disputed.Tested), "top_fifth", rounded(best), nil, nil})
	months, err := score.Monthly(all, score.Testable(all, known+1))
	if err != nil {
		return warehouse.Table{}, err
	}
	for _, m := range months {
		if m.Model.Tested > 0 && m.Model.Kind != score.Untrained {
			name := calendarDay(m.Model.From).Format("2006-01")
			t.Rows = append(t.Rows, measures(name, forecastName(true), m.AtOnce)[0], measures(name, forecastName(false), m.Model)[0],
				measures(name, "prior_rate", m.Prior)[0])
		}
	}
	return t, nil
}

// measures are the rows of one test, the area under the curve first.
func measures(issued, forecast string, r score.Result) [][]any {
	in := score.Bootstrap(r.Forecasts, 1)
	var rows [][]any
	for _, m := range []struct {
		name  string
		value float64
		in    score.Interval
	}{
		{"auc", r.Measures.AUC, in.AUC}, {"brier", r.Measures.Brier, in.Brier}, {"ece", r.Measures.ECE, in.ECE},
		{"rmse_days", r.Measures.RMSE, in.RMSE}, {"top_fifth", r.Measures.TopFifth, in.TopFifth},
	} {
		rows = append(rows, []any{issued, forecast, int64(r.Learnt), int64(r.Tested), m.name, rounded(m.value), rounded(m.in.Low), rounded(m.in.High)})
	}
	return rows
}

// rounded is a measure to six decimals, and nothing for one that is not defined.
func rounded(x float64) any {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	return math.Round(x*1e6) / 1e6
}

func forecastName(atOnce bool) string {
	if atOnce {
		return "at_issue"
	}
	return "disputes_known"
}

func decileTable(atIssue, disputed score.Result) warehouse.Table {
	t := warehouse.Table{}
	for _, name := range []string{"forecast", "decile", "items", "probability", "late", "money_days"} {
		t.Columns = append(t.Columns, warehouse.Column{Name: name})
	}
	for _, r := range []score.Result{atIssue, disputed} {
		name := forecastName(r.Recipe.AtOnce)
		for _, d := range score.Deciles(r.Forecasts) {
			t.Rows = append(t.Rows, []any{name, int64(d.Decile), int64(d.Items), rounded(d.Probability), rounded(d.Late), rounded(d.MoneyDays)})
		}
	}
	return t
}
