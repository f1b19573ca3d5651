package attempts

import (
	"fmt"
	"testing"
	"time"
)

func TestAttemptsComeBackAndAFloodOfNamesIsForgotten(t *testing.T) {
	now := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	c := New(func() time.Time { return now })
	for n := range mostKept {
		if !c.Allow(fmt.Sprint(n), Every) {
			t.Fatalf("name %d was refused", n)
		}
	}
	if c.Allow("one more", Every) {
		t.Error("the list of names grows without end")
	}
	now = now.Add(Every)
	if !c.Allow("one more", Every) || len(c.used) != 1 {
		t.Errorf("%d names are kept", len(c.used))
	}
}
