package relief

import (
	"context"
	"slices"

	"lianxin/backend/calendar"
	"lianxin/backend/donor"
)

// Question asks what a patient is entitled to. Donations, honours and what was drawn
// before are looked up.
type Question struct {
	Region string // GB/T 2260 of the rules; "" for the center's own
	// On is the day of the assessment.
	On     calendar.Date
	Donors []Related
	Bill   Bill
}

// Related is a donor and what the patient is to them.
type Related struct {
	DonorID  string
	Relation Relation
}

// Name adds somebody once, by whichever document they were found; "" is nobody on file. Who
// is the patient is nobody's relative.
func (q *Question) Name(donorID string, as Relation) {
	i := slices.IndexFunc(q.Donors, func(r Related) bool { return r.DonorID == donorID })
	switch {
	case donorID == "":
	case i < 0:
		q.Donors = append(q.Donors, Related{donorID, as})
	case as == Self:
		q.Donors[i].Relation = Self
	}
}

// MaxDonors bounds the people one question names.
const MaxDonors = 20

// Service answers what somebody is entitled to and keeps account of it. Every method
// may be told the same twice and acts once.
type Service struct {
	Store Store
	// Rules gives the pack in force for a region on a day; region "" is the center's own.
	Rules func(region string, on calendar.Date) (*Pack, error)
	// Honours tells which grades somebody has earned by what they gave.
	Honours func(given []donor.Donation, on calendar.Date) ([]string, error)
}

// Assess says what a patient is entitled to now. Faults: "pack.none_in_force",
// "relief.donors", "relief.bill".
func (s Service) Assess(ctx context.Context, q Question) (Assessment, error) {
	a, _, err := s.assess(ctx, q)
	return a, err
}

func (s Service) assess(ctx context.Context, q Question) (Assessment, map[Source]Drawn, error) {
	p, err := s.Rules(q.Region, q.On)
	if err != nil {
		return Assessment{}, nil, err
	}
	c, err := s.look(ctx, p, q)
	if err != nil {
		return Assessment{}, nil, err
	}
	a, err := p.Assess(c)
	return a, c.Drawn, err
}

// look finds what a question is about.
func (s Service) look(ctx context.Context, p *Pack, q Question) (Case, error) {
	c := Case{On: q.On, Bill: q.Bill}
	for _, r := range q.Donors {
		c.Donors = append(c.Donors, Donor{ID: r.DonorID, Relation: r.Relation})
	}
	if err := c.check(); err != nil { // before anybody is looked up
		return c, err
	}
	given, err := s.Store.DonationsOfAll(ctx, q.donorIDs())
	if err != nil {
		return c, err
	}
	var sources []Source
	for i := range c.Donors {
		d := &c.Donors[i]
		if d.Honours, err = s.Honours(given[d.ID], q.On); err != nil {
			return c, err
		}
		for _, g := range given[d.ID] {
			if g.On.After(q.On) {
				continue // a wrong date: nobody has given tomorrow
			}
			d.Donations = append(d.Donations, Donation{ID: g.ID, Product: g.Product, VolumeML: g.VolumeML, Units: g.Units, On: g.On})
			sources = append(sources, Source{g.ID, shareOf(d.Relation)})
		}
		if d.Relation == Self {
			sources = append(sources, Source{d.ID, Lifetime})
		}
	}
	if err := s.lookVerdicts(ctx, p, c.Donors); err != nil {
		return c, err
	}
	c.Drawn, err = s.Store.Volumes(ctx, sources)
	return c, err
}

// lookVerdicts asks whether blood passed only where the rules ask.
func (s Service) lookVerdicts(ctx context.Context, p *Pack, donors []Donor) error {
	if !p.AsksVerdicts() {
		return nil
	}
	var ids []string
	for _, d := range donors {
		for _, g := range d.Donations {
			ids = append(ids, g.ID)
		}
	}
	verdicts, err := s.Store.Results(ctx, ids)
	if err != nil {
		return err
	}
	for _, d := range donors {
		for i, g := range d.Donations {
			if v, told := verdicts[g.ID]; told {
				d.Donations[i].Unqualified = !v.Qualified
			}
		}
	}
	return nil
}

// donorIDs are the donors of a question, sorted.
func (q Question) donorIDs() []string {
	ids := make([]string, len(q.Donors))
	for i, d := range q.Donors {
		ids[i] = d.DonorID
	}
	slices.Sort(ids)
	return ids
}

func shareOf(r Relation) Share {
	if r == Self {
		return Own
	}
	return Family
}
