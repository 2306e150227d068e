package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// Finding is what one check found: Failed stops a kiosk, Doubt does not.
type Finding struct {
	Verdict Verdict
	Detail  string
	Advice  string // what to do; "" when all is well
}

// Verdict grades a finding.
type Verdict int

const (
	Sound Verdict = iota
	Doubt
	Failed
)

// Check is one question to the machine.
type Check struct {
	Name string
	Run  func(ctx context.Context) Finding
}

// Examine runs the checks, prints a line for each and reports whether a kiosk can run.
func Examine(ctx context.Context, out io.Writer, checks []Check) (healthy bool) {
	healthy = true
	for _, check := range checks {
		found := check.Run(ctx)
		fmt.Fprintf(out, "%s %-12s %s\n", [...]string{"✓", "!", "✗"}[found.Verdict], check.Name, found.Detail)
		if found.Advice != "" {
			fmt.Fprintf(out, "  → %s\n", found.Advice)
		}
		healthy = healthy && found.Verdict != Failed
	}
	return healthy
}

// WindowChecks examines what the window stands on.
func WindowChecks(data string) []Check {
	return []Check{
		{"web engine", checkEngine},
		{"display", func(context.Context) Finding { return checkDisplay() }},
		{"data folder", func(context.Context) Finding { return checkData(data) }},
		{"disk", func(context.Context) Finding { return checkDisk(data) }},
	}
}

func checkEngine(context.Context) Finding {
	if engine := WebEngine(); engine != "" {
		return Finding{Detail: engine}
	}
	return Finding{Failed, "this program was built without a window", "run `make build` and start build/bin/lianxin"}
}

func checkDisplay() Finding {
	network, address := displaySocket()
	if address == "" {
		return Finding{Failed, ErrNoDisplay.Error(), "log in at the screen, or start the kiosk service"}
	}
	conn, err := net.DialTimeout(network, address, 2*time.Second)
	if err != nil {
		return Finding{Failed, "the display does not answer at " + address, "start the display server, or correct DISPLAY or WAYLAND_DISPLAY"}
	}
	_ = conn.Close() // it was only a knock
	return Finding{Detail: "answers at " + address}
}

// displaySocket is where the display that GTK would use listens.
func displaySocket() (network, address string) {
	if name := os.Getenv("WAYLAND_DISPLAY"); name != "" {
		if !filepath.IsAbs(name) {
			name = filepath.Join(os.Getenv("XDG_RUNTIME_DIR"), name)
		}
		return "unix", name
	}
	name := os.Getenv("DISPLAY")
	if name == "" {
		return "", ""
	}
	host, screen, _ := strings.Cut(name, ":")
	number, _, _ := strings.Cut(screen, ".")
	if host == "" || host == "unix" {
		return "unix", "/tmp/.X11-unix/X" + number
	}
	port := 6000
	if _, err := fmt.Sscan(number, &port); err == nil {
		port += 6000
	}
	return "tcp", fmt.Sprintf("%s:%d", host, port)
}

func checkData(data string) Finding {
	lock, err := LockFolder(data)
	if errors.Is(err, ErrInUse) {
		return Finding{Doubt, err.Error(), ""}
	}
	if err != nil {
		return Finding{Failed, err.Error(), "choose a folder this user may write, with --data or LIANXIN_DATA"}
	}
	defer lock.Release()
	info, err := os.Stat(data)
	if err != nil {
		return Finding{Failed, err.Error(), ""}
	}
	if info.Mode().Perm()&0o077 != 0 {
		return Finding{Failed, "others may look into " + data, "chmod 700 " + data}
	}
	return Finding{Detail: data}
}

// Free space, in bytes: below the first a kiosk may stop within days, below the
// second it may stop today.
const (
	roomDoubt  = 2 << 30
	roomFailed = 200 << 20
)

func checkDisk(data string) Finding {
	var stat unix.Statfs_t
	if err := unix.Statfs(data, &stat); err != nil {
		return Finding{Failed, fmt.Sprintf("%s: %v", data, err), ""}
	}
	return gradeRoom(stat.Bavail * uint64(stat.Bsize))
}

func gradeRoom(free uint64) Finding {
	detail := fmt.Sprintf("%d MiB free", free>>20)
	switch {
	case free < roomFailed:
		return Finding{Failed, detail, "free some space: check-ins cannot be written on a full disk"}
	case free < roomDoubt:
		return Finding{Doubt, detail, "free some space soon"}
	}
	return Finding{Detail: detail}
}
