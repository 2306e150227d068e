package center

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"lianxin/backend/fault"
	"lianxin/backend/store"
	"lianxin/backend/store/storetest"
	"lianxin/backend/sync"
)

// watched is a machine's clock that can be set, and one that cannot.
type watched struct {
	t         *testing.T
	data      string
	wall, was time.Time
	*clock
}

func (w *watched) start(trusts bool) (wentBack bool) {
	w.t.Helper()
	began := w.was
	c, wentBack, err := openClock(Config{Data: w.data, TrustClock: trusts, Now: func() time.Time { return w.wall },
		Elapsed: func() time.Duration { return w.was.Sub(began) }})
	if err != nil {
		w.t.Fatal(err)
	}
	w.clock = c
	return wentBack
}

func (w *watched) pass(d time.Duration) { w.wall, w.was = w.wall.Add(d), w.was.Add(d) }

// expect compares the center's time with the true one.
func (w *watched) expect(what string, off time.Duration, doubts bool) {
	w.t.Helper()
	now := w.now()
	doubted, _ := w.doubted()
	if got := now.Sub(w.was); got != off || doubted != doubts {
		w.t.Errorf("%s: the center is %v off and doubts its clock: %v, want %v, %v", what, got, doubted, off, doubts)
	}
	if err := w.keep(); err != nil {
		w.t.Fatal(err)
	}
}

// A clock that leaps while the center runs is not followed, nor one that was set back or
// far ahead while it did not; who has set it right can say so.
func TestAClockThatLeapsIsNotFollowed(t *testing.T) {
	const day = 24 * time.Hour
	begun := time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)
	w := &watched{t: t, data: t.TempDir(), wall: begun, was: begun}
	w.start(false)
	w.expect("first start", 0, false)
	w.pass(30 * day)
	w.expect("a month later", 0, false)
	for name, leap := range map[string]time.Duration{"ten years ahead": 3650 * day, "ten years back": -3650 * day, "two days ahead": 2 * day, "two days back": -2 * day} {
		w.wall = w.was.Add(leap)
		w.expect(name, 0, true)
		w.pass(time.Hour)
		w.expect(name+", an hour later", 0, true)
		w.wall = w.was
		w.expect("right again", 0, false)
	}
	w.wall = w.was.Add(time.Hour)
	w.expect("an hour ahead", time.Hour, false)
	w.wall = w.was
	w.expect("the hour back", 0, false)

	w.pass(61 * day) // switched off
	w.start(false)
	w.expect("two months later", 0, false)
	w.wall = time.Unix(0, 0) // a battery that died
	w.pass(day)
	w.start(false)
	w.expect("in 1970", -day, true)
	w.pass(time.Hour)
	w.expect("in 1970, an hour later", -day, true)
	w.wall = w.was
	w.expect("set by the network", 0, false)

	w.wall = w.was.Add(40 * day) // nobody can tell
	w.start(false)
	w.expect("weeks ahead", 40*day, false)
	w.wall = w.was
	w.expect("set right", 40*day, true)
	w.start(false)
	w.expect("and started again", 40*day, true)
	if !w.start(true) {
		t.Error("that the center went back is not noticed")
	}
	w.expect("trusted", 0, false)

	w.pass(70 * day)
	w.start(false)
	w.expect("after ten weeks", -70*day, true)
	if w.start(true) {
		t.Error("a center that was away went back")
	}
	w.expect("trusted after ten weeks", 0, false)
	if err := os.WriteFile(filepath.Join(w.data, clockFile), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	w.wall = w.was.Add(-365 * day)
	w.start(false)
	w.expect("half a file", -365*day, false)
}

// What time it is is written down also while the clock is not followed: a center that ends
// then goes on from there, and knows that it was ahead.
func TestTheTimeIsKeptWhileTheClockIsDoubted(t *testing.T) {
	b := newBench(t)
	began := b.now
	elapsed := func() time.Duration { return b.clock().Sub(began) }
	b.pass(40 * 24 * time.Hour)
	b.serving(func() time.Duration { return 0 }, false)
	today := b.Today()
	b.pass(-40 * 24 * time.Hour)
	b.serving(elapsed, false)
	b.pass(20 * 24 * time.Hour)
	if err := b.KeepTime(); fault.CodeOf(err) != "center.clock" || b.Today() != today.AddDays(20) {
		t.Fatalf("%v on %s", err, b.Today())
	}
	b.serving(func() time.Duration { return 0 }, false)
	if b.Today() != today.AddDays(20) {
		t.Errorf("a center that goes on by the time it knew is started again, and it is %s, not %s", b.Today(), today.AddDays(20))
	}
}

