package store_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"lianxin/backend/claim"
	"lianxin/backend/hospital"
	"lianxin/backend/identity"
	"lianxin/backend/relief"
	"lianxin/backend/store"
	"lianxin/backend/store/pgtest"
	"lianxin/backend/store/storetest"
)

// Cases of an older program are found by the claims for the same blood after the upgrade,
// all of more than a page of them; a corrected one by what it says then, and one that is
// over by nobody.
func TestCasesAreMarkedByTheMigration(t *testing.T) {
	for engine, address := range map[string]string{"sqlite": filepath.Join(t.TempDir(), "test.db"), "postgres": pgtest.Database(t)} {
		t.Run(engine, func(t *testing.T) {
			options := store.Options{URL: address, Keyring: storetest.Keyring(t), Upgrade: store.UpgradeBackedUp}
			s, err := store.Open(t.Context(), options)
			if err != nil {
				t.Fatal(err)
			}
			stay := func(n int) hospital.Case {
				charge := hospital.Charge{ID: "1", Component: relief.RedCells, Fee: relief.BloodFee, Quantity: "2", On: storetest.Today, AmountFen: 42000}
				other := charge
				other.ID, other.Quantity = "2", "3"
				return hospital.Case{ID: fmt.Sprintf("case-%03d", n), HospitalID: "hospital-1", Number: fmt.Sprintf("ZY-%d", n), State: relief.Confirmed, Version: 1,
					Inquiry: hospital.Inquiry{Patient: hospital.Person{Kind: identity.Passport, Number: "UTO:TEST000001"}, Charges: []hospital.Charge{charge, other}}}
			}
			before := stay(0).Inquiry.Told()
			finds := func(what string, want int) {
				t.Helper()
				for by, marks := range map[string][]claim.Mark{"lines": before.LineMarks(), "patient": before.PatientMarks()} {
					found, err := s.HospitalCasesFor(t.Context(), marks)
					want := want
					if by == "patient" && what == "one corrected, one released" {
						want++ // the corrected one has other lines and the same patient
					}
					if err != nil || len(found) != want || slices.ContainsFunc(found, func(c hospital.Case) bool { return len(c.Inquiry.Charges) != 2 || c.State != relief.Confirmed }) {
						t.Errorf("%s, by %s: %d cases, want %d, %v", what, by, len(found), want, err)
					}
				}
			}
			const many = 501 // a page and one more
			if err := s.InTx(t.Context(), func(ctx context.Context) error {
				for n := range many + 1 {
					is := stay(n)
					if n == many {
						is.State = relief.Reversed
					}
					if err := s.SaveHospitalCase(ctx, is); err != nil {
						return err
					}
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			finds("before", many)
			for what, back := range map[string]func(*store.Store) error{
				"from a program without marks":                  func(s *store.Store) error { return s.BeforeMarkUpgrade(t.Context()) },
				"from a program without marks of their patient": func(s *store.Store) error { return s.BeforePatientUpgrade(t.Context()) },
			} {
				if err := errors.Join(back(s), s.Close()); err != nil {
					t.Fatal(err)
				}
				if s, err = store.Open(t.Context(), options); err != nil {
					t.Fatal(err)
				}
				finds("after the upgrade "+what, many)
			}
			defer s.Close()
			corrected, over := stay(0), stay(many-1)
			corrected.Version, corrected.Inquiry.Charges[0].Quantity, corrected.Inquiry.Charges[1].Quantity = 2, "4", "5"
			over.Version, over.State = 2, relief.Released
			for _, is := range []hospital.Case{corrected, over} {
				if err := s.SaveHospitalCase(t.Context(), is); err != nil {
					t.Fatal(err)
				}
			}
			finds("one corrected, one released", many-2)
		})
	}
}
