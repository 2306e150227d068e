// Package node assembles a kiosk: its own database, the journey of the person in
// front of it, reader, printer, and the exchange with the center. It works
// without the network; what was made offline is sent when the center is back.
package node

import (
	"context"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"lianxin/backend/api"
	"lianxin/backend/checkin"
	"lianxin/backend/correction"
	"lianxin/backend/gift"
	"lianxin/backend/live"
	"lianxin/backend/pack"
	"lianxin/backend/printer"
	"lianxin/backend/reader"
	"lianxin/backend/staffcall"
	"lianxin/backend/store"
	replication "lianxin/backend/sync"
	"lianxin/backend/visit"
)

// Config says how to open a kiosk.
type Config struct {
	Data     string // folder for the database, keys and prints
	Demo     bool   // made-up data; keys may lie in a plain file
	AllowKey bool   // a plain key file is accepted in production
	Version  string
	PIN      string           // of the operator; "" lets nobody in
	Reader   reader.Reader    // nil: none
	Tray     Tray             // demo: the simulated reader behind Reader; nil: none
	Printer  printer.Printer  // nil: none
	Paper    string           // "roll80", "a5" or "a4"; "" is roll80
	Now      func() time.Time // nil: the system's clock
	NewID    func() string    // nil: UUIDv7
	Random   io.Reader        // nil: the system's
	Log      *slog.Logger
	HTTP     *http.Client         // nil: one with bounded times
	Built    time.Time            // when this program was made; no true clock is behind it
	Elapsed  func() time.Duration // a clock nobody can set; nil: the system's, since boot
	Roots    *x509.CertPool       // authorities of the center's certificate; nil: the system's
	LongPoll time.Duration        // how long the center may keep a pull waiting, in whole seconds; 0 is what sync takes
	Protocol int                  // version of sync it speaks; 0 is this program's
	KeepDays int                  // how long what people said here is kept after the center has it; 0 is KeepDays
	Shown    <-chan struct{}      // closed when the first page is on the screen; nil: nothing waits for one
}

// KeepDays is how long a kiosk keeps what people said at it after the center has
// it, in days: longer than the oldest backup a center is restored from.
const KeepDays = 90

// pageTime is how long the exchange waits at most for the first page: a kiosk whose
// screen is broken still sends what it holds.
const pageTime = 10 * time.Second

// Node is an open kiosk.
type Node struct {
	config   Config
	store    *store.Store
	packs    *pack.Shelf
	gifts    *gift.Browser
	clock    *clock
	checkin  *checkin.Service
	paper    *paper
	calls    staffcall.Recorder
	calling  sync.Mutex // one decision about this kiosk's calls at a time
	replica  *replication.Replica
	reader   *readerWatch
	printer  *printerWatch
	events   live.Topics // "session", "state", "reader"
	handler  http.Handler
	exit     chan struct{}
	exitOnce sync.Once
	attempts attempts

	identity atomic.Pointer[identity]
	revoked  atomic.Bool // the center no longer takes this kiosk; kept over restarts
	enrol    enrolment
	line     atomic.Pointer[replication.HTTPCenter] // while there is an exchange

	stop context.CancelFunc
	work sync.WaitGroup
}

// Open opens the kiosk's data and starts its work. Close must follow.
func Open(ctx context.Context, config Config) (*Node, error) {
	n, err := assembled(ctx, config)
	if err != nil {
		return nil, err
	}
	n.start()
	return n, nil
}

// assembled opens the kiosk's data and wires everything together; nothing runs yet.
func assembled(ctx context.Context, config Config) (*Node, error) {
	config = config.withDefaults()
	if err := os.MkdirAll(config.Data, 0o700); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	opened, err := openStore(ctx, config)
	if err != nil {
		return nil, err
	}
	n := &Node{config: config, store: opened, exit: make(chan struct{})}
	if err := n.assemble(ctx); err != nil {
		return nil, errors.Join(err, opened.Close())
	}
	return n, nil
}

