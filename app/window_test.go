//go:build production

package app

import (
	"bufio"
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// These tests start this test binary again as a kiosk: a real window with the
// real web engine on a virtual display, a small page and a small node. What the
// page finds out crosses the bridge and is printed for the test to read.
const (
	dataVariable = "LIANXIN_TEST_WINDOW_DATA"
	caseVariable = "LIANXIN_TEST_WINDOW_CASE"
)

//go:embed testdata/page
var testPage embed.FS

func TestMain(m *testing.M) {
	if data := os.Getenv(dataVariable); data != "" {
		runTestKiosk(data)
		return
	}
	if data := os.Getenv(lobbyVariable); data != "" {
		runLobbyKiosk(data)
		return
	}
	os.Exit(m.Run())
}

// windowNode prints what the page reports and does what the page asks.
type windowNode struct {
	mux   *http.ServeMux
	exit  chan struct{}
	event func(topic string, data any)
	loads atomic.Int32
}

func (n *windowNode) Handler() http.Handler          { return n.mux }
func (n *windowNode) ExitRequested() <-chan struct{} { return n.exit }
func (n *windowNode) Close(context.Context) error    { fmt.Println("closed"); return nil }
func (n *windowNode) Subscribe(fn func(string, any)) func() {
	n.event = fn
	return func() {}
}

func newWindowNode() *windowNode {
	n := &windowNode{mux: http.NewServeMux(), exit: make(chan struct{})}
	n.mux.Handle("/", echo())
	n.mux.HandleFunc("GET /case", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, os.Getenv(caseVariable))
	})
	n.mux.HandleFunc("POST /report", func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		fmt.Printf("report %s\n", body)
	})
	n.mux.HandleFunc("POST /load", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, strconv.Itoa(int(n.loads.Add(1))))
	})
	n.mux.HandleFunc("POST /emit", func(http.ResponseWriter, *http.Request) {
		n.event("station", map[string]int{"queue": 7})
	})
	n.mux.HandleFunc("POST /exit", func(http.ResponseWriter, *http.Request) { close(n.exit) })
	return n
}

func runTestKiosk(data string) {
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer cancel()
	page, err := fs.Sub(testPage, "testdata/page")
	if err != nil {
		panic(err)
	}
	kiosk, err := New(Config{
		Node: newWindowNode(), Page: page, Data: data,
		Log: slog.New(slog.NewTextHandler(os.Stderr, nil)), Out: os.Stdout, Exit: os.Exit,
	})
	if err != nil {
		panic(err)
	}
	switch os.Getenv(caseVariable) { // only these wait for it: on a busy machine a sound page is late as well
	case "freeze":
		kiosk.heartbeat.silence = 7 * time.Second
	case "blank":
		kiosk.heartbeat.firstPaint = 8 * time.Second
	}
	kiosk.Run(ctx)
}

// window is a running test kiosk.
type window struct {
	t     *testing.T
	data  string
	cmd   *exec.Cmd
	in    io.Writer
	lines chan string
}

func openWindow(t *testing.T, display, data, name string) *window {
	t.Helper()
	w := startKiosk(t, display, dataVariable+"="+data, caseVariable+"="+name)
	w.data = data
	return w
}

// startKiosk starts this test binary again as a kiosk on a display.
func startKiosk(t *testing.T, display string, settings ...string) *window {
	t.Helper()
	w := &window{t: t, cmd: exec.Command(os.Args[0]), lines: make(chan string, 100)}
	w.cmd.Env = append(append(os.Environ(), "DISPLAY="+display, "WAYLAND_DISPLAY="), settings...)
	w.cmd.Stderr = os.Stderr
	in, err := w.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	w.in = in
	out, err := w.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := w.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = w.cmd.Process.Kill() // most have ended by themselves
		_ = w.cmd.Wait()
	})
	go func() {
		defer close(w.lines)
		scanner := bufio.NewScanner(out)
		scanner.Buffer(nil, DefaultFetchSize)
		for scanner.Scan() {
			w.lines <- scanner.Text()
		}
	}()
	return w
}

// line waits for a line that begins with prefix and returns the rest.
func (w *window) line(prefix string) string {
	w.t.Helper()
	rest, err := w.next(prefix, time.Minute)
	if err != nil {
		w.t.Fatal(err)
	}
	return rest
}

// next is line for who has something to say about a window that is gone or silent.
func (w *window) next(prefix string, within time.Duration) (string, error) {
	limit := time.After(within)
	for {
		select {
		case line, open := <-w.lines:
			if !open {
				return "", fmt.Errorf("the window ended before %q", prefix)
			}
			if rest, ok := strings.CutPrefix(line, prefix); ok {
				return rest, nil
			}
		case <-limit:
			return "", fmt.Errorf("no line %q in %s", prefix, within)
		}
	}
}

