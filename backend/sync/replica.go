package sync

import (
	"cmp"
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"lianxin/backend/device"
	"lianxin/backend/fault"
	"lianxin/backend/outbox"
)

// Center is the other end, as a device sees it.
type Center interface {
	Push(ctx context.Context, in PushRequest) (PushResponse, error)
	Pull(ctx context.Context, cursor string, wait time.Duration) (PullResponse, error)
}

// Absorb takes one pulled change over, within the transaction that ctx carries.
// It never writes to the outbox.
type Absorb func(ctx context.Context, c Change) error

// AbsorbAll takes many changes of one noun over in one go, each as Absorb would. Where it
// fails they are taken over one by one.
type AbsorbAll func(ctx context.Context, changes []Change) error

// DeviceStore is what a replica keeps of itself.
type DeviceStore interface {
	outbox.Log
	Quarantine
	Resync
	InTx(ctx context.Context, do func(ctx context.Context) error) error
	ReopenOperations(ctx context.Context, seq int64) error
	// RecordLate writes what became of operations that were parked; others are left as they are.
	RecordLate(ctx context.Context, answers []outbox.Answer) error
	Setting(ctx context.Context, name string, value any) (bool, error)
	SaveSetting(ctx context.Context, name string, value any) error
}

// Page is what one pull brought, once it is written down.
type Page struct {
	Changes []Change
	Swept   bool // it ended a pull from the beginning, and what the center has no more is gone
}

// Progress is what a replica remembers over restarts.
type Progress struct {
	Cursor   string        `json:"cursor"`
	AsOf     time.Time     `json:"as_of"`           // when the center last said everything, by the center's clock
	Offset   time.Duration `json:"-"`               // the center's clock minus this device's; see Clock
	Version  string        `json:"version"`         // program that pulled; a newer one pulls anew
	Resync   bool          `json:"resync"`          // everything is being pulled again; see Resync
	Fresh    bool          `json:"fresh,omitempty"` // nothing was here when that began: nothing to sweep
	LastPush time.Time     `json:"last_push"`
}

// The clock is apart from the progress, for both loops write it.
const (
	progressSetting = "sync.progress"
	clockSetting    = "sync.clock"
)

// codeTooOld is how a center refuses a program whose protocol it no longer speaks.
const codeTooOld = "sync.protocol_too_old"

// longPoll is how long the center may keep a pull waiting, unless something between
// it and the device cuts lines earlier.
const longPoll = 25 * time.Second

// Replica is a device's end: it pushes what was made here and pulls what was
// made elsewhere, each in its own loop, and knows whether the center is there.
type Replica struct {
	Store     DeviceStore
	Center    Center
	Absorbers map[Noun]Absorb
	Together  map[Noun]AbsorbAll // for nouns that come in great numbers
	Clock     *Clock
	Version   string
	Protocol  int                           // version it speaks; 0 is Protocol
	LongPoll  time.Duration                 // how long the center may keep a pull waiting, in whole seconds; 0 is 25 s
	DeviceID  func() string                 // this device's, once it has one
	Condition func() device.Condition       // how this device is; nil: nobody says
	Pulled    func(page Page)               // a page is on the disk; nil: nobody asks
	Changed   func()                        // state or data changed: screens look again
	Failed    func(doing string, err error) // for the log; every failure is also in Status

	// The push loop's own:
	late []string          // IDs of late answers that are written down and not acknowledged
	room int               // bytes of the next push; 0 is batchBytes
	said *device.Condition // what the center was last told of this device

	mu       sync.Mutex
	progress Progress
	lines    [2]Line // by direction
	outdated bool
	doubted  bool // the log has it that the center's clock is not believed
	made     chan struct{}
}

// Direction is one of the two ways changes go, each with its own loop.
type Direction int

const (
	Push Direction = iota
	Pull
)

func (d Direction) String() string { return [...]string{"push", "pull"}[d] }

// Line is how one direction is since its last attempt.
type Line struct {
	Works bool
	Error string // fault code of the last attempt when it failed
}

// Status is how the line to the center is.
type Status struct {
	Online     bool   // both directions work
	LastError  string // fault code of the direction that fails; of the push when both do
	Push, Pull Line
	Outdated   bool // the center said that this program is too old, and has taken nothing since
	Progress   Progress
}

// Fails tells whether a direction fails with one of the fault codes.
func (s Status) Fails(codes ...string) bool {
	return slices.Contains(codes, s.Push.Error) || slices.Contains(codes, s.Pull.Error)
}

