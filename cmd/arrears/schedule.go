package main

import (
	"context"
	"errors"
	"slices"
	"time"

	"arrears/ingest/schedule"
)

// schedule keeps the slots of the sources. Its runs wait for other commands, however long those take.
func (s *service) schedule() (*schedule.Runner, error) {
	sources, err := schedule.Sources(s.cfg)
	if err != nil {
		return nil, err
	}
	return &schedule.Runner{
		Sources: sources, State: s.cfg.State, Log: s.log.With("room", "schedule"),
		Lock: s.waitForOthers, Land: s.refreshAndShow, Ended: s.slots.Ended,
	}, nil
}

func (s *service) waitForOthers(ctx context.Context) (func(), error) {
	long := time.AfterFunc(patience, func() {
		s.log.WarnContext(ctx, "slots wait for another command that lands, refreshes or backs up")
	})
	defer long.Stop()
	return lockWithin(ctx, s.cfg.State, nil)
}

// refreshAndShow is one run of the schedule: land the sources whose slot it is, refresh, show. What goes wrong is logged and counted;
// the old figures stay.
func (s *service) refreshAndShow(ctx context.Context, slots []schedule.Slot) error {
	start := time.Now()
	report, landed := s.landOf(ctx, func(source string) bool {
		return slices.ContainsFunc(slots, func(slot schedule.Slot) bool { return slot.Source == source })
	})
	s.count(report)
	if landed != nil && ctx.Err() == nil {
		s.log.ErrorContext(ctx, "not every file could be landed; the next slot tries again", "cause", landed)
	}
	err := s.refreshed(ctx)
	s.pipeline.Refreshed(time.Since(start), err)
	if err != nil && ctx.Err() == nil {
		s.log.ErrorContext(ctx, "refresh failed, what was published before still stands", "cause", err)
	}
	return errors.Join(landed, err)
}

func (s *service) refreshed(ctx context.Context) error {
	run, err := s.refresh(ctx, "", time.Time{})
	if err != nil {
		return err
	}
	for _, m := range run.Models {
		s.pipeline.Built(m.Model, time.Duration(m.Seconds*float64(time.Second)))
	}
	return s.show(ctx)
}
