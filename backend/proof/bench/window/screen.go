package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"lianxin/backend/proof/memory"
)

// turn is one screen with one window on it.
type turn struct {
	number  int64
	display string
	server  *exec.Cmd
	window  *exec.Cmd
	folder  string
}

var turns atomic.Int64

// newTurn starts a virtual screen of a kiosk's shape.
func newTurn() (*turn, error) {
	folder, err := os.MkdirTemp("", "lianxin-window-")
	if err != nil {
		return nil, err
	}
	t := &turn{number: turns.Add(1), folder: folder}
	read, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer read.Close() // the number is all it says
	t.server = exec.Command("Xvfb", "-displayfd", "3", "-nolisten", "tcp", "-screen", "0", "1080x1920x24")
	t.server.ExtraFiles = []*os.File{write}
	if err := t.server.Start(); err != nil {
		return nil, fmt.Errorf("start Xvfb (apt package xvfb): %w", err)
	}
	if err := write.Close(); err != nil {
		return nil, err
	}
	number, err := bufio.NewReader(read).ReadString('\n')
	t.display = ":" + strings.TrimSpace(number)
	return t, err
}

// mark is in the environment of every process of the window.
func (t *turn) mark() string { return fmt.Sprintf("LIANXIN_BENCH_TURN=%d-%d", os.Getpid(), t.number) }

// command is one that sees the screen.
func (t *turn) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), "DISPLAY="+t.display, "WAYLAND_DISPLAY=")
	return cmd
}

// start starts the window's program, with a line for what it says.
func (t *turn) start(name string, args ...string) (*bufio.Scanner, error) {
	t.window = t.command(name, args...)
	t.window.Env = append(t.window.Env, t.mark())
	t.window.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // a browser leaves children behind
	out, err := t.window.StdoutPipe()
	if err != nil {
		return nil, err
	}
	return bufio.NewScanner(out), t.window.Start()
}

// painted waits for a program that says so itself.
func (t *turn) painted(lines *bufio.Scanner) (time.Time, error) {
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "painted") {
			at := time.Now()
			go func() { // whoever nobody listens to may stand still
				for lines.Scan() {
				}
			}()
			return at, nil
		}
	}
	return time.Time{}, errors.Join(errors.New("it ended before it painted"), lines.Err())
}

// memory is what the window's processes hold.
func (t *turn) memory(kind string) ([]memory.Share, error) {
	pids, err := memory.Family(t.window.Process.Pid, t.mark())
	if err != nil {
		return nil, err
	}
	return memory.Of(pids, kind)
}

// end closes window and screen.
func (t *turn) end() error {
	if t.window != nil && t.window.Process != nil {
		_ = syscall.Kill(-t.window.Process.Pid, syscall.SIGTERM)
		ended := make(chan struct{})
		go func() { _ = t.window.Wait(); close(ended) }() // it reports the signal
		select {
		case <-ended:
		case <-time.After(15 * time.Second):
			_ = syscall.Kill(-t.window.Process.Pid, syscall.SIGKILL)
			<-ended
		}
		left, err := memory.Family(t.window.Process.Pid, t.mark())
		if err != nil {
			return err
		}
		for _, pid := range left { // what the desktop's libraries started for it
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
	}
	_ = t.server.Process.Kill()
	_ = t.server.Wait() // it reports the kill
	return os.RemoveAll(t.folder)
}

// spot is a place on the screen in pixels.
type spot struct{ x, y int }

func readTaps(file string) (taps []spot, err error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(text)) {
		x, y, _ := strings.Cut(strings.TrimSpace(line), " ")
		var s spot
		if s.x, err = strconv.Atoi(x); err == nil {
			s.y, err = strconv.Atoi(y)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		taps = append(taps, s)
	}
	if len(taps) == 0 {
		return nil, fmt.Errorf("%s is empty", file)
	}
	return taps, nil
}

// walk taps round and round until the time is up. The first tap has to change the
// picture, or nobody is listening.
func (t *turn) walk(taps []spot, navigates bool) error {
	before, err := t.picture()
	if err != nil {
		return err
	}
	for began := time.Now(); time.Since(began) < *use; {
		for i, s := range taps {
			if err := t.command("xdotool", "mousemove", strconv.Itoa(s.x), strconv.Itoa(s.y), "click", "1").Run(); err != nil {
				return fmt.Errorf("xdotool: %w", err)
			}
			time.Sleep(*pause)
			if i > 0 || !navigates {
				continue
			}
			if after, err := t.picture(); err != nil || after == before {
				return errors.Join(errors.New("a tap changed nothing"), err)
			}
		}
	}
	return nil
}

// picture is a digest of what is on the screen.
func (t *turn) picture() (string, error) {
	cmd := t.command("sh", "-c", "import -window root rgb:- | sha256sum")
	out, err := cmd.Output()
	return string(out), err
}
