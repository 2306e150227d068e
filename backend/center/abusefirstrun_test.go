package center

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"lianxin/backend/api"
	"lianxin/backend/api/apitest"
)

// isFirstRun are the operations that are there while nobody works here yet.
var isFirstRun = map[string]bool{"draft-first-admin": true, "make-first-admin": true}

// The first run is abused at a center where nobody works yet; once there is an administrator
// it is over, and another one is opened.
func TestAbuseOfTheFirstRun(t *testing.T) {
	apitest.Few(t, 40)
	a := &abused{tally: &apitest.Tally{}, maker: apitest.Maker{Personal: []string{"13800138000", "测试丙丁𠮷"}, Known: map[string][]any{"password": {goodPassword}}}}
	for _, op := range apitest.Read(t).Operations {
		if !isFirstRun[op.ID] {
			continue
		}
		a.world = &world{bench: newBench(t)}
		a.good = map[string]*around{op.ID: {Good: a.firstRun(op)}}
		a.asItStands(t, op)
		asked, good := 0, apitest.Good{}
		rapid.Check(t, func(rt *rapid.T) {
			if asked%50 == 0 {
				a.world = &world{bench: newBench(t)}
				good = a.firstRun(op)
			}
			asked++
			request, err := a.maker.Around(rt, op, good).HTTP()
			if err != nil {
				rt.Skip("no client can write such an address")
			}
			a.tally.Note(op.ID, a.judge(rt, op, request))
		})
	}
	a.tally.Check(t, "the first run")
}

// firstRun is what the first administrator sends.
func (a *abused) firstRun(op apitest.Operation) apitest.Good {
	a.t.Helper()
	link, err := a.FirstRunLink(a.t.Context())
	if err != nil {
		a.t.Fatal(err)
	}
	_, secret, _ := strings.Cut(link, "#")
	account := api.FirstRunAccount{Token: secret, Login: "boss.test", Name: "测试长", Password: goodPassword}
	if op.ID == "draft-first-admin" {
		return apitest.Good{Body: account}
	}
	drawn, err := a.FirstRunAccount(a.t.Context(), account)
	if err != nil {
		a.t.Fatal(err)
	}
	return apitest.Good{Body: api.FirstRun{FirstRunAccount: account, Secret: drawn.Secret, Code: a.code(drawn.Secret)}}
}
