package sample

import (
	"testing"

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
