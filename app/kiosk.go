// Package app is the desktop window: it shows the built pages full screen,
// carries the page's calls to the node in this process and back, and closes the
// ways out of the page. It is the only package that knows the window library.
package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/wailsapp/wails/v2/pkg/runtime"
)

// Exit codes, for the supervisor that starts the kiosk again.
const (
	ExitStopped = 0  // an operator or the system asked for it
	ExitFailed  = 1  // it could not start
	ExitInUse   = 3  // another kiosk holds the data folder
	ExitRestart = 75 // the page is dead: start the program again
)

// heapGrowth is by how much, in percent, the heap may grow before it is collected: a
// kiosk has time and shares its memory with a web engine.
const heapGrowth = 50

// closeTime bounds how long pending writes may take when the program ends.
const closeTime = 10 * time.Second

// Config is what one window needs.
type Config struct {
	Node      Node
	Page      fs.FS        // index.html at its root
	Data      string       // the data folder, already locked
	Log       *slog.Logger // no personal data
	Out       io.Writer    // a line for each thing a person or a script waits for
	Windowed  bool         // an ordinary window instead of the whole screen
	Frame     *Frame       // of a desk, which is always Windowed; nil for a kiosk
	DevServer string       // host:port for a browser to drive the page; development builds only
	Shown     func()       // called when the first page is on the screen; nil: nobody waits for it
	Exit      func(code int)
}

// Kiosk is one window with its node: a kiosk's, or a desk's in its Frame.
type Kiosk struct {
	config    Config
	bridge    *Bridge
	heartbeat *heartbeat
	started   time.Time
	context   context.Context                 // ends when the caller wants the window gone
	renewing  atomic.Int64                    // when the page's process began to be replaced, in Unix nanoseconds; 0 when it is not
	window    atomic.Pointer[context.Context] // of the window library, once it runs
	keepsPage bool                            // for tests of what a page itself forgets
	shownOnce sync.Once
	stopOnce  sync.Once
	stopped   chan struct{}
}

// New checks the configuration and returns a kiosk that has not opened its window.
func New(c Config) (*Kiosk, error) {
	if c.Frame != nil {
		c.Windowed, c.Page = true, Begin(c.Page, c.Frame.Page)
	}
	if err := checkPage(c.Page); err != nil {
		return nil, err
	}
	if c.DevServer != "" && !devBuild {
		return nil, errors.New("the development server is not part of release builds")
	}
	if c.DevServer != "" {
		address, err := freePort(c.DevServer)
		if err != nil {
			return nil, err
		}
		c.DevServer = address
	}
	debug.SetGCPercent(heapGrowth)
	k := &Kiosk{config: c, started: time.Now(), stopped: make(chan struct{})}
	k.heartbeat = newHeartbeat(k.started)
	k.bridge = NewBridge(c.Node.Handler(), c.Log, k.beat)
	return k, nil
}

// Run opens the window and must be called on the main goroutine. It ends the
// process through Config.Exit when ctx is done, an operator leaves, the page
// stays dead, or the window fails.
func (k *Kiosk) Run(ctx context.Context) {
	k.context = ctx
	if !displayPresent() {
		k.fail(ErrNoDisplay)
		return
	}
	if err := k.prepareEnvironment(); err != nil {
		k.fail(err)
		return
	}
	if err := k.runWindow(); err != nil {
		k.fail(err)
		return
	}
	k.stop(ExitStopped)
}

func (k *Kiosk) fail(err error) {
	k.config.Log.Error("the window could not open", "error", err.Error())
	fmt.Fprintln(k.config.Out, err)
	k.stop(ExitFailed)
}

// start is called once, when the window library runs.
func (k *Kiosk) start(ctx context.Context) {
	guardWebView(k.config.Log, !k.config.Windowed, func() { k.heartbeat.reloaded(time.Now()) })
	cancel := forwardEvents(k.config.Node, func(name string, data ...any) {
		runtime.EventsEmit(ctx, name, data...)
	})
	k.listen(ctx)
	k.window.Store(&ctx)
	if f := k.config.Frame; f != nil && f.Dropped != nil {
		runtime.OnFileDrop(ctx, func(_, _ int, paths []string) { f.Dropped(paths) })
	}
	if k.config.DevServer != "" {
		go k.announceDevServer()
	}
	go func() {
		defer cancel()
		k.watch()
	}()
}

// watch waits for whatever ends the program and looks after the page meanwhile.
func (k *Kiosk) watch() {
	ticker := time.NewTicker(checkPeriod)
	defer ticker.Stop()
	for {
		select {
		case <-k.context.Done():
			k.stop(ExitStopped)
			return
		case <-k.config.Node.ExitRequested():
			k.config.Log.Info("an operator ends the program")
			k.stop(ExitStopped)
			return
		case <-k.stopped:
			return
		case now := <-ticker.C:
			k.lookAfter(now)
		}
	}
}

func (k *Kiosk) lookAfter(now time.Time) {
	if k.config.DevServer != "" {
		return // the page is in a browser and may come and go
	}
	switch k.heartbeat.check(now) {
	case reload:
		k.config.Log.Warn("the page is silent: loading it again")
		restartWebView()
	case giveUp:
		k.config.Log.Error("the page stays silent: asking for a restart")
		k.stop(ExitRestart)
	case wait:
	}
}

func (k *Kiosk) painted() {
	now := time.Now()
	k.heartbeat.paint(now)
	took := now.Sub(k.started).Milliseconds()
	k.config.Log.Info("page painted", "ms", took)
	fmt.Fprintf(k.config.Out, "painted %d ms\n", took)
	k.shown()
	k.tell("READY=1")
	go debug.FreeOSMemory() // what the start alone needed; a kiosk then stands for months
}

// shown tells once that somebody has a page before them.
func (k *Kiosk) shown() {
	if k.config.Shown != nil {
		k.shownOnce.Do(k.config.Shown)
	}
}

func (k *Kiosk) beat() {
	if k.heartbeat.beat(time.Now()) {
		k.tell("WATCHDOG=1")
	}
}

func (k *Kiosk) tell(state string) {
	if err := notifySupervisor(state); err != nil {
		k.config.Log.Warn("the supervisor does not hear", "error", err.Error())
	}
}

// closeAsked refuses to close a full-screen kiosk: keys and window managers may
// not end it, only an operator or the system, and they do not come this way.
func (k *Kiosk) closeAsked(context.Context) (prevent bool) {
	if k.config.Windowed {
		go k.stop(ExitStopped)
	}
	return true
}

// stop closes the node and ends the process at once. It never closes the window
// first: leaving through GTK can crash before anything is written.
func (k *Kiosk) stop(code int) {
	k.stopOnce.Do(func() {
		close(k.stopped)
		k.tell("STOPPING=1")
		ctx, cancel := context.WithTimeout(context.Background(), closeTime)
		defer cancel()
		if err := k.config.Node.Close(ctx); err != nil {
			k.config.Log.Error("closing", "error", err.Error())
			if code == ExitStopped {
				code = ExitFailed
			}
		}
		k.config.Log.Info("stopped", "code", code)
		k.config.Exit(code)
	})
}

// ErrNoDisplay says that there is no screen to open the window on.
var ErrNoDisplay = errors.New("no display: neither WAYLAND_DISPLAY nor DISPLAY is set")

func displayPresent() bool {
	return os.Getenv("WAYLAND_DISPLAY") != "" || os.Getenv("DISPLAY") != ""
}
