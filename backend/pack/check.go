package pack

import (
	"strings"

	"lianxin/backend/award"
	"lianxin/backend/counsel"
	"lianxin/backend/demand"
	"lianxin/backend/point"
	"lianxin/backend/policy"
	"lianxin/backend/policy/packfile"
	"lianxin/backend/relief"
)

// Checked is a pack of rules that passed its own check.
type Checked struct {
	packfile.Head
	Kind     Kind
	Rules    int // 0 where nobody counts them
	Examples int
}

// CheckPath reads a file, or a folder whose .yaml files are one pack, with the loader
// that its id asks for, and runs its worked examples. Faults are those of packfile.Read.
func CheckPath(name string) (Checked, error) {
	sources, err := packfile.ReadPath(name)
	if err != nil {
		return Checked{}, err
	}
	switch kind := kindOf(sources); kind {
	case Points:
		return checked(kind, sources, point.Load, func(p *point.Pack) packfile.Head { return p.Head })
	case Honours:
		return checked(kind, sources, award.Load, func(p *award.Pack) packfile.Head { return p.Head })
	case Counsel:
		return checked(kind, sources, counsel.Load, func(p *counsel.Pack) packfile.Head { return p.Head })
	case Planning:
		return checked(kind, sources, demand.Load, func(p *demand.Pack) packfile.Head { return p.Head })
	case Relief:
		return checked(kind, sources, relief.Load, func(p *relief.Pack) packfile.Head { return p.Head })
	}
	p, err := policy.LoadDir(name)
	if err != nil {
		return Checked{}, err
	}
	return Checked{p.Head, Selection, len(p.Rules), p.Examples()}, nil
}

func checked[P any](kind Kind, sources []packfile.Source, load func([]packfile.Source) (P, error), head func(P) packfile.Head) (Checked, error) {
	p, err := load(sources)
	if err != nil {
		return Checked{}, err
	}
	c := Checked{Head: head(p), Kind: kind}
	if counts, ok := any(p).(interface{ Counts() (rules, examples int) }); ok {
		c.Rules, c.Examples = counts.Counts()
	}
	return c, nil
}

// kindOf tells by its id which loader reads a pack; donor selection where it says none.
func kindOf(sources []packfile.Source) Kind {
	var id head
	_, _ = packfile.Read(sources, &id) // what is wrong with it the loader says
	switch {
	case id == "points":
		return Points
	case id == "honours":
		return Honours
	case id == "counsel":
		return Counsel
	case id == "gift-planning":
		return Planning
	case strings.HasPrefix(string(id), "relief-"):
		return Relief
	}
	return Selection
}

// head takes the id out of a pack and looks at nothing else.
type head string

// Document implements packfile.Pack.
func (h *head) Document(top packfile.Cursor) {
	if c, ok := top.Mapping()["pack"]; ok && *h == "" {
		*h = head(c.Peek("id"))
	}
}

// Finish implements packfile.Pack.
func (h *head) Finish(packfile.Cursor) {}
