package center

import (
	"net/http"
	"strings"
	"testing"

	"lianxin/backend/api"
	"lianxin/backend/claim"
	"lianxin/backend/donor"
)

// A login is one donor's, under one key, for half an hour.
func TestADonorsLogin(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		p := newOnPhone(t, b)
		look := func(what, bearer, code string) {
			t.Helper()
			p.want(what, http.MethodGet, "/donor/claims", bearer, nil, &api.OwnClaimList{}, code)
		}
		look("logged in", p.AccessToken.AccessToken, "")
		p.want("as staff", http.MethodGet, "/claims/counts", p.AccessToken.AccessToken, nil, nil, "token.scope")
		next, code := p.exchange(p.SessionID, p.key)
		if code != "" {
			t.Fatal(code)
		}
		look("renewed", next.AccessToken, "")
		if _, code := p.exchange(p.SessionID, newKey(t)); code == "" {
			t.Error("renewed with another key")
		}
		p.want("log out", http.MethodPost, "/donor/logout", next.AccessToken, nil, nil, "")
		look("logged out", next.AccessToken, "donor_login.over")
		if _, code := p.exchange(p.SessionID, p.key); code != "donor_login.over" {
			t.Errorf("renewed after it ended: %q", code)
		}
		p.wantEntry(claim.Applicant(p.ID), "donor", "donor_login.ended", p.ID, "")

		in := p.asksIn(p.giver)
		in.PublicKey = newKey(t).Public().Bytes()
		right := in.Code
		wrong := in
		if wrong.Code = "00000000"; right == wrong.Code {
			wrong.Code = "00000001"
		}
		p.want("a wrong code", http.MethodPost, "/donor/login", "", wrong, nil, "result_code.wrong")
		p.want("at a kiosk", http.MethodPost, "/sync/results", p.kiosks[here].bearer(), api.ResultOpen{Request: in.Request, Code: right[:6]}, nil, "result_code.over")
		var once, again api.DonorSession
		p.want("log in", http.MethodPost, "/donor/login", "", in, &once, "")
		p.want("told again", http.MethodPost, "/donor/login", "", in, &again, "")
		if once.SessionID != again.SessionID || !once.EndsAt.Equal(again.EndsAt) {
			t.Errorf("%+v and %+v", once, again)
		}
		other := in
		other.PublicKey = newKey(t).Public().Bytes()
		p.want("with another key", http.MethodPost, "/donor/login", "", other, nil, "result_code.over")
		p.pass(donor.SessionLife)
		look("too late", again.AccessToken.AccessToken, "token.expired")
	})
}

// Whoever asks learns nothing, and another person's numbers let nobody in.
func TestADonorsCodeTellsNothing(t *testing.T) {
	w := newWorld(t, newBench(t))
	g := w.newGiver("phone")
	ask := func(change func(*api.DonorAsk)) string {
		doc := g.Person.Document
		in := api.DonorAsk{Kind: doc.Kind, Number: doc.Text(), DIN: g.given.DIN.Printed(), Language: "en"}
		change(&in)
		var out api.ResultAsked
		_, code := w.ask(http.MethodPost, "/donor/codes", "", in, &out)
		if code == "" && (out.Tries == 0 || out.Request == "") {
			t.Errorf("%+v", out)
		}
		return code
	}
	for what, c := range map[string]struct {
		change func(*api.DonorAsk)
		code   string
		sent   int
	}{
		"right":             {func(*api.DonorAsk) {}, "", 1},
		"nobody's document": {func(in *api.DonorAsk) { in.Number = w.somebody().Document.Text() }, "", 0},
		"another's number":  {func(in *api.DonorAsk) { in.DIN = w.stranger.given.DIN.Printed() }, "", 0},
		"no document":       {func(in *api.DonorAsk) { in.Number = "1101011949123100" }, "identity.length", 0},
		"no number":         {func(in *api.DonorAsk) { in.DIN = "G12342665432A" }, "din.characters", 0},
	} {
		before := len(w.phones.sent)
		if code := ask(c.change); code != c.code {
			t.Errorf("%s: %q, want %q", what, code, c.code)
		}
		w.sendsCodes()
		if sent := len(w.phones.sent) - before; sent != c.sent {
			t.Errorf("%s: %d messages, want %d", what, sent, c.sent)
		}
	}
	last := w.phones.sent[len(w.phones.sent)-1]
	if !strings.Contains(last.Text, "log in") || last.Template != "login_code" || strings.Contains(last.String(), last.Params["code"]) {
		t.Errorf("sent %q", last.Text)
	}
	for range loginsOfNumbers.atOnce {
		ask(func(*api.DonorAsk) {})
	}
	if code := ask(func(*api.DonorAsk) {}); code != "result_code.too_many" {
		t.Errorf("without end: %q", code)
	}
}

// Whoever is known by two documents sees by either what they filed by the other. When they
// are two people after all, each sees what is about their own donations, and is logged out.
func TestADonorWithTwoFiles(t *testing.T) {
	p := newOnPhone(t, newBench(t))
	p.files("own-1")
	g := p.newGiver("second")
	p.suspects("pair-own", p.Donor, g.Donor)
	if err := p.merge("pair-own"); err != nil {
		t.Fatal(err)
	}
	second := onPhone{p.world, g, p.logsIn(g)}
	c := second.do("by the other document", http.MethodGet, "/own-1", nil, "")
	second.do("changed", http.MethodPut, "/own-1", api.ClaimChange{Version: c.Version, Content: c.Content}, "")
	content := p.ownContent(p.giver, here)
	content.Donor.Kind, content.Donor.Number = g.Donor.Person.Document.Kind, g.Donor.Person.Document.Text()
	p.renews()
	c = p.do("under the other document", http.MethodPost, "", api.ClaimNew{ID: "own-2", District: "110105", Content: content}, "")
	if c.Content.Donor.Number != g.Donor.Person.Document.Text() {
		t.Fatalf("filed under %s", c.Content.Donor.Number)
	}
	if err := p.unmerge("pair-own"); err != nil {
		t.Fatal(err)
	}
	p.want("logged out", http.MethodGet, "/donor/claims", second.AccessToken.AccessToken, nil, nil, "donor_login.over")
	p.phoneLogin = p.logsIn(p.giver)
	p.do("what is the other's", http.MethodGet, "/own-2", nil, "claim.not_found")
	p.do("begun again", http.MethodPost, "", api.ClaimNew{ID: "own-2", District: "110105", Content: content}, "claim.exists")
	p.do("handed in", http.MethodPost, "/own-2/submit", api.OwnClaimAct{Version: c.Version}, "claim.not_found")
	var list api.OwnClaimList
	p.want("list", http.MethodGet, "/donor/claims", p.AccessToken.AccessToken, nil, &list, "")
	if len(list.Claims) != 1 || list.Claims[0].ID != "own-1" {
		t.Errorf("listed %+v", list.Claims)
	}
}
