package center

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	gosync "sync"
	"testing"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/claim"
	"lianxin/backend/fault"
	"lianxin/backend/hospital"
	"lianxin/backend/pack"
	"lianxin/backend/relief"
	"lianxin/backend/store/pgtest"
)

// names is a whole claim of the donor whose patient is another donor, with so many units.
func (p onPhone) names(id string, other *giver, units string) api.OwnClaim {
	p.t.Helper()
	content := p.ownContent(p.giver, here)
	content.Patient.Name, content.Patient.Number = other.Donor.Person.Name, other.Donor.Person.Document.Text()
	content.Lines[0].Quantity = units
	c := p.do("begin", http.MethodPost, "", api.ClaimNew{ID: id, District: "110105", Content: content}, "")
	for i, kind := range c.Documents {
		c = p.do("show", http.MethodPut, "/"+id+"/attachments/"+string(kind), api.ClaimHanded{Kind: kind, Content: photograph(string(rune('1' + i)))}, "")
	}
	return c
}

// takes has the reviewer take a claim as it is now.
func (o office) takes(id string) api.ClaimOpened {
	o.t.Helper()
	seen := o.do("look", http.MethodGet, "/"+id, o.reviewer, nil)
	return o.do("take", http.MethodPost, "/"+id+"/take", o.reviewer, api.ClaimAct{Version: seen.Version})
}

// own is what a donor's own donations still cover for somebody who gave nothing.
func (p onPhone) own(id string, relation relief.Relation) relief.Assessment {
	p.t.Helper()
	content := p.ownContent(p.giver, here)
	content.Relation = relation
	content.Lines[0].Quantity = "40"
	return p.do("ask", http.MethodPost, "", api.ClaimNew{ID: id, District: "110105", Content: content}, "").Assessment.Assessment
}

// Whoever is named in a claim that nobody has looked at keeps what is theirs, at offices and
// at hospitals, and what is left to who named them tells nothing of it.
func TestWhatADonorHandsInHoldsNothing(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		p := newOnPhone(t, b)
		other := onPhone{p.world, p.stranger, p.logsIn(p.stranger)}
		p.handsIn(p.names("own-1", p.stranger, "40"), "")
		if left := p.own("own-2", relief.Child); left.Entitlements[0].ReservedML != 0 {
			t.Errorf("left to who named: %+v", left.Entitlements)
		}
		if left := other.own("other-1", relief.Self); left.Totals.CoveredML == 0 || left.Entitlements[0].ReservedML != 0 {
			t.Errorf("left to who was named: %+v", left.Entitlements)
		}
		one, err := b.store.Claim(t.Context(), "own-1")
		if err != nil {
			t.Fatal(err)
		}
		if holding, err := b.store.ClaimsHolding(t.Context(), one.LineMarks()); err != nil || len(holding) != 0 {
			t.Errorf("%d claims keep hospitals from the patient, %v", len(holding), err)
		}
		o := newOffices(b, east)[0]
		o.takes("own-1")
		if one, err = b.store.Claim(t.Context(), "own-1"); err != nil || one.Reservation == "" {
			t.Errorf("taken, it holds %q, %v", one.Reservation, err)
		}
		p.renews()
		if seen := p.do("look", http.MethodGet, "/own-2", nil, "").Assessment; seen.Why != "claim.under_review" || len(seen.Entitlements) != 0 {
			t.Errorf("what is left to who named while it is held: %+v", seen)
		}
		o.do("return", http.MethodPost, "/own-1/return", o.reviewer, api.ClaimAct{Version: one.Version, Note: "关系证明不对"})
		if one, err = b.store.Claim(t.Context(), "own-1"); err != nil || one.Reservation != "" {
			t.Errorf("returned, it holds %q, %v", one.Reservation, err)
		}
	})
}

