package worker

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// attributes of a worker: its own process group, and, where the system lets an ordinary process do so, namespaces of its own
// in which there is no network. That costs a few milliseconds and no privilege; filters of system calls would do more and
// are not worth their upkeep here.
func attributes(alone bool) *syscall.SysProcAttr {
	a := &syscall.SysProcAttr{Setpgid: true}
	if alone {
		a.Cloneflags = syscall.CLONE_NEWUSER | syscall.CLONE_NEWNET
		a.UidMappings = []syscall.SysProcIDMap{{ContainerID: os.Getuid(), HostID: os.Getuid(), Size: 1}}
		a.GidMappings = []syscall.SysProcIDMap{{ContainerID: os.Getgid(), HostID: os.Getgid(), Size: 1}}
	}
	return a
}

// confine takes from a worker what it does not need. Whatever can not be taken stays; the file is read all the same.
func confine() {
	_ = unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{})                     // a core file would hold customers' data
	_ = unix.Setrlimit(unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: 256, Max: 256}) // one file in, a few out
	_ = unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
}

func killGroup(p *os.Process) {
	if unix.Kill(-p.Pid, unix.SIGKILL) != nil {
		_ = p.Kill() // it may have ended by itself
	}
}

// residentMemory is what a process keeps in memory; 0 when it is gone.
func residentMemory(pid int) int64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0
	}
	fields := bytes.Fields(text)
	if len(fields) < 2 {
		return 0
	}
	pages, _ := strconv.ParseInt(string(fields[1]), 10, 64)
	return pages * int64(os.Getpagesize())
}

// peakMemory is the most that a process kept in memory.
func peakMemory(state *os.ProcessState) int64 {
	if usage, ok := state.SysUsage().(*syscall.Rusage); ok {
		return usage.Maxrss << 10
	}
	return 0
}
