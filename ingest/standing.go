package ingest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Standing is how a source stood when it was last asked.
type Standing struct {
	Asked time.Time `json:"asked"`
	Good  time.Time `json:"good,omitzero"`   // when all that it had was last taken in, if it was nothing
	Cause string    `json:"cause,omitempty"` // why not all was, the last time; empty when it was
}

const standingFile = "sources.json"

// Standings are those of all sources that were ever asked.
func Standings(state string) (map[string]Standing, error) {
	standings := map[string]Standing{}
	text, err := os.ReadFile(filepath.Join(state, standingFile))
	if errors.Is(err, fs.ErrNotExist) {
		return standings, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &standings)
	}
	if err != nil {
		return map[string]Standing{}, fmt.Errorf("read how the sources stand: %w", err)
	}
	return standings, nil
}

// note writes down how the sources of this landing stand. What cannot be read of before is no reason not to.
func (l *landing) note(ctx context.Context) error {
	if ctx.Err() != nil {
		return nil // it says nothing about the sources that it was stopped
	}
	all, err := Standings(l.cfg.State)
	if err != nil {
		l.log.WarnContext(ctx, "how sources stood is forgotten", "cause", err)
	}
	now := time.Now().UTC()
	l.report.Sources = map[string]Standing{}
	for _, s := range l.cfg.Sources {
		standing := Standing{Asked: now, Good: now}
		if faults := l.faults[s.Name]; len(faults) > 0 {
			standing.Good, standing.Cause = all[s.Name].Good, errors.Join(faults...).Error()
		}
		all[s.Name], l.report.Sources[s.Name] = standing, standing
	}
	text, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return err
	}
	return writeDurably(filepath.Join(l.folder, standingFile), filepath.Join(l.cfg.State, standingFile), append(text, '\n'))
}
