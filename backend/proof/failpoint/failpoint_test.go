package failpoint

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"lianxin/backend/proof/overlay"
	"lianxin/backend/store/pgtest"
)

// Real processes are killed at each failpoint and at random, and nothing is lost or
// done twice. Run it again with the same -seed, or with another.
func TestKills(t *testing.T) {
	p := build(t, planted(t)...)
	engines, kiosks := []string{"sqlite"}, 2
	if *all {
		kiosks = 3
		t.Run("an answer before the commit is caught", answerFirst)
	}
	if *all || *postgres {
		engines = append(engines, "postgres")
	}
	for _, engine := range engines {
		for n := range *worlds {
			t.Run(fmt.Sprintf("%s %d", engine, n+1), func(t *testing.T) {
				t.Parallel() // processes that start and wait leave a machine idle
				database := ""
				if engine == "postgres" {
					database = pgtest.Database(t)
				}
				began, w := time.Now(), newWorld(t, p, *seed+uint64(n), database, kiosks)
				if n == 0 {
					w.burnAll()
				}
				w.settle()
				t.Logf("failpoints: %v", time.Since(began).Round(time.Second))
				w.atRandom((*kills + *worlds - 1) / *worlds)
				t.Logf("seed %d: %v in %v", w.seed, w.figures, time.Since(began).Round(time.Second))
			})
		}
	}
}

// burnAll ends a process at each failpoint, or at those that were asked for.
func (w *world) burnAll() {
	w.t.Helper()
	for _, point := range Points {
		if !*all && !slices.Contains(strings.Split(*only, ","), point.Name) || w.database != "" && point.SQLite {
			continue
		}
		for _, in := range point.In {
			w.burn(point, in)
		}
	}
}

// answerFirst shows that the proof can see: a kiosk that answers before anything is
// on the disk loses what it answered.
func answerFirst(t *testing.T) {
	const commit = "v, err = s.deps.Recorder.CheckIn(ctx, v, s.deps.Place().Letter)"
	w := newWorld(t, build(t, overlay.Edit{Name: "answer before the commit", File: "backend/checkin/finish.go", Old: commit,
		New: "v.Ticket = \"A999\"\n\tearly := v\n\tgo func() {\n\t\ttime.Sleep(time.Second)\n" +
			"\t\t_, _ = s.deps.Recorder.CheckIn(context.Background(), early, s.deps.Place().Letter)\n\t}()"}), *seed, "", 1)
	w.serve(3)
	w.kiosks[0].kill()
	w.rest()
	if wrong := w.broken(); len(wrong) == 0 {
		t.Error("a kiosk that answers first and writes later was not caught")
	}
}
