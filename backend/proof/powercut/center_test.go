package powercut

import (
	"flag"
	"sync"
	"testing"

	"lianxin/backend/proof/fleet"
)

var centerCuts = flag.Int("center-cuts", 16, "how many times a center's disk loses its power again and again")

const perCenterRun = 9 // people a center hears of in a run that is left alone

// run lets a center work on a disk until the power goes, or all of its day is over.
func (x *counter) run(d *Disk, day func(base string)) {
	x.t.Helper()
	mounted := x.t.TempDir()
	var mu sync.Mutex
	var at *fleet.Instance
	isCut := false
	kill := func() { // once, and it is gone when this returns
		mu.Lock()
		defer mu.Unlock()
		if isCut = true; at != nil {
			_ = at.Kill()
			at = nil
		}
	}
	unmount, err := Mount(mounted, d, kill)
	if err != nil {
		x.t.Fatal(err)
	}
	if started, err := fleet.Start(installed(mounted)); err == nil { // else the power went before it served
		mu.Lock()
		at = started
		gone := isCut
		mu.Unlock()
		if !gone {
			day("http://" + started.Address)
		}
	}
	d.Cut()
	kill()
	if err := unmount(); err != nil {
		x.t.Fatal(err)
	}
}

// day is what is asked of a center at an address, until it answers no more.
func (x *counter) day(base string) {
	for range perCenterRun {
		x.arrive()
		if x.push(base) != nil || x.call(base, fleet.NewID()) != nil {
			return
		}
		if id := fleet.NewID(); x.people%3 == 0 && (x.file(base, id) != nil || x.handIn(base, id) != nil) {
			return
		}
	}
}

// onDisk puts a folder onto a disk.
func (x *counter) onDisk(folder string, d *Disk) *Disk {
	x.t.Helper()
	if err := d.Load(folder); err != nil {
		x.t.Fatal(err)
	}
	return d
}

// A center's disk loses its power again and again, at any moment from its start on, and
// each time the center goes on with what is left: whatever it answered is there.
func TestNothingACenterAnsweredIsLostOverManyCuts(t *testing.T) {
	x, left := newCounter(t)
	whole := x.onDisk(left, &Disk{Chance: chance(0)})
	x.run(whole, x.day)
	if len(x.applied) != perCenterRun || len(x.calls) != perCenterRun || len(x.files) != perCenterRun/3 {
		t.Fatalf("a center on a good disk answered %d operations, %d calls, %d pages", len(x.applied), len(x.calls), len(x.files))
	}
	luck := chance(-2)
	for cut := range *centerCuts {
		at := 1 + luck.Int64N(whole.Changes())
		d := x.onDisk(left, &Disk{Chance: chance(cut), CutAt: at})
		if cut == 0 { // the answers of the good disk
			d = whole
		} else {
			x.run(d, x.day)
		}
		left = t.TempDir()
		if err := d.Survivors(left); err != nil {
			t.Fatal(err)
		}
		if wrong := x.losses(left); len(wrong) > 0 {
			t.Fatalf("after cut %d, at change %d: %v", cut, at, wrong)
		}
	}
	t.Logf("%d cuts, %d changes of the disk in a run; %d operations, %d calls, %d claims and %d of their pages were answered and are there", *centerCuts, whole.Changes(),
		len(x.applied), len(x.calls), len(x.claims), len(x.files))
}

// A disk that says it has synced and has not loses what a center answered, and that is seen.
func TestADiskThatLiesToACenterIsCaught(t *testing.T) {
	for n := range 10 {
		x, left := newCounter(t)
		d := x.onDisk(left, &Disk{Chance: chance(n), LoseSyncs: true})
		x.run(d, x.day)
		left = t.TempDir()
		if err := d.Survivors(left); err != nil {
			t.Fatal(err)
		}
		if len(x.losses(left)) > 0 {
			return
		}
	}
	t.Error("ten cuts of a disk that never syncs lost nothing: the proof is blind")
}
