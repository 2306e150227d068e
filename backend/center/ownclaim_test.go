package center

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"lianxin/backend/api"
	"lianxin/backend/claim"
	"lianxin/backend/donor"
)

// onPhone is a donor with a phone, logged in.
type onPhone struct {
	*world
	*giver
	phoneLogin
}

func newOnPhone(t *testing.T, b *bench) onPhone {
	w := newWorld(t, b)
	g := w.newGiver("phone")
	return onPhone{w, g, w.logsIn(g)}
}

// do asks for something of the donor's own claims; code "" is for what works.
func (p onPhone) do(what, method, path string, in any, code string) (out api.OwnClaim) {
	p.t.Helper()
	p.want(what, method, "/donor/claims"+path, p.AccessToken.AccessToken, in, &out, code)
	return out
}

// renews asks for another token, as a phone does every few minutes.
func (p *onPhone) renews() {
	p.t.Helper()
	access, code := p.exchange(p.SessionID, p.key)
	if code != "" {
		p.t.Fatal(code)
	}
	p.AccessToken = access
}

// files a whole claim as a draft.
func (p onPhone) files(id string) api.OwnClaim {
	p.t.Helper()
	c := p.do("begin", http.MethodPost, "", api.ClaimNew{ID: id, District: "110105", Content: p.ownContent(p.giver, here)}, "")
	for i, kind := range c.Documents {
		c = p.do("show", http.MethodPut, "/"+id+"/attachments/"+string(kind), api.ClaimHanded{Kind: kind, Content: photograph(string(rune('1' + i)))}, "")
	}
	return c
}

// hands in what was filed.
func (p onPhone) handsIn(c api.OwnClaim, code string) api.OwnClaim {
	p.t.Helper()
	return p.do("hand in", http.MethodPost, "/"+c.ID+"/submit", api.OwnClaimAct{Version: c.Version}, code)
}

// A donor claims from the phone, supplies what is wanted, and is paid; the office works on it
// as on any other.
func TestADonorClaimsFromAPhone(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		p := newOnPhone(t, b)
		c := p.files("own-1")
		doc := p.giver.Person.Document
		if c.Content.Channel != claim.Online || c.Content.Donor.Name != p.giver.Person.Name || c.Content.Donor.Number != doc.Text() || len(c.Missing) != 0 ||
			c.Assessment.Totals.CoveredML == 0 || !slices.Equal(c.Steps, []claim.Step{claim.Submit, claim.Withdraw}) {
			t.Fatalf("missing %+v, steps %v, covered %+v", c.Missing, c.Steps, c.Assessment.Totals)
		}
		if c = p.handsIn(c, ""); c.Status != claim.Submitted || c.MayChange {
			t.Fatalf("handed in: %+v", c.OwnClaimListed)
		}
		p.wantEntry(claim.Applicant(p.ID), "donor", "claim.submit", c.ID, "")
		o := newOffices(b, east)[0]
		seen := o.do("look", http.MethodGet, "/"+c.ID, o.reviewer, nil)
		if first := seen.History[0]; seen.Channel != claim.Online || !first.Donor || first.By != "" {
			t.Errorf("the office sees %+v", seen.History)
		}
		taken := o.takes(c.ID)
		o.do("return", http.MethodPost, "/"+c.ID+"/return", o.reviewer, api.ClaimAct{Version: taken.Version, Note: "请补拍清晰的发票",
			Wanted: []claim.Wanted{{Location: "attachments.invoice", Note: "看不清"}}})
		p.renews()
		c = p.do("look", http.MethodGet, "/"+c.ID, nil, "")
		if c.Status != claim.Returned || c.Note != "请补拍清晰的发票" || len(c.Wanted) != 1 || !c.MayChange {
			t.Fatalf("returned: %+v", c)
		}
		c = p.do("show again", http.MethodPut, "/"+c.ID+"/attachments/again", api.ClaimHanded{Kind: claim.Invoice, Content: photograph("9")}, "")
		c = p.handsIn(c, "")
		o.do("approve", http.MethodPost, "/"+c.ID+"/approve", o.reviewer, api.ClaimAct{Version: o.takes(c.ID).Version, AmountFen: c.ClaimableFen})
		p.renews()
		c = p.do("look", http.MethodGet, "/"+c.ID, nil, "")
		if c.Status != claim.Approved || c.ApprovedFen != c.ClaimableFen || len(c.Steps) != 0 {
			t.Errorf("approved: %+v", c)
		}
		text, err := json.Marshal(c)
		if err != nil || strings.Contains(string(text), "测试员") {
			t.Errorf("staff are named in %s, %v", text, err)
		}
		var paper api.ClaimPrint
		p.want("decision", http.MethodGet, "/donor/claims/"+c.ID+"/papers/decision", p.AccessToken.AccessToken, nil, &paper, "")
		if !strings.HasPrefix(string(paper.Content), "%PDF") {
			t.Error("no decision")
		}
		var list api.OwnClaimList
		p.want("list", http.MethodGet, "/donor/claims", p.AccessToken.AccessToken, nil, &list, "")
		if len(list.Claims) != 1 || list.Claims[0].ID != c.ID {
			t.Errorf("listed %+v", list)
		}
	})
}

