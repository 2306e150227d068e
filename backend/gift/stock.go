package gift

import (
	"context"
	"strings"
)

// Stock is how many of a gift there are at a pick-up place. What was loaded is left,
// held or handed out: Loaded = Left + Held + Handed, at every moment.
type Stock struct {
	GiftID string `json:"gift_id"`
	SiteID string `json:"site_id"` // "" for codes, which are handed out everywhere
	Loaded int    `json:"loaded"`
	Left   int    `json:"left"`   // may be redeemed
	Held   int    `json:"held"`   // set aside for a hold, or for a voucher that was not picked up yet
	Handed int    `json:"handed"` // picked up, or shown as a code
}

// Level is what kiosks are told of a stock.
type Level struct {
	GiftID string `json:"gift_id"`
	SiteID string `json:"site_id"` // "" for codes
	Left   int    `json:"left"`
}

// ID names the level in the change feed.
func (l Level) ID() string { return l.GiftID + "|" + l.SiteID }

// LevelOf reads what ID wrote, without what is left.
func LevelOf(id string) Level {
	g, s, _ := strings.Cut(id, "|")
	return Level{GiftID: g, SiteID: s}
}

// Code is one film ticket, transport or shopping card, as its issuer sold it.
type Code struct {
	ID     string
	GiftID string
	Text   string // sealed wherever it is stored
}

// Listed is a gift with its shelf and its place in the catalogue.
type Listed struct {
	Gift
	Shelf     Category `json:"shelf"`
	Position  int      `json:"position"`
	Withdrawn bool     `json:"withdrawn,omitempty"` // in the catalogue no more; redemptions still name it
}

// Store keeps catalogue, stock and codes. All methods take part in the transaction
// that ctx carries.
type Store interface {
	InTx(ctx context.Context, do func(ctx context.Context) error) error
	// Gift finds one, withdrawn or not; fault "gift.not_found".
	Gift(ctx context.Context, id string) (Listed, error)
	GiftsByIDs(ctx context.Context, ids []string) (map[string]Listed, error)
	// Gifts returns what is in the catalogue, in its order.
	Gifts(ctx context.Context) ([]Listed, error)
	SaveGifts(ctx context.Context, all ...Listed) error
	DeleteGift(ctx context.Context, id string) error

	// Stocks lists the stocks of a gift, or all of them for "".
	Stocks(ctx context.Context, giftID string) ([]Stock, error)
	StocksOf(ctx context.Context, giftIDs []string) ([]Stock, error)
	// Left is what may be redeemed of a gift at a place, as it is now.
	Left(ctx context.Context, giftID, siteID string) (int, error)
	// MoveStock adds to the numbers of a stock and returns it as it is then. Fault
	// "gift.none_left" when less than nothing would be left.
	MoveStock(ctx context.Context, by Stock) (Stock, error)
	// SaveLevel keeps what a kiosk was told of a stock; DeleteLevel forgets it.
	SaveLevel(ctx context.Context, l Level) error
	DeleteLevel(ctx context.Context, id string) error

	// AddCodes keeps codes that were not there before and returns how many that were.
	AddCodes(ctx context.Context, codes ...Code) (int, error)
	// ReserveCode gives a redemption a code nobody has, and FreeCode takes it back.
	// Whoever calls them has moved the gift's stock in the same transaction, so that
	// nobody else does.
	ReserveCode(ctx context.Context, giftID, redemptionID string) error
	FreeCode(ctx context.Context, redemptionID string) error
	// CodeOf returns the code of a redemption; fault "gift.no_code".
	CodeOf(ctx context.Context, redemptionID string) (Code, error)
}
