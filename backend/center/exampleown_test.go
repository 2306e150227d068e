package center

import (
	"fmt"
	"slices"
	"strings"

	"lianxin/backend/api"
	"lianxin/backend/claim"
	"lianxin/backend/donor"
	"lianxin/backend/lang"
	"lianxin/backend/relief"
	"lianxin/backend/staff"
	"lianxin/backend/token"
)

// giver is a donor with a phone of their own.
type giver struct {
	donor.Donor
	given donor.Donation
	tag   string // begins the IDs of what is theirs
}

// phoneLogin is a donor's login, with the key that stays on the phone.
type phoneLogin struct {
	api.DonorSession
	key token.Key
}

// newGiver is another one. Their number and phone are nobody's to read: those of others are
// looked for, whom some may read of.
func (w *world) newGiver(tag string) *giver {
	before := w.secrets
	d, given := w.giver(w.somebody(), here)
	w.secrets = before
	for _, place := range []string{here, there} {
		w.secrets = append(w.secrets, secret{kind: "own", field: "ID", place: place, donor: tag, text: fmt.Sprintf("own-%s-%s-", tag, place)})
	}
	return &giver{d, given, tag}
}

// asksIn has a code sent to a donor's phone.
func (w *world) asksIn(g *giver) api.DonorLogin {
	w.t.Helper()
	w.empties()
	doc := g.Person.Document
	asked, err := w.AskDonorCode(w.t.Context(), "127.0.0.1", api.DonorAsk{Kind: doc.Kind, Number: doc.Text(), DIN: g.given.DIN.Printed(), Language: lang.Chinese})
	if err != nil {
		w.t.Fatal(err)
	}
	w.sendsCodes()
	return api.DonorLogin{Request: asked.Request, Code: w.phones.sent[len(w.phones.sent)-1].Params["code"]}
}

// logsIn lets a donor in.
func (w *world) logsIn(g *giver) (l phoneLogin) {
	w.t.Helper()
	l.key = newKey(w.t)
	in := w.asksIn(g)
	in.PublicKey = l.key.Public().Bytes()
	var err error
	if l.DonorSession, err = w.LoginDonor(w.t.Context(), in); err != nil {
		w.t.Fatal(err)
	}
	return l
}

// donorCalls is a donor as one who has logged in.
func donorCalls(g *giver) api.Caller {
	return api.Caller{DonorID: g.ID, Person: []string{g.ID}, Sites: []string{}, Districts: []string{}}
}

// whose is the donor an example is of: who asks, or for "elsewhere" somebody they do not know.
func (w *world) whose(place string, by role) *giver {
	if place != elsewhere && by.giver != nil {
		return by.giver
	}
	return w.stranger
}

// ownContent is what a donor says of a whole claim.
func (w *world) ownContent(g *giver, place string) claim.Content {
	content, patient := claimContent("6"), w.somebody()
	content.Donor.Party, content.Channel = claim.Party{Phone: "01055500001"}, claim.Online
	content.Payee.Holder = g.Person.Name
	content.Patient.Name, content.Patient.Number = patient.Name, patient.Document.Text()
	content.Lines = slices.Clone(content.Lines)
	content.Lines[0].Invoice = w.next("invoice", place)
	content.Relation = relief.Child
	return content
}

