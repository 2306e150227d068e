package command

import (
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"lianxin/app"
	"lianxin/backend/printer"
	"lianxin/backend/reader"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"lianxin": func() { Run(Build{Version: "v1-test", Time: "2026-01-01T00:00:00Z"}) },
	})
}

// The stories run the real program without a screen, as an engineer over ssh does.
func TestStories(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:  "testdata/script",
		Cmds: storyCommands,
		Setup: func(env *testscript.Env) error {
			env.Setenv("HOME", env.WorkDir)
			env.Setenv("DISPLAY", "")
			env.Setenv("WAYLAND_DISPLAY", "")
			return nil
		},
	})
}

func TestOpenPrinter(t *testing.T) {
	for address, ok := range map[string]bool{
		"": true, "folder:prints": true, "ipp://localhost:631/printers/a": true, "ipps://10.0.0.9/ipp/print": true,
		"folder:": false, "prints": false, "http://localhost": false, "ipp://user:secret@host/": false,
	} {
		if _, err := (Devices{Printer: address}).openPrinter(); (err == nil) != ok {
			t.Errorf("%q: %v", address, err)
		}
	}
	if driver, _ := (Devices{}).openPrinter(); driver != (printer.None{}) {
		t.Errorf("no printer is %T", driver)
	}
}

// A kiosk does not forget what a center restored from a month-old backup asks for.
func TestKeepDays(t *testing.T) {
	for days, ok := range map[int]bool{-1: false, 0: false, 30: false, 31: true, 90: true, 3650: true} {
		if err := (&KioskCmd{KeepDays: days}).Validate(); (err == nil) != ok {
			t.Errorf("%d days: %v", days, err)
		}
	}
}

func TestOpenReader(t *testing.T) {
	for _, c := range []struct {
		port       string
		demo, tray bool
		none       bool
	}{
		{"", false, false, true},
		{"", true, true, false},
		{"/dev/ttyUSB0", false, false, false},
		{"/dev/ttyUSB0", true, false, false},
	} {
		driver, tray, err := (Devices{Reader: c.port}).openReader(t.TempDir(), c.demo)
		if err != nil {
			t.Fatal(err)
		}
		if _, none := driver.(*reader.None); none != c.none || (tray != nil) != c.tray {
			t.Errorf("port %q, demo %v: got %T, tray %v", c.port, c.demo, driver, tray)
		}
	}
}

func TestGradeClock(t *testing.T) {
	for off, want := range map[time.Duration]app.Verdict{
		0: app.Sound, clockBound: app.Sound, -clockBound: app.Sound,
		clockBound + time.Second: app.Doubt, -clockBound - time.Second: app.Doubt, -100 * 24 * time.Hour: app.Doubt,
	} {
		if got := gradeClock(off); got.Verdict != want {
			t.Errorf("%s: got %+v", off, got)
		}
	}
}
