//go:build production

package app

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// screen is a virtual display with a window manager, and the fingers and keys of
// whoever stands before it. What it shows is read from the display server's own
// memory, without a screenshot program.
type screen struct {
	t       *testing.T
	display string
	frame   string // file that mirrors the server's picture, in the format of xwd(1)
	id      string // of the kiosk's window
}

func openScreen(t *testing.T) *screen {
	t.Helper()
	folder := t.TempDir()
	s := &screen{t: t, frame: filepath.Join(folder, "Xvfb_screen0")}
	// Without -noreset the server begins anew whenever its last client leaves.
	s.display = virtualDisplay(t, "-noreset", "-fbdir", folder)
	config, err := filepath.Abs("testdata/openbox.xml")
	if err != nil {
		t.Fatal(err)
	}
	manager := exec.Command("openbox", "--config-file", config)
	manager.Env = append(os.Environ(), "DISPLAY="+s.display)
	manager.Stderr = os.Stderr
	if err := manager.Start(); err != nil {
		t.Fatalf("openbox (apt package openbox): %v", err)
	}
	t.Cleanup(func() {
		_ = manager.Process.Kill()
		_ = manager.Wait() // reports the kill
	})
	for end := time.Now().Add(patience); !strings.Contains(s.run("xprop", "-root", "_NET_SUPPORTING_WM_CHECK"), "window id"); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the window manager never began")
		}
	}
	return s
}

// run runs a program on the display and returns what it says.
func (s *screen) run(program string, args ...string) string {
	s.t.Helper()
	command := exec.Command(program, args...)
	command.Env = append(os.Environ(), "DISPLAY="+s.display)
	out, err := command.CombinedOutput()
	if err != nil {
		s.t.Fatalf("%s %v: %v: %s", program, args, err, out)
	}
	return strings.TrimSpace(string(out))
}

// hand moves fingers and keys, in the words of xdotool(1).
func (s *screen) hand(words ...string) { s.t.Helper(); s.run("xdotool", words...) }

// locate finds the window of a process that covers the screen.
func (s *screen) locate(process int) {
	s.t.Helper()
	for _, id := range strings.Fields(s.run("xdotool", "search", "--onlyvisible", "--pid", strconv.Itoa(process))) {
		if s.place(id) == [4]int{0, 0, screenWidth, screenHeight} {
			s.id = id
			return
		}
	}
	s.t.Fatalf("process %d has no window that covers the screen", process)
}

// place is where a window is: x, y, width, height.
func (s *screen) place(id string) (p [4]int) {
	s.t.Helper()
	for line := range strings.Lines(s.run("xdotool", "getwindowgeometry", "--shell", id)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		if i := slices.Index([]string{"X", "Y", "WIDTH", "HEIGHT"}, name); i >= 0 {
			p[i], _ = strconv.Atoi(value) // xdotool writes numbers
		}
	}
	return p
}

// windows are the windows one can see, the window manager's own frames included.
func (s *screen) windows() []string {
	s.t.Helper()
	ids := strings.Fields(s.run("xdotool", "search", "--onlyvisible", "--name", ".*"))
	slices.Sort(ids)
	return ids
}

// picture is what the screen shows: four bytes a point.
type picture []byte

func (s *screen) shot() picture {
	s.t.Helper()
	file, err := os.ReadFile(s.frame)
	if err != nil {
		s.t.Fatal(err)
	}
	// Fields of the header, each a word: 0 its size, 12 bytes a line, 19 colours.
	word := func(n int) int { return int(binary.BigEndian.Uint32(file[4*n:])) }
	begin := word(0) + 12*word(19)
	return slices.Clone(file[begin : begin+word(12)*screenHeight])
}

// differs is the share of points that are not the same, 0 to 1.
func (p picture) differs(other picture) float64 {
	if bytes.Equal(p, other) {
		return 0
	}
	count := 0
	for i := 0; i+4 <= len(p); i += 4 {
		if !bytes.Equal(p[i:i+3], other[i:i+3]) { // the fourth byte is not shown
			count++
		}
	}
	return float64(count) / float64(len(p)/4)
}

// unlike is the share of points that are plainly not the same: what only grows a little
// lighter or darker, as the sun of the welcome screen does for ever, is.
func (p picture) unlike(other picture) float64 {
	const little = 40 // of 255
	count := 0
	for i := 0; i+4 <= len(p); i += 4 {
		for c := range 3 {
			if d := int(p[i+c]) - int(other[i+c]); d > little || d < -little {
				count++
				break
			}
		}
	}
	return float64(count) / float64(len(p)/4)
}

// keep writes the picture for who looks into a failed test and says where.
func (s *screen) keep(p picture, name string) string {
	s.t.Helper()
	folder := filepath.Join("..", "build", "out", "window")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		s.t.Fatal(err)
	}
	path := filepath.Join(folder, name+".ppm")
	out := fmt.Appendf(nil, "P6 %d %d 255\n", screenWidth, screenHeight)
	for i := 0; i+4 <= len(p); i += 4 {
		out = append(out, p[i+2], p[i+1], p[i])
	}
	if err := os.WriteFile(path, out, 0o600); err != nil {
		s.t.Fatal(err)
	}
	return path
}
