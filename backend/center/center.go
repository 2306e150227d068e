// Package center assembles the center: the store, the nouns' services, both
// halves of sync, tokens and the API. It may run as several instances on one
// PostgreSQL; whatever must be known to all of them is in the database.
package center

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	gosync "sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"lianxin/backend/audit"
	"lianxin/backend/calendar"
	"lianxin/backend/claim"
	"lianxin/backend/consent"
	"lianxin/backend/fault"
	"lianxin/backend/outbox"
	"lianxin/backend/pack"
	"lianxin/backend/payout"
	"lianxin/backend/screening"
	"lianxin/backend/seal"
	"lianxin/backend/staff"
	"lianxin/backend/store"
	"lianxin/backend/sync"
	"lianxin/backend/textmessage"
	"lianxin/backend/token"
)

// Config says how to open a center.
type Config struct {
	Data     string        // folder for the database, keys and backups
	Database string        // postgres://… ; "" is SQLite in Data
	URL      string        // address devices reach it by; also the issuer of its tokens
	Demo     bool          // made-up data; keys may lie in a plain file
	AllowKey bool          // a plain key file is accepted in production
	Upgrade  store.Upgrade // what happens to a database of an older program
	Version  string
	Now      func() time.Time // nil: the system's clock
	// Elapsed is a clock nobody can set, for a center that serves: a leap of Now against it
	// is not followed. nil: Now is right, whatever it says.
	Elapsed    func() time.Duration
	TrustClock bool          // what Now says at the start is right, however far it leapt
	NewID      func() string // nil: UUIDv7
	Random     io.Reader     // nil: the system's
	Hash       staff.Params  // cost of passwords; zero: staff.Current
	Log        *slog.Logger
	Messages   textmessage.Driver // sends codes to phones; nil: results are shown to cards only
	WeChat     payout.Driver      // pays over WeChat; nil: nobody is paid that way
	// Appliers carry out kinds of operations beside the center's own, for a program that embeds it.
	Appliers map[outbox.Kind]sync.Apply
}

// Center is an open center.
type Center struct {
	config       Config
	store        *store.Store
	keyring      *seal.Keyring
	packs        *pack.Shelf
	consents     consent.Library
	keys         atomic.Pointer[token.KeySet]
	keysRead     atomic.Int64 // Unix microseconds
	checked      token.Checked
	known        gosync.Map // token.PublicKey of devices, by ID
	receiver     *sync.Receiver
	publisher    *sync.Publisher
	gate         screening.Publisher
	witness      *witness
	clock        *clock        // nil: config.Now is right
	clockDoubted atomic.Bool   // the log says so
	packsAt      atomic.Int64  // place in the feed of the newest pack on the shelf
	lookEvery    time.Duration // see awaited
	instance     string        // names this run of the program among others on the same database
	admission    *admission
	audit        audit.Log
	readings     audit.Gatherer
	metrics      *metrics

	stopping context.Context // over when the center was asked to stop
	stop     context.CancelFunc
	staff    func() (*staff.Service, error)
	claims   claim.Service
	payouts  payout.Service
}

// Open opens the database and everything above it. Close must follow. Faults: those
// of seal.Load and store.Open, and "seal.key_lost". Where store.UpgradeNever is asked
// for, nothing is made in a folder without a center.
func Open(ctx context.Context, config Config) (*Center, error) {
	config = config.withDefaults()
	if config.Upgrade == store.UpgradeNever && config.Database == "" {
		if _, err := os.Stat(filepath.Join(config.Data, "center.db")); errors.Is(err, fs.ErrNotExist) {
			return nil, fault.Wrap(err, fault.NotFound, "store.empty")
		}
	}
	if err := os.MkdirAll(config.Data, 0o700); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	keyring, err := installationKeys(config)
	if err != nil {
		return nil, err
	}
	address := config.Database
	if address == "" {
		address = filepath.Join(config.Data, "center.db")
	}
	opened, err := store.Open(ctx, store.Options{URL: address, Keyring: keyring, Upgrade: config.Upgrade, Backups: config.Data})
	if err != nil {
		return nil, err
	}
	c := &Center{config: config, store: opened, keyring: keyring, lookEvery: lookEvery}
	c.stopping, c.stop = context.WithCancel(context.Background())
	if err := c.begin(ctx); err != nil {
		return nil, errors.Join(err, opened.Close())
	}
	return c, nil
}

// begin takes up the time and wires everything to the store.
func (c *Center) begin(ctx context.Context) (err error) {
	wentBack := false
	if c.config.Elapsed != nil {
		if c.clock, wentBack, err = openClock(c.config); err != nil {
			return err
		}
		c.config.Now = c.clock.now
	}
	if err := c.assemble(ctx); err != nil || c.clock == nil {
		return err
	}
	wasAhead, err := c.wasAhead(ctx)
	if err == nil && (wentBack || wasAhead) {
		err = c.goBack(ctx)
	}
	if err != nil {
		return err
	}
	c.noteTime(ctx)
	return nil
}

