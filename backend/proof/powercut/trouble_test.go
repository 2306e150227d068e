package powercut

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"

	"lianxin/backend/fault"
	"lianxin/backend/proof/fleet"
)

// deed is something asked of a center, word for word the same each time.
type deed struct {
	name string
	do   func(base string) error
}

// trouble is a center's day with a disk that fails for a while.
type trouble struct {
	*counter
	code    string         // with which the center is to refuse meanwhile
	open    []string       // claims that were filed without their page
	refused map[string]int // by name of the deed, all in all
}

// before is the time until the disk fails: people wait to be called, claims for their page.
func (x *trouble) before(base string) {
	for range 3 {
		for range 3 {
			x.arrive()
		}
		whole, open := fleet.NewID(), fleet.NewID()
		if err := errors.Join(x.push(base), x.call(base, fleet.NewID()), x.file(base, whole), x.handIn(base, whole), x.file(base, open)); err != nil {
			x.t.Fatalf("before the disk fails: %v", err)
		}
		x.open = append(x.open, open)
	}
}

// meanwhile asks for everything at the same moment, again and again, and returns what
// was refused.
func (x *trouble) meanwhile(base string) (undone []deed) {
	for n, claim := range x.open {
		if n == len(x.open)-1 {
			x.line = nil // it needs a new token
		}
		call, filed := fleet.NewID(), fleet.NewID()
		x.arrive()
		deeds := []deed{
			{"push", x.push},
			{"call", func(base string) error { return x.call(base, call) }},
			{"claim", func(base string) error { return x.file(base, filed) }},
			{"page", func(base string) error { return x.handIn(base, claim) }},
		}
		told := make([]error, len(deeds))
		var all sync.WaitGroup
		for n, one := range deeds {
			all.Go(func() { told[n] = one.do(base) })
		}
		all.Wait()
		for n, err := range told {
			if err != nil {
				x.wantCode(deeds[n].name, err)
				undone = append(undone, deeds[n])
			}
		}
	}
	x.open = nil
	return undone
}

// wantCode has a refusal say what is wrong and that it may be asked again.
func (x *trouble) wantCode(name string, err error) {
	x.refused[name]++
	if refusal, ok := errors.AsType[*fleet.Refusal](err); ok {
		if refusal.Status != http.StatusServiceUnavailable || refusal.Code != x.code {
			x.t.Errorf("%s is refused with %v, want 503 %s", name, refusal, x.code)
		}
		return
	}
	if f := fault.From(err); f.Kind != fault.Unavailable || f.Code != x.code { // a kiosk reads answers back into faults
		x.t.Errorf("%s is refused with %v, want %s", name, err, x.code)
	}
}

// again asks for what was refused once more, and for something new. It returns what is
// refused again.
func (x *trouble) again(base string, undone []deed) (still []deed) {
	id := fleet.NewID()
	undone = append(undone, deed{"new claim", func(base string) error { return x.file(base, id) }},
		deed{"its page", func(base string) error { return x.handIn(base, id) }})
	for _, one := range undone {
		if err := one.do(base); err != nil {
			x.t.Errorf("%s is not done when it is asked again: %v", one.name, err)
			still = append(still, one)
		}
	}
	return still
}

// wantKept takes the power away and wants all that was answered to be there.
func (x *trouble) wantKept(d *Disk) (left string) {
	x.t.Helper()
	left = x.t.TempDir()
	if err := d.Survivors(left); err != nil {
		x.t.Fatal(err)
	}
	if wrong := x.losses(left); len(wrong) > 0 {
		x.t.Fatalf("lost: %v", wrong)
	}
	return left
}

// throughTrouble lets centers work on disks that begin to fail in the middle of a day. On
// every other one all is well again after a while, and the same process goes on; on the
// others the power goes meanwhile, and another goes on with what is left.
func throughTrouble(t *testing.T, disks int, code string, page []byte, begin func(d *Disk)) {
	refused := map[string]int{}
	for n := range disks {
		first, left := newCounter(t)
		x := &trouble{counter: first, code: code, refused: refused}
		if page != nil {
			x.page, x.kept = page, page // a PDF is kept as it is
		}
		d := x.onDisk(left, &Disk{Chance: chance(n)})
		undone := x.through(d, begin, n%2 == 0)
		left = x.wantKept(d)
		if n%2 > 0 {
			good := x.onDisk(left, &Disk{Chance: chance(-n)})
			x.run(good, func(base string) { undone = x.again(base, undone) })
			x.wantKept(good)
		}
		if len(undone) > 0 || t.Failed() {
			t.Fatalf("disk %d: %d things are not done", n, len(undone))
		}
	}
	t.Logf("%d disks refused %v", disks, refused)
	for _, name := range []string{"push", "call", "claim", "page"} {
		if refused[name] == 0 {
			t.Errorf("no %s was refused: the proof is blind", name)
		}
	}
}

// through is a day in which a disk begins to fail, and is mended or not. It returns what
// is still to be done.
func (x *trouble) through(d *Disk, begin func(d *Disk), isMended bool) (undone []deed) {
	x.t.Helper()
	served := false
	x.run(d, func(base string) {
		served = true
		x.before(base)
		d.Now(begin)
		undone = x.meanwhile(base)
		if isMended {
			d.Now(func(d *Disk) { d.FailSyncs, d.Capacity = 0, 0 })
			undone = x.again(base, undone)
		}
	})
	if !served {
		x.t.Fatal("the center did not serve: the proof is blind")
	}
	return undone
}

// scan is a PDF of a page that is large enough for a handful of them to make SQLite carry
// its log of writes over into the database.
func scan() []byte {
	var out bytes.Buffer
	out.WriteString("%PDF-1.7\n")
	var places []int
	for n, object := range []string{"/Type/Catalog/Pages 2 0 R", "/Type/Pages/Kids[3 0 R]/Count 1", "/Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]"} {
		places = append(places, out.Len())
		fmt.Fprintf(&out, "%d 0 obj<<%s>>endobj\n", n+1, object)
	}
	noise := make([]byte, 4<<20) // what is written the same all over is kept small
	_, _ = rand.NewChaCha8([32]byte{}).Read(noise)
	out.WriteString("%" + strings.NewReplacer("\n", "", "\r", "").Replace(string(noise)) + "\n")
	table := out.Len()
	out.WriteString("xref\n0 4\n0000000000 65535 f \n")
	for _, at := range places {
		fmt.Fprintf(&out, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(&out, "trailer<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", table)
	return out.Bytes()
}

// Syncs of a center's disk fail from a moment on: what it cannot keep it refuses by name,
// and it does it when it is asked again.
func TestFailedSyncsLoseACenterNothing(t *testing.T) {
	throughTrouble(t, *faults, "store.failing", nil, func(d *Disk) { d.FailSyncs = 1 })
}

// One sync in two fails, of commits and of checkpoints: what is answered in between is
// not lost by what the failed ones forget.
func TestFlakySyncsLoseACenterNothing(t *testing.T) {
	throughTrouble(t, (*faults+1)/2, "store.failing", scan(), func(d *Disk) { d.FailSyncs = 2 })
}

// A center's disk is full from a moment on.
func TestAFullDiskLosesACenterNothing(t *testing.T) {
	throughTrouble(t, *faults, "store.full", nil, func(d *Disk) { d.Capacity = d.used + d.Chance.Int64N(64<<10) })
}
