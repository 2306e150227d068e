package sample

import (
	"cmp"
	"slices"

	"lianxin/backend/gift"
)

// taste is what somebody likes: a few shelves of the catalogue, some more than others.
type taste struct {
	name    string
	shelves map[string]float64
}

// tastes are made up, as people are known to be: who cooks, who has children, who reads, and
// comes back for it. One in twelve choices is outside of them, for a present or a whim.
var tastes = []taste{
	{"cooking", map[string]float64{"kitchen": 5, "food": 3, "home": 2}},
	{"electronics", map[string]float64{"electronics": 6, "tools": 2, "bags": 1}},
	{"reading", map[string]float64{"books": 5, "culture": 3, "cinema": 2}},
	{"sport", map[string]float64{"sport": 6, "health": 3, "bags": 1}},
	{"family", map[string]float64{"children": 6, "food": 2, "home": 2}},
	{"garden", map[string]float64{"garden": 5, "tools": 3, "kitchen": 1}},
	{"town", map[string]float64{"transport": 4, "shopping": 4, "cinema": 3}},
}

const (
	whim = 12
	// patience is how many shelves somebody looks at. Who finds nothing they like and can pay
	// saves their points, or everybody with few would have the same few small things.
	patience = 2
)

// liking draws gifts as somebody of a taste chooses them.
type liking struct {
	m       *maker
	ranked  map[string][]gift.Gift // by shelf, the most popular first
	shelves []string
	all     []gift.Gift
}

// newLiking gives each shelf an order of popularity, the same for everybody.
func (m *maker) newLiking(c gift.Catalogue) *liking {
	l := &liking{m: m, ranked: map[string][]gift.Gift{}, all: c.Gifts}
	for _, k := range c.Categories {
		l.shelves = append(l.shelves, k.ID)
	}
	for _, g := range c.Gifts {
		l.ranked[g.Category] = append(l.ranked[g.Category], g)
	}
	for _, id := range l.shelves {
		shelf := l.ranked[id]
		m.random.Shuffle(len(shelf), func(i, j int) { shelf[i], shelf[j] = shelf[j], shelf[i] })
	}
	return l
}

// draw chooses a gift of at most points for which may says yes; ok is false when
// nothing of what they like can be had.
func (l *liking) draw(t taste, points int64, may func(gift.Gift) bool) (g gift.Gift, ok bool) {
	for range patience {
		shelf := l.ranked[l.shelf(t)]
		fits := slices.DeleteFunc(slices.Clone(shelf), func(g gift.Gift) bool { return g.Points > points || !may(g) })
		if len(fits) > 0 {
			// Three of five choices are of the most popular tenth, one of thirty of the less popular half.
			i := int(float64(len(fits)) * l.m.random.Float64() * l.m.random.Float64() * l.m.random.Float64())
			return fits[i], true
		}
	}
	return g, false
}

// shelf draws a shelf by how much it is liked.
func (l *liking) shelf(t taste) string {
	if l.m.random.IntN(whim) == 0 {
		return pick(l.m, l.shelves)
	}
	total := 0.0
	names := make([]string, 0, len(t.shelves))
	for name, weight := range t.shelves {
		names = append(names, name)
		total += weight
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Compare(a, b) }) // a map has no order, chance must have one
	at := l.m.random.Float64() * total
	for _, name := range names {
		if at -= t.shelves[name]; at < 0 {
			return name
		}
	}
	return names[len(names)-1]
}
