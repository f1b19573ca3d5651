package config

import (
	"fmt"
	"maps"
	"net"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Roles are what a user may be: the configuration names them where a role must do more than others.
var Roles = []string{"cfo", "manager", "collector", "analyst", "approver", "auditor", "admin"}

// checker notes what a decoded configuration says that cannot be meant.
type checker struct{ *decoder }

var (
	currencyShape = regexp.MustCompile(`^[A-Z]{3}$`)
	sourceShape   = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)
)

func (c checker) config(cfg Config) {
	if cfg.Currency == "" {
		c.mistake("currency", "the reporting currency is missing; write it as in currency: EUR")
	} else {
		c.currency("currency", cfg.Currency)
	}
	c.asOf(cfg.AsOf)
	c.zone("time_zone", cfg.TimeZone)
	if cfg.State == "" {
		c.mistake("state", "is the folder for what has been landed; leave the key out for .arrears")
	}
	c.schedule("schedule", cfg.Schedule)
	c.oneOf("missed", "way to treat a missed slot", cfg.Missed, missedSlots)
	c.listen(cfg.Listen)
	for i, role := range cfg.SignIn.SecondFactor {
		c.oneOf(fmt.Sprintf("sign_in.second_factor[%d]", i), "role", role, Roles)
	}
	c.size("memory", cfg.Memory)
	c.size("worker.memory", cfg.Worker.Memory)
	c.size("worker.unpacked", cfg.Worker.Unpacked)
	if cfg.Worker.Ratio < 1 {
		c.mistake("worker.ratio", "is how many times its size a packed file may become, 1 or more")
	}
	if cfg.Worker.Deadline <= 0 {
		c.mistake("worker.deadline", "is longer than nothing, as in 10m")
	}
	for _, name := range slices.Sorted(maps.Keys(cfg.Checks)) {
		c.oneOf("checks."+name, "severity", cfg.Checks[name], []string{"error", "warn", "off"})
	}
	if cfg.Promises.GraceDays < 0 || cfg.Promises.GraceDays > 365 {
		c.mistake("promises.grace_days", "is a number of days from 0 to 365")
	}
	if cfg.Promises.Threshold < 1 || cfg.Promises.Threshold > 100 {
		c.mistake("promises.threshold", "is the percentage of a promise that must be paid, from 1 to 100")
	}
	for _, entity := range slices.Sorted(maps.Keys(cfg.Entities)) {
		c.currency("entities."+entity, cfg.Entities[entity])
	}
	c.provision(cfg.ProvisionRates)
	c.mail(cfg.Mail)
	c.mailboxes(cfg.Mailboxes)
	c.payers(cfg.Payers)
	c.letters(cfg.Letters)
	c.portal(cfg.Portal)
	c.webhooks(cfg.Webhooks)
	c.worklist(cfg.Worklist)
	c.validation(cfg.Validation)
	if len(cfg.Sources) == 0 {
		c.mistake("sources", "names nothing to read; it needs at least one source")
	}
	first := map[string]int{}
	for i, source := range cfg.Sources {
		at := fmt.Sprintf("sources[%d]", i)
		c.source(at, source)
		name := strings.ToLower(source.Name) // names become file names, which some systems fold
		if name == LedgerSource || name == DisputesSource {
			c.mistake(at+".name", "%q is the source of what is done in Arrears itself; call yours otherwise", source.Name)
		}
		if line, ok := first[name]; ok && name != "" {
			c.mistake(at+".name", "%q is already the source on line %d", source.Name, line)
		}
		first[name] = source.Line
	}
}

var (
	dueBuckets = []string{"current", "1-30", "31-60", "61-90", "91+"}
	rateShape  = regexp.MustCompile(`^(0?\.[0-9]{1,9}|0|1|1\.0+)$`)
)

// provision checks the loss expected of each aging bucket.
func (c checker) provision(rates map[string]string) {
	for _, bucket := range slices.Sorted(maps.Keys(rates)) {
		path := "provision_rates." + bucket
		if !slices.Contains(dueBuckets, bucket) {
			c.mistake(path, "is no aging bucket; %s", suggest(bucket, dueBuckets))
		} else if !rateShape.MatchString(rates[bucket]) {
			c.mistake(path, "is the share that is expected to be lost, from 0 to 1 as in 0.05, not %q", rates[bucket])
		}
	}
	for _, bucket := range dueBuckets {
		if _, given := rates[bucket]; len(rates) > 0 && !given {
			c.mistake("provision_rates", "names no rate for %s; every bucket needs one, if it is 0", bucket)
		}
	}
}

func (c checker) currency(path, code string) {
	if !currencyShape.MatchString(code) {
		c.mistake(path, "%s", wrongCurrency(code))
	}
}

func wrongCurrency(code string) string {
	if upper := strings.ToUpper(code); currencyShape.MatchString(upper) {
		return fmt.Sprintf("%q is not a currency; did you mean %s?", code, upper)
	}
	return fmt.Sprintf("%q is not a currency; write its three letters of ISO 4217, as in EUR", code)
}

func (c checker) asOf(text string) {
	words := []string{"today", "latest"}
	if _, err := time.Parse(time.DateOnly, text); err == nil || slices.Contains(words, text) {
		return
	}
	if best := nearest(text, words); best != "" {
		c.mistake("as_of", "%q is no day; did you mean %s?", text, best)
		return
	}
	c.mistake("as_of", "%q is no day; write a date as in 2025-03-31, today or latest", text)
}

func (c checker) size(path, text string) {
	if _, err := Size(text); err != nil {
		c.mistake(path, "%v", err)
	}
}

func (c checker) listen(text string) {
	_, port, err := net.SplitHostPort(text)
	number, errPort := strconv.Atoi(port)
	if err != nil || errPort != nil || number < 0 || number > 65535 {
		c.mistake("listen", "%q is not an address; write host and port, as in 127.0.0.1:8080", text)
	}
}

// oneOf notes a word that is none of those known.
func (c checker) oneOf(path, what, word string, known []string) {
	if !slices.Contains(known, word) {
		c.mistake(path, "there is no %s %q; %s", what, word, suggest(word, known))
	}
}

func (c checker) source(at string, s Source) {
	switch {
	case s.Name == "":
		c.mistake(at+".name", "is missing; every source has a name of its own")
	case !sourceShape.MatchString(s.Name):
		c.mistake(at+".name", "%q is used in file names; write letters, digits, - and _ only", s.Name)
	}
	c.when(at, s)
	c.format(at, s)
	c.arrival(at, s)
	c.pulls(at, s)
	for i, glob := range s.Files {
		c.glob(fmt.Sprintf("%s.files[%d]", at, i), glob)
	}
	if err := s.MaxRejects.check(); err != nil {
		c.mistake(at+".max_rejects", "%v", err)
	}
	if s.Settle < 0 {
		c.mistake(at+".settle", "is 0s or longer")
	}
	c.dialect(at+".csv", s.CSV)
	if len(s.Maps) == 0 {
		c.mistake(at+".maps", "turns the records into nothing; it needs at least one dataset")
	}
	for i, m := range s.Maps {
		c.mapping(fmt.Sprintf("%s.maps[%d]", at, i), m)
	}
}

func (c checker) glob(path, glob string) {
	if glob == "" {
		c.mistake(path, "is empty")
	} else if strings.Contains(glob, "**") {
		c.mistake(path, "%q: ** is not read as \"any folder\"; write one * for each folder", glob)
	} else if _, err := filepath.Match(glob, ""); err != nil {
		c.mistake(path, "%q has an open [ or a \\ at its end", glob)
	}
}
