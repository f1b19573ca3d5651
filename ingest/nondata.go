package ingest

import (
	"bytes"
	"fmt"
	"regexp"

	"arrears/config"
)

// nonData are the records that a source declares to be no data: subtotals, repeated headers, page breaks. They are counted by the
// pattern that took them, and no value of them is ever read.
type nonData []*regexp.Regexp

func nonDataOf(patterns []string) (nonData, error) {
	var made nonData
	for _, text := range patterns {
		re, err := regexp.Compile(text)
		if err != nil {
			return nil, refusal{reason: fmt.Sprintf("non_data %q: %v", text, err)}
		}
		made = append(made, re)
	}
	return made, nil
}

// skips says that a record is no data, and counts it.
func (l *loader) skips(text []byte) bool {
	if len(l.plan.nonData) == 0 {
		return false
	}
	text = bytes.TrimRight(text, "\r\n")
	for i, re := range l.plan.nonData {
		if re.Match(text) {
			if i == l.plan.trailer && len(l.tally.trailers) < 2 { // a second one is one too many
				l.tally.trailers = append(l.tally.trailers, cut(text, maxText))
			}
			l.tally.patterns[i]++
			l.tally.nonData++
			return true
		}
	}
	return false
}

// patterns names the counts of a result.
func (r result) patterns(source string, cfg config.Config) map[string]int64 {
	var counts map[string]int64
	for _, s := range cfg.Sources {
		if s.Name != source {
			continue
		}
		for i, n := range r.Patterns {
			if n > 0 && i < len(s.NonData) {
				if counts == nil {
					counts = map[string]int64{}
				}
				counts[s.NonData[i]] += n
			}
		}
	}
	return counts
}
