// Package pack keeps the dated packs of a device or center at hand: rules,
// questionnaires and consent texts, checked once when they are loaded. A pack
// that does not pass its own check is never put on the shelf; the one before it
// stays in force.
package pack

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"lianxin/backend/award"
	"lianxin/backend/calendar"
	"lianxin/backend/claim"
	"lianxin/backend/counsel"
	"lianxin/backend/demand"
	"lianxin/backend/fault"
	"lianxin/backend/hospital"
	"lianxin/backend/payout"
	"lianxin/backend/point"
	"lianxin/backend/policy"
	"lianxin/backend/policy/packfile"
	"lianxin/backend/questionnaire"
	"lianxin/backend/questionnaire/packs"
	"lianxin/backend/relief"
)

// Kind says which loader reads a pack.
type Kind string

const (
	Selection     Kind = "selection"     // donor-selection rules, see package policy
	Questionnaire Kind = "questionnaire" // FHIR R4 Questionnaire, see package questionnaire
	Points        Kind = "points"        // what gives points, see package point
	Honours       Kind = "honours"       // honours and their benefits, see package award
	Counsel       Kind = "counsel"       // how long donors may wait to be told, see package counsel
	Planning      Kind = "planning"      // how stock of gifts is planned, see package demand
	Relief        Kind = "relief"        // blood without charge in one region, see package relief
	Claims        Kind = "claims"        // limits for handling claims, see package claim
	Hospitals     Kind = "hospitals"     // limits for direct relief at hospitals, see package hospital
	Bank          Kind = "bank"          // files and statements of one bank, see package payout
)

// IsOneOfMany tells whether packs of a kind stand beside each other, each under its own id.
func (k Kind) IsOneOfMany() bool { return k == Relief || k == Bank || k == Questionnaire }

// HealthForm is the ID of the questionnaire every donor answers before giving;
// other forms are kept and asked elsewhere.
const HealthForm = "donor-health"

// Region whose packs go before nationwide ones.
const Region = "110000"

// Pack is a dated pack as bytes.
type Pack struct {
	ID      string        `json:"id"`
	Version string        `json:"version"`
	Kind    Kind          `json:"kind"`
	From    calendar.Date `json:"from"` // in force from this day until a later one takes over
	Content []byte        `json:"content"`
}

// Store keeps packs.
type Store interface {
	SavePack(ctx context.Context, p Pack) error
	Packs(ctx context.Context) ([]Pack, error)
}

// Shelf gives the packs in force on a day. The ones built into the program are
// always on it; those of the store come on top.
type Shelf struct {
	store Store

	mu             sync.RWMutex
	selection      []*policy.Pack
	points         []*point.Pack
	honours        []*award.Pack
	planning       []*demand.Pack
	counsel        []*counsel.Pack
	questionnaires []dated
	offices        offices
	held           []Ref // those of the store that passed their check
}

// offices are the packs an office works by, beside those built in, which a kiosk never reads.
type offices struct {
	relief    []*relief.Pack
	claims    []*claim.Handling
	hospitals []*hospital.Handling
	banks     []*payout.Format
}

type dated struct {
	from       calendar.Date
	definition *questionnaire.Questionnaire
	content    []byte
}

// NewShelf returns an empty shelf; Fill fills it.
func NewShelf(store Store) *Shelf { return &Shelf{store: store} }

// builtInForm is read once for all shelves of a program; nobody changes a form.
var builtInForm = sync.OnceValues(func() (*questionnaire.Questionnaire, error) { return questionnaire.Parse(packs.DonorHealth()) })

