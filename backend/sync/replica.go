package sync

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

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

// DeviceStore is what a replica keeps of itself.
type DeviceStore interface {
	outbox.Log
	InTx(ctx context.Context, do func(ctx context.Context) error) error
	ReopenOperations(ctx context.Context, seq int64) error
	Setting(ctx context.Context, name string, value any) (bool, error)
	SaveSetting(ctx context.Context, name string, value any) error
}

// Progress is what a replica remembers over restarts.
type Progress struct {
	Cursor   string        `json:"cursor"`
	AsOf     time.Time     `json:"as_of"`   // when the center last said everything, by the center's clock
	Offset   time.Duration `json:"offset"`  // the center's clock minus this device's
	Version  string        `json:"version"` // program that pulled; a newer one pulls anew
	LastPush time.Time     `json:"last_push"`
}

const progressSetting = "sync.progress"

// longPoll is how long the center may keep a pull waiting.
const longPoll = 25 * time.Second

// Replica is a device's end: it pushes what was made here and pulls what was
// made elsewhere, each in its own loop, and knows whether the center is there.
type Replica struct {
	Store     DeviceStore
	Center    Center
	Absorbers map[Noun]Absorb
	Now       func() time.Time
	Version   string
	Changed   func()                        // state or data changed: screens look again
	Failed    func(doing string, err error) // for the log; every failure is also in Status

	mu       sync.Mutex
	progress Progress
	status   Status
	made     chan struct{}
}

// Status is how the line to the center is.
type Status struct {
	Online    bool
	LastError string // fault code of the last failure; "" when the last exchange worked
	Progress  Progress
}

// Load reads what was remembered. A program newer than the last one pulls
// everything again: what the old one did not understand comes once more.
func (r *Replica) Load(ctx context.Context) error {
	r.made = make(chan struct{}, 1)
	if _, err := r.Store.Setting(ctx, progressSetting, &r.progress); err != nil {
		return err
	}
	if r.progress.Version != r.Version {
		r.progress.Cursor, r.progress.Version = "", r.Version
	}
	return nil
}

// Status returns how the line is.
func (r *Replica) Status() Status {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := r.status
	s.Progress = r.progress
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
	loops.Go(func() { r.loop(ctx, "push", r.pushAll, r.waitMade) })
	loops.Go(func() { r.loop(ctx, "pull", r.pullOnce, func(context.Context) {}) })
	loops.Wait()
}

// retry bounds the pause after failures; the pause doubles, with jitter, so that
// a center that comes back is not met by all kiosks in the same second.
const (
	retryFirst = 500 * time.Millisecond
	retryMost  = 10 * time.Second
)

func (r *Replica) loop(ctx context.Context, doing string, once func(context.Context) error, rest func(context.Context)) {
	pause := retryFirst
	for ctx.Err() == nil {
		err := once(ctx)
		if ctx.Err() != nil {
			return
		}
		r.note(doing, err)
		if err == nil {
			pause = retryFirst
			rest(ctx)
			continue
		}
		timer := time.NewTimer(pause/2 + rand.N(pause))
		select {
		case <-timer.C:
		case <-ctx.Done():
		}
		timer.Stop()
		pause = min(2*pause, retryMost)
	}
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

// note keeps whether the center is there, and wakes the screens when that changes.
func (r *Replica) note(doing string, err error) {
	r.mu.Lock()
	was := r.status
	r.status.Online, r.status.LastError = err == nil, fault.CodeOf(err)
	changed := was.Online != r.status.Online || was.LastError != r.status.LastError
	r.mu.Unlock()
	if err != nil && changed {
		r.Failed(doing, err)
	}
	if changed {
		r.Changed()
	}
}

// offset keeps the center's clock minus this device's, taking half the journey
// for the way back. r.mu is held.
func (r *Replica) offset(center, began time.Time) {
	journey := r.Now().Sub(began)
	if journey <= 10*time.Second {
		r.progress.Offset = center.Sub(began.Add(journey / 2)).Round(time.Millisecond)
	}
}

// pullOnce asks for one page and takes it over in one transaction with the cursor.
func (r *Replica) pullOnce(ctx context.Context) error {
	r.mu.Lock()
	progress := r.progress
	online := r.status.Online
	r.mu.Unlock()
	wait := longPoll
	if !online || progress.Cursor == "" {
		wait = 0 // find out quickly whether the center is there
	}
	began := r.Now()
	page, err := r.Center.Pull(ctx, progress.Cursor, wait)
	if err != nil {
		return err
	}
	progress.Cursor = page.Cursor
	if !page.More {
		progress.AsOf = page.Now
	}
	err = r.Store.InTx(ctx, func(ctx context.Context) error {
		for _, change := range page.Changes {
			absorb, known := r.Absorbers[change.Noun]
			if !known {
				continue // a newer center's; comes again after this program is updated
			}
			if err := absorb(ctx, change); err != nil {
				return fmt.Errorf("take over %s: %w", change.Noun, err)
			}
		}
		return r.Store.SaveSetting(ctx, progressSetting, progress)
	})
	if err != nil {
		return err
	}
	r.mu.Lock()
	r.progress.Cursor, r.progress.AsOf = progress.Cursor, progress.AsOf
	if wait == 0 {
		r.offset(page.Now, began)
	}
	r.mu.Unlock()
	r.Changed()
	return nil
}
