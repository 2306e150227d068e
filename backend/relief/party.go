package relief

import (
	"cmp"
	"slices"
	"sort"

	"lianxin/backend/calendar"
	"lianxin/backend/donation"
)

// party is a donor of a case with what of theirs counts, the earliest first.
type party struct {
	Donor
	given  []Donation
	ml     []int64   // what each counts as
	before []history // what was given before each, and after all in the end
	// ruling keeps what the rules say of a day.
	ruling map[calendar.Date]ruling
}

// ruling is what the rules say of a donor's blood on a day.
type ruling struct {
	earn  *EarnRule  // nil: nothing
	limit *LimitRule // the donor has blood without limit
}

// parties sorts the donors of a case: the patient first, then by relation and id. A
// donation that is named twice belongs to the first.
func (p *Pack) parties(c Case) []*party {
	donors := slices.Clone(c.Donors)
	slices.SortStableFunc(donors, func(a, b Donor) int {
		return cmp.Or(cmp.Compare(slices.Index(Relations(), a.Relation), slices.Index(Relations(), b.Relation)), cmp.Compare(a.ID, b.ID))
	})
	seen := map[string]bool{}
	var all []*party
	for _, d := range donors {
		at := &party{Donor: d, ruling: map[calendar.Date]ruling{}}
		given := slices.Clone(d.Donations)
		slices.SortFunc(given, func(a, b Donation) int { return cmp.Or(a.On.Compare(b.On), cmp.Compare(a.ID, b.ID)) })
		sum := history{Honours: slices.Clone(d.Honours)}
		for _, g := range given {
			ml := p.counted(g)
			if ml <= 0 || seen[g.ID] {
				continue
			}
			seen[g.ID] = true
			at.given, at.ml, at.before = append(at.given, g), append(at.ml, ml), append(at.before, sum)
			sum.TotalML += int(ml)
			sum.Donations++
			if g.Product == donation.Apheresis {
				sum.Units += g.Units
			}
		}
		at.before = append(at.before, sum)
		all = append(all, at)
	}
	return all
}

// until is how many of the donations count for blood used on a day.
func (at *party) until(p *Pack, day calendar.Date) int {
	if p.Counting.BeforeDonation {
		return len(at.given)
	}
	return sort.Search(len(at.given), func(i int) bool { return at.given[i].On.After(day) })
}

// rulingOn is what the rules say of the blood of a day.
func (at *party) rulingOn(p *Pack, day calendar.Date) ruling {
	if known, ok := at.ruling[day]; ok {
		return known
	}
	var r ruling
	so := at.before[at.until(p, day)]
	if at.Relation == Self {
		r.earn = &p.Own
		if p.Lifetime != nil && holds(p.Lifetime.when, so) {
			r.limit = p.Lifetime
		}
	} else {
		for i, rule := range p.Relatives {
			if rule.serves(at.Relation, so) {
				r.earn = &p.Relatives[i]
				break
			}
		}
	}
	at.ruling[day] = r
	return r
}

func (at *party) share() Share { return shareOf(at.Relation) }

// lifetime is the source of a right without limit.
func (at *party) lifetime() Source { return Source{at.ID, Lifetime} }
