//go:build unix

package sandbox

import (
	"syscall"
	"time"
)

// cpuTime is what the process has used so far. Unlike the time on the wall it
// does not depend on what else the machine is doing.
func cpuTime() time.Duration {
	var usage syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &usage) != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
