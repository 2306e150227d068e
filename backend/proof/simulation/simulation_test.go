package simulation

import (
	"context"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
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
	all := counted{of: Tally{}}
	t.Cleanup(func() { all.judge(t) })
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
			all.add(history(t, template, seed))
		})
	}
}

// counted is what went wrong in all histories of a run together.
type counted struct {
	mu sync.Mutex
	of Tally
}

func (c *counted) add(w *World) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.of.Add(w)
}

// enough is how many histories have every fault in them.
const enough = 60

// judge prints what happened and fails for a fault that never did: what the proof does
// not do it does not prove.
func (c *counted) judge(t *testing.T) {
	t.Logf("what went wrong in them:\n%v", c.of)
	if never := c.of.Never(); *seeds >= enough && len(never) > 0 && !broken.Load() {
		t.Errorf("in %d histories this never happened: %q", *seeds, never)
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

func history(t *testing.T, template *Template, seed uint64) *World {
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
	return w
}

// One seed is one history.
func TestAHistoryHappensAgain(t *testing.T) {
	template := newTemplate(t)
	for seed := range uint64(5) {
		one, two := history(t, template, seed).trace, history(t, template, seed).trace
		for n := range min(len(one), len(two)) {
			if one[n] != two[n] {
				t.Fatalf("seed %d happened twice and differed:\n%s\n%s", seed, one[n], two[n])
			}
		}
		if len(one) != len(two) {
			t.Errorf("seed %d happened twice, and once had %d lines, once %d", seed, len(one), len(two))
		}
	}
}

// Every noun of the feed is compared at the end of a history: one that is new fails here.
func TestEveryNounIsCompared(t *testing.T) {
	parsed, err := parser.ParseFile(token.NewFileSet(), "../../sync/change.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	ast.Inspect(parsed, func(n ast.Node) bool {
		declared, ok := n.(*ast.ValueSpec)
		if !ok || len(declared.Values) != 1 {
			return true
		}
		if kind, ok := declared.Type.(*ast.Ident); !ok || kind.Name != "Noun" {
			return true
		}
		name, err := strconv.Unquote(declared.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		if found++; !slices.ContainsFunc(comparisons, func(c comparison) bool { return string(c.noun) == name }) {
			t.Errorf("nobody compares %q", name)
		}
		return true
	})
	if found != len(comparisons) {
		t.Errorf("%d nouns, %d comparisons", found, len(comparisons))
	}
}
