package center

import (
	"slices"
	"strings"
	"testing"

	"lianxin/backend/account"
	"lianxin/backend/api"
	"lianxin/backend/correction"
	"lianxin/backend/outbox"
	"lianxin/backend/result"
)

// What a donor says at a kiosk reaches the staff of that site and of no other; the
// answer reaches the donor, and is written down.
func TestACorrectionIsAskedForAndAnswered(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		k := b.newKiosk("site-3", b.serve())
		d := b.gave(donorOf("902"), result.Markers{})
		given, err := b.store.DonationsOf(t.Context(), d.ID)
		if err != nil {
			t.Fatal(err)
		}
		r := correction.Request{ID: b.config.NewID(), DonorKey: d.Key, DonationID: given[0].ID, Subject: correction.Amount,
			SiteID: "site-3", DeviceID: k.id, At: b.clock()}
		foreign := r
		foreign.ID, foreign.DonorKey = b.config.NewID(), strings.Repeat("A", 22)
		if got := k.fates(k.made(outbox.CorrectionAsked, r), k.made(outbox.CorrectionAsked, foreign)); got != "applied, refused correction.not_theirs" {
			t.Fatal(got)
		}
		here := api.Caller{StaffID: "terminal", Sites: []string{"site-3"}}
		list, err := b.Corrections(t.Context(), correction.Open, here)
		if err != nil || len(list) != 1 || list[0].Donation == nil || list[0].Donation.DIN != given[0].DIN ||
			list[0].Donor.Name == "" || strings.Contains(list[0].Donor.Number, d.Person.Document.Number) {
			t.Fatalf("%+v, %v", list, err)
		}
		elsewhere := api.Caller{StaffID: "terminal", Sites: []string{"site-1"}}
		if list, err := b.Corrections(t.Context(), correction.Open, elsewhere); err != nil || len(list) != 0 {
			t.Errorf("another site sees %+v, %v", list, err)
		}
		if got := codeOf(0, b.AnswerCorrection(t.Context(), r.ID, correction.Corrected, elsewhere)); got != "correction.not_found" {
			t.Errorf("another site answers: %q", got)
		}
		for range 2 {
			if err := b.AnswerCorrection(t.Context(), r.ID, correction.BringProof, here); err != nil {
				t.Fatal(err)
			}
		}
		var a account.Account
		if err := k.line.Post(t.Context(), "/sync/account", account.Request{DonorKey: d.Key}, &a); err != nil {
			t.Fatal(err)
		}
		want := account.Correction{DonationID: given[0].ID, Subject: correction.Amount, On: b.Today(), State: correction.BringProof}
		if !slices.Equal(a.Corrections, []account.Correction{want}) {
			t.Errorf("the donor is told %+v", a.Corrections)
		}
		answers := 0
		for _, e := range b.entries() {
			if e.Action == "correction.answer.bring_proof" && e.Object.ID == r.ID && e.Where.Site == "site-3" {
				answers++
			}
		}
		if answers != 1 {
			t.Errorf("%d answers written down", answers)
		}
	})
}
