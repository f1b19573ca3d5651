package main

import (
	"context"
	"sync"

	"arrears/transform"
	"arrears/warehouse"
)

// A bookkeeper answers questions about what was published last: who is billed, for what, and what is open. The marts stay open from one
// question to the next, until others have been published.
type bookkeeper struct {
	*desk
	mu   sync.Mutex
	held *heldView
}

// A heldView is closed by the last of its readers, once another is held.
type heldView struct {
	transform.View
	readers int
	retired bool
}

// ask asks the published marts. It is transform.ErrNothingPublished before the first refresh.
func (b *bookkeeper) ask(ctx context.Context, query string, args ...any) (warehouse.Table, error) {
	h, err := b.hold(ctx)
	if err != nil {
		return warehouse.Table{}, err
	}
	defer b.let(ctx, h)
	return h.DB.Query(ctx, query, args...)
}

// hold is the view of the newest run, with one reader more.
func (b *bookkeeper) hold(ctx context.Context) (*heldView, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	_, run, err := transform.Published(b.cfg.State)
	if err != nil {
		return nil, err
	}
	if b.held == nil || b.held.Run != run {
		v, err := b.at(ctx, transform.Reading{}) // as every reader does: the engine opens a file twice only with the same settings
		if err != nil {
			return nil, err
		}
		b.retire(ctx)
		b.held = &heldView{View: v}
	}
	b.held.readers++
	return b.held, nil
}

func (b *bookkeeper) let(ctx context.Context, h *heldView) {
	b.mu.Lock()
	defer b.mu.Unlock()
	h.readers--
	b.end(ctx, h)
}

// retire lets go of the view that is held.
func (b *bookkeeper) retire(ctx context.Context) {
	if b.held != nil {
		b.held.retired = true
		b.end(ctx, b.held)
		b.held = nil
	}
}

func (b *bookkeeper) end(ctx context.Context, h *heldView) {
	if !h.retired || h.readers > 0 {
		return
	}
	if err := h.Close(); err != nil {
		b.log.WarnContext(ctx, "closing the marts", "cause", err)
	}
}

// close lets go of the marts once the last reader has.
func (b *bookkeeper) close(ctx context.Context) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.retire(ctx)
}
