package packfile

import (
	"bytes"
	"regexp"
	"slices"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
)

// Redated is a pack with another first day written in its head; every other byte stays as
// its author wrote it. Fault "policy.pack_invalid" where no head says from when it is in force.
func Redated(sources []Source, from calendar.Date) ([]Source, error) {
	var found place
	if _, err := Read(sources, &found); err != nil {
		return nil, err
	}
	i := slices.IndexFunc(sources, func(s Source) bool { return s.Name == found.file })
	if i < 0 {
		return nil, fault.New(fault.Invalid, "policy.pack_invalid").At(sources[0].Name+":1", "pack.missing_field", "no head has a field from")
	}
	lines := bytes.SplitAfter(sources[i].Data, []byte("\n"))
	line := &lines[found.line-1]
	*line = firstDay.ReplaceAll(*line, []byte("${1}"+from.String()))
	changed := slices.Clone(sources)
	changed[i].Data = bytes.Join(lines, nil)
	return changed, nil
}

var firstDay = regexp.MustCompile(`(\bfrom:\s*)["']?[0-9]{4}-[0-9]{2}-[0-9]{2}["']?`)

// place is where the head of a pack says from when it is in force.
type place struct {
	file string
	line int
}

// Document implements Pack.
func (p *place) Document(top Cursor) {
	head, ok := top.Mapping()["pack"]
	if !ok || p.file != "" {
		return
	}
	if from, ok := head.Mapping()["from"]; ok {
		p.file, p.line = from.File(), from.Line()
	}
}

// Finish implements Pack.
func (p *place) Finish(Cursor) {}
