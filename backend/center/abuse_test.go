package center

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"lianxin/backend/api"
	"lianxin/backend/api/apitest"
	"lianxin/backend/device"
	"lianxin/backend/store/pgtest"
	"lianxin/backend/token"
)

// caller is who asks for an operation.
func (a *abused) caller(op apitest.Operation) role {
	by := role{here: true, there: true}
	switch op.Permission {
	case api.Public:
	case api.DeviceSync:
		by.device, by.kiosk = true, a.kiosks[here]
		if op.ID == "push-operations" { // what is spoilt breaks the log of who sent it
			by.kiosk = a.newKiosk(here, a.address)
		}
	case api.StationIntake:
		by.client, by.kiosk = true, a.clients[here]
	case api.HospitalRelief:
		by.ward, by.kiosk = true, a.wards[here]
	case api.DonorSelf:
		by.giver = a.stranger
	default:
		by.staff, by.member = worker[op.Permission], a.people[op.Permission]
	}
	return by
}

// near is a good request of an operation, and who sends it. Another is made when it was done,
// and every so often.
func (a *abused) near(op apitest.Operation) *around {
	of := a.good[op.ID]
	often := 20
	if op.Method == http.MethodGet || strings.HasPrefix(op.Path, "/claims/") || isOwn(op.Path) || strings.HasPrefix(op.Path, "/payouts/") {
		often = 40 // they take long to prepare
	}
	if of == nil || of.since >= often || of.done && of.since >= often/4 && op.Method != http.MethodGet {
		of = a.make(op)
		a.good[op.ID] = of
	}
	of.since++
	return of
}

// make makes a good request.
func (a *abused) make(op apitest.Operation) *around {
	if _, isOfDevices := enrolmentExamples[op.ID]; isOfDevices {
		a.sendsAway()
	}
	of := &around{by: a.caller(op)}
	a.bearer(op.Permission, of.by) // who asks comes in first: codes in the request are good for a moment
	a.pass(20 * time.Second)       // what was made before no longer counts against any limit
	one, has := examples[op.ID]
	if !has {
		return of
	}
	e := one.make(a.world, here, of.by)
	query, err := url.ParseQuery(e.query)
	if err != nil {
		a.t.Fatal(err)
	}
	of.Good = apitest.Good{Path: e.path, Query: query, Header: e.header, Body: e.body}
	a.maker.Learn(of.Good, func(v any) bool { return a.own[v] })
	return of
}

// sendsAway revokes devices that examples have let in: a site has letters for so many.
func (a *abused) sendsAway() {
	all, err := a.store.Devices(a.t.Context())
	if err != nil {
		a.t.Fatal(err)
	}
	for _, d := range all {
		if !a.own[d.ID] && d.Status == device.Active {
			if err := a.Revoke(a.t.Context(), d.ID, caller("terminal")); err != nil {
				a.t.Fatal(err)
			}
		}
	}
}

// bearer is a token that is good for the operation. Whoever was thrown out by
// the operation itself comes in again.
func (a *abused) bearer(need api.Permission, by role) string {
	if need == api.Public || need == api.Local {
		return ""
	}
	key := string(need)
	if by.kiosk != nil {
		key = by.kiosk.id
	}
	if held := a.access[key]; held != "" {
		if _, err := a.Admit(a.t.Context(), held, need); err == nil {
			return held
		}
	}
	if by.kiosk != nil {
		a.access[key] = by.kiosk.bearer()
		return a.access[key]
	}
	if by.giver != nil {
		a.access[key] = a.logsIn(by.giver).AccessToken.AccessToken
		return a.access[key]
	}
	if a.people[need].Login == "" {
		a.t.Fatalf("nobody here may use what needs %s: add who may to the table worker", need)
	}
	a.pass(time.Minute) // a code of the phone is good once
	a.access[key] = a.enter(a.people[need]).AccessToken.AccessToken
	return a.access[key]
}

// send signs a drawn request in one of several ways and sends it.
func (a *abused) send(t *rapid.T, op apitest.Operation) {
	of := a.near(op)
	r := a.drawn(t, op, of.Good)
	request, err := r.HTTP()
	if err != nil {
		t.Skip("no client can write such an address") // another is drawn instead
	}
	bearer := a.bearer(op.Permission, of.by)
	switch rapid.SampledFrom(bearers).Draw(t, "bearer") {
	case "right":
		request.Header.Set("Authorization", "Bearer "+bearer)
	case "text":
		request.Header.Set("Authorization", rapid.SampledFrom([]string{"Bearer", "Bearer ", "bearer a.b.c", "Basic eDp5", "Bearer " + bearer + ".x", "Bearer \u4e2d"}).Draw(t, "authorization"))
	}
	if op.ID == "push-operations" && rapid.SampledFrom([]bool{true, true, true, false}).Draw(t, "signed") {
		of.signs(request, r)
	}
	a.note(op, of, a.judge(t, op, request))
}

// begins sends an operation's good request, in a center it can be good in.
func (a *abused) begins(t *testing.T, op apitest.Operation) {
	if op.ID == "invite-device" { // an address a device would follow
		a.config.URL = "https://center.example.invalid"
		t.Cleanup(func() { a.config.URL = testURL })
	}
	a.asItStands(t, op)
}

