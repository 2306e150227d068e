package preference

// Key names one count: how many people have a gift (Other is "", SiteID too), a gift
// at a site (Other is ""), or two gifts (SiteID is "", Gift sorts before Other).
type Key struct {
	SiteID string
	Gift   string
	Other  string
}

// PairOf is the key of two gifts, in whichever order they come.
func PairOf(a, b string) Key {
	if a > b {
		a, b = b, a
	}
	return Key{Gift: a, Other: b}
}

// Counts are numbers of people. A key that is missing counts nobody.
type Counts map[Key]int

// Replace counts what a person has now in place of what was counted of them before.
// Any order of replacements leaves the counts of the last baskets.
func (c Counts) Replace(before, after Basket) {
	if before.Equal(after) {
		return
	}
	c.add(before, -1)
	c.add(after, 1)
}

// add counts a basket n times; what nobody has is forgotten.
func (c Counts) add(b Basket, n int) {
	for i, gift := range b.Gifts {
		c.change(Key{Gift: gift}, n)
		c.change(Key{SiteID: b.SiteID, Gift: gift}, n)
		for _, other := range b.Gifts[i+1:] {
			c.change(PairOf(gift, other), n)
		}
	}
}

func (c Counts) change(k Key, n int) {
	if c[k] += n; c[k] == 0 {
		delete(c, k)
	}
}

// Changes are the differences that make counts out of others.
func (c Counts) Changes(from Counts) Counts {
	changes := Counts{}
	for k, n := range c {
		changes.change(k, n)
	}
	for k, n := range from {
		changes.change(k, -n)
	}
	return changes
}
