package center

import (
	"crypto/rand"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"lianxin/backend/account"
	"lianxin/backend/api"
	"lianxin/backend/donor"
	"lianxin/backend/identity"
	"lianxin/backend/intake"
	"lianxin/backend/lang"
	"lianxin/backend/paper"
	"lianxin/backend/redemption"
	"lianxin/backend/sync"
)

// donorExamples are about what belongs to one donor, and what stations say of donors.
var donorExamples = map[string]asking{
	"read-account": {ofAll, func(w *world, place string, _ role) example {
		key := unknownKey
		if place != nowhere {
			d, _ := w.giver(w.somebody(), place)
			key = d.Key
		}
		return example{body: account.Request{DonorKey: key}, donor: key}
	}, ""},
	"look-up-person": {ofNone, func(w *world, place string, _ role) example {
		d, _ := w.giver(w.somebody(), place)
		return example{body: sync.LookupRequest{DonorKey: d.Key}, donor: d.Key}
	}, ""},
	"issue-paper": {ofDonor, func(w *world, place string, _ role) example {
		d, given := w.giver(w.somebody(), place)
		in := api.PaperAsk{Kind: paper.ResultSlip, Language: lang.Chinese, DonationID: given.ID, DonorKey: w.standing(d, place)}
		if place == nowhere {
			in.DonationID = nowhere
		}
		return example{body: in, donor: in.DonorKey}
	}, ""},
	"check-paper": {ofNone, func(w *world, place string, _ role) example {
		d, given := w.giver(w.somebody(), place)
		w.pass(15 * time.Second) // a kiosk gets so many and no more
		issued, err := w.IssuePaper(w.t.Context(), w.kiosks[here].id, api.PaperAsk{Kind: paper.ResultSlip, Language: lang.Chinese, DonationID: given.ID, DonorKey: d.Key})
		if err != nil {
			w.t.Fatal(err)
		}
		return example{body: paper.Claim{Code: issued.Code, On: given.On}}
	}, ""},
	"ask-result": {ofNone, func(w *world, place string, _ role) example {
		d, given := w.giver(w.somebody(), place)
		return example{body: api.ResultAsk{DonorKey: d.Key, DIN: given.DIN.Printed(), Language: lang.Chinese}}
	}, ""},
	"open-result": {ofPlace, func(w *world, place string, _ role) example { return w.codeSent(place) }, "result_code.over"},
	"hold-gift": {ofAll, func(w *world, place string, _ role) example {
		d, _ := w.giver(w.somebody(), place)
		in := wants(d, w.gift, real(place))
		if place == nowhere {
			in.DonorKey = unknownKey
		}
		return example{body: in, donor: in.DonorKey}
	}, ""},
	"confirm-redemption": {ofDonor, ofRedemption(false), ""},
	"cancel-redemption":  {ofDonor, ofRedemption(false), ""},
	"show-voucher":       {ofDonor, ofRedemption(true), ""},
	"find-voucher": {ofPlace, func(w *world, place string, _ role) example {
		return example{body: api.VoucherText{Text: w.voucherText(place)}}
	}, "redemption.other_site"},
	"hand-over-gift": {ofPlace, func(w *world, place string, _ role) example {
		return example{body: api.HandOver{Text: w.voucherText(place), SiteID: real(place)}}
	}, "redemption.other_site"},
	"take-batch": {ofPlace, func(w *world, place string, _ role) example {
		w.made++
		volume := 400
		record := intake.Message{ID: w.next("record", place), Donor: intake.DonorMessage{Document: intake.DocumentMessage{Number: w.somebody().Document.Number}, Name: "测试甲乙"},
			Donation: intake.DonationMessage{DIN: fmt.Sprintf("Z900026%06d", w.made), Product: "whole_blood", VolumeML: &volume, On: w.Today().AddDays(-10).String(), Site: real(place)}}
		return example{path: map[string]string{"station": string(stationOf[real(place)])}, body: api.StationBatch{Records: []intake.Message{record}}}
	}, ""},
	"assess-relief": {ofAll, func(w *world, place string, _ role) example { return example{body: w.reliefQuestion(place)} }, ""},
}

// unknownKey is nobody's.
var unknownKey = strings.Repeat("A", 22)

// standing is the key of who stands at the kiosk: the donor, or somebody else who wants
// what is theirs.
func (w *world) standing(d donor.Donor, place string) string {
	if place != elsewhere {
		return d.Key
	}
	another, _ := w.giver(w.somebody(), here)
	return another.Key
}

// holds sets a gift aside for somebody, to be picked up in a place.
func (w *world) holds(place string, isConfirmed bool) (donor.Donor, redemption.Of) {
	w.t.Helper()
	d, _ := w.giver(w.somebody(), place)
	in := wants(d, w.gift, real(place))
	of := redemption.Of{ID: in.ID, DonorKey: d.Key}
	_, err := w.HoldGift(w.t.Context(), w.kiosks[here].id, in)
	if err == nil && isConfirmed {
		_, err = w.ConfirmRedemption(w.t.Context(), w.kiosks[here].id, of)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return d, of
}

// ofRedemption asks about somebody's gift, in their name or in another's.
func ofRedemption(isConfirmed bool) func(*world, string, role) example {
	return func(w *world, place string, _ role) example {
		d, of := w.holds(place, isConfirmed)
		of.DonorKey = w.standing(d, place)
		if place == nowhere {
			of.ID = uuid.NewString()
		}
		return example{body: of, donor: of.DonorKey}
	}
}

// voucher is that of a gift to be picked up in a place.
func (w *world) voucher(place string) (redemption.Shown, donor.Donor) {
	w.t.Helper()
	d, of := w.holds(place, true)
	v, err := w.ShowVoucher(w.t.Context(), w.kiosks[here].id, of)
	if err != nil {
		w.t.Fatal(err)
	}
	w.keep("voucher", "number", real(place), d.Key, v.Number)
	w.keep("voucher", "ID", real(place), d.Key, of.ID)
	return v, d
}

func (w *world) voucherText(place string) string {
	if place != nowhere {
		v, _ := w.voucher(place)
		return v.QR
	}
	unknown, err := identity.NewCode(identity.VoucherCode, rand.Reader)
	if err != nil {
		w.t.Fatal(err)
	}
	return unknown.Text()
}

// codeSent is a result asked for at the kiosk of a place, and the code that was sent.
func (w *world) codeSent(place string) example {
	w.t.Helper()
	in := api.ResultOpen{Request: uuid.NewString(), Code: "000000"}
	if place == nowhere {
		return example{body: in}
	}
	d, given := w.giver(w.somebody(), place)
	w.pass(20 * time.Second) // a kiosk may ask so often and no more
	asked, err := w.AskResult(w.t.Context(), w.kiosks[place].id, "127.0.0.1", api.ResultAsk{DonorKey: d.Key, DIN: given.DIN.Printed(), Language: lang.Chinese})
	if err != nil {
		w.t.Fatal(err)
	}
	w.sendsCodes()
	in.Request, in.Code = asked.Request, w.phones.sent[len(w.phones.sent)-1].Params["code"]
	return example{body: in, donor: d.Key}
}
