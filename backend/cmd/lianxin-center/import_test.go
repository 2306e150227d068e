package main

import (
	"bytes"
	"strings"
	"testing"
)

// A line about a refused row stands alone, not behind the bar that was there.
func TestALineStandsAboveTheBar(t *testing.T) {
	var out bytes.Buffer
	b := &bar{out: &out}
	b.line("row %d", 1)
	if out.String() != "row 1\n" {
		t.Errorf("without a bar: %q", out.String())
	}
	b.show(1000)
	if _, err := b.Write(make([]byte, 500)); err != nil {
		t.Fatal(err)
	}
	b.line("row %d", 9)
	b.end()
	const cleared = "\x1b[2K\r"
	text := out.String()
	shown, rest, _ := strings.Cut(text, "row 9\n")
	if !strings.Contains(shown, "50%") || !strings.HasSuffix(shown, cleared) || !strings.HasSuffix(rest, cleared) {
		t.Errorf("%q", text)
	}
}
