package worker

import (
	"encoding/json"
	"io"
	"sync"
)

// A Growth is how much of an extract has been received, told by who receives it and waited for by who reads it.
type Growth struct {
	mu    sync.Mutex
	news  *sync.Cond
	bytes int64
	whole bool
	end   chan struct{} // closed when all is there
}

// NewGrowth knows of nothing yet.
func NewGrowth() *Growth {
	g := &Growth{end: make(chan struct{})}
	g.news = sync.NewCond(&g.mu)
	return g
}

// Set says how much is there now, and whether that is all.
func (g *Growth) Set(bytes int64, whole bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if whole && !g.whole {
		close(g.end)
	}
	g.bytes, g.whole = bytes, whole
	g.news.Broadcast()
}

// After waits until there is more than has been seen, or all of it.
func (g *Growth) After(seen int64) (bytes int64, whole bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for g.bytes <= seen && !g.whole {
		g.news.Wait()
	}
	return g.bytes, g.whole
}

// tell passes the growth on to a worker, until all is there or the worker has gone.
func (g *Growth) tell(to io.Writer) {
	say := json.NewEncoder(to)
	for seen, whole := int64(-1), false; !whole; {
		seen, whole = g.After(seen)
		if say.Encode(grown{seen, whole}) != nil {
			return
		}
	}
}

// grown is what a worker is told after its job: how much of the file is there.
type grown struct {
	Bytes int64 `json:"bytes"`
	Whole bool  `json:"whole"`
}

// listen hears how the file grows, until there is nobody left who would tell.
func (g *Growth) listen(decoder *json.Decoder) {
	var news grown
	for decoder.Decode(&news) == nil {
		g.Set(news.Bytes, news.Whole)
	}
}
