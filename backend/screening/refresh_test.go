package screening_test

import (
	"context"
	"path/filepath"
	"slices"
	"testing"

	"lianxin/backend/calendar"
	"lianxin/backend/donation"
	"lianxin/backend/donor"
	"lianxin/backend/policy"
	"lianxin/backend/screening"
	"lianxin/backend/store"
	"lianxin/backend/store/storetest"
)

// list is a publisher on a real store.
type list struct {
	screening.Publisher
	store *store.Store
}

func newList(t *testing.T) *list {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{URL: filepath.Join(t.TempDir(), "center.db"), Keyring: storetest.Keyring(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return &list{store: s, Publisher: screening.Publisher{Gate: s}}
}

// given adds a donor born on a day with donations some months ago.
func (l *list) given(t *testing.T, born string, monthsAgo ...int) donor.Donor {
	t.Helper()
	d := storetest.Donor(1)
	d.Person.Born = calendar.MustParse(born)
	if err := l.store.SaveDonor(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	for _, months := range monthsAgo {
		on := storetest.Today.AddMonths(-months)
		err := l.store.InsertDonation(t.Context(), donor.Donation{ID: on.String(), DonorID: d.ID, SiteID: storetest.Site, DIN: donation.DIN(on.String()),
			Product: donation.WholeBlood, VolumeML: 400, On: on})
		if err != nil {
			t.Fatal(err)
		}
	}
	return d
}

// refresh computes the list anew on a day and returns what was told since the last time.
func (l *list) refresh(t *testing.T, d donor.Donor, today calendar.Date) []string {
	t.Helper()
	changed, err := l.RefreshAll(t.Context(), l.store, policy.BuiltIn(), []donor.Donor{d}, today)
	if err != nil {
		t.Fatal(err)
	}
	return told(changed)
}

// told writes changes as keys, with what is gone marked so.
func told(changed []screening.Changed) []string {
	var keys []string
	for _, c := range changed {
		if c.Gone {
			c.Key += " deleted"
		}
		keys = append(keys, c.Key)
	}
	return keys
}

func (l *list) entry(t *testing.T, d donor.Donor) (screening.Entry, bool) {
	t.Helper()
	e, ok, err := l.store.Entry(t.Context(), d.Key)
	if err != nil {
		t.Fatal(err)
	}
	return e, ok
}

func TestEntryComesChangesAndGoes(t *testing.T) {
	l := newList(t)
	d := l.given(t, "1990-01-01")
	if marks := l.refresh(t, d, storetest.Today); len(marks) > 0 {
		t.Errorf("somebody who never gave is published: %v", marks)
	}

	d = l.given(t, "1990-01-01", 1)
	if marks := l.refresh(t, d, storetest.Today); !slices.Equal(marks, []string{d.Key}) {
		t.Errorf("after a donation: %v", marks)
	}
	first, ok := l.entry(t, d)
	if !ok || len(first.Holds) == 0 || first.Key != d.Key || first.RepeatWithoutReaction {
		t.Fatalf("entry %+v", first)
	}
	if marks := l.refresh(t, d, storetest.Today); len(marks) > 0 {
		t.Errorf("nothing changed, yet it is told: %v", marks)
	}
	if marks := l.refresh(t, d, storetest.Today.AddDays(1)); len(marks) > 0 {
		t.Errorf("a day later nothing changed, yet it is told: %v", marks)
	}

	deferral := donor.Deferral{ID: "f1", DonorID: d.ID, RuleID: "malaria", From: storetest.Today, Until: storetest.Today.AddMonths(36)}
	if err := l.store.InsertDeferral(t.Context(), deferral); err != nil {
		t.Fatal(err)
	}
	if marks := l.refresh(t, d, storetest.Today); !slices.Equal(marks, []string{d.Key}) {
		t.Errorf("after a deferral: %v", marks)
	}
	second, _ := l.entry(t, d)
	if second.Equal(first) {
		t.Error("the deferral changes nothing")
	}
	for _, h := range second.Holds {
		if h.RuleID == "malaria" {
			t.Error("the list names a diagnosis")
		}
	}
	longest := slices.MaxFunc(second.Holds, func(a, b policy.Hold) int { return a.Until.Compare(b.Until) })
	if marks := l.refresh(t, d, longest.Until.AddDays(-1)); len(marks) > 1 {
		t.Errorf("on the last day: %v", marks)
	}
	if _, ok := l.entry(t, d); !ok {
		t.Error("gone a day too early")
	}
	if marks := l.refresh(t, d, longest.Until); !slices.Equal(marks, []string{d.Key + " deleted"}) {
		t.Errorf("when all is over: %v", marks)
	}
	if _, ok := l.entry(t, d); ok {
		t.Error("still there when all is over")
	}
	if marks := l.refresh(t, d, longest.Until.AddDays(1)); len(marks) > 0 {
		t.Errorf("gone, and told again: %v", marks)
	}
}

// A deferral of everything, for good and since nobody knows when, holds everything.
func TestDeferralOfEverythingHoldsEverything(t *testing.T) {
	l := newList(t)
	d := l.given(t, "1990-01-01")
	if err := l.store.InsertDeferral(t.Context(), donor.Deferral{ID: "f1", DonorID: d.ID, RuleID: "hepatitis"}); err != nil {
		t.Fatal(err)
	}
	l.refresh(t, d, storetest.Today)
	e, _ := l.entry(t, d)
	verdict := screening.Gate(policy.BuiltIn(), screening.Ask{Person: d.Person, Entry: e, Today: storetest.Today})
	if len(verdict.Options) != len(donation.Products()) {
		t.Fatalf("%d options", len(verdict.Options))
	}
	for _, o := range verdict.Options {
		if o.Allowed || !o.Permanent {
			t.Errorf("%s is allowed: %+v", o.Product, o)
		}
	}
}

// That somebody gave before is said only where the rules ask for it.
func TestEarlierDonationsAreSaidNearTheAgeLimitOnly(t *testing.T) {
	for born, want := range map[string]bool{
		"1973-11-23": false, // 53
		"1972-11-24": false, // 53, 54 tomorrow
		"1972-11-23": true,  // 54
		"1966-01-01": true,  // 60
		"1965-11-24": true,  // 60, 61 tomorrow
		"1965-11-23": false, // 61
		"1990-01-01": false,
	} {
		l := newList(t)
		d := l.given(t, born, 36, 24)
		l.refresh(t, d, storetest.Today)
		if e, ok := l.entry(t, d); ok != want || e.RepeatWithoutReaction != want {
			t.Errorf("born %s: %+v", born, e)
		}
	}
}

// Many at once say what one after the other says, part by part, and a second time nothing.
func TestRefreshOfManyIsThatOfEach(t *testing.T) {
	each, many := newList(t), newList(t)
	for n := range 25 {
		for _, l := range []*list{each, many} {
			d := storetest.Donor(n)
			d.Person.Born = storetest.Today.AddYears(-20 - 2*n)
			if err := l.store.SaveDonor(t.Context(), d); err != nil {
				t.Fatal(err)
			}
			on := storetest.Today.AddMonths(-n)
			if err := l.store.InsertDonation(t.Context(), donor.Donation{ID: d.ID + "d", DonorID: d.ID, DIN: donation.DIN(d.ID), Product: donation.WholeBlood, VolumeML: 400, On: on}); err != nil {
				t.Fatal(err)
			}
			if n%5 == 0 {
				if err := l.store.InsertDeferral(t.Context(), donor.Deferral{ID: d.ID + "f", DonorID: d.ID, RuleID: "hepatitis"}); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	pass := func() (changed []string, parts int) {
		after, seen := "", 10
		for seen == 10 {
			var part []screening.Changed
			err := many.store.InTx(t.Context(), func(ctx context.Context) (err error) {
				after, seen, part, err = many.RefreshAfter(ctx, many.store, policy.BuiltIn(), after, 10, storetest.Today)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			changed, parts = append(changed, told(part)...), parts+1
		}
		return changed, parts
	}
	var want []string
	for n := range 25 {
		want = append(want, each.refresh(t, storetest.Donor(n), storetest.Today)...)
	}
	changed, parts := pass()
	if !slices.Equal(slices.Sorted(slices.Values(changed)), slices.Sorted(slices.Values(want))) || parts != 3 || len(want) < 5 {
		t.Errorf("in %d parts %v, one by one %v", parts, changed, want)
	}
	for n := range 25 {
		one, _ := each.entry(t, storetest.Donor(n))
		if all, _ := many.entry(t, storetest.Donor(n)); !all.Equal(one) {
			t.Errorf("donor %d: %+v, alone %+v", n, all, one)
		}
	}
	if again, _ := pass(); len(again) > 0 {
		t.Errorf("nothing changed, yet %v", again)
	}
}
