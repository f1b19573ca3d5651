package ingest

import (
	"os"

	"golang.org/x/sys/unix"
)

// lockFile waits for no one: it says at once whether the lock is ours.
func lockFile(f *os.File) error { return unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB) }

// startWriting begins to put a stretch of a file on disk, so that the wait at the end is short.
func startWriting(f *os.File, from, n int64) {
	_ = unix.SyncFileRange(int(f.Fd()), from, n, unix.SYNC_FILE_RANGE_WRITE) // a hint
}
