package printer

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// holding are the files below a folder that hold the receipt.
func holding(t *testing.T, dir string) (paths []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		text, err := os.ReadFile(path)
		if bytes.Contains(text, receipt) {
			paths = append(paths, filepath.Base(path))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

// What a job leaves on the way to the paper: nothing of ours, ever; one file of whoever spools
// it, while it waits. What becomes of that file is the spooler's: docs/kiosk.md, "Paper that waits".
func TestAJobLeavesNoFileOfOurs(t *testing.T) {
	e := startEve(t, "-f", "application/pdf")
	ours := t.TempDir()
	for _, name := range []string{"TMPDIR", "HOME", "XDG_CACHE_HOME"} {
		t.Setenv(name, ours)
	}
	done := printing(t, newIPP(t, e.uri, IPPOptions{}), aJob("receipt-1"))
	e.begun()
	nothing := func(when string) {
		if left, err := os.ReadDir(ours); err != nil || len(left) > 0 {
			t.Errorf("%s the program has written %v, %v", when, left, err)
		}
	}
	if files := holding(t, e.dir); len(files) != 1 {
		t.Errorf("while it waits it lies in %v", files)
	}
	nothing("while it waits")
	e.order("print")
	expect(t, <-done, Printed, "")
	nothing("once it is printed")
	t.Log("the printer still has", holding(t, e.dir), "of which printed is the paper")
}
