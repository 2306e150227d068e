package pack

import (
	"bytes"
	"regexp"
	"strings"

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
	"lianxin/backend/relief"
)

// Checked is a pack that passed its own check.
type Checked struct {
	packfile.Head
	Kind     Kind
	Rules    int // of a form: its questions; 0 where nobody counts them
	Examples int
	Content  []byte
}

// Pack is the checked pack as it is kept.
func (c Checked) Pack() Pack {
	return Pack{ID: c.ID, Version: c.Version, Kind: c.Kind, From: c.From, Content: c.Content}
}

// CheckPath is Examine for a file, or a folder whose .yaml files are one pack.
func CheckPath(name string) (Checked, error) {
	sources, err := packfile.ReadPath(name)
	if err != nil {
		return Checked{}, err
	}
	return Examine(sources)
}

// Examine reads the files of a pack with the loader that its id asks for, and runs its
// worked examples. One file of JSON is a questionnaire. Faults are those of packfile.Read
// and of [Check] for a form.
func Examine(sources []packfile.Source) (Checked, error) {
	if isForm(sources) {
		return examineForm(sources[0])
	}
	switch kind := kindOf(sources); kind {
	case Points:
		return checked(kind, sources, point.Load, pointsHead)
	case Honours:
		return checked(kind, sources, award.Load, honoursHead)
	case Counsel:
		return checked(kind, sources, counsel.Load, counselHead)
	case Planning:
		return checked(kind, sources, demand.Load, planningHead)
	case Relief:
		return checked(kind, sources, relief.Load, reliefHead)
	case Claims:
		return checked(kind, sources, claim.Load, func(h claim.Handling) packfile.Head { return h.Head })
	case Hospitals:
		return checked(kind, sources, hospital.Load, func(h hospital.Handling) packfile.Head { return h.Head })
	case Bank:
		return checked(kind, sources, payout.Load, func(f payout.Format) packfile.Head { return f.Head })
	}
	return checked(Selection, sources, policy.Load, selectionHead)
}

func isForm(sources []packfile.Source) bool {
	return len(sources) == 1 && bytes.HasPrefix(bytes.TrimLeft(sources[0].Data, "\ufeff \t\r\n"), []byte("{"))
}

// A form is named in addresses and logs by its id and version, which FHIR leaves open further.
var (
	formID      = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9.-]{0,63}$`)
	formVersion = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z.-]{0,19}$`)
)

// examineForm reads a questionnaire. Its day is that of its effectivePeriod; one without
// a day has to be given one when it is published.
func examineForm(source packfile.Source) (Checked, error) {
	form, err := readForm(source.Data)
	if err != nil {
		return Checked{}, err
	}
	c := Checked{Head: packfile.Head{ID: form.ID, Version: form.Version, Region: packfile.Nationwide, Title: form.Name()}, Kind: Questionnaire, Content: source.Data, Rules: form.Questions()}
	if !formID.MatchString(form.ID) || !formVersion.MatchString(form.Version) {
		return Checked{}, fault.New(fault.Invalid, "pack.questionnaire").At("Questionnaire", "required", "an id and a version are needed, of letters, digits, dots and hyphens")
	}
	if start := form.EffectivePeriod.Start; start != "" {
		if c.From, err = calendar.Parse(start); err != nil {
			return Checked{}, fault.New(fault.Invalid, "pack.questionnaire").At("Questionnaire.effectivePeriod.start", "value", "is not a day written as YYYY-MM-DD")
		}
	}
	return c, nil
}

func checked[P any](kind Kind, sources []packfile.Source, load func([]packfile.Source) (P, error), head func(P) packfile.Head) (Checked, error) {
	p, err := load(sources)
	if err != nil {
		return Checked{}, err
	}
	c := Checked{Head: head(p), Kind: kind, Content: packfile.Join(sources)}
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
	case id == "claim-handling":
		return Claims
	case id == "hospital-handling":
		return Hospitals
	case strings.HasPrefix(string(id), "relief-"):
		return Relief
	case strings.HasPrefix(string(id), "bank-"):
		return Bank
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
