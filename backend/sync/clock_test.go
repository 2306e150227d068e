package sync_test

import (
	"testing"
	"time"

	"lianxin/backend/fault"
	"lianxin/backend/sync"
)

// watch is a device's clock in a test: wall can be set, elapsed only goes on.
type watch struct {
	wall    time.Time
	elapsed time.Duration
}

func (w *watch) clock(built time.Time) *sync.Clock {
	return &sync.Clock{Wall: func() time.Time { return w.wall }, Elapsed: func() time.Duration { return w.elapsed }, Built: built}
}

func (w *watch) pass(d time.Duration) { w.wall, w.elapsed = w.wall.Add(d), w.elapsed+d }

// What the center said goes on by a clock nobody can set: setting the device's own
// while the program runs changes the offset at once, and never the time.
func TestClockSurvivesBeingSet(t *testing.T) {
	for name, set := range map[string]time.Duration{
		"a day back": -24 * time.Hour, "to 1970": -56 * 365 * 24 * time.Hour, "to 2040": 14 * 365 * 24 * time.Hour, "not at all": 0,
	} {
		w := &watch{wall: now()}
		c := w.clock(time.Time{})
		if err := sync.Hear(c, now().Add(90*time.Second), 0, false); err != nil {
			t.Fatal(err)
		}
		w.pass(time.Minute)
		w.wall = w.wall.Add(set)
		w.pass(time.Minute)
		equal(t, name, c.Now(), now().Add(90*time.Second+2*time.Minute))
		equal(t, name+": offset", c.Offset(), 90*time.Second-set)
	}
}

// Half of a short journey is the way back. One that was long, or waited at the
// center, only says between which two times the right one lies.
func TestClockTakesAnAnswerForWhatItTells(t *testing.T) {
	const known = 90 * time.Second
	for name, c := range map[string]struct {
		said, journey time.Duration
		waited        bool
		want          time.Duration
	}{
		"quick":                        {0, 4 * time.Second, false, 2 * time.Second},
		"slow, between":                {80 * time.Second, 11 * time.Second, false, known},
		"slow, too early":              {100 * time.Second, 11 * time.Second, false, 100 * time.Second},
		"slow, too late":               {0, 11 * time.Second, false, 11 * time.Second},
		"waited, between":              {70 * time.Second, 25 * time.Second, true, known},
		"waited, center moved forward": {time.Hour, 25 * time.Second, true, time.Hour},
		"waited, center moved back":    {-time.Hour, 25 * time.Second, true, 25*time.Second - time.Hour},
	} {
		w := &watch{wall: now()}
		clock := w.clock(time.Time{})
		if err := sync.Hear(clock, now().Add(known), 0, false); err != nil {
			t.Fatal(err)
		}
		if err := sync.Hear(clock, now().Add(c.said), c.journey, c.waited); err != nil {
			t.Fatal(err)
		}
		equal(t, name, clock.Offset(), c.want)
	}
}

