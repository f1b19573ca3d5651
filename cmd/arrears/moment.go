package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"
)

// moments are the two times of a reading: the day the books are read for, and what was known of it when.
type moments struct{ asOf, knownAt string }

func (m *moments) flags(c *cobra.Command) {
	c.Flags().StringVar(&m.asOf, "as-of", "", "`DATE` on which the books are read: a date, today or latest (default: the one published)")
	c.Flags().StringVar(&m.knownAt, "known-at", "",
		"read only what had landed by this `TIME`, RFC 3339 or a date for its end (default: what was known when published)")
}

// moment reads --known-at: a time, or a date, which means the end of that day in UTC.
func moment(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if day, err := time.Parse(time.DateOnly, text); err == nil {
		return day.AddDate(0, 0, 1).Add(-time.Microsecond), nil
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}, usageError{fmt.Errorf("--known-at is a time like 2026-10-31T18:00:00Z or a date, not %q", text)}
	}
	return at, nil
}
