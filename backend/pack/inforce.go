package pack

import (
	"slices"

	"lianxin/backend/award"
	"lianxin/backend/calendar"
	"lianxin/backend/consent"
	"lianxin/backend/counsel"
	"lianxin/backend/demand"
	"lianxin/backend/fault"
	"lianxin/backend/point"
	"lianxin/backend/policy"
	"lianxin/backend/policy/packfile"
	"lianxin/backend/questionnaire"
)

// Selection returns the donor-selection rules in force; fault "pack.none_in_force".
func (s *Shelf) Selection(today calendar.Date) (*policy.Pack, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return ruling(s.selection, selectionHead, Selection, today)
}

// Points returns the rules for points in force; fault "pack.none_in_force".
func (s *Shelf) Points(today calendar.Date) (*point.Pack, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return ruling(s.points, pointsHead, Points, today)
}

// Honours returns the honours in force; fault "pack.none_in_force".
func (s *Shelf) Honours(today calendar.Date) (*award.Pack, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return ruling(s.honours, honoursHead, Honours, today)
}

// Planning returns how stock of gifts is planned; fault "pack.none_in_force".
func (s *Shelf) Planning(today calendar.Date) (*demand.Pack, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return ruling(s.planning, planningHead, Planning, today)
}

// Counsel returns how long donors may wait to be told; fault "pack.none_in_force".
func (s *Shelf) Counsel(today calendar.Date) (*counsel.Pack, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return ruling(s.counsel, counselHead, Counsel, today)
}

// What each kind says of itself.
func selectionHead(p *policy.Pack) packfile.Head { return p.Head }
func pointsHead(p *point.Pack) packfile.Head     { return p.Head }
func honoursHead(p *award.Pack) packfile.Head    { return p.Head }
func planningHead(p *demand.Pack) packfile.Head  { return p.Head }
func counselHead(p *counsel.Pack) packfile.Head  { return p.Head }

// ruling chooses the pack of a kind for a day.
func ruling[P any](packs []P, head func(P) packfile.Head, kind Kind, today calendar.Date) (P, error) {
	p, ok := packfile.Current(packs, head, Region, today)
	if !ok {
		return p, fault.New(fault.Unavailable, "pack.none_in_force").With("kind", kind)
	}
	return p, nil
}

// Questionnaire returns the health questionnaire in force.
func (s *Shelf) Questionnaire(today calendar.Date) (*questionnaire.Questionnaire, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	current := s.form(today)
	if current.definition == nil {
		return nil, fault.New(fault.Unavailable, "pack.none_in_force").With("kind", Questionnaire)
	}
	return current.definition, nil
}

// form is the health questionnaire of a day; the later of two that begin on one day.
func (s *Shelf) form(today calendar.Date) (current dated) {
	for _, d := range s.questionnaires {
		if !d.from.After(today) && (current.definition == nil || !d.from.Before(current.from)) {
			current = d
		}
	}
	return current
}

// HasQuestionnaire tells whether a health questionnaire is on the shelf under its
// canonical url|version, in force or not.
func (s *Shelf) HasQuestionnaire(canonical string) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.ContainsFunc(s.questionnaires, func(d dated) bool { return d.definition.Canonical() == canonical })
}

// Form is the health questionnaire with a canonical url|version, in force or not; nil
// when it is not on the shelf.
func (s *Shelf) Form(canonical string) *questionnaire.Questionnaire {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, d := range s.questionnaires {
		if d.definition.Canonical() == canonical {
			return d.definition
		}
	}
	return nil
}

// HasSelection tells whether rules of a version are on the shelf, in force or not.
func (s *Shelf) HasSelection(version string) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.ContainsFunc(s.selection, func(p *policy.Pack) bool { return p.Version == version })
}

// Consent returns the consent text in force. Its versions come with the program,
// so that a text is never shown that nobody could verify later.
func (s *Shelf) Consent(today calendar.Date) (consent.Text, error) { return consent.Current(today) }