// Load reads what was remembered. A program newer than the last one pulls
// everything again: what the old one did not understand comes once more.
func (r *Replica) Load(ctx context.Context) error {
	r.made = make(chan struct{}, 1)
	if _, err := r.Store.Setting(ctx, progressSetting, &r.progress); err != nil {
		return err
	}
	var clock remembered
	if _, err := r.Store.Setting(ctx, clockSetting, &clock); err != nil {
		return err
	}
	r.Clock.restore(clock)
	if r.progress.Version != r.Version {
		r.progress.Cursor, r.progress.Version = "", r.Version
	}
	return nil
}

// Restart forgets what was pulled and how the line was, for a device that was
// enrolled anew: the feed it follows may be another one. Run must not be running.
func (r *Replica) Restart(ctx context.Context) error {
	r.mu.Lock()
	r.progress, r.lines = Progress{Version: r.Version, Offset: r.Clock.Offset()}, [2]Line{}
	progress := r.progress
	r.mu.Unlock()
	return r.Store.SaveSetting(ctx, progressSetting, progress)
}

// Status returns how the line is.
func (r *Replica) Status() Status {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := Status{Push: r.lines[Push], Pull: r.lines[Pull], Outdated: r.outdated, Progress: r.progress}
	s.Online = s.Push.Works && s.Pull.Works
	s.LastError = cmp.Or(s.Push.Error, s.Pull.Error)
	s.Progress.Offset = r.Clock.Offset()
	return s
}

// Made tells the push loop that there is something to send.
func (r *Replica) Made() {
	select {
	case r.made <- struct{}{}:
	default:
	}
}

// Run exchanges with the center until ctx ends.
func (r *Replica) Run(ctx context.Context) {
	var loops sync.WaitGroup
	loops.Go(func() { r.loop(ctx, Push, r.waitMade) })
	loops.Go(func() { r.loop(ctx, Pull, func(context.Context) {}) })
	loops.Wait()
}

// retry bounds the pause after failures; the pause doubles, with jitter, so that
// a center that comes back is not met by all kiosks in the same second.
const (
	retryFirst = 500 * time.Millisecond
	retryMost  = 10 * time.Second
)

func (r *Replica) loop(ctx context.Context, doing Direction, rest func(context.Context)) {
	pause := retryFirst
	for ctx.Err() == nil {
		err := r.Turn(ctx, doing)
		if ctx.Err() != nil {
			return
		}
		if err == nil {
			pause = retryFirst
			rest(ctx)
			continue
		}
		timer := time.NewTimer(restAfter(err, pause))
		select {
		case <-timer.C:
		case <-ctx.Done():
		}
		timer.Stop()
		pause = min(2*pause, retryMost)
	}
}

// maxRest is the longest a center can make a device wait.
const maxRest = time.Minute

// restAfter is how long a device waits after a failure: its own pause, or what the
// center asks for, which as many others are asked for, too. Chance keeps them apart.
func restAfter(err error, pause time.Duration) time.Duration {
	seconds, ok := fault.From(err).Params["retry_after"].(float64)
	if asked := time.Duration(seconds * float64(time.Second)); ok && asked > 0 {
		asked = min(asked, maxRest)
		return asked + rand.N(asked)
	}
	return pause/2 + rand.N(pause)
}

// Turn is one attempt in a direction, as Run makes them again and again: everything
// that waits is sent, or one page is taken.
func (r *Replica) Turn(ctx context.Context, d Direction) error {
	var err error
	if d == Push {
		err = r.pushAll(ctx)
	} else {
		err = r.pullOnce(ctx)
	}
	if ctx.Err() == nil {
		r.note(d, err)
	}
	return err
}

// idleness is the longest the push loop sleeps: also without anything to send it
// says now and then that the device lives.
const idleness = 60 * time.Second

func (r *Replica) waitMade(ctx context.Context) {
	timer := time.NewTimer(idleness)
	defer timer.Stop()
	select {
	case <-r.made:
	case <-timer.C:
	case <-ctx.Done():
	}
}

// note keeps how a direction is, and wakes the screens when that changes.
func (r *Replica) note(doing Direction, err error) {
	now := Line{Works: err == nil, Error: fault.CodeOf(err)}
	r.mu.Lock()
	changed := r.lines[doing] != now
	r.lines[doing] = now
	r.outdated = now.Error == codeTooOld || r.outdated && !(doing == Push && now.Works)
	r.mu.Unlock()
	if err != nil && changed {
		r.Failed(doing.String(), err)
	}
	if changed {
		r.Changed()
	}
}

// heard gives the clock the center's word about the time, and says so once when
// it is not believed. It returns the time to go by.
func (r *Replica) heard(said time.Time, journey time.Duration, waited bool) time.Time {
	err := r.Clock.hear(said, journey, waited)
	r.mu.Lock()
	changed := r.doubted != (err != nil)
	r.doubted = err != nil
	r.mu.Unlock()
	if err != nil && changed {
		r.Failed("time", err)
	}
	if err != nil {
		return r.Clock.Now().UTC()
	}
	return said
}
