package sample

import (
	"slices"
	"testing"

	"lianxin/backend/gift"
	"lianxin/backend/preference"
	"lianxin/backend/redemption"
)

// baskets are what the sample's people took, the latest first.
func baskets(m *memory) []preference.Basket {
	took := map[string][]Redeemed{}
	var people []string
	for _, r := range m.Redeemed {
		if r.Status == redemption.Cancelled {
			continue
		}
		if took[r.DonorID] == nil {
			people = append(people, r.DonorID)
		}
		took[r.DonorID] = append(took[r.DonorID], r)
	}
	var all []preference.Basket
	for _, id := range people {
		slices.SortFunc(took[id], func(a, b Redeemed) int { return b.At.Compare(a.At) })
		var gifts []string
		for _, r := range took[id] {
			gifts = append(gifts, r.Gift.ID)
		}
		all = append(all, preference.NewBasket(took[id][0].SiteID, gifts))
	}
	return all
}

// The recommender must be worth having: on the sample of make run, whose people have tastes, and
// whose later gifts it has not seen. docs/preferences.md has the figures.
func TestSuggestionsBeatWhatIsPopular(t *testing.T) {
	m, _ := made(t, 1, 1000)
	e := preference.Evaluate(baskets(m), 10, len(gift.Sample().Gifts))
	t.Logf("%d people: hit rate %.3f, popularity %.3f; coverage %.3f, popularity %.3f", e.Suggested.People,
		e.Suggested.HitRate, e.Popularity.HitRate, e.Suggested.Coverage, e.Popularity.Coverage)
	if e.Suggested.People < 500 || e.Suggested.HitRate <= 1.2*e.Popularity.HitRate || e.Suggested.Coverage <= 1.5*e.Popularity.Coverage {
		t.Errorf("suggested %+v, popularity %+v", e.Suggested, e.Popularity)
	}
}