// A donor is told of a line a hospital waived by who reviews the claim, and by no trying out.
func TestADonorTriesNoStaysOut(t *testing.T) {
	p := newOnPhone(t, newBench(t))
	c := p.names("own-1", p.stranger, "1")
	p.newHospital("hospital-x", "110105", testURL)
	patient := p.stranger.Donor.Person
	q := p.inquiryOf(patient, "", 0)
	q.Charges = []hospital.Charge{{ID: "1", Component: relief.RedCells, Fee: relief.BloodFee, Quantity: "1", On: c.Content.Lines[0].On, AmountFen: 21_000}}
	his := hospital.Client{ID: "his", HospitalID: "hospital-x"}
	v, err := p.direct().Reserve(t.Context(), hospital.Order{Number: "ZY-1", Inquiry: q}, his)
	if err == nil {
		_, err = p.direct().Confirm(t.Context(), v.ID, his)
	}
	if err != nil {
		t.Fatal(err)
	}
	if c = p.do("look", http.MethodGet, "/own-1", nil, ""); len(c.Missing) != 0 {
		t.Errorf("missing %+v", c.Missing)
	}
	c = p.handsIn(c, "")
	o := newOffices(p.bench, east)[0]
	seen := o.takes("own-1")
	if len(seen.Waived) != 1 || !seen.Waived[0].Same {
		t.Errorf("the reviewer sees %+v", seen.Waived)
	}
	o.want("approve", http.MethodPost, "/claims/own-1/approve", o.reviewer, api.ClaimAct{Version: seen.Version, AmountFen: seen.ClaimableFen}, nil, "claim.waived")
}

// That a claim is looked at twice tells from which amount on claims are.
func TestADonorIsToldOfOneReview(t *testing.T) {
	p := newOnPhone(t, newBench(t))
	p.publishes(pack.Claims, claim.BuiltIn().Text, "claim-handling", "2026.2", "second_approval_above_yuan: 5000", "second_approval_above_yuan: 400",
		"approved_yuan: 5000", "approved_yuan: 400", "approved_yuan: 5001", "approved_yuan: 401")
	c := p.handsIn(p.files("own-1"), "")
	o := newOffices(p.bench, east)[0]
	p.renews()
	told := func() string {
		var text []byte
		all := []any{p.do("look", http.MethodGet, "/own-1", nil, "")}
		refusals := []api.Problem{}
		for n := range 6 { // whichever version they try
			refusals = append(refusals, p.refused(http.MethodPost, "/donor/claims/own-1/withdraw", p.AccessToken.AccessToken, api.OwnClaimAct{Version: c.Version - 1 + n, Note: "x"}))
		}
		for _, refused := range append(refusals,
			p.refused(http.MethodPut, "/donor/claims/own-1", p.AccessToken.AccessToken, api.ClaimChange{Version: 99, Content: c.Content}),
			p.refused(http.MethodGet, "/donor/claims/own-1/papers/decision", p.AccessToken.AccessToken, nil),
		) {
			refused.RequestID = ""
			all = append(all, refused)
		}
		text, err := json.Marshal(all)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	taken := o.takes("own-1")
	before := told()
	p.pass(time.Minute)
	if twice := o.do("approve", http.MethodPost, "/own-1/approve", o.reviewer, api.ClaimAct{Version: taken.Version, AmountFen: taken.ClaimableFen}); twice.Status != claim.SecondReview {
		t.Fatalf("it is %s", twice.Status)
	}
	if after := told(); after != before {
		t.Errorf("once\n%s\ntwice\n%s", before, after)
	}
}

// Two that come at once are counted one after the other.
func TestADonorBeginsManyAtOnce(t *testing.T) {
	for name, open := range map[string]func(testing.TB) *bench{"sqlite": newBench, "postgres": func(t testing.TB) *bench { return newBenchOn(t, pgtest.Database(t)) }} {
		t.Run(name, func(t *testing.T) {
			p := newOnPhone(t, open(t))
			content := p.ownContent(p.giver, here)
			var working gosync.WaitGroup
			for i := range 16 {
				working.Go(func() {
					_, err := p.CreateClaim(context.Background(), api.ClaimNew{ID: fmt.Sprintf("own-%d", i), District: "110105", Content: content}, donorCalls(p.giver))
					if code := fault.CodeOf(err); err != nil && code != "claim.too_many_drafts" && code != "claim.too_many_claims" {
						t.Error(err)
					}
				})
			}
			working.Wait()
			list, err := p.SearchClaims(t.Context(), api.ClaimSearch{Limit: 100}, donorCalls(p.giver))
			if err != nil || len(list.Claims) != claim.MaxDrafts {
				t.Errorf("%d drafts, %v", len(list.Claims), err)
			}
		})
	}
}
