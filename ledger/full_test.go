package ledger

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// onFullDisk in the environment makes the test program write until the disk is full, and on when there is room again.
const onFullDisk = "ARREARS_TEST_FULL_DISK"

// writeFull lets no file grow beyond a size, which is what a full disk is to the one who writes, and then takes the limit away.
func writeFull(state string) error {
	signal.Ignore(syscall.SIGXFSZ)
	l, err := Open(context.Background(), state, Options{Projections: []Projection{tally}})
	if err != nil {
		return err
	}
	var before unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_FSIZE, &before); err != nil {
		return err
	}
	info, err := os.Stat(filepath.Join(state, logName))
	if err != nil {
		return err
	}
	limit := before
	limit.Cur = uint64(info.Size()) + 300_000
	if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &limit); err != nil {
		return err
	}
	refused := 0
	for n := range 300 {
		e, err := l.Write(context.Background(), note(fmt.Sprint("key ", n), "C1", strings.Repeat("x", 1000)))
		if err == nil {
			_, _ = fmt.Println("written", e.ID, e.Hash)
			continue
		}
		if refused++; refused == 20 {
			if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &before); err != nil {
				return err
			}
		}
		if refused > 20 {
			return fmt.Errorf("there is room again, and a write is refused: %w", err)
		}
	}
	_, _ = fmt.Println("refused", refused, "-")
	return l.Close()
}

// A full disk refuses writes and loses none of those it took; with room again the same process writes on.
func TestFullDiskLosesNothing(t *testing.T) {
	state := t.TempDir()
	c := exec.CommandContext(t.Context(), os.Args[0])
	c.Env = append(os.Environ(), onFullDisk+"="+state)
	var complaint strings.Builder
	c.Stderr = &complaint
	out, err := c.Output()
	if err != nil {
		t.Fatal(err, complaint.String())
	}
	acknowledged, refused := map[string]string{}, ""
	for line := range strings.Lines(string(out)) {
		switch f := strings.Fields(line); f[0] {
		case "written":
			acknowledged["written "+f[1]] = f[2]
		case "refused":
			refused = f[1]
		}
	}
	if refused != "20" {
		t.Errorf("%s writes were refused: the disk was never full", refused)
	}
	afterKill(t, state, acknowledged)
}
