//go:build !linux

package worker

import (
	"os"
	"syscall"
)

// Elsewhere than on Linux a worker is still a process of its own with a deadline; its memory is bounded by its own
// runtime only.

func attributes(bool) *syscall.SysProcAttr { return &syscall.SysProcAttr{} }

func confine() {}

func killGroup(p *os.Process) { _ = p.Kill() } // it may have ended by itself

func residentMemory(int) int64 { return 0 }

func peakMemory(*os.ProcessState) int64 { return 0 }
