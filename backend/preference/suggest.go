package preference

import (
	"cmp"
	"math"
	"slices"
)

const (
	// MinPeople is how many different people anything shown must rest on (k of
	// k-anonymity). Five is the least number statistical offices commonly publish.
	MinPeople = 5
	// shrinkage is how many people have to have two gifts until half of what the
	// cosine says is believed: two gifts that six people share look alike by chance.
	shrinkage = 10
	// prior is the weight of being popular beside the likeness to what one has: it
	// orders what likeness says nothing of, and decides between equals.
	prior = 0.05
)

// Suggestion is a gift somebody may like.
type Suggestion struct {
	Gift string `json:"gift_id"`
	// Because is the gift of theirs that speaks most for it; "" when it is suggested
	// because many people choose it.
	Because string `json:"because,omitempty"`
}

// Similarity tells how alike two gifts are by who has them, 0 to 1: the cosine over
// people, shrunk where few have both; 0 where fewer than MinPeople have.
func (c Counts) Similarity(a, b string) float64 {
	both := float64(c[PairOf(a, b)])
	if both < MinPeople {
		return 0
	}
	return both / math.Sqrt(float64(c[Key{Gift: a}])*float64(c[Key{Gift: b}])) * both / (both + shrinkage)
}

// Model suggests gifts by counts. It is never changed and may be asked by many at once.
type Model struct {
	counts  Counts
	popular map[string][]scored // by site, "" for anywhere; the most liked first
}

// NewModel orders what is popular. Counts need only hold the pairs of gifts that somebody
// it is asked for has.
func NewModel(c Counts) *Model {
	m := &Model{counts: c, popular: map[string][]scored{}}
	for k, n := range c {
		if k.Other == "" && n >= MinPeople {
			m.popular[k.SiteID] = append(m.popular[k.SiteID], scored{gift: k.Gift, score: float64(n)})
		}
	}
	for _, found := range m.popular {
		slices.SortFunc(found, scored.compare)
	}
	return m
}

// Suggest returns up to n gifts for somebody, the best first, none that they have.
// allowed says which gifts may be suggested at all: in stock, in their window,
// within the limit.
func (m *Model) Suggest(own Basket, allowed func(gift string) bool, n int) []Suggestion {
	best := map[string]*scored{}
	for rank, s := range m.fallback(own.SiteID) {
		best[s.gift] = &scored{gift: s.gift, score: prior / math.Sqrt(float64(rank+1))}
	}
	for _, has := range own.Gifts {
		for _, other := range m.popular[""] { // whatever two people share, each has
			if similarity := m.counts.Similarity(has, other.gift); similarity > 0 && has != other.gift {
				note(best, has, other.gift, similarity)
			}
		}
	}
	return choose(best, own, allowed, n)
}

// fallback is what is popular at a site, and then what is popular anywhere: a site
// where few people redeemed yet says little.
func (m *Model) fallback(siteID string) []scored {
	found := slices.Clone(m.popular[siteID])
	known := map[string]bool{}
	for _, s := range found {
		known[s.gift] = true
	}
	for _, s := range m.popular[""] {
		if !known[s.gift] {
			found = append(found, s)
		}
	}
	return found
}

// note adds what a gift somebody has says for another.
func note(best map[string]*scored, has, other string, similarity float64) {
	s := best[other]
	if s == nil {
		s = &scored{gift: other}
		best[other] = s
	}
	s.score += similarity
	if similarity > s.strongest || similarity == s.strongest && has < s.because {
		s.strongest, s.because = similarity, has
	}
}

func choose(best map[string]*scored, own Basket, allowed func(string) bool, n int) []Suggestion {
	ranked := make([]scored, 0, len(best))
	for gift, s := range best {
		if !slices.Contains(own.Gifts, gift) && allowed(gift) {
			ranked = append(ranked, *s)
		}
	}
	slices.SortFunc(ranked, scored.compare)
	out := make([]Suggestion, 0, n)
	for _, s := range ranked[:min(n, len(ranked))] {
		out = append(out, Suggestion{Gift: s.gift, Because: s.because})
	}
	return out
}

// scored is a gift with what speaks for it.
type scored struct {
	gift, because    string
	score, strongest float64
}

func (s scored) compare(other scored) int {
	return cmp.Or(cmp.Compare(other.score, s.score), cmp.Compare(s.gift, other.gift))
}
