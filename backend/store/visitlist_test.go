package store_test

import (
	"testing"

	"lianxin/backend/policy"
	"lianxin/backend/store"
	"lianxin/backend/store/storetest"
)

// A list knows how many findings a visit has, also of one that was sealed without their number.
func TestAListCountsFindings(t *testing.T) {
	onEngines(t, func(t *testing.T, s *store.Store) {
		v := storetest.Visit(1)
		v.Screening.Findings = []policy.Finding{{RuleID: "one"}, {RuleID: "two"}}
		if err := s.InsertVisit(t.Context(), v); err != nil {
			t.Fatal(err)
		}
		count := func(when string) {
			t.Helper()
			all, err := s.ListVisits(t.Context(), v.SiteID, v.Day)
			if err != nil || len(all) != 1 || all[0].Findings != 2 || all[0].Screening != nil || all[0].Person.Name != v.Person.Name {
				t.Errorf("%s: %+v, %v", when, all, err)
			}
		}
		count("new")
		if err := s.WithoutCount(t.Context(), v.ID); err != nil {
			t.Fatal(err)
		}
		count("of before")
	})
}
