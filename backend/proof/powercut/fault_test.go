package powercut

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// firstStart returns what a kiosk leaves that has served perRun people.
func firstStart(t *testing.T) string {
	t.Helper()
	d := &Disk{Chance: chance(0)}
	run(t, d)
	left := t.TempDir()
	if err := d.Survivors(left); err != nil {
		t.Fatal(err)
	}
	return left
}

// eachFault does the same on several disks that hold what a kiosk left, each with a chance of its own.
func eachFault(t *testing.T, do func(t *testing.T, d *Disk)) {
	left := firstStart(t)
	for n := range *faults {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			d := &Disk{Chance: chance(n)}
			if err := d.Load(left); err != nil {
				t.Fatal(err)
			}
			do(t, d)
		})
	}
}

// wantRefused has whatever was refused be refused by one name.
func wantRefused(t *testing.T, h heard, code string) {
	t.Helper()
	if !h.opened || len(h.failed) == 0 {
		t.Errorf("opened %v, nothing was refused: the proof is blind", h.opened)
	}
	for _, why := range h.failed {
		if name, _, _ := strings.Cut(why, " "); name != code {
			t.Errorf("refused with %q, want %s", why, code)
		}
	}
}

// wantWhole has what was answered be there after a cut, and a good disk go on with it.
func wantWhole(t *testing.T, d *Disk, h heard) {
	t.Helper()
	left := t.TempDir()
	if err := d.Survivors(left); err != nil {
		t.Fatal(err)
	}
	for _, wrong := range losses(t, left, h) {
		t.Error(wrong)
	}
	good := &Disk{Chance: d.Chance}
	if err := good.Load(left); err != nil {
		t.Fatal(err)
	}
	if again := run(t, good); len(again.saved) != perRun || len(again.failed) > 0 {
		t.Errorf("on a good disk again: %+v", again)
	}
}

// When syncs fail, nobody is told that something was saved which was not, and the same
// process goes on when they work again.
func TestAFailedSyncIsNoAnswer(t *testing.T) {
	eachFault(t, func(t *testing.T, d *Disk) {
		from, refusals := 1+d.Chance.IntN(5), 0 // how many words are said on a good disk
		h := runThen(t, d, func(word string) {
			if from--; from == 0 {
				d.Now(func(d *Disk) { d.FailSyncs = 1 })
			}
			if from >= 0 {
				return
			}
			if word == "failed" {
				refusals++
			} else if refusals < 5 {
				t.Errorf("%s, with every sync failing", word)
			}
			if refusals == 5 {
				d.Now(func(d *Disk) { d.FailSyncs = 0 })
			}
		})
		if len(h.saved) == 0 {
			t.Error("nobody is checked in when syncs work again")
		}
		wantRefused(t, h, "store.failing")
		wantWhole(t, d, h)
	})
}

// A disk that fills up refuses by name, keeps what it has, and goes on when there
// is room again.
func TestAFullDiskRefusesByName(t *testing.T) {
	eachFault(t, func(t *testing.T, d *Disk) {
		room := d.Chance.Int64N(128 << 10)
		h := runThen(t, d, func(word string) {
			if word == "open" {
				d.Now(func(d *Disk) { d.Capacity = d.used + room })
			}
		})
		t.Logf("%d bytes of room: %d saved, %d refused", room, len(h.saved), len(h.failed))
		wantRefused(t, h, "store.full")
		wantWhole(t, d, h)
	})
}

// What a failed sync had to bring is not brought by the next one, and a page that was
// written again is.
func TestAFailedSyncForgets(t *testing.T) {
	zeros, ones, twos := make([]byte, 2*page), bytes.Repeat([]byte{1}, 2*page), bytes.Repeat([]byte{2}, 100)
	for n := range 8 {
		f := &file{kept: bytes.Clone(zeros), live: bytes.Clone(ones), unsynced: []write{{data: ones, size: -1}}}
		d := &Disk{FailSyncs: 1, Chance: chance(n)}
		if d.sync(f) == 0 {
			t.Fatal("a failing sync answers that all is well")
		}
		lost := bytes.Clone(f.kept[:page])
		w := write{at: page + 200, data: twos, size: -1}
		f.live, f.unsynced = w.onto(f.live, func() bool { return true }), []write{w}
		d.Now(func(d *Disk) { d.FailSyncs = 0 })
		if d.sync(f) != 0 || !bytes.Equal(f.kept[:page], lost) || !bytes.Equal(f.kept[page:], f.live[page:]) {
			t.Errorf("disk %d: the first page was brought, or the second was not", n)
		}
	}
}
