package store_test

import (
	"path/filepath"
	"testing"

	"lianxin/backend/hospital"
	"lianxin/backend/identity"
	"lianxin/backend/relief"
	"lianxin/backend/store"
	"lianxin/backend/store/pgtest"
	"lianxin/backend/store/storetest"
)

// Cases of an older program are found by the claims for the same blood after the upgrade,
// and a corrected one by what it says then.
func TestCasesAreMarkedByTheMigration(t *testing.T) {
	for engine, address := range map[string]string{"sqlite": filepath.Join(t.TempDir(), "test.db"), "postgres": pgtest.Database(t)} {
		t.Run(engine, func(t *testing.T) {
			options := store.Options{URL: address, Keyring: storetest.Keyring(t), Upgrade: store.UpgradeBackedUp}
			s, err := store.Open(t.Context(), options)
			if err != nil {
				t.Fatal(err)
			}
			is := hospital.Case{ID: "case-1", HospitalID: "hospital-1", Number: "ZY-1", State: relief.Confirmed, Version: 1, Inquiry: hospital.Inquiry{
				Patient: hospital.Person{Kind: identity.Passport, Number: "UTO:TEST000001"},
				Charges: []hospital.Charge{{ID: "1", Component: relief.RedCells, Fee: relief.BloodFee, Quantity: "2", On: storetest.Today, AmountFen: 42000}}}}
			before := is.Inquiry.Told()
			finds := func(what string, want int) {
				t.Helper()
				found, err := s.HospitalCasesFor(t.Context(), before, 10)
				if err != nil || len(found) != want || want > 0 && found[0].Number != is.Number {
					t.Errorf("%s: %+v, %v", what, found, err)
				}
			}
			if err := s.SaveHospitalCase(t.Context(), is); err != nil {
				t.Fatal(err)
			}
			if err := s.BeforeMarkUpgrade(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			if s, err = store.Open(t.Context(), options); err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			finds("after the upgrade", 1)
			is.Version, is.Inquiry.Charges[0].Quantity = 2, "3"
			if err := s.SaveHospitalCase(t.Context(), is); err != nil {
				t.Fatal(err)
			}
			finds("corrected", 0)
		})
	}
}
