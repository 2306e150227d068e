package preference

import "slices"

// MaxBasket is how many gifts of one person are looked at, the latest first: taste
// changes, and one person's work is bounded by it.
const MaxBasket = 40

// Basket is what one person redeemed points for, each gift once.
type Basket struct {
	SiteID string   `json:"site_id"` // where they redeemed last
	Gifts  []string `json:"gifts"`   // the latest first
}

// NewBasket makes a basket of what somebody redeemed, the latest first.
func NewBasket(siteID string, latestFirst []string) Basket {
	b := Basket{SiteID: siteID}
	for _, g := range latestFirst {
		if !slices.Contains(b.Gifts, g) {
			b.Gifts = append(b.Gifts, g)
		}
		if len(b.Gifts) == MaxBasket {
			break
		}
	}
	return b
}

// Equal tells whether two baskets count alike.
func (b Basket) Equal(other Basket) bool {
	if len(b.Gifts) == 0 && len(other.Gifts) == 0 {
		return true
	}
	return b.SiteID == other.SiteID && slices.Equal(b.Gifts, other.Gifts)
}
