package simulation

import (
	"context"
	"flag"
	"fmt"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"lianxin/backend/proof/ramdisk"
)

var (
	first  = flag.Uint64("seed", 1, "first history")
	seeds  = flag.Int("seeds", 60, "how many histories")
	events = flag.Int("events", 140, "how many things happen in each")
	trace  = flag.Bool("trace", false, "print the whole history, not only its end, when a promise is broken")
)

// Every history keeps every promise. A seed that does not is printed; run it
// alone with -args -seed N -seeds 1 -trace.
func TestHistories(t *testing.T) {
	template := newTemplate(t)
	t.Logf("%d histories from seed %d, %d events each", *seeds, *first, *events)
	for n := range *seeds {
		seed := *first + uint64(n)
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			if isOver(t) {
				return // one broken history is all that was asked for
			}
			defer func() {
				if t.Failed() {
					broken.Store(true)
				}
			}()
			history(t, template, seed)
		})
	}
}

// broken tells that a history of this run broke a promise.
var broken atomic.Bool

// isOver tells whether nothing more is to be learned: go test itself ends no tests
// that already wait for their turn, also with -failfast.
func isOver(t *testing.T) bool {
	t.Helper()
	return broken.Load() && flag.Lookup("test.failfast").Value.String() == "true"
}

func newTemplate(t *testing.T) *Template {
	t.Helper()
	template, err := NewTemplate(context.Background(), ramdisk.Folder(t))
	if err != nil {
		t.Fatal(err)
	}
	return template
}

func history(t *testing.T, template *Template, seed uint64) []string {
	t.Helper()
	ctx := context.Background()
	folder := filepath.Join(ramdisk.Folder(t), "world")
	w, err := Begin(seed, template, folder)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	}()
	for _, step := range []func() error{
		func() error { return w.Run(ctx, *events) },
		func() error { return w.Heal(ctx) },
		func() error { _, err := w.Promises(ctx); return err },
	} {
		if err := step(); err != nil {
			w.broken("%v", err)
			break
		}
	}
	if len(w.wrong) > 0 {
		shown := w.trace
		if !*trace {
			shown = shown[max(len(shown)-25, 0):]
		}
		t.Errorf("seed %d:\n%s\n--\n%s", seed, strings.Join(shown, "\n"), strings.Join(w.wrong, "\n"))
	}
	return w.trace
}

// One seed is one history.
func TestAHistoryHappensAgain(t *testing.T) {
	template := newTemplate(t)
	for seed := range uint64(5) {
		if one, two := history(t, template, seed), history(t, template, seed); strings.Join(one, "\n") != strings.Join(two, "\n") {
			t.Errorf("seed %d happened twice and differed", seed)
		}
	}
}
