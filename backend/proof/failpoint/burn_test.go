package failpoint

import (
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"time"

	product "lianxin/backend/center"
	"lianxin/backend/seal"
	"lianxin/backend/store"
	"lianxin/backend/store/pgtest"
)

// burn lets a process end at a failpoint, brings it back and goes on.
func (w *world) burn(p Point, in Process) {
	w.t.Helper()
	with := &fuse{p, 1}
	if p.Often {
		with.passing += w.chance.IntN(4)
	}
	began := time.Now()
	switch p.Stage {
	case Start, Enrol:
		if p.Stage == Start && in == Center {
			w.firstStart(with)
			break
		}
		k := w.newcomer(sites[w.chance.IntN(len(sites))], with, in)
		if err := k.serve(w.persons(1)); err != nil {
			w.t.Fatal(err)
		}
		k.kill()
		w.retired = append(w.retired, k)
	case Work:
		w.work(with, in)
	case Gift, Visit, Report, File, Capture, Send, Pay, Transfer:
		w.walk(with, in)
	case Backup:
		w.backUp(with)
	case Roll:
		w.twice(with, "token", "roll")
		w.crew = crew{} // of keys the present one and the one before count, and this were two
	}
	w.t.Logf("%s killed at %s (passing %d), %v", in, p.Name, with.passing, time.Since(began).Round(time.Millisecond))
}

// twice runs a command that ends at the failpoint, and again to its own end.
func (w *world) twice(with *fuse, args ...string) {
	w.t.Helper()
	if _, err := w.command(with, args...); !errors.Is(err, errFuse) {
		w.t.Fatalf("%v came through without passing %s: %v", args, with.Name, err)
	}
	if _, err := w.command(nil, args...); err != nil {
		w.t.Fatal(err)
	}
}

// backUp makes a backup that is cut short: the file is whole or not there.
func (w *world) backUp(with *fuse) {
	w.t.Helper()
	file := filepath.Join(w.folder, "backup.db")
	isWhole := func() bool {
		ring, err := seal.Load(seal.Source{File: filepath.Join(w.data(), "keys.json"), AllowFile: true})
		if err != nil {
			w.t.Fatal(err)
		}
		opened, err := store.Open(context.Background(), store.Options{URL: file, Keyring: ring, Upgrade: store.UpgradeNever})
		if err != nil {
			w.t.Errorf("a backup cut short at %s: %v", with.Name, err)
			return false
		}
		all, err := opened.Sites(context.Background())
		return errors.Join(err, opened.Close()) == nil && len(all) > 0
	}
	if _, err := w.command(with, "backup", file); !errors.Is(err, errFuse) {
		w.t.Fatalf("a backup came through without passing %s: %v", with.Name, err)
	}
	if _, err := os.Stat(file); err == nil {
		if !isWhole() {
			w.t.Errorf("a backup cut short at %s is there and not whole", with.Name)
		}
		// It is a backup, and no other is written over one.
		if err := os.Remove(file); err != nil {
			w.t.Fatal(err)
		}
	}
	if _, err := w.command(nil, "backup", file); err != nil || !isWhole() {
		w.t.Errorf("the backup after one that was cut short: %v", err)
	}
	for _, name := range []string{file, file + "-wal", file + "-shm"} {
		if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
			w.t.Fatal(err)
		}
	}
}

// firstStart is a center's in an empty folder, which ends on the way; the second
// start has a center that works.
func (w *world) firstStart(with *fuse) {
	w.t.Helper()
	other := &world{t: w.t, chance: w.chance, programs: w.programs, folder: filepath.Join(w.folder, "first-"+with.Name), listen: freePort(w.t)}
	if w.database != "" {
		other.database = pgtest.Database(w.t)
	}
	if err := os.MkdirAll(other.folder, 0o700); err != nil {
		w.t.Fatal(err)
	}
	defer other.end()
	if other.startCenter(with) {
		_, _ = http.Get("http://" + other.listen + "/readyz") // it ends on the way to the answer
		other.awaitFuse(nil, Center)
	}
	if !other.center.endedAt(with.Name) {
		w.t.Fatalf("the first start of a center came through without passing %s", with.Name)
	}
	w.figures.fuses++
	other.startCenter(nil)
	answer, err := http.Get("http://" + other.listen + "/readyz")
	if err != nil || answer.StatusCode != http.StatusOK {
		w.t.Fatalf("after %s a center is not ready: %v, %v", with.Name, answer, err)
	}
	if err := errors.Join(answer.Body.Close(), other.center.stop()); err != nil {
		w.t.Fatal(err)
	}
	other.inCenter(func(ctx context.Context, c *product.Center) error {
		_, err := c.VerifyAudit(ctx)
		return err
	})
}

// work lets people come until the process with the fuse has ended at it.
func (w *world) work(with *fuse, in Process) {
	w.t.Helper()
	w.healed()
	k := w.kiosks[w.chance.IntN(len(w.kiosks))]
	if in == Center {
		w.killAll() // kiosks that begin anew ask for everything
		w.startCenter(with)
	} else {
		w.figures.kiosks += count(k.kill())
		k.version++ // a newer program pulls from the beginning
	}
	if in == Kiosk && !w.center.isAlive() {
		w.startCenter(nil)
	}
	if in == Kiosk && !k.start(with) {
		w.t.Fatalf("%s ended at %s before it was open", k.name, with.Name)
	}
	victim := k.process
	if in == Center {
		victim = w.center
	}
	w.edit()
	for began := time.Now(); victim.isAlive(); {
		if time.Since(began) > patience {
			w.t.Fatalf("the %s never passed %s", in, with.Name)
		}
		for _, k := range w.kiosks {
			if k.process != victim && !k.isAlive() {
				k.start(nil)
			}
		}
		w.serve(1)
	}
	if !victim.endedAt(with.Name) {
		w.t.Fatalf("the %s ended, and not at %s: %v", in, with.Name, victim.code)
	}
	w.figures.fuses++
	w.revive()
	w.serve(1)
}

// serve lets so many people come to each kiosk that is there.
func (w *world) serve(each int) {
	w.t.Helper()
	people := map[*kioskUnder][]string{}
	for _, k := range w.kiosks {
		people[k] = w.persons(each)
	}
	w.inParallel(w.kiosks, func(k *kioskUnder) error {
		if !k.isAlive() {
			k.again = append(k.again, people[k]...)
			return nil
		}
		return k.serve(people[k])
	})
}

func (w *world) healed() {
	for _, k := range w.kiosks {
		k.line.heal(w.t)
	}
}

func (w *world) killAll() {
	w.figures.centers += count(w.center.kill())
	for _, k := range w.kiosks {
		w.figures.kiosks += count(k.kill())
	}
}

func count(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
