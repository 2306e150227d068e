package policy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"lianxin/backend/fault"
)

// faultList collects everything that is wrong with a pack, so that its author
// sees all of it at once.
type faultList struct {
	found   []placed
	dropped int
}

type placed struct {
	file   string
	line   int
	code   string
	detail string
}

func (l *faultList) add(file string, line int, code, detail string) {
	if len(l.found) >= MaxFaults {
		l.dropped++
		return
	}
	if len(detail) > maxDetailBytes {
		detail = strings.ToValidUTF8(detail[:maxDetailBytes], "") + "…"
	}
	l.found = append(l.found, placed{file, line, code, detail})
}

// err returns nothing, or the fault "policy.pack_invalid" with one place per
// mistake, in the order of the files and lines.
func (l *faultList) err() error {
	if len(l.found) == 0 {
		return nil
	}
	slices.SortStableFunc(l.found, func(a, b placed) int {
		return cmp.Or(cmp.Compare(a.file, b.file), cmp.Compare(a.line, b.line), cmp.Compare(a.code, b.code), cmp.Compare(a.detail, b.detail))
	})
	f := fault.New(fault.Invalid, "policy.pack_invalid").With("faults", len(l.found)+l.dropped)
	for _, p := range l.found {
		f.At(fmt.Sprintf("%s:%d", p.file, p.line), p.code, p.detail)
	}
	return f
}
