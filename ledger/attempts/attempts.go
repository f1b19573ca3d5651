// Package attempts says how often somebody at a door may try: some attempts at once, then one at a time.
package attempts

import (
	"sync"
	"time"
)

// How often somebody may try.
const (
	AtOnce = 5                // attempts that may follow one another
	Every  = 12 * time.Second // after which one of them is given back

	mostKept = 10_000 // names that are remembered
)

// Counter counts attempts by whatever name the caller gives who tries: a user, a host, an address.
type Counter struct {
	now  func() time.Time
	mu   sync.Mutex
	used map[string]time.Time // when all attempts would be given back
}

// New begins to count. The clock is the caller's.
func New(now func() time.Time) *Counter { return &Counter{now: now, used: map[string]time.Time{}} }

// Allow takes an attempt, if there is one left; it is given back after a while. The shorter that is, the more are there at once.
func (c *Counter) Allow(who string, after time.Duration) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	if len(c.used) >= mostKept {
		for other, back := range c.used {
			if !back.After(now) {
				delete(c.used, other)
			}
		}
	}
	back := c.used[who]
	if back.Before(now) {
		back = now
	}
	if back = back.Add(after); back.Sub(now) > AtOnce*Every {
		return false
	}
	if _, known := c.used[who]; !known && len(c.used) >= mostKept {
		return false // a flood of names: nobody new until some are forgotten
	}
	c.used[who] = back
	return true
}

// Forget gives all attempts back to who has come in.
func (c *Counter) Forget(who string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.used, who)
}
