package redemption

import (
	"encoding/json"
	"errors"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
	"lianxin/backend/gift"
	"lianxin/backend/identity"
	"lianxin/backend/lang"
)

// HoldRequest is what somebody with their card on a reader wants.
type HoldRequest struct {
	ID       string   `json:"id" format:"uuid" doc:"Name of the redemption, made by the kiosk: told twice, it is the same one"`
	DonorKey string   `json:"donor_key" minLength:"22" maxLength:"22" doc:"Keyed hash of the document that was read"`
	GiftID   string   `json:"gift_id" maxLength:"80"`
	SiteID   string   `json:"site_id" maxLength:"40" doc:"Where it will be picked up; empty for codes"`
	Points   int64    `json:"points" minimum:"1" doc:"What the screen said it takes"`
	Language lang.Tag `json:"language" enum:"zh-CN,en" doc:"Of the voucher"`
}

// Of names a redemption of the person whose card was read.
type Of struct {
	ID       string `json:"id" format:"uuid"`
	DonorKey string `json:"donor_key" minLength:"22" maxLength:"22" doc:"Keyed hash of the document that was read"`
}

// State is how a redemption stands.
type State struct {
	ID     string    `json:"id" format:"uuid"`
	Status Status    `json:"status" enum:"held,confirmed,picked_up,cancelled,lapsed,refused"`
	Until  time.Time `json:"until,omitzero" doc:"held: the gift is set aside until then"`
	// PickUpUntil is told before the yes: nobody spends points without knowing it.
	PickUpUntil calendar.Date `json:"pick_up_until,omitzero" doc:"held, confirmed: last day on which the voucher is good; absent for always"`
}

// StateOf is what a kiosk is told of a redemption.
func StateOf(r Redemption) State {
	s := State{ID: r.ID, Status: r.Status}
	if r.Status == Held {
		s.Until = r.HeldUntil.UTC()
	}
	if r.Status == Held || r.Status == Confirmed {
		s.PickUpUntil = r.PickUpUntil
	}
	return s
}

// Shown is everything a voucher says; its paper is made of it and of nothing else.
type Shown struct {
	RedemptionID string        `json:"redemption_id" format:"uuid"`
	Number       string        `json:"number,omitempty" doc:"For reading aloud and typing; absent for codes"`
	QR           string        `json:"qr" doc:"What the QR code holds: the voucher's code, or the code that was bought"`
	Secret       string        `json:"secret,omitempty" doc:"The code that was bought; absent for what is picked up"`
	Gift         lang.Text     `json:"gift"`
	Points       int64         `json:"points"`
	SiteID       string        `json:"site_id,omitempty" doc:"Where it is picked up; absent for codes"`
	Name         string        `json:"name_masked"`
	DocumentKind identity.Kind `json:"document_kind"`
	Document     string        `json:"document_masked"`
	ConfirmedAt  time.Time     `json:"confirmed_at"`
	CancelUntil  calendar.Date `json:"cancel_until,omitzero" doc:"Last day on which it may be cancelled; absent for codes"`
	PickUpUntil  calendar.Date `json:"pick_up_until,omitzero" doc:"Last day on which it is good; absent for always, and for a code that is shown"`
	Language     lang.Tag      `json:"language" enum:"zh-CN,en"`
	PickedUpAt   time.Time     `json:"picked_up_at,omitzero" doc:"It was handed over, and is good for nothing any more"`
}

// ShownTo is a voucher for its owner; code is the zero value for what is picked up.
func (v Voucher) ShownTo(r Redemption, code gift.Code) Shown {
	mask := v.Person.Masked()
	s := Shown{RedemptionID: v.RedemptionID, Number: v.Number(), QR: v.Code.Text(), Gift: v.Gift, Points: v.Points, SiteID: v.SiteID,
		Name: mask.Name, DocumentKind: mask.Kind, Document: mask.Number, ConfirmedAt: v.ConfirmedAt.UTC(), CancelUntil: v.CancelUntil,
		PickUpUntil: v.PickUpUntil, Language: v.Lang}
	if code.Text != "" {
		s.Number, s.QR, s.Secret, s.CancelUntil, s.PickUpUntil = "", code.Text, code.Text, calendar.Date{}, calendar.Date{}
		return s
	}
	s.PickedUpAt = r.PickedUpAt
	return s
}

// Requested is the payload of the operation a kiosk queues without a line.
type Requested struct {
	HoldRequest
	// Instead is a redemption that was asked for before the line broke: it may or may
	// not be held, and is given back first.
	Instead string    `json:"instead,omitempty" format:"uuid"`
	At      time.Time `json:"at" doc:"When it was asked for, by the center's time as far as the kiosk knew it"`
}

// ReadRequested reads the payload of an operation; fault "redemption.malformed".
func ReadRequested(payload []byte) (Requested, error) {
	var in Requested
	err := json.Unmarshal(payload, &in)
	if err == nil && (in.ID == "" || in.DonorKey == "" || in.GiftID == "" || in.Points < 1 || in.ID == in.Instead) {
		err = errors.New("incomplete")
	}
	if err == nil {
		_, err = lang.Parse(string(in.Language))
	}
	if err != nil {
		return in, fault.Wrap(err, fault.Invalid, "redemption.malformed")
	}
	return in, nil
}
