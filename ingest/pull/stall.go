package pull

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"sync/atomic"
	"time"
)

// watch ends a context when somebody has waited too long for a byte. Time in which nobody waits, because what came is still being written, does not count.
type watch struct {
	limit  atomic.Int64 // nanoseconds
	cancel context.CancelCauseFunc
}

func watched(ctx context.Context, limit time.Duration) (context.Context, *watch) {
	ctx, cancel := context.WithCancelCause(ctx)
	w := &watch{cancel: cancel}
	w.limit.Store(int64(limit))
	return ctx, w
}

// dial reaches a server and watches what comes from it.
func (w *watch) dial(ctx context.Context, network, address string, connect time.Duration) (net.Conn, error) {
	dialer := &net.Dialer{Timeout: connect, KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 15 * time.Second, Interval: 5 * time.Second, Count: 4}}
	conn, err := dialer.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return watchedConn{conn, w, bufio.NewReaderSize(conn, full)}, nil
}

// watchedConn takes what has come at once: drivers ask for a few kilobytes at a time, and each time the system would be asked.
type watchedConn struct {
	net.Conn
	*watch
	in *bufio.Reader
}

// Read waits for bytes, as long as the limit lets it.
func (c watchedConn) Read(b []byte) (int, error) {
	if c.in.Buffered() > 0 {
		return c.in.Read(b)
	}
	limit := time.Duration(c.limit.Load())
	timer := time.AfterFunc(limit, func() { c.cancel(fmt.Errorf("nothing came for %v", limit)) })
	defer timer.Stop()
	return c.in.Read(b)
}

// causeOf is why a context ended, where that is why something else did.
func causeOf(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}
