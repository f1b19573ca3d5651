package signin

import (
	"sync"
	"time"
)

// How often somebody may try: some attempts at once, then one at a time. A host may be a whole office.
const (
	atOnce       = 5
	oneEvery     = 12 * time.Second
	hostOneEvery = oneEvery / 10
	mostKept     = 10_000 // names and hosts that are remembered
)

// tries counts attempts by name and by host.
type tries struct {
	now  func() time.Time
	mu   sync.Mutex
	used map[string]time.Time // when all attempts would be given back
}

func newTries(now func() time.Time) *tries { return &tries{now: now, used: map[string]time.Time{}} }

// allow takes an attempt, if there is one left. Each is given back after a while.
func (t *tries) allow(who string, after time.Duration) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	if len(t.used) >= mostKept {
		for other, back := range t.used {
			if !back.After(now) {
				delete(t.used, other)
			}
		}
	}
	back := t.used[who]
	if back.Before(now) {
		back = now
	}
	if back = back.Add(after); back.Sub(now) > atOnce*oneEvery {
		return false
	}
	if _, known := t.used[who]; !known && len(t.used) >= mostKept {
		return false // a flood of names: nobody new until some are forgotten
	}
	t.used[who] = back
	return true
}

// forget gives all attempts back to who has come in.
func (t *tries) forget(who string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.used, who)
}
