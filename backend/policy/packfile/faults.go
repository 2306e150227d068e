package packfile

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"lianxin/backend/fault"
)

// Faults collects everything that is wrong with a pack, so that its author
// sees all of it at once.
type Faults struct {
	found   []placed
	dropped int
}

type placed struct {
	file   string
	line   int
	code   string
	detail string
}

// Add notes a mistake at a line of a file; beyond MaxFaults they are only counted.
func (l *Faults) Add(file string, line int, code, detail string) {
	if len(l.found) >= MaxFaults {
		l.dropped++
		return
	}
	if len(detail) > maxDetailBytes {
		detail = strings.ToValidUTF8(detail[:maxDetailBytes], "") + "…"
	}
	l.found = append(l.found, placed{file, line, code, detail})
}

// Count is how many mistakes were added.
func (l *Faults) Count() int { return len(l.found) + l.dropped }

// Err returns nothing, or the fault "policy.pack_invalid" with one place per
// mistake, in the order of the files and lines.
func (l *Faults) Err() error {
	if len(l.found) == 0 {
		return nil
	}
	slices.SortStableFunc(l.found, func(a, b placed) int {
		return cmp.Or(cmp.Compare(a.file, b.file), cmp.Compare(a.line, b.line), cmp.Compare(a.code, b.code), cmp.Compare(a.detail, b.detail))
	})
	f := fault.New(fault.Invalid, "policy.pack_invalid").With("faults", l.Count())
	for _, p := range l.found {
		f.At(fmt.Sprintf("%s:%d", p.file, p.line), p.code, p.detail)
	}
	return f
}