// ownClaim is a donor's claim as a draft, with its invoice or with all papers. Others are
// taken back first: a donor may have begun a few and no more.
func (w *world) ownClaim(place string, by role, isWhole bool) (*giver, api.ClaimOpened) {
	w.t.Helper()
	g, ctx := w.whose(place, by), w.t.Context()
	w.takesBack(g)
	w.empties()
	c, err := w.CreateClaim(ctx, api.ClaimNew{ID: w.next("own-"+g.tag, real(place)), District: districtOf[real(place)], Content: w.ownContent(g, real(place))}, donorCalls(g))
	for i, kind := range c.Documents {
		if err == nil && (isWhole || kind == claim.Invoice) {
			c, err = w.AttachToClaim(ctx, c.ID, string(kind), api.ClaimHanded{Kind: kind, Content: photograph(fmt.Sprint(i))}, donorCalls(g))
		}
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return g, c
}

// empties forgets how often anybody has done what may be done so often: examples do it more often.
func (w *world) empties() {
	w.t.Helper()
	if err := w.store.ForgetPurses(w.t.Context(), w.clock().AddDate(1, 0, 0)); err != nil {
		w.t.Fatal(err)
	}
}

// ownVersion is the version a donor names.
func ownVersion(c api.ClaimOpened) (n int) {
	for _, e := range c.History {
		if e.Duty == claim.Capture {
			n++
		}
	}
	return n
}

// takesBack leaves a donor no draft.
func (w *world) takesBack(g *giver) {
	w.t.Helper()
	list, err := w.SearchClaims(w.t.Context(), api.ClaimSearch{Statuses: []claim.Status{claim.Draft}, Limit: 100}, donorCalls(g))
	for _, listed := range list.Claims {
		var c api.ClaimOpened
		if err == nil {
			c, err = w.OpenClaim(w.t.Context(), listed.ID, donorCalls(g))
		}
		if err == nil {
			_, err = w.StepClaim(w.t.Context(), c.ID, claim.Withdraw, claim.Capture, api.ClaimAct{Version: ownVersion(c), Note: "不再申请"}, donorCalls(g))
		}
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

// own asks about a donor's own claim.
func own(body func(*world, api.ClaimOpened) any, attachment string, isWhole ...bool) asking {
	return asking{ofDonor, func(w *world, place string, by role) example {
		_, c := w.ownClaim(place, by, len(isWhole) > 0)
		e := example{path: map[string]string{"id": c.ID, "attachment_id": attachment}}
		if body != nil {
			e.body = body(w, c)
		}
		return e
	}, ""}
}

var ownExamples = map[string]asking{
	"ask-donor-code": {ofNone, func(w *world, place string, _ role) example {
		d, given := w.giver(w.somebody(), place)
		return example{body: api.DonorAsk{Kind: d.Person.Document.Kind, Number: d.Person.Document.Text(), DIN: given.DIN.Printed(), Language: lang.Chinese}}
	}, ""},
	"log-in-donor": {ofNone, func(w *world, place string, _ role) example {
		d, given := w.giver(w.somebody(), place)
		in := w.asksIn(&giver{Donor: d, given: given})
		in.PublicKey = newKey(w.t).Public().Bytes()
		return example{body: in}
	}, ""},
	"create-own-claim": {ofNone, func(w *world, place string, by role) example {
		g := w.whose(place, by)
		w.takesBack(g)
		w.empties()
		return example{body: api.ClaimNew{ID: w.next("own-"+g.tag, place), District: districtOf[place], Content: w.ownContent(g, place)}}
	}, ""},
	"get-own-claim": own(nil, ""),
	"change-own-claim": own(func(_ *world, c api.ClaimOpened) any {
		return api.ClaimChange{Version: ownVersion(c), Content: c.Content}
	}, ""),
	"submit-own-claim": own(func(_ *world, c api.ClaimOpened) any { return api.OwnClaimAct{Version: ownVersion(c)} }, "", true),
	"withdraw-own-claim": own(func(_ *world, c api.ClaimOpened) any {
		return api.OwnClaimAct{Version: ownVersion(c), Note: "不再申请"}
	}, ""),
	"attach-to-own-claim": own(func(*world, api.ClaimOpened) any {
		return api.ClaimHanded{Kind: claim.OtherDocument, Content: photograph("7")}
	}, "another"),
	"detach-from-own-claim": own(nil, string(claim.Invoice)),
	"rotate-own-attachment": own(func(*world, api.ClaimOpened) any { return map[string]int{"turns": 1} }, string(claim.Invoice)),
	"get-own-attachment":    own(nil, string(claim.Invoice)),
	"get-own-preview":       own(nil, string(claim.Invoice)),
	"get-own-claim-paper": {ofDonor, func(w *world, place string, by role) example {
		g, c := w.ownClaim(place, by, true)
		_, err := w.StepClaim(w.t.Context(), c.ID, claim.Submit, claim.Capture, api.ClaimAct{Version: ownVersion(c)}, donorCalls(g))
		if err != nil {
			w.t.Fatal(err)
		}
		return example{path: map[string]string{"id": c.ID, "kind": "acceptance"}}
	}, ""},
}

// mayReadOwn tells whether who asks may be told of what a donor has filed: that donor, and
// whoever handles claims where it was filed.
func (s secret) mayReadOwn(need api.Permission, by role) bool {
	if need == api.DonorSelf {
		return by.giver.tag == s.donor
	}
	return by.sees(s.place) && (slices.Contains(reads["claim"], need) || need == api.StaffSettlement) ||
		need == api.StaffAudit && by.staff == staff.Admin
}

// isOwn tells whether a path is that of a donor's own things.
func isOwn(path string) bool { return strings.HasPrefix(path, "/donor/") }
