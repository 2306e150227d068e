//go:build production

package app

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http/httptest"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/wailsapp/wails/v2"
	"github.com/wailsapp/wails/v2/pkg/runtime"

	"lianxin/backend/coredump"
	"lianxin/backend/demo"
	"lianxin/backend/identity"
	"lianxin/backend/node"
	"lianxin/backend/printer"
	"lianxin/backend/reader"
	"lianxin/frontend"
)

// lobbyVariable holds the data folder of a kiosk for openLobby; with keepsVariable its
// page stays from one person to the next.
const (
	lobbyVariable = "LIANXIN_TEST_LOBBY_DATA"
	keepsVariable = "LIANXIN_TEST_LOBBY_KEEPS_PAGE"
)

// command is one line for a lobby's kiosk. One of the fields beside ID is set.
type command struct {
	ID     int              `json:"id"`
	Eval   string           `json:"eval,omitempty"`   // body of an async function for the page
	Method string           `json:"method,omitempty"` // with Path and Body: a call of the kiosk's API
	Path   string           `json:"path,omitempty"`
	Body   json.RawMessage  `json:"body,omitempty"`
	Card   *identity.Person `json:"card,omitempty"` // laid on the reader
	Lift   bool             `json:"lift,omitempty"`
	Pages  bool             `json:"pages,omitempty"` // how many pages have settled since the start?
	Shift  time.Duration    `json:"shift,omitempty"` // the node's clock goes ahead by this from now on; back with less than nothing
}

// answer is the line that follows a command.
type answer struct {
	ID     int             `json:"id"`
	Value  json.RawMessage `json:"value,omitempty"`
	Failed string          `json:"failed,omitempty"`
}

// lobbyKiosk is the kiosk with what the tests add.
type lobbyKiosk struct {
	node  *node.Node
	tray  *demo.Tray
	shift *atomic.Int64
	pages atomic.Int64    // that have settled
	ctx   context.Context // the window library's
	say   chan answer
	open  openQuestions
}

// openQuestions are the scripts a page has not answered yet: a page that is replaced
// takes them with it, and the next one is asked again.
type openQuestions struct {
	mu      sync.Mutex
	scripts map[int]string
}

func (o *openQuestions) asked(id int, script string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.scripts[id] = script
}

// answered tells whether the question was still open.
func (o *openQuestions) answered(id int) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	_, open := o.scripts[id]
	delete(o.scripts, id)
	return open
}

func (o *openQuestions) all() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Collect(maps.Values(o.scripts))
}

func runLobbyKiosk(data string) {
	if err := coredump.Forbid(); err != nil {
		panic(err)
	}
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer cancel()
	logFile, err := OpenLogFile(filepath.Join(data, "kiosk", "log", "kiosk.log"))
	if err != nil {
		panic(err)
	}
	log := NewLog(logFile)
	slog.SetDefault(log)
	l, err := newLobbyKiosk(ctx, data, log)
	if err != nil {
		panic(err)
	}
	kiosk, err := New(Config{Node: l.node, Page: frontend.Pages(), Data: filepath.Join(data, "kiosk"), Log: log, Out: os.Stdout, Exit: os.Exit})
	if err != nil {
		panic(err)
	}
	kiosk.keepsPage = os.Getenv(keepsVariable) != ""
	// As Run does, with the window library's context kept.
	kiosk.context = ctx
	if err := kiosk.prepareEnvironment(); err != nil {
		panic(err)
	}
	options := kiosk.windowOptions()
	options.OnStartup = func(ctx context.Context) {
		kiosk.start(ctx)
		l.serve(ctx)
	}
	if err := wails.Run(options); err != nil {
		panic(err)
	}
	kiosk.stop(ExitStopped)
}

func newLobbyKiosk(ctx context.Context, data string, log *slog.Logger) (*lobbyKiosk, error) {
	tray, err := demo.NewTray(data)
	if err != nil {
		return nil, err
	}
	l := &lobbyKiosk{tray: tray, shift: &atomic.Int64{}, say: make(chan answer), open: openQuestions{scripts: map[int]string{}}}
	l.node, err = node.Open(ctx, node.Config{Data: filepath.Join(data, "kiosk"), Demo: true, Version: "test", PIN: "2580", Log: log,
		Reader: reader.NewSDT(reader.Serial(tray.Port()), reader.Options{}), Tray: tray, Printer: printer.NewFolder(filepath.Join(data, "papers")),
		Now: func() time.Time { return time.Now().Add(time.Duration(l.shift.Load())) }})
	return l, err
}

// serve answers the commands on standard input.
func (l *lobbyKiosk) serve(ctx context.Context) {
	l.ctx = ctx
	runtime.EventsOn(ctx, "lobby", func(data ...any) {
		id, value, failed := data[0].(float64), data[1].(string), data[2].(string)
		if l.open.answered(int(id)) {
			l.say <- answer{ID: int(id), Value: json.RawMessage(value), Failed: failed}
		}
	})
	runtime.EventsOn(ctx, "settled", func(...any) {
		l.pages.Add(1)
		for _, script := range l.open.all() {
			runtime.WindowExecJS(l.ctx, script)
		}
	})
	go func() {
		for a := range l.say {
			text, err := json.Marshal(a)
			if err != nil {
				text = fmt.Appendf(nil, `{"id": %d, "failed": %q}`, a.ID, err.Error())
			}
			fmt.Printf("answer %s\n", text)
		}
	}()
	go func() {
		lines := bufio.NewReader(os.Stdin)
		for {
			line, err := lines.ReadBytes('\n')
			if err == io.EOF {
				return
			}
			var c command
			if err == nil {
				err = json.Unmarshal(line, &c)
			}
			if err != nil {
				panic(err)
			}
			l.obey(c)
		}
	}()
}

func (l *lobbyKiosk) obey(c command) {
	a := answer{ID: c.ID}
	switch {
	case c.Eval != "":
		// The page answers by an event.
		script := fmt.Sprintf(`(async () => { try {
			const value = await (async () => { %s })();
			window.runtime.EventsEmit("lobby", %d, JSON.stringify(value) ?? "null", "");
		} catch (error) { window.runtime.EventsEmit("lobby", %d, "null", String(error)); } })()`, c.Eval, c.ID, c.ID)
		l.open.asked(c.ID, script)
		runtime.WindowExecJS(l.ctx, script)
		return
	case c.Path != "":
		a.Value, a.Failed = l.call(c)
	case c.Card != nil:
		l.tray.Put(*c.Card)
	case c.Pages:
		a.Value = fmt.Append(nil, l.pages.Load())
	case c.Lift:
		l.tray.Lift()
	case c.Shift != 0:
		l.shift.Add(int64(c.Shift))
	}
	l.say <- a
}

// call asks the kiosk's API past the page.
func (l *lobbyKiosk) call(c command) (value json.RawMessage, failed string) {
	request := httptest.NewRequest(c.Method, c.Path, strings.NewReader(string(c.Body)))
	request.Header.Set("Content-Type", "application/json")
	recorded := httptest.NewRecorder()
	l.node.Handler().ServeHTTP(recorded, request)
	if recorded.Code >= 300 {
		return nil, fmt.Sprintf("%s %s: %d %s", c.Method, c.Path, recorded.Code, recorded.Body)
	}
	if recorded.Body.Len() == 0 {
		return nil, ""
	}
	return recorded.Body.Bytes(), ""
}