// An answer that was lost is asked for again, and nobody reads that somebody else was faster.
func TestADonorIsToldAgain(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		p := newOnPhone(t, b)
		c := p.files("own-1")
		content := c.Content
		content.Remark = "门牌在院内"
		change := api.ClaimChange{Version: c.Version, Content: content}
		once := p.do("change", http.MethodPut, "/own-1", change, "")
		if again := p.do("change again", http.MethodPut, "/own-1", change, ""); again.Version != once.Version || again.Content.Remark != content.Remark {
			t.Errorf("version %d, then %d", once.Version, again.Version)
		}
		change.Content.Remark = "另一个"
		p.do("something else at the old version", http.MethodPut, "/own-1", change, "claim.changed")
		act := api.OwnClaimAct{Version: once.Version}
		p.do("hand in", http.MethodPost, "/own-1/submit", act, "")
		if again := p.do("hand in again", http.MethodPost, "/own-1/submit", act, ""); again.Status != claim.Submitted {
			t.Errorf("it is %s", again.Status)
		}
		p.do("take back at the old version", http.MethodPost, "/own-1/withdraw", api.OwnClaimAct{Version: once.Version, Note: "不再申请"}, "claim.changed")
		act = api.OwnClaimAct{Version: once.Version + 1, Note: "不再申请"}
		p.do("take back", http.MethodPost, "/own-1/withdraw", act, "")
		p.do("take back again", http.MethodPost, "/own-1/withdraw", act, "")
		p.wantOnce("claim.submit", "own-1")
		p.wantOnce("claim.withdraw", "own-1")
	})
}

// A claim filed from a phone is about what the donor gave, and tells of nobody else.
func TestADonorIsToldOfNobodyElse(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		p := newOnPhone(t, b)
		other, _ := p.giver0()
		content := p.ownContent(p.giver, here)
		content.Donor.Party = claim.Party{Name: other.Person.Name, Kind: other.Person.Document.Kind, Number: other.Person.Document.Text()}
		p.do("of another", http.MethodPost, "", api.ClaimNew{ID: "own-1", District: "110105", Content: content}, "claim.own_only")
		p.do("nowhere", http.MethodPost, "", api.ClaimNew{ID: "own-1", District: "999999", Content: p.ownContent(p.giver, here)}, "claim.district")

		// Another donor is named as the child: what that one gave stays theirs.
		content = p.ownContent(p.giver, here)
		content.Patient.Name, content.Patient.Number = other.Person.Name, other.Person.Document.Text()
		content.Lines[0].Quantity = "8" // more than one person's donation covers
		c := p.do("begin", http.MethodPost, "", api.ClaimNew{ID: "own-1", District: "110105", Content: content}, "")
		text, err := json.Marshal(c.Assessment)
		if err != nil || strings.Contains(string(text), other.ID) || len(c.Assessment.Entitlements) != 1 || c.Assessment.Totals.CoveredML != 400 {
			t.Errorf("assessed %s, %v", text, err)
		}
		// The office counts both.
		o := newOffices(b, east)[0]
		if seen := o.do("look", http.MethodGet, "/own-1", o.clerk, nil); seen.Assessment.Totals.CoveredML <= 400 {
			t.Errorf("the office counts %d mL", seen.Assessment.Totals.CoveredML)
		} else {
			seen.Content.Donor.Party = claim.Party{Name: other.Person.Name, Kind: other.Person.Document.Kind, Number: other.Person.Document.Text()}
			o.want("another donor's", http.MethodPut, "/claims/own-1", o.clerk, api.ClaimChange{Version: seen.Version, Content: seen.Content}, nil, "claim.own_only")
		}
	})
}

// giver0 is another donor, who stands nowhere.
func (p onPhone) giver0() (donor.Donor, donor.Donation) { return p.world.giver(p.somebody(), here) }

// What one donor can leave lying about is bounded.
func TestADonorBeginsFewClaims(t *testing.T) {
	p := newOnPhone(t, newBench(t))
	begin := func(id, code string) {
		p.do("begin", http.MethodPost, "", api.ClaimNew{ID: id, District: "110105", Content: p.ownContent(p.giver, here)}, code)
	}
	for _, id := range []string{"own-1", "own-2", "own-3", "own-4", "own-5"} {
		begin(id, "")
	}
	begin("own-5", "") // told again
	p.wantOnce("claim.create", "own-5")
	begin("own-6", "claim.too_many_drafts")
	c := p.do("look", http.MethodGet, "/own-1", nil, "")
	p.do("take back", http.MethodPost, "/own-1/withdraw", api.OwnClaimAct{Version: c.Version, Note: "不再申请"}, "")
	begin("own-6", "")
	p.do("a photograph too large", http.MethodPut, "/own-2/attachments/large", api.ClaimHanded{Kind: claim.Invoice, Content: make([]byte, 11<<20)}, "attachment.too_large")
	tooMany := false
	for range filesOfDonor.atOnce + 1 {
		_, code := p.ask(http.MethodPut, "/donor/claims/own-2/attachments/page", p.AccessToken.AccessToken, api.ClaimHanded{Kind: claim.Invoice, Content: photograph("1")}, nil)
		tooMany = tooMany || code == "claim.too_many_files"
	}
	if !tooMany {
		t.Error("files without end")
	}
}

// wantOnce tells whether the log holds one entry of a kind about a claim.
func (p onPhone) wantOnce(action, id string) {
	p.t.Helper()
	n := 0
	for _, e := range p.entries() {
		if e.Action == action && e.Object.ID == id {
			n++
		}
	}
	if n != 1 {
		p.t.Errorf("%d entries %s of %s", n, action, id)
	}
}