// asItStands sends the good request itself, which has to be done.
func (a *abused) asItStands(t *testing.T, op apitest.Operation) {
	of := a.near(op)
	r := of.Request(op)
	request, err := r.HTTP()
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+a.bearer(op.Permission, of.by))
	if op.ID == "push-operations" {
		of.signs(request, r)
	}
	answer := a.judge(t, op, request)
	if a.note(op, of, answer); answer.Code >= http.StatusMultipleChoices {
		t.Fatalf("the good request of %s was not done: %d %s", op.ID, answer.Code, answer.Body)
	}
}

func (of *around) signs(request *http.Request, r apitest.Request) {
	k := of.by.kiosk
	request.Header.Set(api.BatchSignatureHeader, token.SignBatch(k.key, token.Batch{Device: k.id, Seq: first(r.Body), Body: r.Body}))
}

// note notes how far a request came.
func (a *abused) note(op apitest.Operation, of *around, answer *httptest.ResponseRecorder) {
	switch a.tally.Note(op.ID, answer); {
	case answer.Code == http.StatusTooManyRequests:
		a.pass(20 * time.Second) // else limits on how often one may ask would answer for all the rest
	case answer.Code < http.StatusMultipleChoices:
		of.done = true
		if op.ID == "change-password" { // nobody knows the next one
			a.hires(op.Permission)
			delete(a.good, op.ID)
		}
	}
}

// bearers are mostly right: what has none ends at the door.
var bearers = append(slices.Repeat([]string{"right"}, 18), "none", "text")

// drawn is a request around a good one, or one the document alone would lead to.
func (a *abused) drawn(t *rapid.T, op apitest.Operation, good apitest.Good) apitest.Request {
	maker := a.maker
	if op.ID == "change-site" { // a site that is closed or moved would end all good requests
		maker.Known = maps.Clone(maker.Known)
		delete(maker.Known, "id")
	}
	if rapid.SampledFrom([]bool{true, true, true, true, true, true, true, false}).Draw(t, "around") {
		return maker.Around(t, op, good)
	}
	return maker.Draw(t, op)
}

// judge sends a request and holds the answer against what every answer must be.
func (a *abused) judge(t interface{ Fatalf(string, ...any) }, op apitest.Operation, request *http.Request) *httptest.ResponseRecorder {
	// Whoever would wait for a change goes away at once.
	ctx, cancel := context.WithCancel(request.Context())
	defer cancel()
	if seconds, err := strconv.Atoi(request.URL.Query().Get("wait")); err == nil && seconds > 0 {
		cancel()
	}
	answer := httptest.NewRecorder()
	a.handler.ServeHTTP(answer, request.WithContext(ctx))
	if err := errors.Join(a.maker.Judge(answer), op.Conforms(answer)); err != nil {
		t.Fatalf("%s: %v", op.ID, err)
	}
	return answer
}

// Whatever is sent to any operation, the center does not break, says what is
// wrong, and repeats nobody's values. `-rapid.checks` says how often; PostgreSQL gets a
// tenth of many, as what it does otherwise the store's own suite asks.
func TestAbuseOfEveryOperation(t *testing.T) {
	isFew := apitest.Few(t, 8)
	t.Run("sqlite", func(t *testing.T) { abuseEveryOperation(t, newBench, isFew) })
	t.Run("postgres", func(t *testing.T) {
		if !isFew {
			apitest.Fewer(t, 10)
		}
		abuseEveryOperation(t, func(t testing.TB) *bench { return newBenchOn(t, pgtest.Database(t)) }, isFew)
	})
}

// renewed is after how many requests an operation goes on in another center: what ten thousand
// leave behind made every page of the feed, and every list, a long one.
const renewed = 500

// abuseEveryOperation abuses a few times in one center, and many times in new ones for each
// operation.
func abuseEveryOperation(t *testing.T, open func(testing.TB) *bench, isFew bool) {
	tally, others := &apitest.Tally{}, &apitest.Heard{}
	others.LogsOf(t)
	world := func(t testing.TB) *abused {
		a := newAbused(t, open(t))
		a.tally, a.others = tally, others
		return a
	}
	var one *abused
	if isFew {
		one = world(t)
		defer one.wantQuiet()
	}
	for _, op := range apitest.Read(t).Operations {
		if op.Permission == api.Local || isFirstRun[op.ID] {
			continue // a window answers these; of the first run is a test of its own
		}
		t.Run(op.ID, func(t *testing.T) {
			if one == nil {
				t.Parallel()
			}
			a, asked, here := one, 0, apitest.NewStretch(t)
			rapid.Check(t, func(rt *rapid.T) {
				if asked%renewed == 0 {
					if one == nil {
						here.End()
						a = world(here)
						here.Cleanup(a.wantQuiet)
					}
					a.begins(t, op)
				}
				asked++
				a.send(rt, op)
			})
		})
	}
	t.Cleanup(func() { tally.Check(t, "the center") }) // after those that run side by side
}

// wantQuiet tells whether the log holds anything of what was sent.
func (a *abused) wantQuiet() {
	a.t.Helper()
	text := a.log.String() + a.others.String()
	for _, personal := range a.maker.Personal {
		if strings.Contains(text, personal) {
			a.t.Errorf("the log holds %q", personal)
		}
	}
	if !strings.Contains(text, `"route"`) {
		a.t.Error("there is no log to look at")
	}
}
