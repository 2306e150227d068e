package appointment

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strings"

	"lianxin/backend/calendar"
	"lianxin/backend/donation"
)

// Notice is what every kiosk knows of a booking anywhere: enough to explain it
// to the person who holds it, and nothing of who that is.
type Notice struct {
	ID       string           `json:"id"` // the booking's
	DonorKey string           `json:"donor_key"`
	CodeKey  string           `json:"code_key"` // see CodeKey
	SiteID   string           `json:"site_id"`
	Day      calendar.Date    `json:"day"`
	Start    string           `json:"start"`
	Product  donation.Product `json:"product"`
	VolumeML int              `json:"volume_ml,omitempty"`
	Units    int              `json:"units,omitempty"`
	Status   Status           `json:"status"`
}

// noticed begins the ID and the code of a notice kept among a kiosk's bookings,
// so that it never stands in the way of the booking itself.
const noticed = "notice:"

// CodeKey is the keyed hash of a booking's code under the center's gate key:
// whoever holds the code can be told of it, the code cannot be made of it.
func CodeKey(gateKey []byte, code string) string {
	mac := hmac.New(sha256.New, gateKey)
	mac.Write([]byte("lianxin/booking-code/v1\x00" + code))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:16])
}

// Notice returns what other sites may know of the booking.
func (a Appointment) Notice(gateKey []byte) Notice {
	return Notice{ID: a.ID, DonorKey: a.DonorKey, CodeKey: CodeKey(gateKey, a.Code), SiteID: a.SiteID, Day: a.Day,
		Start: a.Start, Product: a.Product, VolumeML: a.VolumeML, Units: a.Units, Status: a.Status}
}

// Kept is the notice as a kiosk keeps it: a booking without a person.
func (n Notice) Kept() Appointment {
	return Appointment{ID: NoticeID(n.ID), Code: NoticeCode(n.CodeKey), SiteID: n.SiteID, DonorKey: n.DonorKey, Day: n.Day,
		Start: n.Start, Product: n.Product, VolumeML: n.VolumeML, Units: n.Units, Status: n.Status}
}

// NoticeID is the ID under which the notice of a booking is kept.
func NoticeID(bookingID string) string { return noticed + bookingID }

// BookingID is the ID of the booking whose notice is kept under an ID.
func BookingID(noticeID string) string { return strings.TrimPrefix(noticeID, noticed) }

// NoticeCode is the code under which a notice is found by its CodeKey.
func NoticeCode(codeKey string) string { return noticed + codeKey }
