package drive

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// clockTicks is USER_HZ, which is 100 wherever Go runs on Linux.
const clockTicks = 100

// cpuOf is the user and system seconds of a process so far.
func cpuOf(pid int) (user, system float64) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, 0
	}
	s := string(b)
	f := strings.Fields(s[strings.LastIndexByte(s, ')')+1:]) // the name may hold spaces
	const utime, stime = 11, 12
	if len(f) <= stime {
		return 0, 0
	}
	return number(f[utime]) / clockTicks, number(f[stime]) / clockTicks
}

// coreBusy is the busy seconds of a core since boot.
func coreBusy(core int) (busy float64) {
	b, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(b)) {
		f := strings.Fields(line)
		if len(f) > 8 && f[0] == "cpu"+strconv.Itoa(core) {
			for _, k := range []int{1, 2, 3, 6, 7} { // user, nice, system, irq, softirq
				busy += number(f[k]) / clockTicks
			}
		}
	}
	return busy
}

// memoryOf is the resident memory of a process in MB of 2^20 bytes.
func memoryOf(pid int) float64 {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(b)) {
		if f := strings.Fields(line); len(f) > 1 && f[0] == "VmRSS:" {
			return number(f[1]) / 1024
		}
	}
	return 0
}

func number(s string) float64 {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0
	}
	return f
}

// ownCPU is this process's CPU seconds so far.
func ownCPU() float64 {
	var r syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &r) != nil {
		return 0
	}
	return float64(r.Utime.Sec+r.Stime.Sec) + float64(r.Utime.Usec+r.Stime.Usec)/1e6
}
