// Package mailbox takes messages out of mail boxes: each one's bytes are kept under their digest, read by a worker, handed on, and
// only then marked in the box, so that a crash at any moment neither loses a message nor takes it twice.
package mailbox

import (
	"context"
	"io"
)

// A Source is a box with messages that wait.
type Source interface {
	// Each hands over what waits, oldest first, one message at a time. A message whose take returns nil is marked as taken in the
	// box; any other stays as it is, the rest goes on, and the errors are joined.
	Each(ctx context.Context, take func(Arrival) error) error
}

// An Arrival is a message as it lies in a box.
type Arrival struct {
	Place string // where in the box, for ever: the same place never holds another message
	Size  int64  // bytes, as the box says

	// Open reads the message from its beginning, up to so many bytes.
	Open func(most int64) (io.ReadCloser, error)
}