// serving opens the bench's center as one that serves.
func (b *bench) serving(elapsed func() time.Duration, trusts bool) {
	b.t.Helper()
	c, err := Open(b.t.Context(), Config{Data: b.data, Database: b.database, URL: testURL, Demo: true, Version: "test", Now: b.clock,
		Elapsed: elapsed, TrustClock: trusts})
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() {
		if err := c.Close(); err != nil {
			b.t.Error(err)
		}
	})
	b.use(c)
}

// A center that was weeks ahead, and whose clock is right again, does its daily work, logs
// everybody out and tells every kiosk again what it had forgotten as over.
func TestACenterThatWasAheadGoesBack(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		still := func() time.Duration { return 0 }
		b.serving(still, false)
		a := storetest.Appointment(1)
		a.SiteID, a.Day = "site-1", b.Today().AddDays(9)
		if err := b.SaveAppointment(t.Context(), a); err != nil {
			t.Fatal(err)
		}
		k := b.newKiosk("site-2", b.serve())
		today := b.Today()

		b.pass(40 * 24 * time.Hour)
		b.serving(still, false)
		if err := b.Upkeep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, mine, err := b.leaseIf(t.Context(), lapseJob, lapseLease, func(*store.Job) bool { return true }); !mine || err != nil {
			t.Fatal(err)
		}
		if _, err := b.wentBack(t.Context()); err != nil { // a database put back by hand, noticed then
			t.Fatal(err)
		}
		k.dial(b.serve())
		changes, cursor := k.pull("")
		if of(changes, sync.Notice) == a.ID {
			t.Error("told of a booking that is over")
		}

		b.pass(-40 * 24 * time.Hour)
		if b.Today() != today.AddDays(40) || fault.CodeOf(b.KeepTime()) != "center.clock" {
			t.Errorf("a clock that went back is followed: %s", b.Today())
		}
		if off := b.clockOff(); off != -40*24*3600 {
			t.Errorf("the metrics say %v s", off)
		}
		b.serving(still, true)
		if b.Today() != today || b.KeepTime() != nil {
			t.Errorf("a clock somebody says is right is not followed: %s", b.Today())
		}
		if off := b.clockOff(); off != 0 {
			t.Errorf("the metrics say %v s of a clock that is followed", off)
		}
		k.dial(b.serve())
		if changes, _ = k.pull(cursor); !slices.ContainsFunc(changes, func(c sync.Change) bool { return !c.Deleted && c.Noun == sync.Notice && c.ID == a.ID }) {
			t.Errorf("not told again: %+v", changes)
		}
		if err := b.Upkeep(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{gateJob, birthdayJob, expiryJob, preferenceJob} {
			if job, err := b.store.Job(t.Context(), name); err != nil || job.Day != today || job.FinishedAt.IsZero() {
				t.Errorf("%s: %+v, %v", name, job, err)
			}
		}
		if mine, err := b.lease(t.Context(), lapseJob, lapseLease); !mine || err != nil {
			t.Errorf("nobody may take holds back: %v", err)
		}
		before, err := b.epoch(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if after, err := b.wentBack(t.Context()); after == before || err != nil {
			t.Errorf("a database put back by hand is not noticed any more: %v", err)
		}
		if _, err := b.VerifyAudit(t.Context()); err != nil {
			t.Error(err)
		}

		// A backup of when it was ahead is put back.
		_, cursor = k.pull("")
		job, err := b.store.Job(t.Context(), gateJob)
		job.Day = today.AddDays(40)
		if err = errors.Join(err, b.store.SaveJob(t.Context(), job), b.store.ForgetNotices(t.Context(), today.AddDays(39))); err != nil {
			t.Fatal(err)
		}
		b.serving(still, false)
		k.dial(b.serve())
		if changes, _ = k.pull(cursor); !slices.ContainsFunc(changes, func(c sync.Change) bool { return !c.Deleted && c.Noun == sync.Notice && c.ID == a.ID }) {
			t.Errorf("not told again by a backup: %+v", changes)
		}
	})
}

// On a full disk what was written down before stays.
func TestAFullDiskLosesNoTime(t *testing.T) {
	at := time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)
	w := &watched{t: t, data: t.TempDir(), wall: at, was: at}
	w.start(false)
	w.expect("first start", 0, false)
	file := filepath.Join(w.data, clockFile)
	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/dev/full", file+".next"); err != nil {
		t.Fatal(err)
	}
	w.pass(time.Minute)
	failed := w.keep()
	if info, err := os.Lstat(file); failed == nil || err != nil || !info.Mode().IsRegular() {
		t.Fatalf("kept: %v; what was kept before: %v", failed, err)
	}
	if after, err := os.ReadFile(file); err != nil || !slices.Equal(after, before) {
		t.Errorf("it holds %q, and held %q: %v", after, before, err)
	}
}
