package dashboard

import (
	"sync"
	"time"
)

// cacheSize is how many pages of one snapshot are kept as they were written.
const cacheSize = 64

// A cache keeps the pages of one snapshot for a minute: the snapshot never changes, only the age it states does.
type cache struct {
	mu     sync.Mutex
	minute time.Time
	pages  map[string][]byte
}

func (c *cache) find(key string, now time.Time) ([]byte, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if minute := now.Truncate(time.Minute); !minute.Equal(c.minute) || len(c.pages) >= cacheSize {
		c.minute, c.pages = minute, map[string][]byte{}
	}
	body, found := c.pages[key]
	return body, found
}

func (c *cache) keep(key string, body []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pages[key] = body
}
