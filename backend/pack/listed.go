package pack

import (
	"slices"

	"lianxin/backend/award"
	"lianxin/backend/calendar"
	"lianxin/backend/claim"
	"lianxin/backend/counsel"
	"lianxin/backend/demand"
	"lianxin/backend/hospital"
	"lianxin/backend/payout"
	"lianxin/backend/point"
	"lianxin/backend/policy"
	"lianxin/backend/policy/packfile"
	"lianxin/backend/relief"
)

// Listed is a version on the shelf, and what it says of itself.
type Listed struct {
	packfile.Head
	Kind    Kind
	BuiltIn bool // came with the program
	InForce bool // on the day that was asked for
	Content []byte
}

// Listed tells all versions on the shelf, and which are in force on a day: one of a kind,
// of relief one of each region, and one of each bank.
func (s *Shelf) Listed(today calendar.Date) []Listed {
	office := s.office()
	s.mu.RLock()
	defer s.mu.RUnlock()
	all := slices.Concat(
		listed(Selection, s.selection, selectionHead, today, func(p *policy.Pack) []byte { return p.Text }),
		listed(Points, s.points, pointsHead, today, func(p *point.Pack) []byte { return p.Text }),
		listed(Honours, s.honours, honoursHead, today, func(p *award.Pack) []byte { return p.Text }),
		listed(Planning, s.planning, planningHead, today, func(p *demand.Pack) []byte { return p.Text }),
		listed(Counsel, s.counsel, counselHead, today, func(p *counsel.Pack) []byte { return p.Text }),
		listed(Relief, office.relief, reliefHead, today, func(p *relief.Pack) []byte { return p.Text }),
		listed(Claims, office.claims, claimsHead, today, func(p *claim.Handling) []byte { return p.Text }),
		listed(Hospitals, office.hospitals, hospitalsHead, today, func(p *hospital.Handling) []byte { return p.Text }),
		listed(Bank, office.banks, bankHead, today, func(p *payout.Format) []byte { return p.Text }),
		s.listedForms(today))
	for i := range all {
		all[i].BuiltIn = !slices.Contains(s.held, Ref{all[i].ID, all[i].Version})
	}
	return all
}

// IsBuiltIn tells whether a version came with the program.
func (s *Shelf) IsBuiltIn(r Ref) bool {
	return slices.ContainsFunc(s.Listed(calendar.Date{}), func(l Listed) bool { return l.BuiltIn && r == Ref{l.ID, l.Version} })
}

func listed[P comparable](kind Kind, packs []P, head func(P) packfile.Head, today calendar.Date, text func(P) []byte) []Listed {
	all := make([]Listed, 0, len(packs))
	for _, p := range packs {
		region := Region
		if kind == Relief { // each region has its own
			region = head(p).Region
		}
		current, ok := packfile.Current(rivals(kind, packs, head, p), head, region, today)
		all = append(all, Listed{Head: head(p), Kind: kind, InForce: ok && p == current, Content: text(p)})
	}
	return all
}

// rivals are the packs of which one holds at a time: all of a kind, and of banks those of
// the same bank.
func rivals[P any](kind Kind, packs []P, head func(P) packfile.Head, of P) []P {
	if kind != Bank {
		return packs
	}
	return slices.DeleteFunc(slices.Clone(packs), func(p P) bool { return head(p).ID != head(of).ID })
}

func (s *Shelf) listedForms(today calendar.Date) []Listed {
	current := s.form(today)
	all := make([]Listed, 0, len(s.questionnaires))
	for _, d := range s.questionnaires {
		head := packfile.Head{ID: HealthForm, Version: d.definition.Version, Region: packfile.Nationwide, Title: d.definition.Name(), From: d.from}
		if head.From.IsZero() {
			head.From, _ = calendar.Parse(d.definition.EffectivePeriod.Start) // of the one built in; it is in force before, too
		}
		all = append(all, Listed{Head: head, Kind: Questionnaire, InForce: d.definition == current.definition, Content: d.content})
	}
	return all
}
