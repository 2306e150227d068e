package sample

import (
	"strings"
	"testing"

	"lianxin/backend/correction"
	"lianxin/backend/donor"
	"lianxin/backend/identity"
	"lianxin/backend/redemption"
)

// At every site where somebody comes with an answered questionnaire and points, one of them
// has a voucher to pick up there, and a few people are known twice.
func TestSomethingWaitsForStaff(t *testing.T) {
	m, f := made(t, 1, 1000)
	if f.Vouchers < 15 || f.Pairs != pairsMade || len(m.Doubts) != pairsMade {
		t.Errorf("%d vouchers wait, %d pairs", f.Vouchers, f.Pairs)
	}
	booked := map[string]string{}
	for _, a := range m.Appointments {
		if a.Day == today {
			booked[a.DonorKey] = a.SiteID
		}
	}
	donors := map[string]donor.Donor{}
	for _, d := range m.Donors {
		donors[d.ID] = d
	}
	sites := map[string]bool{}
	for _, r := range m.Redeemed[len(m.Redeemed)-f.Vouchers:] {
		if r.Status != redemption.Confirmed || r.Gift.Codes || booked[donors[r.DonorID].Key] != r.SiteID || sites[r.SiteID] {
			t.Errorf("%+v of %s", r, r.DonorID)
		}
		sites[r.SiteID] = true
	}
	if name := donors[m.Doubts[pairsMade-1].DonorID].Person.Name; !strings.ContainsFunc(name, func(r rune) bool { return r > 0xffff }) {
		t.Errorf("the last pair is called %s: no character beyond U+FFFF", name)
	}
	for _, pair := range m.Doubts {
		one, two := donors[pair.DonorID], donors[pair.OtherID]
		if one.Person.Name != two.Person.Name || one.Person.Born != two.Person.Born || one.Person.Sex != two.Person.Sex || one.Phone != two.Phone ||
			one.StationID == two.StationID || one.Key == two.Key || pair.Status != donor.MergeOpen {
			t.Errorf("%+v and %+v", one, two)
		}
		if _, err := identity.Parse(identity.Passport, two.Person.Document.Country+":"+two.Person.Document.Number); err != nil {
			t.Error(err)
		}
	}
}

// At most sites somebody says that what is on file of their own donations is not right, about
// something of every kind.
func TestSomebodyAsksForACorrection(t *testing.T) {
	m, f := made(t, 1, 1000)
	owner, keys := map[string]string{}, map[string]string{}
	for _, d := range m.Donors {
		keys[d.ID] = d.Key
	}
	for _, g := range m.Donations {
		owner[g.ID] = keys[g.DonorID]
	}
	sites, subjects := map[string]bool{}, map[correction.Subject]bool{}
	for _, r := range m.Corrections {
		if r.State != correction.Open || sites[r.SiteID] || r.DonationID != "" && owner[r.DonationID] != r.DonorKey {
			t.Errorf("%+v", r)
		}
		sites[r.SiteID], subjects[r.Subject] = true, true
	}
	if len(m.Corrections) != f.Corrections || f.Corrections < f.Sites-2 || len(subjects) < 5 {
		t.Errorf("%d corrections at %d of %d sites, of %d kinds", f.Corrections, len(sites), f.Sites, len(subjects))
	}
}