// Fill loads what is built in and what the store holds. A stored pack that fails
// its check is left out and named in refused; the one before it stays in force.
func (s *Shelf) Fill(ctx context.Context) (refused []error, err error) {
	definition, err := builtInForm()
	if err != nil {
		return nil, fmt.Errorf("built-in questionnaire: %w", err)
	}
	stored, err := s.store.Packs(ctx)
	if err != nil {
		return nil, err
	}
	// Beside the shelf, for worked examples take a while and somebody may be served meanwhile.
	fresh := &Shelf{selection: []*policy.Pack{policy.BuiltIn()}, points: []*point.Pack{point.BuiltIn()},
		honours: []*award.Pack{award.BuiltIn()}, planning: []*demand.Pack{demand.BuiltIn()}, counsel: []*counsel.Pack{counsel.BuiltIn()}, questionnaires: []dated{{calendar.Date{}, definition, packs.DonorHealth()}}}
	for _, p := range stored {
		if err := fresh.put(p); err != nil {
			refused = append(refused, fmt.Errorf("pack %s %s: %w", p.ID, p.Version, err))
			continue
		}
		fresh.held = append(fresh.held, Ref{p.ID, p.Version})
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.selection, s.points, s.honours, s.questionnaires = fresh.selection, fresh.points, fresh.honours, fresh.questionnaires
	s.planning, s.counsel, s.offices, s.held = fresh.planning, fresh.counsel, fresh.offices, fresh.held
	return refused, nil
}

// Held names the packs of the store that are on the shelf, beside those built in.
func (s *Shelf) Held() []Ref {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.Clone(s.held)
}

// Check reads a pack as Fill would, without putting it anywhere. Faults are those
// of the loaders, "pack.kind" for one this program has no loader for,
// "pack.mismatch" when the content is another pack than it is called, and
// "pack.questionnaire" with every wrong place of a form.
func Check(p Pack) error { return (&Shelf{}).put(p) }

// put loads one pack.
func (s *Shelf) put(p Pack) error {
	switch p.Kind {
	case Selection:
		return shelve(p, policy.LoadBytes, selectionHead, &s.selection)
	case Points:
		return shelve(p, point.LoadBytes, pointsHead, &s.points)
	case Honours:
		return shelve(p, award.LoadBytes, honoursHead, &s.honours)
	case Planning:
		return shelve(p, demand.LoadBytes, planningHead, &s.planning)
	case Counsel:
		return shelve(p, counsel.LoadBytes, counselHead, &s.counsel)
	case Relief:
		return shelve(p, relief.LoadBytes, reliefHead, &s.offices.relief)
	case Claims:
		return shelve(p, kept(claim.LoadBytes), claimsHead, &s.offices.claims)
	case Hospitals:
		return shelve(p, kept(hospital.LoadBytes), hospitalsHead, &s.offices.hospitals)
	case Bank:
		return shelve(p, kept(payout.LoadBytes), bankHead, &s.offices.banks)
	case Questionnaire:
		loaded, err := readForm(p.Content)
		if err != nil {
			return err
		}
		if err := p.isCalled(p.ID, loaded.Version, p.From); err != nil {
			return err
		}
		if p.ID == HealthForm {
			s.questionnaires = append(s.questionnaires, dated{p.From, loaded, p.Content})
		}
	default:
		return fault.New(fault.Invalid, "pack.kind")
	}
	return nil
}

// kept turns what a loader answers into what lies on a shelf: one thing, however often it
// is looked at.
func kept[P any](load func(name string, content []byte) (P, error)) func(string, []byte) (*P, error) {
	return func(name string, content []byte) (*P, error) {
		p, err := load(name, content)
		return &p, err
	}
}

// shelve loads a pack of rules and puts it with the others of its kind.
func shelve[P any](p Pack, load func(name string, content []byte) (P, error), head func(P) packfile.Head, kind *[]P) error {
	loaded, err := load(p.ID+".yaml", p.Content)
	if err != nil {
		return err
	}
	h := head(loaded)
	if err := p.isCalled(h.ID, h.Version, h.From); err != nil {
		return err
	}
	*kind = append(*kind, loaded)
	return nil
}

// isCalled refuses a pack whose content says another name: what is recorded of a
// visit names the version its rules came from.
func (p Pack) isCalled(id, version string, from calendar.Date) error {
	f := fault.New(fault.Invalid, "pack.mismatch")
	for place, differs := range map[string]bool{"id": p.ID != id, "version": p.Version != version, "from": p.From != from} {
		if differs {
			f.At(place, "pack.mismatch", "")
		}
	}
	if len(f.Places) > 0 {
		return f
	}
	return nil
}

// readForm reads a questionnaire that can be asked.
func readForm(content []byte) (*questionnaire.Questionnaire, error) {
	form, err := questionnaire.Parse(content)
	if err != nil {
		return nil, err
	}
	f := fault.New(fault.Invalid, "pack.questionnaire")
	for _, issue := range questionnaire.CheckDefinition(form, nil) {
		if issue.Severity == questionnaire.Error || issue.Severity == questionnaire.Fatal {
			f.At(issue.Expression, issue.Detail, issue.Text)
		}
	}
	if len(f.Places) > 0 {
		return nil, f
	}
	return form, nil
}
