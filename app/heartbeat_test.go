package app

import (
	"testing"
	"time"
)

func TestHeartbeat(t *testing.T) {
	type step struct {
		at    time.Duration
		event string // what happens then; "" checks
		want  action
	}
	check := func(at time.Duration, want action) step { return step{at: at, want: want} }
	paint := func(at time.Duration) step { return step{at: at, event: "paint"} }
	beat := func(at time.Duration) step { return step{at: at, event: "beat"} }
	crash := func(at time.Duration) step { return step{at: at, event: "crash"} }
	const s = time.Second
	for name, steps := range map[string][]step{
		"a slow first paint is waited for":   {check(59*s, wait), check(60*s, wait), paint(60 * s), check(80*s, wait)},
		"no first paint":                     {check(61*s, reload), check(62*s, wait), check(121*s, wait), check(122*s, reload), check(182*s, wait), check(183*s, giveUp)},
		"beats without a paint do not count": {beat(1 * s), beat(59 * s), check(60*s, wait), check(61*s, reload)},
		"a page that falls silent reloads":   {paint(1 * s), beat(3 * s), check(23*s, wait), check(24*s, reload)},
		"after a reload it may start again":  {paint(1 * s), check(22*s, reload), check(50*s, wait), paint(51 * s), check(71*s, wait), check(72*s, reload)},
		"a paint forgives earlier reloads":   {check(61*s, reload), check(122*s, reload), paint(123 * s), check(144*s, reload), check(205*s, reload), check(266*s, giveUp)},
		"a crash is waited for like a start": {paint(1 * s), crash(2 * s), check(62*s, wait), check(63*s, reload)},
		"a page that crashes at once":        {crash(1 * s), crash(2 * s), check(3*s, wait), crash(3 * s), check(4*s, giveUp)},
		"a steady page is left alone":        {paint(1 * s), beat(6 * s), check(6*s, wait), beat(11 * s), check(31*s, wait)},
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
			h := newHeartbeat(start)
			for i, step := range steps {
				now := start.Add(step.at)
				switch step.event {
				case "paint":
					h.paint(now)
					continue
				case "beat":
					h.beat(now)
					continue
				case "crash":
					h.reloaded(now)
					continue
				}
				got := h.check(now)
				if got != step.want {
					t.Fatalf("step %d, after %s: got %d, want %d", i, step.at, got, step.want)
				}
				if got == reload {
					h.reloaded(now) // as the window does
				}
			}
		})
	}
}

func TestOnlyAPaintedPageCounts(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	h := newHeartbeat(now)
	if h.beat(now) {
		t.Error("a beat counts before the first paint")
	}
	h.paint(now)
	if !h.beat(now) {
		t.Error("a beat does not count after the paint")
	}
	h.reloaded(now)
	if h.beat(now) {
		t.Error("a beat counts while the page loads again")
	}
}
