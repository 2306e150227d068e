package printer

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func TestJobsNobodyTakes(t *testing.T) {
	for name, c := range map[string]struct {
		job   Job
		place string
	}{
		"a name as title": {Job{Title: "王小明", PDF: receipt, Media: A4}, "title"},
		"a path as title": {Job{Title: "../etc", PDF: receipt, Media: A4}, "title"},
		"a hidden title":  {Job{Title: ".x", PDF: receipt, Media: A4}, "title"},
		"no title":        {Job{PDF: receipt, Media: A4}, "title"},
		"a long title":    {Job{Title: strings.Repeat("x", 65), PDF: receipt, Media: A4}, "title"},
		"no PDF":          {Job{Title: "x", PDF: []byte("hello"), Media: A4}, "pdf"},
		"too many copies": {Job{Title: "x", PDF: receipt, Media: A4, Copies: 21}, "copies"},
		"negative copies": {Job{Title: "x", PDF: receipt, Media: A4, Copies: -1}, "copies"},
		"no paper":        {Job{Title: "x", PDF: receipt}, "media"},
	} {
		dir := t.TempDir()
		for _, p := range []Printer{NewFolder(dir), newIPP(t, "ipp://localhost:1/", IPPOptions{})} {
			o := p.Print(t.Context(), c.job)
			expect(t, o, Failed, "printer.job")
			if o.Fault == nil || len(o.Fault.Places) != 1 || o.Fault.Places[0].Location != c.place {
				t.Errorf("%s: %v, want place %s", name, o.Fault, c.place)
			}
		}
		if names := filesIn(t, dir); len(names) > 0 {
			t.Errorf("%s: wrote %v", name, names)
		}
	}
}

func filesIn(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "printed", "here")
	p := NewFolder(dir)
	if s := p.Status(t.Context()); s.State != Ready {
		t.Fatalf("status %+v", s)
	}
	var all sync.WaitGroup
	for range 8 { // the same job from several places at once
		all.Go(func() { expect(t, p.Print(t.Context(), aJob("receipt-1")), Printed, "") })
	}
	all.Wait()
	other := aJob("receipt-1")
	other.PDF = append(bytes.Clone(receipt), '\n')
	expect(t, p.Print(t.Context(), other), Failed, "printer.title_taken")
	if got, err := os.ReadFile(filepath.Join(dir, "receipt-1.pdf")); err != nil || !bytes.Equal(got, receipt) {
		t.Errorf("on paper %q, %v", got, err)
	}
	if names := filesIn(t, dir); len(names) != 1 {
		t.Errorf("files %v", names)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	expect(t, p.Print(ended, aJob("receipt-2")), Failed, "printer.withdrawn")
}

func TestFolderThatCannotBe(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	p := NewFolder(filepath.Join(file, "below"))
	expect(t, p.Print(t.Context(), aJob("receipt-1")), Failed, "printer.folder")
	if s := p.Status(t.Context()); s.State != Trouble || s.CanPrint() {
		t.Errorf("status %+v", s)
	}
}

// A full disk, by the kernel's device that is always full.
func TestFolderOnAFullDisk(t *testing.T) {
	f, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := writeOn(f, receipt); err == nil || !strings.Contains(err.Error(), "no space left") {
		t.Errorf("a full disk: %v", err)
	}
}

func TestNone(t *testing.T) {
	expect(t, None{}.Print(t.Context(), aJob("receipt-1")), Failed, "printer.none")
	if s := (None{}).Status(t.Context()); s.State != Missing || s.CanPrint() {
		t.Errorf("status %+v", s)
	}
}
