package defect

import (
	"context"
	"flag"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lianxin/backend/proof/overlay"
)

const root = "../../.."

var only = flag.String("only", "", "plants the one defect of this name")

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
	}
	if len(names) < 20 {
		t.Errorf("%d defects, want 20 at least", len(names))
	}
}

// Every mistake is found by the proof that is there for it.
func TestEveryDefectIsFound(t *testing.T) {
	all := Table()
	if *only != "" {
		*plant = len(all)
		all = slices.DeleteFunc(all, func(p Planted) bool { return p.Name != *only })
	}
	for _, p := range all[:min(*plant, len(all))] {
		t.Run(p.Name, func(t *testing.T) {
			list, err := (overlay.Overlay{Root: root, Edits: p.Edits}).Write(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			proof, folder := filepath.Join(t.TempDir(), "proof.test"), filepath.Join(root, p.By.Package)
			if said, ok := run(t, root, "go", "test", "-c", "-o", proof, "-overlay", list, p.By.Package); !ok {
				t.Fatalf("it does not build: %s", said)
			}
			began := time.Now()
			args := append([]string{"-test.failfast", "-test.timeout=10m", "-test.run=" + p.By.Tests}, p.By.Flags...)
			if said, ok := run(t, folder, proof, args...); ok {
				t.Errorf("nobody noticed:\n%s", said)
			}
			t.Logf("found after %s", time.Since(began).Round(time.Second))
		})
	}
}

// run runs a program and tells whether it went well.
func run(t *testing.T, folder, program string, args ...string) (said string, ok bool) {
	t.Helper()
	ctx, end := context.WithTimeout(t.Context(), 15*time.Minute)
	defer end()
	c := exec.CommandContext(ctx, program, args...)
	c.Dir = folder
	out, err := c.CombinedOutput()
	if ctx.Err() != nil {
		t.Fatal("it took longer than fifteen minutes")
	}
	lines := strings.Split(string(out), "\n")
	return strings.Join(lines[max(len(lines)-12, 0):], "\n"), err == nil
}
