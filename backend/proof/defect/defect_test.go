package defect

import (
	"context"
	"flag"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"lianxin/backend/proof/overlay"
)

const root = "../../.."

var only = flag.String("only", "", "plants the one defect of this name")

var sound = flag.Bool("sound", false, "runs every proof once undamaged: one that fails then finds nothing")

var plant = flag.Int("plant", 1, "how many of the defects are built into the product and looked for; each takes half a minute")

// Every mistake still has its place in the product.
func TestEveryDefectFits(t *testing.T) {
	names := map[string]bool{}
	for _, p := range Table() {
		if names[p.Name] {
			t.Errorf("two defects are called %q", p.Name)
		}
		names[p.Name] = true
		if _, err := (overlay.Overlay{Root: root, Edits: p.Edits}).Files(); err != nil {
			t.Errorf("%s: %v", p.Name, err)
		}
		if _, err := p.found(); err != nil {
			t.Errorf("%s: %v", p.Name, err)
		}
	}
	if len(names) < 20 {
		t.Errorf("%d defects, want 20 at least", len(names))
	}
}

// Every mistake is found by the proof that is there for it, in the way it is there for:
// a run that took too long or did not build has found nothing.
func TestEveryDefectIsFound(t *testing.T) {
	all := Table()
	if *only != "" {
		*plant = len(all)
		all = slices.DeleteFunc(all, func(p Planted) bool { return p.Name != *only })
	}
	for _, p := range all[:min(*plant, len(all))] {
		t.Run(p.Name, func(t *testing.T) {
			began := time.Now()
			said, failed := prove(t, p.By, p.Edits)
			want, err := p.found()
			switch {
			case err != nil:
				t.Fatal(err)
			case !failed:
				t.Errorf("nobody noticed:\n%s", end(said))
			case broke.MatchString(said):
				t.Errorf("it did not fail, it broke:\n%s", end(said))
			case !want.MatchString(said):
				t.Errorf("it failed, and did not say %v:\n%s", want, end(said))
			}
			first, _, _ := strings.Cut(want.FindString(said), "\n")
			t.Logf("found after %s: %s", time.Since(began).Round(time.Second), first)
		})
	}
}

// Every proof is green when nothing is planted.
func TestEveryProofIsSound(t *testing.T) {
	if !*sound {
		t.Log("not asked for: -args -sound")
		return
	}
	done := map[string]bool{}
	for _, p := range Table() {
		name := fmt.Sprint(p.By)
		if done[name] {
			continue
		}
		done[name] = true
		t.Run(p.By.Package+" "+p.By.Tests, func(t *testing.T) {
			if said, failed := prove(t, p.By, nil); failed {
				t.Errorf("it fails with nothing planted:\n%s", end(said))
			}
		})
	}
}

// broke is what a run says that ended before it could find anything.
var broke = regexp.MustCompile(`test timed out|\[build failed\]|fatal error: |no tests to run`)

// prove builds a proof with edits in the product, runs it and tells whether it failed.
func prove(t *testing.T, by Proof, edits []overlay.Edit) (said string, failed bool) {
	t.Helper()
	list, err := (overlay.Overlay{Root: root, Edits: edits}).Write(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	proof := filepath.Join(t.TempDir(), "proof.test")
	if said, failed := run(t, root, "go", "test", "-c", "-o", proof, "-overlay", list, by.Package); failed {
		t.Fatalf("it does not build: %s", end(said))
	}
	args := append([]string{"-test.failfast", "-test.timeout=10m", "-test.run=" + by.Tests}, by.Flags...)
	return run(t, filepath.Join(root, by.Package), proof, args...)
}

// run runs a program and tells whether it failed.
func run(t *testing.T, folder, program string, args ...string) (said string, failed bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 15*time.Minute)
	defer cancel()
	c := exec.CommandContext(ctx, program, args...)
	c.Dir = folder
	out, err := c.CombinedOutput()
	if ctx.Err() != nil {
		t.Fatal("it took longer than fifteen minutes")
	}
	return string(out), err != nil
}

// end is the last of what a program said.
func end(said string) string {
	lines := strings.Split(said, "\n")
	return strings.Join(lines[max(len(lines)-12, 0):], "\n")
}
