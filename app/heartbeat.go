package app

import (
	"sync"
	"time"
)

// How long the page may be silent. The first paint is allowed more: a cold
// start on slow hardware reads the whole web engine from disk.
const (
	defaultFirstPaint = 60 * time.Second
	defaultSilence    = 20 * time.Second
	reloads           = 2 // tries before the program gives up and asks for a restart
	checkPeriod       = time.Second
)

type action int

const (
	wait action = iota
	reload
	giveUp
)

// heartbeat decides what to do about a silent page. A page first paints, then
// beats every few seconds while its main thread runs; a crashed or frozen one
// does not, and neither does one that never shows anything.
type heartbeat struct {
	firstPaint, silence time.Duration

	mu      sync.Mutex
	last    time.Time // the last paint or beat that counts, the start, or the last reload
	painted bool      // since the start or the last reload
	tries   int       // reloads since the last paint
}

func newHeartbeat(now time.Time) *heartbeat {
	return &heartbeat{firstPaint: defaultFirstPaint, silence: defaultSilence, last: now}
}

// paint notes that the page shows something; earlier failures are forgiven.
func (h *heartbeat) paint(now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.last, h.painted, h.tries = now, true, 0
}

// beat notes a sign of life and reports whether it counts: a page that runs but
// shows nothing is dead to the person in front of it.
func (h *heartbeat) beat(now time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.painted {
		h.last = now
	}
	return h.painted
}

// reloaded notes that the page loads again: the wait for its paint begins anew.
func (h *heartbeat) reloaded(now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.tries++
	h.last, h.painted = now, false
}

// check says what the silence up to now calls for.
func (h *heartbeat) check(now time.Time) action {
	h.mu.Lock()
	defer h.mu.Unlock()
	allowed := h.silence
	if !h.painted {
		allowed = h.firstPaint
	}
	switch {
	case h.tries > reloads: // a page that crashes before it paints
		return giveUp
	case now.Sub(h.last) <= allowed:
		return wait
	case h.tries == reloads:
		return giveUp
	}
	return reload
}
