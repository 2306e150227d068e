package center

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"lianxin/backend/api"
	"lianxin/backend/hospital"
	"lianxin/backend/relief"
	"lianxin/backend/result"
	"lianxin/backend/staff"
)

// An office that takes claims is told what somebody is entitled to, with nothing of
// them but what a card can be compared with, and that it asked is written down.
func TestReliefIsAssessedForWhoTakesClaims(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		d, other := b.gave(donorOf("902"), result.Markers{HIV: result.Reactive}), donorOf("903")
		clerk := b.hire("clerk.test", staff.DistrictClerk, staff.Scope{Districts: []string{"110105"}})
		entering := b.enter(clerk)
		access, code := b.exchange(entering.SessionID, entering.key)
		if code != "" {
			t.Fatal(code)
		}
		bearer := access.AccessToken
		in := api.ReliefQuestion{Donors: []api.ReliefDonor{{Kind: d.Person.Document.Kind, Number: d.Person.Document.Number, Relation: relief.Self}},
			Lines: []hospital.Charge{{ID: "1", Component: relief.WholeBlood, Fee: relief.BloodFee, Quantity: "5000", On: b.Today(), AmountFen: 550_000}}}
		var out api.ReliefAnswer
		b.want("a patient who gave", http.MethodPost, "/relief/assessments", bearer, in, &out, "")
		// 400 and 200 mL, five times; of the second the tests did not pass, which nobody can see here.
		if a := out.Assessment; a.Totals.CoveredML != 3000 || a.Totals.PayableFen != 330_000 || len(a.Lines[0].Draws) != 2 || a.Region != "110000" {
			t.Errorf("%+v", a)
		}
		text, err := json.Marshal(out)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{d.Person.Document.Number, d.Person.Name, d.Phone, d.Key, "qualified\":"} {
			if strings.Contains(string(text), secret) {
				t.Errorf("%q is told", secret)
			}
		}
		b.wantEntry(clerk.ID, string(staff.DistrictClerk), "relief.assess", d.ID, "")

		in.Donors[0].Relation = relief.Spouse
		b.want("their spouse", http.MethodPost, "/relief/assessments", bearer, in, &out, "")
		if out.Assessment.Totals.CoveredML != 600 {
			t.Errorf("a spouse: %d mL", out.Assessment.Totals.CoveredML)
		}
		in.Region = "440100" // where the verdict counts; a spouse has once the volume of either
		b.want("in Guangzhou", http.MethodPost, "/relief/assessments", bearer, in, &out, "")
		if out.Assessment.Totals.CoveredML != 600 || out.Assessment.Pack != "relief-guangzhou" {
			t.Errorf("in Guangzhou: %d mL by %s", out.Assessment.Totals.CoveredML, out.Assessment.Pack)
		}
		in.Region = ""
		_, counsellor := b.counsellor("calls.test", staff.Scope{})
		b.want("a counsellor", http.MethodPost, "/relief/assessments", counsellor, in, nil, "token.scope")
		in.Donors[0].Number = other.Document.Number
		b.want("nobody's document", http.MethodPost, "/relief/assessments", bearer, in, nil, "donor.not_found")
		in.Donors[0].Number = "110105194912310021"
		b.want("a wrong check digit", http.MethodPost, "/relief/assessments", bearer, in, nil, "identity.check_digit")
		in.Donors[0].Number = d.Person.Document.Number
		in.Lines[0].On = b.Today().AddDays(1)
		b.want("blood of tomorrow", http.MethodPost, "/relief/assessments", bearer, in, nil, "relief.bill")
	})
}

// What is set aside for somebody who has left is there again when its time is over.
func TestUpkeepGivesVolumesBack(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		d := b.gave(donorOf("902"), result.Markers{})
		q := relief.Question{On: b.Today(), Donors: []relief.Related{{DonorID: d.ID, Relation: relief.Self}},
			Bill: relief.Bill{Lines: []relief.Line{{ID: "1", Component: relief.WholeBlood, Fee: relief.BloodFee, Quantity: 500_000, On: b.Today(), AmountFen: 550_000}}}}
		now := b.clock()
		order := relief.Order{ID: b.config.NewID(), For: "stay-1", Channel: relief.Waived, PlaceID: "hospital-1", Question: q, At: now, Until: now.Add(lapseLease)}
		if _, err := b.Relief().Reserve(t.Context(), order); err != nil {
			t.Fatal(err)
		}
		if a, err := b.Relief().Assess(t.Context(), q); err != nil || a.Totals.CoveredML != 0 || a.Entitlements[0].ReservedML == 0 {
			t.Fatalf("%+v, %v", a.Totals, err)
		}
		if r, err := b.ReliefReport(t.Context()); err != nil || r.Check != nil || r.Reserved != 3000 || r.Reservations[relief.Reserved].Number != 1 {
			t.Errorf("%+v, %v", r, err)
		}
		b.pass(2 * lapseLease)
		if err := b.Upkeep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if a, err := b.Relief().Assess(t.Context(), q); err != nil || a.Totals.CoveredML != 3000 {
			t.Errorf("%+v, %v", a.Totals, err)
		}
		if sums, err := b.store.VolumeSums(t.Context()); err != nil || sums.Check() != nil || sums.Posted["reserved/"] != 0 {
			t.Errorf("%+v, %v", sums, err)
		}
	})
}
