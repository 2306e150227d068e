// Package redemption spends points on gifts: a gift and its points are set aside,
// confirmed against a voucher, and picked up once – or given back.
//
// The states and what leads from one to the next are drawn in docs/gifts.md; whoever
// changes them here changes the picture there. Points, stock, codes and the state are
// moved in one transaction. Every step may be told any number of times and is done
// once: the redemption is named by whoever asks for it, before anything is sent.
package redemption

import (
	"context"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/donor"
	"lianxin/backend/fault"
	"lianxin/backend/gift"
	"lianxin/backend/identity"
	"lianxin/backend/lang"
)

// Status is how far a redemption is.
type Status string

const (
	Held      Status = "held"      // gift and points are set aside until HeldUntil
	Confirmed Status = "confirmed" // the points are spent, the voucher is made
	PickedUp  Status = "picked_up" // handed over, or its code was shown
	Cancelled Status = "cancelled" // taken back by who asked for it
	Lapsed    Status = "lapsed"    // its time ran out: a hold nobody confirmed, a voucher nobody used
	Refused   Status = "refused"   // asked for without a line, and it could not be granted; see Reason
)

// Statuses are all of them.
func Statuses() []Status { return []Status{Held, Confirmed, PickedUp, Cancelled, Lapsed, Refused} }

// TakesStock tells whether a gift is gone from the stock for it, and counts towards
// the limit of its person.
func (s Status) TakesStock() bool { return s == Held || s == Confirmed || s == PickedUp }

// Ask is what somebody wants.
type Ask struct {
	ID      string   // of the redemption, made by the kiosk: told twice, it is the same one
	DonorID string   // whose card was on the reader
	GiftID  string   //
	SiteID  string   // where it will be picked up; "" for codes
	Points  int64    // what the screen said it takes
	Lang    lang.Tag // of the voucher
	Device  string   // the kiosk, "" for none
}

// Redemption is one gift for one person.
type Redemption struct {
	ID          string
	DonorID     string
	GiftID      string
	SiteID      string
	Points      int64
	Status      Status
	Year        int       // the calendar year whose limit it counts towards
	Codes       bool      // its voucher carries a code
	Queued      bool      // asked for without a line
	Reason      string    // Refused: why, a fault code
	Lang        lang.Tag  // of the voucher
	DeviceID    string    // the kiosk it was asked for at
	AskedAt     time.Time // when the person asked, by the center's time
	HeldUntil   time.Time
	ConfirmedAt time.Time
	PickedUpAt  time.Time
	HandedBy    string    // who handed it over; "" for codes
	ClosedAt    time.Time // cancelled, lapsed, refused
	// PickUpUntil is the last day on which its voucher is good, zero for always.
	PickUpUntil calendar.Date
	// Reminded is how many days before its last day its owner was reminded of it last, 0 for never.
	Reminded int
}

// StatusOn is how far a redemption is on a day. A voucher that was not used in time is
// good for nothing from the next day on, whenever its points and gift are put back.
func (r Redemption) StatusOn(today calendar.Date) Status {
	if r.Status == Confirmed && !r.PickUpUntil.IsZero() && today.After(r.PickUpUntil) {
		return Lapsed
	}
	return r.Status
}

// expired says that a voucher was not used in time, and until when it was good; nil
// for what was never confirmed or has another status.
func (r Redemption) expired(today calendar.Date) error {
	if r.StatusOn(today) != Lapsed || r.ConfirmedAt.IsZero() {
		return nil
	}
	return fault.New(fault.Conflict, "redemption.expired").With("until", r.PickUpUntil.String()).With("points", r.Points)
}

// isSame tells whether ask is what r was asked for with.
func (r Redemption) isSame(ask Ask) bool {
	return r.GiftID == ask.GiftID && r.SiteID == ask.SiteID && r.Points == ask.Points
}

// Voucher is everything a voucher says, kept as it was when it was made: its paper is
// made of it and of nothing else, the same every time.
type Voucher struct {
	RedemptionID string
	Code         identity.Code // what the desk scans; "" for codes
	Gift         lang.Text
	Points       int64
	SiteID       string
	Person       identity.Person // of the card; papers mask it
	ConfirmedAt  time.Time
	CancelUntil  calendar.Date
	PickUpUntil  calendar.Date // its last day, zero for always
	Lang         lang.Tag
}

// Number is the beginning of the code, for reading aloud and typing: 50 random bits,
// which staff alone may look up.
func (v Voucher) Number() string { return NumberOf(v.Code) }

// numberLength is how many characters of a code are its number.
const numberLength = 10

// NumberOf is the number of a voucher's code.
func NumberOf(code identity.Code) string { return code.ID[:min(numberLength, len(code.ID))] }

// Store keeps redemptions. All methods take part in the transaction that ctx carries.
type Store interface {
	gift.Store
	// Redemption finds by ID; fault "redemption.not_found". LockRedemption keeps others
	// from changing it until the transaction ends.
	Redemption(ctx context.Context, id string) (Redemption, error)
	LockRedemption(ctx context.Context, id string) (Redemption, error)
	SaveRedemption(ctx context.Context, r Redemption) error
	// RedemptionsOf lists those of donors, newest first.
	RedemptionsOf(ctx context.Context, donorIDs []string, limit int) ([]Redemption, error)
	// CountRedemptions counts what takes stock of a gift in a year.
	CountRedemptions(ctx context.Context, donorIDs []string, giftID string, year int) (int, error)
	// HeldUntil lists up to limit holds that ended before a moment, by ID, behind one.
	HeldUntil(ctx context.Context, before time.Time, afterID string, limit int) ([]string, error)
	// Unused lists up to limit vouchers that were good until before a day and are not
	// used, by the ID of their redemption, behind one.
	Unused(ctx context.Context, today calendar.Date, afterID string, limit int) ([]string, error)
	// Ending lists up to limit vouchers that are not used and whose last day is one of those
	// from first to last, by the ID of their redemption, behind one.
	Ending(ctx context.Context, first, last calendar.Date, afterID string, limit int) ([]Redemption, error)
	SaveVoucher(ctx context.Context, v Voucher) error
	// Voucher finds that of a redemption, VoucherByNumber by Voucher.Number; fault
	// "redemption.not_found".
	Voucher(ctx context.Context, redemptionID string) (Voucher, error)
	VoucherByNumber(ctx context.Context, number string) (Voucher, error)

	// Donor finds by ID; LockDonor keeps others who lock the same donor waiting.
	Donor(ctx context.Context, id string) (donor.Donor, error)
	LockDonor(ctx context.Context, id string) (donor.Donor, error)
	// Together adds to donors everybody who is the same person as one of them.
	Together(ctx context.Context, ids []string) ([]string, error)
}
