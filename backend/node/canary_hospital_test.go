package node

import (
	"crypto/rand"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/device"
	"lianxin/backend/hospital"
	"lianxin/backend/lang"
	"lianxin/backend/relief"
	"lianxin/backend/token"
)

// isAsked has a hospital ask about a canary, and set relief aside for a stay.
func (l *lobby) isAsked(c canary, n int) {
	l.t.Helper()
	bearer := l.ward()
	on := l.center.Today()
	ask := hospital.Inquiry{Purpose: hospital.Discharge, Consent: hospital.Consent{Form: hospital.Written, On: on},
		Patient: hospital.Person{Kind: c.person.Document.Kind, Number: c.person.Document.Text()},
		Charges: []hospital.Charge{{ID: "1", Component: relief.WholeBlood, Fee: relief.BloodFee, Quantity: "100", On: on, AmountFen: 11_000}}}
	if code := l.call(l.served, "POST", "/hospital/questions", bearer, ask, nil); code != "" {
		l.t.Errorf("a hospital asks: %s", code)
	}
	if code := l.call(l.served, "POST", "/hospital/cases", bearer, hospital.Order{Number: c.said(n)["stay"], Inquiry: ask}, nil); code != "" {
		l.t.Errorf("a hospital sets aside: %s", code)
	}
	ask.Patient.Number += "?"
	l.call(l.served, "POST", "/hospital/questions", bearer, ask, nil) // refused
}

// ward lets the client of a hospital in and returns its token.
func (l *lobby) ward() string {
	l.t.Helper()
	ctx := l.t.Context()
	if err := l.center.SaveHospital(ctx, hospital.Hospital{ID: "hospital-1", Name: lang.Text{ZH: "测试医院", EN: "Test hospital"}, District: "110105"}, "terminal"); err != nil {
		l.t.Fatal(err)
	}
	_, invitation, err := l.center.Invite(ctx, "住院处", device.Hospital, "hospital-1", "terminal", time.Minute)
	if err != nil {
		l.t.Fatal(err)
	}
	key, err := token.NewKey(rand.Reader)
	if err != nil {
		l.t.Fatal(err)
	}
	var waiting api.EnrolmentView
	claimed := api.EnrolmentClaim{Code: string(invitation.Code), PublicKey: key.Public().Bytes(), Proof: token.ProvePossession(key, invitation.Code), Version: "test"}
	if code := l.call(l.served, "POST", "/enrolments", "", claimed, &waiting); code != "" {
		l.t.Fatal(code)
	}
	d, err := l.center.Approve(ctx, waiting.ID, waiting.Fingerprint, "terminal")
	if err != nil {
		l.t.Fatal(err)
	}
	assertion, err := token.Assertion{Device: d.ID, Audience: l.url + "/token", ID: rand.Text()}.Sign(key, time.Now())
	if err != nil {
		l.t.Fatal(err)
	}
	var access api.AccessToken
	if code := l.call(l.served, "POST", "/token", "", map[string]string{"grant_type": api.AssertionGrant, "assertion": assertion}, &access); code != "" {
		l.t.Fatal(code)
	}
	return access.AccessToken
}
