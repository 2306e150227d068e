// Package desk assembles the desk: the program in which staff work. It keeps no data of
// its own. It holds the login of one member of staff, carries what the page asks to the
// center and back, locks when nobody works, and prints. The page never sees a token.
package desk

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	gosync "sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"lianxin/backend/api"
	"lianxin/backend/live"
	"lianxin/backend/printer"
	"lianxin/backend/receipt"
	"lianxin/backend/staff"
	"lianxin/backend/sync"
)

// IdleTime is how long a desk stays open with nobody at it.
const IdleTime = 5 * time.Minute

// Wanted is what files are asked for.
type Wanted string

const (
	Pages     Wanted = "pages"     // of a claim
	PackDoc   Wanted = "pack"      // of rules or a questionnaire
	Statement Wanted = "statement" // of a bank
)

// Config says how to open a desk.
type Config struct {
	Center  string // address of the center
	Data    string // folder for the device cookie
	Version string
	Demo    bool
	Idle    time.Duration // 0: IdleTime
	Printer printer.Printer
	Paper   receipt.Layout
	// WaitingRoom is the site whose called numbers this window shows; "" is a desk.
	WaitingRoom string
	Log         *slog.Logger
	Client      *http.Client // nil: one with bounded times
	Now         func() time.Time
	Hash        staff.Params // cost of the password's hash while the desk is locked; zero: staff.Current
	// Window starts a second window that shows the numbers called at a site.
	Window func(siteID string) error
	// Choose asks for files in the system's own dialog; nil: there is none.
	Choose func(ctx context.Context, what Wanted) ([]string, error)
	// SaveAs asks where to write a file, and answers "" when that was left; nil: there is no dialog.
	SaveAs func(ctx context.Context, name string) (string, error)
	// Statements is a folder into which the bank's program lays its statements; "" for none.
	Statements string
	// Scanner is a folder into which a scanner lays its files; "" for none.
	Scanner string
}

// Desk is an open desk.
type Desk struct {
	config   Config
	events   live.Topics // "state"
	client   *http.Client
	exit     chan struct{} // nobody asks a desk to end from its page
	stop     context.CancelFunc
	beside   gosync.WaitGroup
	running  context.Context  // until Close
	jobs     gosync.WaitGroup // claims on their way
	lineBack chan struct{}    // what waits may go

	mu        gosync.Mutex
	login     *login
	online    bool
	since     time.Time
	active    time.Time
	words     *api.ClaimWords // those the center said last
	choosing  atomic.Bool     // the dialog for files stands open
	export    api.DeskExport  // of the audit log
	dropped   []string        // files somebody dropped on the window and no claim has yet
	statement statement       // a bank's, that somebody has taken up
	sizes     map[string]int  // of the text, in percent, by member
	working   gosync.Mutex    // one login, lock or unlock at a time
	hasher    func() (*staff.Hasher, error)
}

// Open returns a desk nobody is logged in at. Close must follow.
func Open(config Config) *Desk {
	if config.Now == nil {
		config.Now = time.Now
	}
	if config.Idle == 0 {
		config.Idle = IdleTime
	}
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	if config.Printer == nil {
		config.Printer = printer.None{}
	}
	if config.Hash == (staff.Params{}) {
		config.Hash = staff.Current
	}
	config.Center = strings.TrimSuffix(config.Center, "/")
	d := &Desk{config: config, client: config.Client, exit: make(chan struct{}), lineBack: make(chan struct{}, 1)}
	if d.client == nil {
		d.client = sync.NewHTTPClient(&sync.Clock{Wall: config.Now}, nil)
	}
	d.hasher = gosync.OnceValues(func() (*staff.Hasher, error) { return newHasher(config.Hash) })
	d.sizes = d.keptSizes()
	d.running, d.stop = context.WithCancel(context.Background())
	d.beside.Go(func() { d.watch(d.running) })
	d.beside.Go(func() { d.sendWhenBack(d.running) })
	return d
}

// Handler answers the page.
func (d *Desk) Handler() http.Handler { return api.NewDesk(d, http.HandlerFunc(d.forward)) }

// Subscribe calls fn when the state of the desk is another one.
func (d *Desk) Subscribe(fn func(topic string, data any)) (cancel func()) {
	return d.events.Subscribe(fn)
}

// ExitRequested is never closed: whoever sits at a desk closes its window.
func (d *Desk) ExitRequested() <-chan struct{} { return d.exit }

// Close ends the login at the center, if that can be reached in time.
func (d *Desk) Close(ctx context.Context) error {
	d.stop()
	d.beside.Wait()
	d.jobs.Wait()
	if l := d.current(); l != nil {
		d.leave(ctx, l)
	}
	return nil
}

// DeskState implements api.Desk.
func (d *Desk) DeskState(ctx context.Context) (api.DeskState, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	_, hasNone := d.config.Printer.(printer.None)
	state := api.DeskState{Phase: "signed_out", Center: d.config.Center, Online: d.online, Since: d.since, Printer: !hasNone,
		IdleMinutes: max(int(d.config.Idle.Minutes()), 1), WaitingRoom: d.config.WaitingRoom, Scanner: d.config.Scanner != "", Statements: d.config.Statements != "",
		TextPercent: usualSize, Demo: d.config.Demo, Version: d.config.Version}
	if l := d.login; l != nil {
		state.Phase, state.Member, state.EndsAt = "open", &l.member, l.endsAt
		state.TextPercent = cmp.Or(d.sizes[l.member.ID], usualSize)
		if l.captures != nil {
			state.Unsent = len(l.captures.unsent())
		}
		if l.locked {
			state.Phase = "locked"
		}
	}
	return state, nil
}

// current is who is logged in; nil for nobody.
func (d *Desk) current() *login {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.login
}

// heard notes whether the center answered, and tells the page when that is news.
func (d *Desk) heard(answered bool) {
	d.mu.Lock()
	isNews := d.online != answered || d.since.IsZero()
	if isNews {
		d.online, d.since = answered, d.config.Now()
	}
	d.mu.Unlock()
	if isNews {
		d.events.Tell("state", nil)
	}
}

// Periods of watching.
const (
	lookEvery  = time.Second     // for a desk nobody works at
	knockEvery = 5 * time.Second // at a center that did not answer, or that nobody asked
)

// watch locks the desk when nobody works, and finds out when the line is back.
func (d *Desk) watch(ctx context.Context) {
	look, knock := time.NewTicker(lookEvery), time.NewTicker(knockEvery)
	defer look.Stop()
	defer knock.Stop()
	d.knock(ctx)
	for {
		select {
		case <-look.C:
			d.lockWhenIdle()
		case <-knock.C:
			d.knock(ctx)
		case <-ctx.Done():
			return
		}
	}
}

// knock asks the center whether it can work.
func (d *Desk) knock(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, knockEvery)
	defer cancel()
	err := sync.Ask(ctx, d.client, http.MethodGet, d.config.Center+"/readyz", nil, nil, nil)
	if !errors.Is(err, context.Canceled) {
		d.heard(err == nil)
	}
	if err == nil {
		d.sendSoon()
	}
}

// sendSoon lets what waits go.
func (d *Desk) sendSoon() {
	select {
	case d.lineBack <- struct{}{}:
	default:
	}
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }
