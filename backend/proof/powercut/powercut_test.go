package powercut

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
)

var (
	points = flag.Int("points", 24, "how many moments of a kiosk's first minute lose their power")
	rounds = flag.Int("rounds", 12, "how many times one disk loses its power again and again")
	faults = flag.Int("faults", 6, "how many disks fail or fill up, of a kiosk and of a center")
	seed   = flag.Uint64("seed", 1, "of what a cut leaves")
)

func chance(n int) *rand.Rand { return rand.New(rand.NewPCG(*seed, uint64(n))) }

// measure tells how many changes of the disk a worker makes that is left alone.
func measure(t *testing.T) int64 {
	t.Helper()
	d := &Disk{Chance: chance(0)}
	if h := run(t, d); len(h.saved) != perRun || len(h.failed) > 0 {
		t.Fatalf("a worker on a good disk: %+v", h)
	}
	return d.Changes()
}

// The power goes at moments spread over a kiosk's whole first minute, its first
// start with keys and tables among them: what was answered is there.
func TestNothingAnsweredIsLostWhenThePowerGoes(t *testing.T) {
	changes := measure(t)
	t.Logf("%d changes of the disk for a first start and %d people; seed %d", changes, perRun, *seed)
	step := max(changes/int64(*points), 1)
	for at := int64(1); at <= changes; at += step {
		t.Run(fmt.Sprint(at), func(t *testing.T) {
			d := &Disk{Chance: chance(int(at)), CutAt: at}
			h, left := run(t, d), t.TempDir()
			if err := d.Survivors(left); err != nil {
				t.Fatal(err)
			}
			for _, wrong := range losses(t, left, h) {
				t.Error(wrong)
			}
		})
	}
}

// One disk loses its power again and again, and each time goes on with what the
// last cut left.
func TestNothingAnsweredIsLostOverManyCuts(t *testing.T) {
	left, luck := firstStart(t), chance(-1)
	again := &Disk{Chance: chance(0)}
	if err := again.Load(left); err != nil {
		t.Fatal(err)
	}
	run(t, again)
	var all heard
	for round := range *rounds {
		d := &Disk{Chance: chance(round), CutAt: 1 + luck.Int64N(again.Changes())}
		if err := d.Load(left); err != nil {
			t.Fatal(err)
		}
		h := run(t, d)
		all.saved, all.settled, all.called = append(all.saved, h.saved...), append(all.settled, h.settled...), append(all.called, h.called...)
		left = t.TempDir()
		if err := d.Survivors(left); err != nil {
			t.Fatal(err)
		}
		if wrong := losses(t, left, all); len(wrong) > 0 {
			t.Fatalf("after cut %d: %v", round+1, wrong)
		}
	}
	if len(all.saved) < *rounds || len(all.settled) == 0 || len(all.called) == 0 {
		t.Errorf("only %d saved in %d rounds: the cuts come too early to prove anything", len(all.saved), *rounds)
	}
	t.Logf("%d cuts, %d people, %d answers", *rounds, len(all.saved), len(all.settled))
}

// A disk that says it has synced and has not loses what was answered. That this
// is seen shows that the proofs above can see.
func TestADiskThatLiesIsCaught(t *testing.T) {
	for n := range 20 {
		d := &Disk{Chance: chance(n), LoseSyncs: true}
		h, left := run(t, d), t.TempDir()
		if err := d.Survivors(left); err != nil {
			t.Fatal(err)
		}
		if len(losses(t, left, h)) > 0 {
			return
		}
	}
	t.Error("twenty cuts of a disk that never syncs lost nothing: the proof is blind")
}

// The disk itself keeps what POSIX promises.
func TestSyncedFilesSurvive(t *testing.T) {
	d, mounted := &Disk{Chance: chance(4)}, t.TempDir()
	unmount, err := Mount(mounted, d, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(mounted, "lost"), []byte("not synced"), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(filepath.Join(mounted, "kept"))
	if err != nil {
		t.Fatal(err)
	}
	for _, do := range []func() error{
		func() error { _, err := f.WriteString("synced"); return err }, f.Sync,
		func() error { _, err := f.WriteString(" and not"); return err }, f.Close,
		func() error { return os.Rename(filepath.Join(mounted, "kept"), filepath.Join(mounted, "renamed")) },
	} {
		if err := do(); err != nil {
			t.Fatal(err)
		}
	}
	d.Cut()
	if err := os.WriteFile(filepath.Join(mounted, "late"), nil, 0o600); err == nil {
		t.Error("a disk without power took a file")
	}
	if err := unmount(); err != nil {
		t.Fatal(err)
	}
	left := t.TempDir()
	if err := d.Survivors(left); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(left, "kept"))
	if os.IsNotExist(err) {
		text, err = os.ReadFile(filepath.Join(left, "renamed"))
	}
	if err != nil || len(text) < len("synced") || string(text[:6]) != "synced" {
		t.Errorf("%q, %v", text, err)
	}
}
