package center

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
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
	"lianxin/backend/outbox"
	"lianxin/backend/staff"
	"lianxin/backend/store/pgtest"
	"lianxin/backend/sync"
	"lianxin/backend/token"
)

// abused is a world with somebody of every kind who may use what is abused. Requests are
// drawn around good ones, which are the matrix's (example_test.go).
type abused struct {
	*world
	maker  apitest.Maker
	tally  *apitest.Tally
	people map[api.Permission]person
	access map[string]string // bearers by permission, or by kiosk
	good   map[string]*around
	others *apitest.Heard // what is written by other loggers than the center's
	own    map[any]bool   // what must stay: the world's devices, without which no good request can be made
}

// around is the good request others are drawn around, and for how long already.
type around struct {
	apitest.Good
	by    role
	since int
	done  bool // what was done cannot be done again
}

// worker is who may use what needs a permission; a new permission is one more line.
var worker = map[api.Permission]staff.Role{
	api.StaffSelf: staff.Finance, api.StaffVisits: staff.Reception, api.StaffReception: staff.Reception, api.StaffHelp: staff.Reception,
	api.StaffGifts: staff.Reception, api.StaffVouchers: staff.Reception, api.StaffCorrections: staff.Reception, api.StaffMerges: staff.Reception, api.StaffCounsel: staff.Counsellor,
	api.StaffDevices: staff.Admin, api.StaffPeople: staff.Admin, api.StaffSites: staff.Admin, api.StaffAudit: staff.Admin,
	api.StaffClaims: staff.Finance, api.StaffClaimCapture: staff.DistrictClerk, api.StaffClaimReview: staff.Reviewer,
	api.StaffPayouts: staff.Finance, api.StaffSettlement: staff.Finance, api.StaffPacks: staff.Admin, api.StaffHospitals: staff.Admin,
}

func newAbused(t *testing.T, b *bench) *abused {
	a := &abused{world: newWorld(t, b), tally: &apitest.Tally{}, people: map[api.Permission]person{}, access: map[string]string{}, good: map[string]*around{}, others: &apitest.Heard{}, own: map[any]bool{}}
	for _, place := range []string{here, there} {
		for _, k := range []*kiosk{a.kiosks[place], a.clients[place], a.wards[place]} {
			a.own[k.id] = true
		}
	}
	for need := range worker {
		a.hires(need)
	}
	content, patient := claimContent("3"), donorOf("934")
	a.maker = apitest.Maker{
		// The beginnings of names and numbers of everybody in this world are among them.
		Personal: []string{"测试子", "11019919", "13800138000", "测试丙丁𠮷", "secret-answer", "E12345678", content.Payee.Account, patient.Name, "6200000000"},
		Known: map[string][]any{
			"day": {b.Today().String(), "2026-11-22"}, "cursor": {"", b.cursor(a.kiosks[here])}, "wait": {0}, "protocol": {1}, "seq": {1, 2},
			"password": {goodPassword}, "grant_type": {api.AssertionGrant}, "public_key": {newKey(t).Public().Bytes()}, "kind": a.kinds(), "content": {photograph("3")},
			"document_number": {patient.Document.Number}, "text": {patient.Name}, "district": {"110105", "110106"}, "station": {string(stationOf[here]), "miyun"},
			"name": {patient.Name}, "din": {"G1234"}, "month": {"2026-10", "2026-11"}, "quantity": {"100", "1.5"}, "on": {a.Today().String()}, "language": {"en", "zh-CN"},
		},
	}
	return a
}

// kinds are all operations of kiosks the center does something with, and two it does not.
func (c *Center) kinds() []any {
	all := []any{"visit.unheard_of", ""}
	for _, kind := range slices.Sorted(maps.Keys(c.appliers())) {
		all = append(all, string(kind))
	}
	for _, kind := range slices.Sorted(maps.Keys(c.preparers())) {
		all = append(all, string(kind))
	}
	return all
}

// hires finds somebody for a permission.
func (a *abused) hires(need api.Permission) {
	a.people[need] = a.hire(a.next("w", here), worker[need], staff.Scope{})
	delete(a.access, string(need))
}

// cursor is one that exists.
func (b *bench) cursor(k *kiosk) string {
	out, err := b.Pull(b.t.Context(), k.id, "", 0)
	if err != nil {
		b.t.Fatal(err)
	}
	return out.Cursor
}

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
		return // no client can write such an address
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

// abuseEveryOperation abuses a few times in one center, and many times in a new one for each
// operation: what ten thousand requests leave there made every page of the feed a long one.
func abuseEveryOperation(t *testing.T, open func(testing.TB) *bench, isFew bool) {
	tally, others := &apitest.Tally{}, &apitest.Heard{}
	others.LogsOf(t)
	world := func(t *testing.T) *abused {
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
			continue // a window answers these; of the first run is the test below
		}
		t.Run(op.ID, func(t *testing.T) {
			a := one
			if a == nil {
				t.Parallel()
				a = world(t)
				defer a.wantQuiet()
			}
			if op.ID == "invite-device" { // an address a device would follow
				a.config.URL = "https://center.example.invalid"
				defer func() { a.config.URL = testURL }()
			}
			a.asItStands(t, op)
			rapid.Check(t, func(t *rapid.T) { a.send(t, op) })
		})
	}
	t.Cleanup(func() { tally.Check(t, "the center") }) // after those that run side by side
}

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
				return
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

// Operations whose place in the log and signature are right, but whose content is
// anything: the receiver says a fate for each and does not break.
func TestAbuseOfPushedContent(t *testing.T) {
	apitest.Few(t, 100)
	onEach(t, abusePushedContent)
}

func abusePushedContent(t *testing.T, b *bench) {
	a := newAbused(t, b)
	a.others.LogsOf(b.t)
	document := apitest.Read(t)
	push := document.Operation(t, "push-operations")
	contents := []*apitest.Schema{document.Schema(t, "Visit"), document.Schema(t, "StaffCall"), document.Schema(t, "RedemptionHoldRequest"), {}}
	kinds, k := a.kinds(), a.kiosks[here]
	rapid.Check(t, func(t *rapid.T) {
		wrong := rapid.SampledFrom([]apitest.Wrongness{0, 2, 10, 40}).Draw(t, "wrongness")
		content := a.maker.Value(t, rapid.SampledFrom(contents).Draw(t, "content"), "", wrong)
		payload, err := json.Marshal(content)
		if err != nil { // nested deeper than the encoder goes: as a text it goes all the same
			payload, err = json.Marshal(fmt.Sprint(content))
		}
		if err != nil {
			t.Fatal(err)
		}
		op := k.made(outbox.Kind(rapid.SampledFrom(kinds).Draw(t, "kind").(string)), json.RawMessage(payload))
		body, err := json.Marshal(request(op))
		if err != nil {
			t.Fatal(err)
		}
		call := httptest.NewRequest(http.MethodPost, "/sync/push", bytes.NewReader(body))
		call.Header.Set("Content-Type", "application/json")
		call.Header.Set("Authorization", "Bearer "+a.bearer(api.DeviceSync, role{kiosk: k}))
		call.Header.Set(api.BatchSignatureHeader, token.SignBatch(k.key, token.Batch{Device: k.id, Seq: op.Seq, Body: body}))
		answer := a.judge(t, push, call)
		var out sync.PushResponse
		if err := json.Unmarshal(answer.Body.Bytes(), &out); err != nil || len(out.Answers) != 1 || out.Answers[0].Fate == "" {
			t.Fatalf("no fate for %s: %d %s", body, answer.Code, answer.Body)
		}
	})
	a.wantQuiet()
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
