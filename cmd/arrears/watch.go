package main

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"time"

	"github.com/fsnotify/fsnotify"

	"arrears/config"
	"arrears/ingest/schedule"
)

// watchFolders lands what arrives in the folders of the sources that are watched, without waiting for their slots. A watch may miss
// what a slot finds; it is never the only way in.
func (s *service) watchFolders(ctx context.Context) {
	watched := slices.DeleteFunc(slices.Clone(s.cfg.Sources), func(one config.Source) bool { return !one.Watch })
	if len(watched) == 0 {
		return
	}
	w, err := fsnotify.NewWatcher()
	if err != nil {
		s.log.ErrorContext(ctx, "folders cannot be watched; slots find what arrives", "cause", err)
		return
	}
	defer func() { _ = w.Close() }() // nothing is written
	for _, one := range watched {
		for _, folder := range folders(one) {
			if err := w.Add(folder); err != nil {
				s.log.WarnContext(ctx, "a folder cannot be watched; slots find what arrives there", "source", one.Name, "folder", folder, "cause", err)
			}
		}
	}
	s.arrivals(ctx, w, watched)
}

// arrivals lands the sources in whose folders something has changed, once it has settled.
func (s *service) arrivals(ctx context.Context, w *fsnotify.Watcher, watched []config.Source) {
	waiting := map[string]time.Time{} // source -> when what has arrived has settled
	for {
		var settled <-chan time.Time
		if len(waiting) > 0 {
			settled = time.After(time.Second)
		}
		select {
		case <-ctx.Done():
			return
		case e := <-w.Events:
			for _, one := range watched {
				if matches(one, e.Name) {
					waiting[one.Name] = time.Now().Add(one.Settle)
				}
			}
		case err := <-w.Errors: // as when more has changed than is remembered
			s.log.WarnContext(ctx, "a watch has missed something; its sources are looked through", "cause", err)
			for _, one := range watched {
				waiting[one.Name] = time.Now().Add(one.Settle)
			}
		case <-settled:
			s.landArrived(ctx, waiting)
		}
	}
}

// landArrived is one run for the sources whose files have settled.
func (s *service) landArrived(ctx context.Context, waiting map[string]time.Time) {
	var slots []schedule.Slot
	for source, at := range waiting {
		if time.Now().After(at) {
			slots = append(slots, schedule.Slot{Source: source})
			delete(waiting, source)
		}
	}
	if len(slots) == 0 {
		return
	}
	unlock, err := s.waitForOthers(ctx)
	if err != nil {
		return // the context has ended
	}
	defer unlock()
	if err := s.refreshAndShow(ctx, slots); err == nil || errors.Is(err, context.Canceled) {
		s.log.InfoContext(ctx, "files landed as they arrived", "sources", len(slots))
	}
}

// folders are where a source's files arrive, those that are there now.
func folders(source config.Source) []string {
	var all []string
	for _, glob := range source.Files {
		found, _ := filepath.Glob(filepath.Dir(glob)) // a pattern that cannot be read is a mistake of the configuration
		all = append(all, found...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func matches(source config.Source, path string) bool {
	return slices.ContainsFunc(source.Files, func(glob string) bool {
		is, _ := filepath.Match(glob, path)
		return is
	})
}
