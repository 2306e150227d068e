package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lianxin/backend/proof/figure"
)

// written keeps figures and returns their file.
func written(t *testing.T, figures ...figure.Figure) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "row.json")
	t.Setenv(figure.EnvFile, name)
	if err := figure.Keep(figures...); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestTableGoesIntoTheDocument(t *testing.T) {
	rows := written(t,
		figure.Figure{Work: "receipt, warm", Unit: "ms", Ours: figure.SpreadOf(7, 8, 9), Peer: "PDFKit 1", Theirs: figure.SpreadOf(32), Aim: figure.Aim{AtMost: 9}},
		figure.Figure{Work: "start", Unit: "ms", Ours: figure.SpreadOf(1234), Peer: "chromium 1", Theirs: figure.SpreadOf(1000), Aim: figure.Aim{RatioAtMost: 0.8, AtMost: 2000}, Note: "cold"},
		figure.Figure{Work: "size", Unit: "KB", Ours: figure.SpreadOf(0.5)})
	document := filepath.Join(t.TempDir(), "performance.md")
	if err := os.WriteFile(document, []byte("before\n"+begin+"old\n"+end+"after\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	var printed strings.Builder
	for range 2 { // a second time it replaces its own
		printed.Reset()
		if err := run(&printed, document, []string{rows}); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	if string(text) != "before\n"+begin+printed.String()+end+"after\n" {
		t.Errorf("%s", text)
	}
	for _, line := range []string{
		"| receipt, warm | PDFKit 1 | 32.0 ms | 8.00 ms (7.00–9.00) | 0.25 | ≤ 9 ms | held |",
		"| start | chromium 1 | 1000 ms | 1234 ms | 1.23 | ≤ 0.8 ×, ≤ 2000 ms | **missed: ≤ 0.8 ×** |",
		"| size |  |  | 0.500 KB |  |  |  |",
		"- start: cold",
		"Measured on " + time.Now().UTC().Format("2006-01-02"),
	} {
		if !strings.Contains(printed.String(), line) {
			t.Errorf("no %q in\n%s", line, &printed)
		}
	}
}

func TestTableFailsLoudly(t *testing.T) {
	rows := written(t, figure.Figure{Work: "x", Unit: "ms", Ours: figure.SpreadOf(1)})
	plain := filepath.Join(t.TempDir(), "plain.md")
	if err := os.WriteFile(plain, []byte("no marks"), 0o644); err != nil {
		t.Fatal(err)
	}
	broken := filepath.Join(t.TempDir(), "broken.json")
	if err := os.WriteFile(broken, []byte(`{"work":`), 0o644); err != nil {
		t.Fatal(err)
	}
	for what, args := range map[string][]string{"no place": {plain, rows}, "no document": {plain + "x", rows}, "no figures": {""},
		"broken": {"", broken}, "missing": {"", broken + "x"}} {
		if run(&strings.Builder{}, args[0], args[1:]) == nil {
			t.Errorf("%s: no error", what)
		}
	}
}