// CheckKeys tells what keeps a new center from beginning with its keys; it makes none.
// Faults: those of seal.Load, but for a demo, which makes its own.
func CheckKeys(config Config) error {
	config = config.withDefaults()
	isDemo := config.Demo
	config.Demo, config.AllowKey = false, config.AllowKey || isDemo
	if _, err := installationKeys(config); err != nil && !(isDemo && fault.CodeOf(err) == "seal.key_missing") {
		return err
	}
	return nil
}

// installationKeys never makes new keys beside a SQLite database: they could not open it, and
// would stand where the right ones belong. Fault then: "seal.key_lost".
func installationKeys(config Config) (*seal.Keyring, error) {
	file, err := os.Stat(filepath.Join(config.Data, "center.db"))
	holdsData := config.Database == "" && err == nil && file.Size() > 0
	keyring, err := seal.Load(seal.Source{CredentialsDirectory: os.Getenv("CREDENTIALS_DIRECTORY"),
		File: filepath.Join(config.Data, "keys.json"), Demo: config.Demo && !holdsData,
		AllowFile: config.AllowKey || config.Demo, Now: config.Now()})
	if holdsData && config.Demo && fault.CodeOf(err) == "seal.key_missing" {
		return nil, fault.Wrap(err, fault.Unavailable, "seal.key_lost")
	}
	return keyring, err
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
	if c.Hash == (staff.Params{}) {
		c.Hash = staff.Current
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c
}

// assemble wires the services to the store.
func (c *Center) assemble(ctx context.Context) error {
	c.packs, c.instance = pack.NewShelf(c.store), c.config.NewID()
	c.packsAt.Store(-1)
	var err error
	if c.consents, err = consent.BuiltIn(); err != nil {
		return err
	}
	c.admission = newAdmission(c.store.Engine())
	if err := c.freshPacks(ctx); err != nil {
		return err
	}
	c.audit = audit.Log{Store: c.store, Now: c.config.Now}
	c.readings.Log, c.readings.InTx = c.audit, c.store.InTx
	c.metrics = newMetrics(c)
	c.staff = c.newStaff()
	c.claims = claim.Service{Store: c.store, Relief: claimRelief{c}, Documents: claimRelief{c}, Money: claimMoney{c}, Now: c.config.Now,
		Handling: func() claim.Handling { return c.packs.Claims(c.Today()) }}
	c.payouts = c.newPayouts()
	c.publisher = &sync.Publisher{Feed: c.store, Epoch: c.epoch, Loaders: c.loaders(), Now: c.config.Now,
		Heads: c.store.FeedHeads, WentBack: c.wentBack, Every: c.feedEvery(), IsOwnFailure: c.store.IsOwnFailure, LeftOut: c.leftOut}
	c.receiver = &sync.Receiver{Ledger: c.store, Appliers: c.appliers(), Preparers: c.preparers(), Now: c.config.Now,
		Wake: c.publisher.Wake, Log: c.config.Log}
	c.gate = screening.Publisher{Gate: c.store}
	if err := c.lookBack(ctx); err != nil {
		return err
	}
	return c.loadKeys(ctx)
}

// feedEvery is how often the feed is looked at for changes that others made: another
// instance on PostgreSQL. A SQLite file has one, and only commands write beside it.
func (c *Center) feedEvery() time.Duration {
	if c.store.Engine() == store.Postgres {
		return time.Second
	}
	return 2 * time.Second
}

// Close sends away who waits and releases the database.
func (c *Center) Close() error {
	c.stop()
	return c.store.Close()
}

// Store gives commands of this program the database.
func (c *Center) Store() *store.Store { return c.store }

// Today is the day on Beijing's wall calendar.
func (c *Center) Today() calendar.Date { return calendar.Of(c.config.Now()) }

// Ready implements api.Health. It reads a row, for a connection may stand while
// nothing answers behind it; and a SQLite file that was taken away from under an
// open program still answers, though nothing written to it would ever be found.
func (c *Center) Ready(ctx context.Context) error {
	_, err := c.epoch(ctx)
	if err == nil && c.config.Database == "" {
		_, err = os.Stat(c.databaseFile())
	}
	if err != nil {
		return fault.Wrap(err, fault.Unavailable, "center.database")
	}
	return nil
}

func (c *Center) databaseFile() string { return filepath.Join(c.config.Data, "center.db") }

// Version implements api.Health.
func (c *Center) Version() string { return c.config.Version }
