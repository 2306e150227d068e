package screening_test

import (
	"fmt"
	"slices"
	"testing"

	"lianxin/backend/donation"
	"lianxin/backend/donor"
	"lianxin/backend/policy"
	"lianxin/backend/store/storetest"
)

// Volumes of apheresis travel from the donation's record to the yearly limit of
// 10 L (GB 18467-2011, volumes): the twentieth half litre reaches it.
func TestTheYearlyVolumeOfApheresis(t *testing.T) {
	l := newList(t)
	d := storetest.Donor(1)
	if err := l.store.SaveDonor(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= 20; n++ {
		id := fmt.Sprintf("=9999260000%02d", n)
		err := l.store.InsertDonation(t.Context(), donor.Donation{ID: id, DonorID: d.ID, SiteID: storetest.Site, DIN: donation.DIN(id),
			Product: donation.Apheresis, VolumeML: 500, Units: 2, On: storetest.Today.AddDays(-14*n - 20)})
		if err != nil {
			t.Fatal(err)
		}
		l.refresh(t, d, storetest.Today)
		e, _ := l.entry(t, d)
		limited := slices.ContainsFunc(e.Holds, func(h policy.Hold) bool { return h.RuleID == "apheresis-yearly-volume" })
		if limited != (n == 20) {
			t.Fatalf("after %d times half a litre: limited %v", n, limited)
		}
	}
}
