package config

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Drifts are the ways in which an extract can differ from those before it.
var Drifts = []string{"new_column", "missing_column", "type", "rows", "currency"}

// arrival notes what a source says about how its extracts follow each other and cannot mean.
func (c checker) arrival(at string, s Source) {
	c.oneOf(at+".extract", "kind of extract", s.Extract, []string{"append", "upsert", "snapshot"})
	switch {
	case s.Extract == "snapshot" && s.Vanished == "":
		c.mistake(at+".vanished", "is missing: what does it mean that a row of one snapshot is not in the next? Write closed, kept or error")
	case s.Extract == "snapshot":
		c.oneOf(at+".vanished", "meaning of a vanished row", s.Vanished, []string{"closed", "kept", "error"})
	case s.Vanished != "":
		c.mistake(at+".vanished", "is for extract: snapshot; from other extracts no row vanishes")
	}
	if s.Vanished == "closed" {
		for i, m := range s.Maps {
			if m.Dataset == "payments" || m.Dataset == "credits" {
				c.mistake(fmt.Sprintf("%s.maps[%d].dataset", at, i), "%s of a snapshot cannot vanish as closed, only invoices can: map open credits as invoices with a negative amount, or declare vanished: kept", m.Dataset)
			}
		}
	}
	if s.Day != "" {
		c.day(at+".day", s)
	}
	for _, kind := range slices.Sorted(maps.Keys(s.Drift)) {
		if !slices.Contains(Drifts, kind) {
			c.mistake(at+".drift."+kind, "is no kind of drift; %s", suggest(kind, Drifts))
			continue
		}
		c.oneOf(at+".drift."+kind, "rule", s.Drift[kind], []string{"warn", "fail", "off"})
	}
	c.manifest(at+".manifest", s.Manifest)
}

func (c checker) day(at string, s Source) {
	re := c.pattern(at, s.Day)
	switch {
	case s.Extract != "snapshot":
		c.mistake(at, "is the day of a snapshot; say extract: snapshot")
	case re != nil && (re.SubexpIndex("year") < 0 || re.SubexpIndex("month") < 0 || re.SubexpIndex("day") < 0):
		c.mistake(at, `has no groups year, month and day; write it as in (?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)`)
	}
}

func (c checker) manifest(at string, m Manifest) {
	if m.Required && m.File == "" {
		c.mistake(at+".required", "waits for a file that manifest.file does not name")
	}
	if m.File != "" && (!strings.Contains(m.File, "{name}") || strings.ContainsAny(m.File, `/\\`)) {
		c.mistake(at+".file", "%q is the name of a file beside the extract; write it as in \"{name}.ctl\", where {name} is the extract's name", m.File)
	}
	if m.Trailer == "" {
		return
	}
	re := c.pattern(at+".trailer", m.Trailer)
	if re == nil {
		return
	}
	named := false
	for _, name := range re.SubexpNames()[1:] {
		switch {
		case name == "count", name == "sum", name == "currency", trailerSum.MatchString(name):
			named = true
		case name != "":
			c.mistake(at+".trailer", "has a group named %q, which says nothing; they are count, sum, currency and sum_EUR", name)
		}
	}
	if !named {
		c.mistake(at+".trailer", `names no figure; write it as in ^TRAILER;(?P<count>\d+)$`)
	}
}

var trailerSum = regexp.MustCompile(`^sum_[A-Z]{3}$`)