// ends waits for the process and checks that it closed its node and left with code.
func (w *window) ends(code int) {
	w.t.Helper()
	w.line("closed")
	_ = w.cmd.Wait() // the code is checked below
	if got := w.cmd.ProcessState.ExitCode(); got != code {
		w.t.Errorf("ended with %v, want code %d", w.cmd.ProcessState, code)
	}
}

// both waits for a report and for the page's paint: either may come first.
func (w *window) both(want string) {
	w.t.Helper()
	limit := time.After(time.Minute)
	for painted, reported := false, false; !painted || !reported; {
		select {
		case line, open := <-w.lines:
			if !open {
				w.t.Fatalf("the window ended: painted %v, reported %v", painted, reported)
			}
			if text, ok := strings.CutPrefix(line, "report "); ok {
				reported = true
				w.compare(text, want)
			}
			painted = painted || strings.HasPrefix(line, "painted ")
		case <-limit:
			w.t.Fatalf("too long: painted %v, reported %v", painted, reported)
		}
	}
}

func (w *window) report(want string) {
	w.t.Helper()
	w.compare(w.line("report "), want)
}

func (w *window) compare(text, want string) {
	w.t.Helper()
	var got, expected any
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		w.t.Fatalf("%v: %s", err, text)
	}
	if err := json.Unmarshal([]byte(want), &expected); err != nil {
		w.t.Fatal(err)
	}
	if !reflect.DeepEqual(got, expected) {
		w.t.Errorf("the page reports\n%s\nwant\n%s", text, want)
	}
}

func TestWindowBridge(t *testing.T) {
	w := openWindow(t, virtualDisplay(t), t.TempDir(), "bridge")
	w.both(`{"echo": "{\"name\":\"王𬭎 \u2028 </script>\"}", "bytes": "/wD+",
		"panic": 500, "nil": 500, "nilAgain": 500, "large": 500, "parallel": 200}`)
}

func TestPageRunsOnlyItsOwn(t *testing.T) {
	display, data := virtualDisplay(t), t.TempDir()
	want := `{"inlineRan": false, "evalRan": false,
		"blocked": ["connect-src", "script-src", "style-src-attr"], "post": 405,
		"size": [1080, 1920], "stored": null}`
	for range 2 { // the second start must not see what the first one stored
		w := openWindow(t, display, data, "policy")
		w.report(want)
		if err := w.cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		w.ends(ExitStopped)
	}
}

func TestWindowReceivesEvents(t *testing.T) {
	w := openWindow(t, virtualDisplay(t), t.TempDir(), "events")
	w.report(`{"topic": "station", "data": {"queue": 7}}`)
}

// The screen of a waiting room has no keyboard: its bell rings from the first call on.
func TestWindowMaySound(t *testing.T) {
	openWindow(t, virtualDisplay(t), t.TempDir(), "sound").report(`{"bell": "running"}`)
}

func TestOperatorExit(t *testing.T) {
	openWindow(t, virtualDisplay(t), t.TempDir(), "exit").ends(ExitStopped)
}

func TestPageCannotQuit(t *testing.T) {
	w := openWindow(t, virtualDisplay(t), t.TempDir(), "quit")
	w.report(`{"alive": true}`)
}

func TestFrozenPageIsLoadedAgain(t *testing.T) {
	t.Parallel()
	w := openWindow(t, virtualDisplay(t), t.TempDir(), "freeze")
	w.line("painted ")
	w.both(`{"load": "2"}`)
}

func TestPageCannotLeave(t *testing.T) {
	w := openWindow(t, virtualDisplay(t), t.TempDir(), "leave")
	w.report(`{"opened": false, "confirmed": false, "files": 0, "address": "wails://wails/"}`)
}

func TestBlankPageAsksForARestart(t *testing.T) {
	t.Parallel()
	openWindow(t, virtualDisplay(t), t.TempDir(), "blank").ends(ExitRestart)
}

func TestCrashedWebEngine(t *testing.T) {
	w := openWindow(t, virtualDisplay(t), t.TempDir(), "idle")
	w.line("painted ")
	killWebProcess(t, w.cmd.Process.Pid)
	w.line("painted ")
}

// killWebProcess ends the process that draws this window's page.
func killWebProcess(t *testing.T, parent int) {
	t.Helper()
	ids := engineProcesses(t, parent, "(WebKitWebProces")
	if len(ids) == 0 {
		t.Fatal("no web process")
	}
	if err := syscall.Kill(ids[0], syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
}

// engineProcesses are the web engine's processes of this window whose names, as
// the kernel cuts them off, begin with prefix.
func engineProcesses(t *testing.T, parent int, prefix string) (ids []int) {
	t.Helper()
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range stats {
		stat, err := os.ReadFile(path)
		if err != nil {
			continue // it ended meanwhile
		}
		var id, owner int
		var name, state string
		if _, err := fmt.Sscanf(string(stat), "%d %s %s %d", &id, &name, &state, &owner); err != nil {
			continue
		}
		if owner == parent && state != "Z" && strings.HasPrefix(name, prefix) {
			ids = append(ids, id)
		}
	}
	return ids
}
