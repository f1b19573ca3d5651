package schedule

import (
	"slices"

	"arrears/config"
)

// A Source is landed in the slots of its schedule.
type Source struct {
	Name     string
	Schedule Schedule
	Own      bool // it has an expression of its own, and is not landed at every start
	Skip     bool // slots that came while nobody was there are left out
}

// Sources are those of a configuration, and last the company's own ledger, which goes with the whole.
func Sources(cfg config.Config) ([]Source, error) {
	var sources []Source
	for _, s := range append(slices.Clip(cfg.Sources), config.Source{Name: config.LedgerSource}) {
		expression, zone, missed := s.Schedule, s.TimeZone, s.Missed
		if expression == "" {
			expression = cfg.Schedule
		}
		if zone == "" {
			zone = cfg.TimeZone
		}
		if missed == "" {
			missed = cfg.Missed
		}
		parsed, err := Parse(expression, zone)
		if err != nil {
			return nil, err
		}
		sources = append(sources, Source{Name: s.Name, Schedule: parsed, Own: s.Schedule != "", Skip: missed == "skip"})
	}
	return sources, nil
}
