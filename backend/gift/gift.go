// Package gift holds what points can be redeemed for: a catalogue in both
// languages, who may have how many of what, and a search that finds a gift by
// its name, by pinyin or by the initials of its pinyin.
package gift

import (
	"lianxin/backend/calendar"
	"lianxin/backend/lang"
)

// Category is a shelf of the catalogue.
type Category struct {
	ID   string    `json:"id"`
	Name lang.Text `json:"name"`
}

// Gift is one kind of thing that points can be redeemed for.
type Gift struct {
	ID       string    `json:"id"` // kebab-case, stable for ever: redemptions name it
	Category string    `json:"category"`
	Name     lang.Text `json:"name"`
	Points   int64     `json:"points"` // what one takes
	// From and Until are the first and the last day on which it can be redeemed; zero for any.
	From  calendar.Date `json:"from,omitzero"`
	Until calendar.Date `json:"until,omitzero"`
	// Codes says that the voucher carries a code instead of being exchanged at a desk.
	Codes bool `json:"codes,omitempty"`
	// Limit is how many one person may have in a calendar year; 0 for no limit.
	Limit   int    `json:"limit,omitempty"`
	Picture string `json:"picture"` // one of the drawings
	Colour  string `json:"colour"`  // one of Colours: the drawing's main colour
}

// Colours are what a drawing may be tinted with; the screens know their values.
func Colours() []string {
	return []string{"red", "orange", "yellow", "green", "teal", "blue", "pink", "brown", "sand", "grey"}
}

// Catalogue is every gift there is, in the order screens show them.
type Catalogue struct {
	Categories []Category `json:"categories"`
	Gifts      []Gift     `json:"gifts"`
}

// MaxPoints bounds what a gift may take.
const MaxPoints = 100_000

// Refuses says why nobody may redeem the gift on a day, as a fault code; "" when one may.
func (g Gift) Refuses(today calendar.Date) string {
	switch {
	case !g.From.IsZero() && today.Before(g.From):
		return "gift.not_yet"
	case !g.Until.IsZero() && today.After(g.Until):
		return "gift.over"
	}
	return ""
}
