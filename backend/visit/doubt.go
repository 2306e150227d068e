package visit

import (
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/consent"
	"lianxin/backend/fault"
)

// Doubt is something a visit says that the center could not confirm. The person
// stood there all the same: the visit is kept, and staff look at it.
type Doubt string

const (
	ConsentUnknown       Doubt = "consent.version_unknown"  // no text of that version is known here
	ConsentAltered       Doubt = "consent.digest_mismatch"  // what was signed is not bound to this visit and text
	QuestionnaireUnknown Doubt = "questionnaire.unknown"    // no such version is known here
	RulesUnknown         Doubt = "pack.unknown"             // the selection rules' version is not known here
	DayImplausible       Doubt = "visit.day_implausible"    // too long ago, or still to come
	BookingOfAnother     Doubt = "appointment.someone_else" // the booking is another person's; kept as a walk-in
)

// Known is what the center can hold a visit against.
type Known struct {
	Consents      consent.Library
	Questionnaire func(canonical string) bool
	Rules         func(version string) bool
	Now           time.Time
}

// Bounds of a device's day that is believed: a kiosk may be off for 60 days and
// needs a little to be switched on again; one day covers any time zone set wrong.
const (
	longestAway = 62 // days
	mostAhead   = 24 * time.Hour
)

// DoubtsAbout names what in v does not match what is known.
func (k Known) DoubtsAbout(v Visit) []Doubt {
	var doubts []Doubt
	if s := v.Screening; s != nil {
		if d := k.consentDoubt(v.ID, s.Consent); d != "" {
			doubts = append(doubts, d)
		}
		if !k.Questionnaire(s.Questionnaire) {
			doubts = append(doubts, QuestionnaireUnknown)
		}
		if !k.Rules(s.PackVersion) {
			doubts = append(doubts, RulesUnknown)
		}
	}
	today := calendar.Of(k.Now)
	if v.Day.Before(today.AddDays(-longestAway)) || v.Day.After(calendar.Of(k.Now.Add(mostAhead))) ||
		v.Arrived().After(k.Now.Add(mostAhead)) {
		doubts = append(doubts, DayImplausible)
	}
	return doubts
}

func (k Known) consentDoubt(visitID string, c consent.Consent) Doubt {
	text, err := k.Consents.Version(c.Version)
	if err == nil {
		err = c.Verify(visitID, text)
	}
	switch {
	case err == nil:
		return ""
	case fault.CodeOf(err) == string(ConsentUnknown):
		return ConsentUnknown
	}
	return ConsentAltered
}
