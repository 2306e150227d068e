package app

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestExamine(t *testing.T) {
	check := func(v Verdict, advice string) Check {
		return Check{"thing", func(context.Context) Finding { return Finding{v, "detail", advice} }}
	}
	for name, c := range map[string]struct {
		checks  []Check
		healthy bool
		out     string
	}{
		"sound":  {[]Check{check(Sound, "")}, true, "✓ thing        detail\n"},
		"doubt":  {[]Check{check(Doubt, "look")}, true, "! thing        detail\n  → look\n"},
		"failed": {[]Check{check(Failed, "mend"), check(Sound, "")}, false, "✗ thing        detail\n  → mend\n✓ thing        detail\n"},
	} {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			if got := Examine(context.Background(), &out, c.checks); got != c.healthy || out.String() != c.out {
				t.Errorf("got %v\n%s", got, out.String())
			}
		})
	}
}

func TestCheckDisplay(t *testing.T) {
	folder := t.TempDir()
	listener, err := net.Listen("unix", filepath.Join(folder, "wayland-7"))
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	for name, c := range map[string]struct {
		wayland, display string
		want             Verdict
	}{
		"none":                      {"", "", Failed},
		"wayland":                   {"wayland-7", "", Sound},
		"wayland, absolute":         {filepath.Join(folder, "wayland-7"), "", Sound},
		"wayland that is not":       {"wayland-8", "", Failed},
		"X that is not":             {"", ":4711", Failed},
		"wayland goes before X":     {"wayland-7", ":4711", Sound},
		"X over a refusing network": {"", "127.0.0.1:4711.0", Failed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("XDG_RUNTIME_DIR", folder)
			t.Setenv("WAYLAND_DISPLAY", c.wayland)
			t.Setenv("DISPLAY", c.display)
			if got := checkDisplay(); got.Verdict != c.want {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestDisplaySocket(t *testing.T) {
	t.Setenv("WAYLAND_DISPLAY", "")
	for display, want := range map[string]string{
		":0": "unix /tmp/.X11-unix/X0", ":12.1": "unix /tmp/.X11-unix/X12", "unix:3": "unix /tmp/.X11-unix/X3", "host:2.0": "tcp host:6002",
	} {
		t.Setenv("DISPLAY", display)
		if network, address := displaySocket(); network+" "+address != want {
			t.Errorf("%s: got %s %s", display, network, address)
		}
	}
}

func TestCheckData(t *testing.T) {
	data := filepath.Join(t.TempDir(), "kiosk")
	if got := checkData(data); got.Verdict != Sound {
		t.Errorf("new folder: %+v", got)
	}
	lock, err := LockFolder(data)
	if err != nil {
		t.Fatal(err)
	}
	if got := checkData(data); got.Verdict != Doubt || !strings.Contains(got.Detail, "already running") {
		t.Errorf("in use: %+v", got)
	}
	if err := lock.Release(); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(data, 0o755); err != nil {
		t.Fatal(err)
	}
	if got := checkData(data); got.Verdict != Failed || got.Advice != "chmod 700 "+data {
		t.Errorf("open to others: %+v", got)
	}
	if got := checkData("/proc/no/such"); got.Verdict != Failed {
		t.Errorf("not writable: %+v", got)
	}
}

func TestGradeRoom(t *testing.T) {
	for free, want := range map[uint64]Verdict{0: Failed, roomFailed - 1: Failed, roomFailed: Doubt, roomDoubt - 1: Doubt, roomDoubt: Sound} {
		if got := gradeRoom(free); got.Verdict != want {
			t.Errorf("%d bytes: got %+v", free, got)
		}
	}
	if got := checkDisk(t.TempDir()); got.Detail == "" {
		t.Errorf("got %+v", got)
	}
}