// A center whose own clock is absurd does not take a kiosk along; one that was
// wrong and was put right is believed, because the kiosk's own clock agrees.
func TestClockAsksForASecondWitness(t *testing.T) {
	for name, c := range map[string]struct {
		own, before time.Duration // the device's clock, and what was heard; 0: nothing
		restarted   bool          // since then
		says        time.Duration
		believed    bool
	}{
		"the first word, own clock in 1970":                    {own: -56 * year, says: time.Hour, believed: true},
		"the first word, own clock in 2040":                    {own: 14 * year, says: time.Hour, believed: true},
		"an hour later":                                        {before: time.Hour, says: 2 * time.Hour, believed: true},
		"a month back":                                         {before: 31 * day, says: time.Hour, believed: true},
		"before this program was made":                         {says: -2 * year},
		"before this program was made, and own clock agrees":   {own: -2 * year, says: -2 * year},
		"years back":                                           {own: 5 * year, before: 3 * year, says: time.Hour},
		"years back after a restart":                           {own: 5 * year, before: 3 * year, restarted: true, says: time.Hour},
		"years back, and own clock agrees":                     {own: time.Minute, before: 3 * year, says: time.Hour, believed: true},
		"years back after a restart, and own clock agrees":     {own: time.Minute, before: 3 * year, restarted: true, says: time.Hour, believed: true},
		"years ahead while the program runs":                   {before: time.Hour, says: 9 * year},
		"years ahead after a restart, as after a long absence": {before: time.Hour, restarted: true, says: 9 * year, believed: true},
		"years ahead, and own clock agrees":                    {own: 9 * year, before: time.Hour, says: 9 * year, believed: true},
	} {
		w := &watch{wall: now().Add(c.own)}
		clock := w.clock(now().Add(-year))
		if c.before != 0 {
			if c.restarted {
				sync.Restore(clock, now().Add(c.before), c.before-c.own)
			} else if err := sync.Hear(clock, now().Add(c.before), 0, false); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		held := clock.Now()
		err := sync.Hear(clock, now().Add(c.says), 0, false)
		equal(t, name+": believed", []any{err == nil, clock.Doubted(), clock.Heard()}, []any{c.believed, !c.believed, c.believed})
		if c.believed {
			held = now().Add(c.says)
		} else if fault.CodeOf(err) != "sync.center_clock" {
			t.Errorf("%s: %v", name, err)
		}
		equal(t, name+": the time", clock.Now(), held)
	}
}

func TestReplicaKnowsTheCentersClock(t *testing.T) {
	c := sqliteCenter(t)
	k := newKiosk(t, c)
	c.receiver.Now = func() time.Time { return now().Add(90 * time.Second) }
	c.publisher.Now = c.receiver.Now
	k.checkIn(t)
	k.drain(t)
	progress := k.replica.Status().Progress
	equal(t, "offset", progress.Offset, 90*time.Second)
	equal(t, "last push", progress.LastPush, now().Add(90*time.Second))
	k.pullAll(t)
	k.restart(t, "1.0")
	equal(t, "offset after a restart", k.replica.Status().Progress.Offset, 90*time.Second)
	equal(t, "and what is past", k.replica.Clock.Past(), now().Add(90*time.Second))

	c.publisher.Now = now // the center's clock was put right
	k.pullAll(t)
	equal(t, "offset after a pull", k.replica.Status().Progress.Offset, time.Duration(0))
}

// An absurd word is told once, and neither the day nor the data's age follow it.
func TestReplicaDoubtsAnAbsurdCenter(t *testing.T) {
	c := sqliteCenter(t)
	k := newKiosk(t, c)
	var said []string
	k.replica.Failed = func(doing string, err error) { said = append(said, doing+" "+fault.CodeOf(err)) }
	k.pullAll(t)
	k.elapsed = time.Minute
	absurd := func() time.Time { return now().AddDate(-6, 0, 0) }
	c.publisher.Now, c.receiver.Now = absurd, absurd
	k.pullAll(t)
	k.drain(t)
	equal(t, "told", said, []string{"time sync.center_clock"})
	equal(t, "time", k.replica.Clock.Now(), now().Add(time.Minute))
	progress := k.replica.Status().Progress
	equal(t, "progress", []any{progress.AsOf, progress.LastPush}, []any{now().Add(time.Minute), now().Add(time.Minute)})
	c.publisher.Now = now
	k.pullAll(t)
	equal(t, "no doubt any more", []any{k.replica.Clock.Doubted(), len(said)}, []any{false, 1})
}

// The clock was set while the program did not run: what was written down of it no
// longer holds, and its own time is the likelier one.
func TestClockSetWhileTheProgramDidNotRun(t *testing.T) {
	const far = 56 * year
	for name, c := range map[string]struct{ own, shift, want time.Duration }{
		"as it was, behind":       {-far, far, 0},
		"as it was, ahead":        {far, -far, 0},
		"put right, was behind":   {time.Minute, far, time.Minute},
		"put right, was ahead":    {time.Minute, -far, time.Minute},
		"five minutes, as before": {-5 * time.Minute, 5 * time.Minute, 0},
		"neither is likely":       {14 * year, far, 14*year + far},
	} {
		w := &watch{wall: now().Add(c.own)}
		clock := w.clock(now().Add(-year))
		sync.Restore(clock, now().Add(-time.Hour), c.shift)
		equal(t, name, clock.Now(), now().Add(c.want))
	}
}

// A push alone writes down how the clock stands: the program may end before a pull.
func TestAPushWritesTheClockDown(t *testing.T) {
	c := sqliteCenter(t)
	k := newKiosk(t, c)
	c.receiver.Now = func() time.Time { return now().Add(90 * time.Second) }
	k.drain(t)
	k.restart(t, "1.0")
	equal(t, "offset", k.replica.Clock.Offset(), 90*time.Second)
}
