package node

import (
	"crypto/rand"

	"lianxin/backend/api"
	"lianxin/backend/claim"
	"lianxin/backend/sample"
	"lianxin/backend/token"
)

// onPhone has a canary log in on a phone of their own and claim what blood cost a relative.
func (o *office) onPhone(c, patient canary, n int) {
	o.t.Helper()
	key, err := token.NewKey(rand.Reader)
	if err != nil {
		o.t.Fatal(err)
	}
	said := c.said(n)
	doc := c.person.Document
	ask := api.DonorAsk{Kind: doc.Kind, Number: doc.Text() + "?", DIN: c.number.Printed(), Language: "zh-CN"}
	o.call(o.served, "POST", "/donor/codes", "", ask, nil) // refused
	ask.Number = doc.Text()
	var asked api.ResultAsked
	o.works(o.call(o.served, "POST", "/donor/codes", "", ask, &asked))
	if err := o.center.SendCodes(o.t.Context()); err != nil {
		o.t.Fatal(err)
	}
	var session api.DonorSession
	sent := o.phones.got
	o.works(o.call(o.served, "POST", "/donor/login", "", api.DonorLogin{Request: asked.Request, Code: sent[len(sent)-1].Params["code"], PublicKey: key.Public().Bytes()}, &session))
	do := func(method, path string, in any) (out api.OwnClaim) {
		o.works(o.call(o.served, method, "/donor/claims"+path, session.AccessToken.AccessToken, in, &out))
		return out
	}
	content := o.content(c, patient, said)
	content.Donor.Number = "" // the center knows it
	one := do("POST", "", api.ClaimNew{ID: "canary-phone", District: "110101", Content: content})
	for _, kind := range one.Documents {
		one = do("PUT", "/canary-phone/attachments/"+string(kind), api.ClaimHanded{Kind: kind, Content: sample.Page(string(kind) + " " + doc.Number + " " + c.phone)})
	}
	one = do("POST", "/canary-phone/submit", api.OwnClaimAct{Version: one.Version})
	if one.Status != claim.Submitted || one.Content.Donor.Number != doc.Text() {
		o.t.Errorf("the claim of a canary is %s", one.Status)
	}
	o.call(o.served, "PUT", "/donor/claims/canary-phone", session.AccessToken.AccessToken, api.ClaimChange{Version: one.Version, Content: content}, nil) // refused: it is handed in
	do("POST", "/canary-phone/withdraw", api.OwnClaimAct{Version: one.Version, Note: said["note"]})
}

// works wants what a phone asks to work.
func (o *office) works(code string) {
	o.t.Helper()
	if code != "" {
		o.t.Fatalf("from a phone: %s", code)
	}
}
