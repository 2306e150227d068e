package point

import (
	"embed"

	"lianxin/backend/calendar"
	"lianxin/backend/lang"
	"lianxin/backend/policy/packfile"
)

// MaxAward bounds what one rule gives at once.
const MaxAward = 10_000

// Event is what gives points.
type Event string

const (
	OnDonation Event = "donation"
	OnBirthday Event = "birthday"
)

// Pack says what gives points from a day on. It is made by the loader only and
// never changed afterwards.
type Pack struct {
	packfile.Head
	packfile.Written
	Returned packfile.Period // how long points that come back may be spent at least
	Redeem   Redeeming       // for how long points are set aside, and until when they may be taken back
	Rules    []*Rule
}

// Rule gives points for an event.
type Rule struct {
	ID        string
	Title     lang.Text // what the statement says
	Event     Event
	Clause    string
	Certainty packfile.Certainty
	Expires   packfile.Period // zero for never

	when, points *packfile.Expression
	examples     []example
}

//go:embed packs/points/*.yaml
var packFiles embed.FS

// BuiltIn returns the pack this program was built with.
var BuiltIn = packfile.BuiltIn(packFiles, "packs/points", Load)

// LoadBytes reads a pack from one YAML stream. The name stands for the file in
// reports. Faults are those of packfile.Read.
func LoadBytes(name string, data []byte) (*Pack, error) {
	return Load([]packfile.Source{{Name: name, Data: data}})
}

// Load reads the files of one pack. Faults are those of packfile.Read.
func Load(sources []packfile.Source) (*Pack, error) {
	reader := &packReader{pack: &Pack{}}
	written, err := packfile.Read(sources, reader)
	if err != nil {
		return nil, err
	}
	reader.pack.Written = written
	return reader.pack, nil
}

// Rule returns the rule with an id.
func (p *Pack) Rule(id string) (*Rule, bool) {
	for _, r := range p.Rules {
		if r.ID == id {
			return r, true
		}
	}
	return nil, false
}

// isOrdinal tells whether the rule asks which of a person's donations one is.
func (r *Rule) isOrdinal() bool { return r.when.Names("nth") || r.points.Names("nth") }

// Ordinal are the ids of the rules whose points depend on which of a person's donations
// one is: they change when another of their donations is heard of.
func (p *Pack) Ordinal() []string {
	var ids []string
	for _, r := range p.Rules {
		if r.Event == OnDonation && r.isOrdinal() {
			ids = append(ids, r.ID)
		}
	}
	return ids
}

// ForDonation returns what a donation is worth; the points may be spent from
// the day they are credited, and expire counted from then.
func (p *Pack) ForDonation(d Donation, credited calendar.Date) []Award {
	return p.awards(OnDonation, d.facts(), credited)
}

// ForBirthday returns what a donor gets on a birthday.
func (p *Pack) ForBirthday(b Birthday) []Award {
	return p.awards(OnBirthday, b.facts(), b.On)
}

func (p *Pack) awards(event Event, facts any, credited calendar.Date) []Award {
	var awards []Award
	for _, r := range p.Rules {
		if r.Event != event {
			continue
		}
		if n := r.worth(facts); n > 0 {
			a := Award{Rule: r.ID, Pack: p.Version, Points: n}
			if r.Expires.N > 0 {
				a.Expires = r.Expires.After(credited)
			}
			awards = append(awards, a)
		}
	}
	return awards
}

// worth is what the rule gives, from 0 to MaxAward whatever the pack says.
func (r *Rule) worth(facts any) int64 {
	if !r.when.Bool(facts) {
		return 0
	}
	return int64(min(max(r.points.Int(facts), 0), MaxAward))
}
