package app

import (
	"testing"
	"time"
)

func TestHeartbeat(t *testing.T) {
	type step struct {
		at   time.Duration
		beat bool
		dies bool // the page's process ended by itself
		want action
	}
	check := func(at time.Duration, want action) step { return step{at: at, want: want} }
	beat := func(at time.Duration) step { return step{at: at, beat: true} }
	dies := func(at time.Duration) step { return step{at: at, dies: true} }
	const s = time.Second
	for name, steps := range map[string][]step{
		"a slow first paint is waited for":   {check(59*s, wait), check(60*s, wait), beat(60 * s), check(80*s, wait)},
		"no first paint":                     {check(61*s, reload), check(62*s, wait), check(121*s, wait), check(122*s, reload), check(182*s, wait), check(183*s, giveUp)},
		"a page that falls silent reloads":   {beat(1 * s), check(21*s, wait), check(22*s, reload)},
		"after a reload it may start again":  {beat(1 * s), check(22*s, reload), check(50*s, wait), beat(51 * s), check(71*s, wait), check(72*s, reload)},
		"beats forgive earlier reloads":      {check(61*s, reload), check(122*s, reload), beat(123 * s), check(144*s, reload), check(205*s, reload), check(266*s, giveUp)},
		"a crash is waited for like a start": {beat(1 * s), dies(2 * s), check(62*s, wait), check(63*s, reload)},
		"a page that crashes at once":        {dies(1 * s), dies(2 * s), check(3*s, wait), dies(3 * s), check(4*s, giveUp)},
		"a steady page is left alone":        {beat(1 * s), check(6*s, wait), beat(6 * s), beat(11 * s), check(31*s, wait)},
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
			h := newHeartbeat(start)
			for i, step := range steps {
				now := start.Add(step.at)
				switch {
				case step.beat:
					h.beat(now)
					continue
				case step.dies:
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

func TestFirstBeatAfterEachReload(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	h := newHeartbeat(now)
	if !h.beat(now) || h.beat(now) {
		t.Fatal("only the first beat is the first paint")
	}
	h.reloaded(now.Add(time.Minute))
	if !h.beat(now.Add(2 * time.Minute)) {
		t.Fatal("the first beat after a reload is a paint again")
	}
}
