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

// Suggest returns up to n gifts for somebody, the best first, none that they have.
// allowed says which gifts may be suggested at all: in stock, in their window,
// within the limit. Counts need only hold the pairs of their own gifts.
func (c Counts) Suggest(own Basket, allowed func(gift string) bool, n int) []Suggestion {
	best := map[string]*scored{}
	for rank, s := range c.fallback(own.SiteID) {
		best[s.gift] = &scored{gift: s.gift, score: prior / math.Sqrt(float64(rank+1))}
	}
	for k, people := range c {
		if k.Other == "" || people < MinPeople {
			continue
		}
		for _, pair := range [][2]string{{k.Gift, k.Other}, {k.Other, k.Gift}} {
			if slices.Contains(own.Gifts, pair[0]) {
				note(best, pair[0], pair[1], c.Similarity(pair[0], pair[1]))
			}
		}
	}
	return choose(best, own, allowed, n)
}

// fallback is what is popular at a site, and then what is popular anywhere: a site
// where few people redeemed yet says little.
func (c Counts) fallback(siteID string) []scored {
	found := c.popular(siteID)
	for _, s := range c.popular("") {
		if !slices.ContainsFunc(found, func(known scored) bool { return known.gift == s.gift }) {
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