func (c Config) withDefaults() Config {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.NewID == nil {
		c.NewID = func() string { return uuid.Must(uuid.NewV7()).String() }
	}
	if c.Random == nil {
		c.Random = rand.Reader
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Reader == nil {
		c.Reader = &reader.None{}
	}
	if c.Printer == nil {
		c.Printer = printer.None{}
	}
	if c.Elapsed == nil {
		c.Elapsed = replication.SinceBoot
	}
	if c.KeepDays == 0 {
		c.KeepDays = KeepDays
	}
	return c
}

// assemble wires the parts.
func (n *Node) assemble(ctx context.Context) error {
	n.packs = pack.NewShelf(n.store)
	if err := n.fillPacks(ctx); err != nil {
		return err
	}
	n.gifts = &gift.Browser{Store: n.store}
	if err := n.gifts.Reload(ctx); err != nil {
		return err
	}
	if err := n.loadIdentity(ctx); err != nil {
		return err
	}
	if err := n.newReplica(ctx); err != nil {
		return err
	}
	n.reader = &readerWatch{node: n}
	n.printer = &printerWatch{printer: n.config.Printer}
	n.paper = &paper{node: n}
	n.calls = staffcall.Recorder{Store: n.store, Log: n.store, Now: n.config.Now, NewID: n.config.NewID}
	n.checkin = checkin.New(checkin.Deps{
		Place: n.place, Clock: n.clock, Packs: n.packs,
		Records:  checkin.Records{Visits: n.store, Appointments: n.store, Donors: n.store, Gate: n.store, Sites: n.store},
		Recorder: n.recorder(),
		Paper:    n.paper, Memory: n.store, Elsewhere: elsewhere{n}, Accounts: accounts{n}, Gifts: redeemer{n}, Results: results{n}, Issued: issued{n}, YearCards: issued{n},
		Corrections: correction.Recorder{Store: n.store, Log: n.store, Now: n.config.Now, NewID: n.config.NewID},
		DonorKey:    n.donorKey, NoticeCode: n.noticeCode, NewID: n.config.NewID, Changed: n.sessionChanged,
	})
	n.handler = api.NewKiosk(api.KioskServices{CheckIn: watched{n.checkin, n}, Redeem: n.checkin, Gifts: n, Kiosk: n, Demo: n})
	return nil
}

func (n *Node) recorder() visit.Recorder {
	return visit.Recorder{Store: n.store, Log: n.store, Papers: n.paper, NewID: n.config.NewID}
}

// fillPacks loads the packs and reports those that fail their check.
func (n *Node) fillPacks(ctx context.Context) error {
	refused, err := n.packs.Fill(ctx)
	for _, why := range refused {
		n.config.Log.ErrorContext(ctx, "stored pack left out", "error", why)
	}
	return err
}

// start begins the work that goes on beside the page's calls.
func (n *Node) start() {
	ctx, stop := context.WithCancel(context.Background())
	n.stop = stop
	n.work.Go(func() { n.reader.run(ctx) })
	n.work.Go(func() { n.printer.run(ctx, n.partChanged) })
	n.work.Go(func() { n.wipeIdle(ctx) })
	n.work.Go(func() { n.endOldCalls(ctx) })
	n.work.Go(func() {
		n.awaitPage(ctx)
		n.work.Go(n.paper.prepare)
		n.exchange(ctx)
	})
}

// awaitPage leaves the processors to the web engine until it has drawn the first page,
// which is what somebody waits for when a kiosk starts.
func (n *Node) awaitPage(ctx context.Context) {
	if n.config.Shown == nil {
		return
	}
	late := time.NewTimer(pageTime)
	defer late.Stop()
	select {
	case <-n.config.Shown:
	case <-late.C:
	case <-ctx.Done():
	}
}

// Handler answers the page.
func (n *Node) Handler() http.Handler { return n.handler }

// Subscribe calls fn for every live event until cancel is called.
func (n *Node) Subscribe(fn func(topic string, data any)) (cancel func()) {
	return n.events.Subscribe(fn)
}

// ExitRequested is closed when an operator has ended the program.
func (n *Node) ExitRequested() <-chan struct{} { return n.exit }

// Close stops the work, waits for paper that is being printed as long as ctx
// allows, and releases the database. Everything that was answered is on the disk already.
func (n *Node) Close(ctx context.Context) error {
	n.stop()
	done := make(chan struct{})
	go func() {
		n.work.Wait()
		n.checkin.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-ctx.Done():
	}
	return n.store.Close()
}

// wipeIdle ends sessions nobody touches any more.
func (n *Node) wipeIdle(ctx context.Context) {
	ticker := time.NewTicker(500 * time.Millisecond)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			if n.checkin.Tick() {
				n.sessionChanged()
			}
		case <-ctx.Done():
			return
		}
	}
}

func (n *Node) sessionChanged() {
	n.reader.follow(n.checkin.AsksForCard)
	n.events.Tell("session", nil)
}

func (n *Node) stateChanged() { n.events.Tell("state", nil) }
