package checkin

import (
	"context"
	"slices"

	"lianxin/backend/account"
	"lianxin/backend/calendar"
	"lianxin/backend/correction"
	"lianxin/backend/fault"
)

// CorrectionAsked is what somebody says is not right on file of them.
type CorrectionAsked struct {
	Subject    correction.Subject `json:"subject" enum:"missing,not_mine,day,amount,place,product" doc:"What is not right"`
	DonationID string             `json:"donation_id,omitempty" maxLength:"64" doc:"Which donation; absent when one is missing"`
	About      calendar.Date      `json:"about,omitzero" doc:"missing: a day near it, when the donor remembers one"`
}

// AskCorrection tells staff that something on file is not right. It is on the disk
// when this returns, and goes to the center with everything else. Faults
// "correction.unknown_donation", "correction.future", "correction.malformed".
func (s *Service) AskCorrection(ctx context.Context, in CorrectionAsked) (Session, error) {
	return s.do(ctx, func(c *session) error {
		if c.step != StepAccount || !c.account.mayCorrect() {
			return errStep(c.step)
		}
		place, a := s.deps.Place(), c.account.Account
		r := correction.Request{ID: s.deps.NewID(), DonorKey: c.donorKey, DonationID: in.DonationID, Subject: in.Subject, About: in.About,
			SiteID: place.SiteID, DeviceID: place.DeviceID, At: s.deps.Clock.Moment().UTC()}
		switch {
		case in.About.After(s.deps.Clock.Today()):
			return fault.New(fault.Invalid, "correction.future").At("body.about", "correction.future", "")
		case a == nil:
			r.Person = &c.person // nobody is on file under the document: staff need a name to look for
		case in.DonationID != "" && !slices.ContainsFunc(a.Donations, func(g account.Donation) bool { return g.ID == in.DonationID }):
			return fault.New(fault.NotFound, "correction.unknown_donation")
		}
		if err := s.deps.Corrections.Record(ctx, r); err != nil {
			return err
		}
		c.account = c.account.asked(account.Correction{DonationID: r.DonationID, Subject: r.Subject, About: r.About, On: calendar.Of(r.At), State: correction.Open})
		return nil
	})
}

// mayCorrect tells whether the page shows what is on file, or that nothing is.
func (v AccountView) mayCorrect() bool {
	return v.State == "shown" || v.State == "failed" && v.Code == "account.not_found"
}

// asked is the view with one more request. The account is copied: what other
// readers of the session hold does not change under them.
func (v AccountView) asked(r account.Correction) AccountView {
	if v.Account == nil {
		v.Asked = true
		return v
	}
	a := *v.Account
	a.Corrections = append([]account.Correction{r}, a.Corrections...)
	v.Account = &a
	return v
}
