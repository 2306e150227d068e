package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// kiosk opens ours.
func kiosk(t *turn) (time.Time, error) {
	lines, err := t.start(*program, "kiosk", "--demo", "--data", *data, "--log-stderr")
	if err != nil {
		return time.Time{}, err
	}
	return t.painted(lines)
}

// emptyWindow opens what the library costs.
func emptyWindow(t *turn) (time.Time, error) {
	lines, err := t.start(*empty)
	if err != nil {
		return time.Time{}, err
	}
	return t.painted(lines)
}

// browser opens Chromium on the same page and asks it when it painted: what a user
// would wait for, the start of the program serving the page not counted.
func browser(t *turn) (time.Time, error) {
	profile := filepath.Join(t.folder, "profile")
	flags := []string{"--kiosk", "--no-first-run", "--user-data-dir=" + profile, "--window-size=1080,1920", "--window-position=0,0",
		"--force-device-scale-factor=1", "--remote-debugging-port=0", "--remote-allow-origins=*"}
	if os.Geteuid() == 0 {
		flags = append(flags, "--no-sandbox") // it refuses to start otherwise; it is lighter without
	}
	if _, err := t.start("chromium", append(flags, *address)...); err != nil {
		return time.Time{}, err
	}
	port, err := devTools(filepath.Join(profile, "DevToolsActivePort"))
	if err != nil {
		return time.Time{}, err
	}
	time.Sleep(3 * time.Second) // whoever asks too early makes it slower
	out, err := exec.Command("node", *paint, port).Output()
	if err != nil {
		return time.Time{}, fmt.Errorf("ask when it painted: %w", err)
	}
	ms, err := strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
	return time.UnixMicro(int64(ms * 1000)), err
}

// devTools waits for the port on which Chromium can be asked.
func devTools(file string) (port string, err error) {
	for range 600 {
		if text, err := os.ReadFile(file); err == nil {
			if port, _, found := strings.Cut(string(text), "\n"); found {
				return port, nil
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
	return "", errors.New("chromium does not open its DevTools")
}

func chromiumVersion() (string, error) {
	out, err := exec.Command("chromium", "--version").Output()
	if err != nil {
		return "", fmt.Errorf("chromium: %w", err)
	}
	for _, word := range strings.Fields(string(out)) {
		if strings.Contains(word, ".") {
			return word, nil
		}
	}
	return "", errors.New("chromium tells no version")
}
