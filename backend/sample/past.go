package sample

import (
	"fmt"

	"lianxin/backend/calendar"
	"lianxin/backend/donation"
	"lianxin/backend/donor"
	"lianxin/backend/result"
	"lianxin/backend/site"
)

// past is what a person gave, what holds them back, and whether a booking today
// would make sense.
type past struct {
	donations []donor.Donation
	results   []result.Result
	deferrals []donor.Deferral
	mayBook   bool
}

// pastOf makes a history. Of twenty people, four gave too recently, one is
// deferred, and the rest may come today; one in six never gave before.
func (m *maker) pastOf(d donor.Donor, home site.Site, i int) past {
	p := past{mayBook: true}
	last := m.Today.AddMonths(-7).AddDays(-m.random.IntN(400))
	switch kind := i % 20; {
	case kind < 4:
		last, p.mayBook = m.Today.AddDays(-10-m.random.IntN(120)), false
	case kind == 4:
		p.deferrals, p.mayBook = []donor.Deferral{m.deferral(d)}, false
	case kind < 8:
		return p
	}
	for n := 1 + m.random.IntN(12); n > 0 && last.After(d.Person.Born.AddYears(18)); n-- {
		given := m.donation(d, home, last)
		p.donations = append(p.donations, given)
		p.results = append(p.results, testedFor(d, given, i+n))
		last = last.AddMonths(-6).AddDays(-m.random.IntN(300) - 1)
	}
	return p
}

// testedFor is what the laboratory made of a donation two days later. One in
// thirty-seven did not pass: most often for a raised ALT, which is everyday, and for
// each other reason in turn, so that who counsels has cases of every way to tell.
func testedFor(d donor.Donor, given donor.Donation, n int) result.Result {
	r := result.Result{DonationID: given.ID, Qualified: true, Group: donation.Group{ABO: d.ABO, RhD: d.RhD}, ReportedOn: given.On.AddDays(2),
		Markers: result.Markers{HIV: result.NonReactive, HBV: result.NonReactive, HCV: result.NonReactive, Syphilis: result.NonReactive, ALT: 20}}
	if n%37 != 0 {
		return r
	}
	r.Qualified = false
	switch n / 37 % 8 {
	case 1:
		r.Markers.HBV = result.Reactive
	case 3:
		r.Markers.HCV = result.Reactive
	case 4:
		r.Markers.HIV = result.Undetermined
	case 5:
		r.Markers.Syphilis = result.Reactive
	case 7:
		r.Markers.HIV = result.Reactive
	default:
		r.Markers.ALT = 88
	}
	return r
}

// unitML is the volume of one unit of platelets by apheresis with its plasma, mL
// (GB 18469-2012, single-donor platelets: 250 to 300 mL).
const unitML = 250

// donation makes one donation; most are whole blood.
func (m *maker) donation(d donor.Donor, home site.Site, on calendar.Date) donor.Donation {
	given := donor.Donation{ID: m.id(), DonorID: d.ID, SiteID: home.ID, DIN: m.din(on), Product: donation.WholeBlood,
		VolumeML: pick(m, []int{200, 300, 400, 400, 400}), On: on, Reaction: m.random.IntN(100) == 0}
	if m.random.IntN(6) == 0 {
		given.Product, given.Units = donation.Apheresis, 1+m.random.IntN(2)
		given.VolumeML = unitML * given.Units
	}
	return given
}

// serials is how many numbers a facility has in a year.
const serials = 1_000_000

// din draws a donation identification number nobody has yet. Facilities Z9000 and
// on are made up; one year of one is never drawn from until it is full, for
// finding a free number takes ever longer.
func (m *maker) din(on calendar.Date) donation.DIN {
	serial, facility := m.random.IntN(serials), m.drawn[on.Year()]/(serials*9/10)
	m.drawn[on.Year()]++
	for {
		d := donation.DIN(fmt.Sprintf("Z9%03d%02d%06d", facility, on.Year()%100, serial))
		if !m.taken[d] {
			m.taken[d] = true
			return d
		}
		serial = (serial + 1) % serials
	}
}

// deferrals that people of the sample have; the rules decide what a screen says.
var deferralsMade = []struct {
	rule string
	days int // 0 = permanent
}{{"tooth-extraction", 15}, {"tattoo", 365}, {"minor-surgery", 15}, {"pneumonia", 90}, {"malaria-area", 365}, {"chronic-circulatory", 0}}

func (m *maker) deferral(d donor.Donor) donor.Deferral {
	made := pick(m, deferralsMade)
	held := donor.Deferral{ID: m.id(), DonorID: d.ID, RuleID: made.rule, From: m.Today.AddDays(-m.random.IntN(12))}
	if made.days > 0 {
		held.Until = held.From.AddDays(made.days)
	}
	return held
}
