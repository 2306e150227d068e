package storetest

import (
	"testing"

	"lianxin/backend/calendar"
	"lianxin/backend/donation"
	"lianxin/backend/donor"
	"lianxin/backend/policy"
	"lianxin/backend/screening"
)

func donors(t *testing.T, s Subject) {
	ctx, want := t.Context(), Donor(1)
	must(t, s.SaveDonor(ctx, want))
	must(t, s.SaveDonor(ctx, Donor(2)))
	for name, find := range map[string]func() (donor.Donor, error){
		"by id":   func() (donor.Donor, error) { return s.Donor(ctx, want.ID) },
		"by key":  func() (donor.Donor, error) { return s.DonorByKey(ctx, want.Key) },
		"by card": func() (donor.Donor, error) { return s.DonorByCard(ctx, want.Card) },
	} {
		equal(t, name, got(find())(t), want)
	}
	for name, find := range map[string]func() (donor.Donor, error){
		"by id":   func() (donor.Donor, error) { return s.Donor(ctx, want.Key) },
		"by key":  func() (donor.Donor, error) { return s.DonorByKey(ctx, want.ID) },
		"by card": func() (donor.Donor, error) { return s.DonorByCard(ctx, "' OR 1=1 --") },
	} {
		_, err := find()
		refused(t, name, err, "donor.not_found")
	}
	elsewhere := Donor(3)
	elsewhere.SiteID = "other"
	must(t, s.SaveDonor(ctx, elsewhere))
	equal(t, "of a site", got(s.DonorsAt(ctx, Site, 10))(t), []donor.Donor{want, Donor(2)})
	equal(t, "no more than asked for", got(s.DonorsAt(ctx, Site, 1))(t), []donor.Donor{want})
	want.Phone, want.ABO, want.RhD, want.Card = "", "", "", "NEWCARD"
	must(t, s.SaveDonor(ctx, want))
	equal(t, "replaced, empty fields too", got(s.DonorByCard(ctx, "NEWCARD"))(t), want)
	must(t, s.DeleteDonor(ctx, want.ID))
	_, err := s.DonorByKey(ctx, want.Key)
	refused(t, "deleted", err, "donor.not_found")
	equal(t, "the other one", got(s.Donor(ctx, Donor(2).ID))(t), Donor(2))
}

func donorsWithoutCard(t *testing.T, s Subject) {
	for n := range 3 {
		d := Donor(n)
		d.Card = ""
		must(t, s.SaveDonor(t.Context(), d))
		equal(t, "donor", got(s.Donor(t.Context(), d.ID))(t), d)
	}
	_, err := s.DonorByCard(t.Context(), "")
	refused(t, "no card finds nobody", err, "donor.not_found")
}

func donationsAndDeferrals(t *testing.T, s Subject) {
	ctx, id := t.Context(), Donor(1).ID
	must(t, s.SaveDonor(ctx, Donor(1)))
	older := donor.Donation{ID: "d1", DonorID: id, SiteID: Site, DIN: "TEST000000001", Product: donation.WholeBlood,
		VolumeML: 400, On: Today.AddMonths(-12), Reaction: true}
	newer := donor.Donation{ID: "d2", DonorID: id, SiteID: Site, DIN: "TEST000000002", Product: donation.Apheresis, Units: 2,
		On: Today.AddMonths(-1)}
	must(t, s.InsertDonation(ctx, older))
	must(t, s.InsertDonation(ctx, newer))
	equal(t, "donations, newest first", got(s.DonationsOf(ctx, id))(t), []donor.Donation{newer, older})
	equal(t, "nobody's donations", got(s.DonationsOf(ctx, "nobody"))(t), []donor.Donation{})

	dated := donor.Deferral{ID: "f1", DonorID: id, RuleID: "r1", From: Today, Until: Today.AddDays(7),
		Products: []donation.Product{donation.WholeBlood, donation.Apheresis}}
	permanent := donor.Deferral{ID: "f2", DonorID: id, RuleID: "r2", From: Today.AddDays(-7),
		Products: []donation.Product{donation.WholeBlood}}
	everything := donor.Deferral{ID: "f3", DonorID: id, RuleID: "r3"} // no products named: all of them; since when is not known
	for _, d := range []donor.Deferral{everything, permanent, dated} {
		must(t, s.InsertDeferral(ctx, d))
	}
	equal(t, "deferrals, newest first", got(s.DeferralsOf(ctx, id))(t), []donor.Deferral{dated, permanent, everything})
	if err := s.InsertDonation(ctx, donor.Donation{ID: "d3", DonorID: "nobody", On: Today}); err == nil {
		t.Error("a donation of nobody is taken")
	}
	if err := s.InsertDonation(ctx, older); err == nil {
		t.Error("a donation is taken twice")
	}
}

func gateEntries(t *testing.T, s Subject) {
	ctx := t.Context()
	want := screening.Entry{Key: DonorKey(1), RepeatWithoutReaction: true, Holds: []policy.Hold{
		{Product: donation.WholeBlood, RuleID: "r1", From: Today, Until: Today.AddMonths(6)},
		{Product: donation.Apheresis, RuleID: "r2", Until: calendar.Date{}},
	}}
	if _, ok, err := s.Entry(ctx, want.Key); ok || err != nil {
		t.Errorf("an entry before one was saved: %v", err)
	}
	must(t, s.SaveEntry(ctx, want))
	entry, ok, err := s.Entry(ctx, want.Key)
	must(t, err)
	equal(t, "entry", entry, want)
	equal(t, "found", ok, true)
	want.Holds, want.RepeatWithoutReaction = want.Holds[:1], false
	must(t, s.SaveEntry(ctx, want))
	equal(t, "replaced", got(s.GateEntries(ctx, []string{want.Key, "nobody"}))(t), []screening.Entry{want})
	equal(t, "of nobody", got(s.GateEntries(ctx, nil))(t), []screening.Entry{})
	sizes := map[int]bool{} // neither the rule nor how many tells by the size
	for n, hold := range []policy.Hold{{RuleID: "r"}, {RuleID: "a-much-longer-name-of-a-rule", From: Today, Until: Today}} {
		e := screening.Entry{Key: DonorKey(5 + n), Holds: []policy.Hold{{Product: donation.WholeBlood, RuleID: "x"}, hold}[1-n:]}
		must(t, s.SaveEntry(ctx, e))
		var size int
		must(t, s.Raw.QueryRow("SELECT length(sealed) FROM gate_entries WHERE donor_key = '"+e.Key+"'").Scan(&size))
		sizes[size] = true
	}
	equal(t, "sizes", len(sizes), 1)
	must(t, s.DeleteEntry(ctx, want.Key))
	if _, ok, err := s.Entry(ctx, want.Key); ok || err != nil {
		t.Errorf("an entry after it was deleted: %v", err)
	}
}
