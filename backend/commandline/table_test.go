package commandline

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rivo/uniseg"
)

// What stands behind names of any width begins in one place of the terminal.
func TestColumnsStandUnderEachOther(t *testing.T) {
	var out strings.Builder
	table := NewTable(&out)
	fmt.Fprintln(table, "3 gifts, for whoever looks after them")
	fmt.Fprintln(table, "GIFT\tNAME\tPOINTS")
	for _, name := range []string{"Tea", "保温杯 500 mL", "王𬭎的茶", "e\u0301toile", ""} {
		fmt.Fprintf(table, "gift\t%s\t20\n", name)
	}
	if err := table.Flush(); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if lines[0] != "3 gifts, for whoever looks after them" || lines[1] != "GIFT  NAME           POINTS" {
		t.Errorf("%q", lines[:2])
	}
	for _, line := range lines[2:] {
		if before, _, ok := strings.Cut(line, "20"); !ok || uniseg.StringWidth(before) != len("GIFT  NAME           ") {
			t.Errorf("%q", line)
		}
	}
	out.Reset()
	if err := table.Flush(); err != nil || out.String() != "" {
		t.Errorf("flushed again: %q, %v", out.String(), err)
	}
}
