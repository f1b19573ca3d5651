package pull

import (
	"context"
	"time"
)

// Sleep waits for a time, or until the context ends, and then says why it did.
type Sleep func(ctx context.Context, wait time.Duration) error

func sleepOnTheWall(ctx context.Context, wait time.Duration) error {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}

func (o Options) sleep() Sleep {
	if o.Sleep != nil {
		return o.Sleep
	}
	return sleepOnTheWall
}
