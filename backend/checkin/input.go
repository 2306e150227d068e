package checkin

import (
	"lianxin/backend/calendar"
	"lianxin/backend/consent"
	"lianxin/backend/identity"
	"lianxin/backend/lang"
)

// TypedIdentity is a document entered on the screen.
type TypedIdentity struct {
	Kind      identity.Kind `json:"kind" enum:"resident_id,hkmt_residence_permit,foreign_pr_2017,foreign_pr_2023,hkmacau_travel_permit,taiwan_travel_permit,passport" doc:"Kind of document"`
	Number    string        `json:"number" minLength:"1" maxLength:"40" doc:"As typed; spaces, full-width and lower-case letters are accepted"`
	BirthDate calendar.Date `json:"birth_date,omitzero" doc:"Needed when the number does not carry it"`
	Sex       string        `json:"sex,omitempty" enum:"male,female" doc:"Needed when the number does not carry it"`
	Country   string        `json:"country,omitempty" pattern:"^[A-Z]{3}$" doc:"Passports: ISO 3166 alpha-3"`
}

// Purpose is what a person has come for: a booking, or a choice of a walk-in.
type Purpose struct {
	BookingID string  `json:"booking_id,omitempty" maxLength:"40"`
	Choice    *Choice `json:"choice,omitempty"`
}

// Signed is the consent as given on the screen.
type Signed struct {
	Version    string           `json:"version" maxLength:"40" doc:"Version of the text that was shown"`
	Language   lang.Tag         `json:"language,omitempty" enum:"zh-CN,en" doc:"Language the text was shown in; the session's when absent"`
	ScrolledIn lang.Tag         `json:"scrolled_in,omitempty" enum:"zh-CN,en" doc:"Language of the text whose end was on the screen; absent when none was. Only that text may be signed"`
	Strokes    []consent.Stroke `json:"strokes" maxItems:"200" doc:"The signature as lines of points"`
}
