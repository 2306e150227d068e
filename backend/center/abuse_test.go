package center

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"lianxin/backend/api"
	"lianxin/backend/api/apitest"
	"lianxin/backend/claim"
	"lianxin/backend/device"
	"lianxin/backend/hospital"
	"lianxin/backend/outbox"
	"lianxin/backend/result"
	"lianxin/backend/staff"
	"lianxin/backend/sync"
	"lianxin/backend/token"
)

// abused is a center with something behind every operation, and somebody of
// every kind who may use it.
type abused struct {
	*bench
	maker  apitest.Maker
	kiosk  *kiosk
	client *kiosk // a station's own
	ward   *kiosk // a hospital's own
	people map[api.Permission]person
	access map[api.Permission]string
}

func newAbused(t *testing.T, b *bench) *abused {
	// What is not the center's own logger is the default one; it must keep quiet as well.
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewJSONHandler(&b.log, nil)))
	t.Cleanup(func() { slog.SetDefault(before) })
	a := &abused{bench: b, kiosk: b.newKiosk("site-1", testURL), client: b.newDevice(device.Station, "site-1", testURL), access: map[api.Permission]string{}}
	victim := b.newKiosk("site-2", testURL)
	p := donorOf("902")
	booked := b.books(p, "site-1")
	v := a.kiosk.visitOf(p, 1, booked.ID)
	if err := b.store.InsertVisit(t.Context(), v); err != nil {
		t.Fatal(err)
	}
	waiting, key := b.claimed()
	a.people = map[api.Permission]person{
		api.StaffSelf: b.hire("self.test", staff.Finance, staff.Scope{}), api.StaffVisits: b.hire("desk.test", staff.Reception, staff.Scope{}),
		api.StaffReception:   b.hire("front.test", staff.Reception, staff.Scope{}),
		api.StaffHelp:        b.hire("help.test", staff.Reception, staff.Scope{}),
		api.StaffGifts:       b.hire("gift.test", staff.Reception, staff.Scope{}),
		api.StaffVouchers:    b.hire("vouchers.test", staff.Reception, staff.Scope{}),
		api.StaffCorrections: b.hire("corrections.test", staff.Reception, staff.Scope{}),
		api.StaffDevices:     b.hire("boss.test", staff.Admin, staff.Scope{}),
		api.StaffPeople:      b.hire("people.test", staff.Admin, staff.Scope{}),
		api.StaffSites:       b.hire("sites.test", staff.Admin, staff.Scope{}),
		api.StaffPacks:       b.hire("packs.test", staff.Admin, staff.Scope{}),
		api.StaffAudit:       b.hire("audit.test", staff.Admin, staff.Scope{}),
	}
	a.maker = apitest.Maker{
		Personal: []string{p.Name, p.Document.Number, booked.Code, "13800138000", "测试丙丁𠮷", "secret-answer", "E12345678"},
		Known: map[string][]any{
			"id": {v.ID, victim.id, waiting.ID, "site-1", "site-2"}, "day": {b.Today().String(), "2026-11-22"}, "station": {"station-test", "miyun"},
			"cursor": {"", b.cursor(a.kiosk)}, "wait": {0}, "protocol": {1}, "seq": {1, 2}, "login": {"self.test", "desk.test"},
			"password": {goodPassword}, "grant_type": {api.AssertionGrant}, "fingerprint": {waiting.Fingerprint},
			"public_key": {key.Public().Bytes(), newKey(t).Public().Bytes()}, "kind": {"visit.checked_in", "visit.deferred", "staff_call.raised", "staff_call.cleared"},
		},
	}
	a.told()
	a.claims()
	a.stays()
	return a
}

// claims adds what has to do with claims: one of each kind of moment, and who handles them.
func (a *abused) claims() {
	clerk, reviewer := a.hire("clerk.test", staff.DistrictClerk, staff.Scope{}), a.hire("review.test", staff.Reviewer, staff.Scope{})
	a.people[api.StaffClaims], a.people[api.StaffClaimCapture], a.people[api.StaffClaimReview] = a.people[api.StaffSelf], clerk, reviewer
	a.people[api.StaffPayouts] = a.people[api.StaffSelf]
	content := claimContent("3")
	by := api.Caller{StaffID: "clerk-9", Role: string(staff.DistrictClerk)}
	var opened api.ClaimOpened
	for _, id := range []string{"claim-draft", "claim-submitted"} {
		var err error
		if opened, err = a.CreateClaim(a.t.Context(), api.ClaimNew{ID: id, District: "110105", Content: content}, by); err != nil {
			a.t.Fatal(err)
		}
		for _, kind := range opened.Documents {
			if opened, err = a.AttachToClaim(a.t.Context(), id, string(kind), api.ClaimHanded{Kind: kind, Content: photograph("3")}, by); err != nil {
				a.t.Fatal(err)
			}
		}
	}
	if _, err := a.StepClaim(a.t.Context(), "claim-submitted", claim.Submit, claim.Capture, api.ClaimAct{Version: opened.Version}, by); err != nil {
		a.t.Fatal(err)
	}
	a.maker.Personal = append(a.maker.Personal, content.Donor.Name, content.Donor.Number, content.Patient.Name, content.Payee.Account)
	for name, values := range map[string][]any{"id": {"claim-draft", "claim-submitted"}, "attachment_id": {"invoice", "certificate"}, "version": {opened.Version, opened.Version + 1},
		"content": {photograph("3")}, "document_number": {content.Donor.Number}, "text": {content.Donor.Number, content.Donor.Name}, "district": {"110105"}} {
		a.maker.Known[name] = append(a.maker.Known[name], values...)
	}
}

// stays adds what has to do with hospitals, and with what their relief comes to.
func (a *abused) stays() {
	a.ward = a.newHospital("hospital-1", "110105", testURL)
	a.people[api.StaffSettlement] = a.people[api.StaffSelf]
	patient := a.gave(donorOf("934"), result.Markers{}).Person
	for _, number := range []string{"ZY-secret-1", "ZY-secret-2"} {
		stay, err := a.ReserveRelief(a.t.Context(), hospital.Order{Number: number, Inquiry: a.inquiryOf(patient, "100", 11_000)}, api.Caller{DeviceID: a.ward.id})
		if err != nil {
			a.t.Fatal(err)
		}
		a.maker.Known["id"], a.maker.Personal = append(a.maker.Known["id"], stay.ID), append(a.maker.Personal, number)
	}
	a.maker.Personal = append(a.maker.Personal, patient.Name, patient.Document.Number)
	a.maker.Known["id"] = append(a.maker.Known["id"], "110105-2026-10")
	for name, values := range map[string][]any{"number": {patient.Document.Number, "ZY-secret-1"}, "on": {a.Today().String()}, "month": {"2026-10", "2026-11"}, "quantity": {"100", "1.5"}} {
		a.maker.Known[name] = append(a.maker.Known[name], values...)
	}
}

// told adds what has to do with results: somebody who is to be told in confidence, and
// who does so.
func (a *abused) told() {
	a.phones()
	a.people[api.StaffCounsel] = a.hire("calls.test", staff.Counsellor, staff.Scope{})
	tested := a.gave(donorOf("904"), result.Markers{HIV: result.Reactive})
	given := a.history(tested.ID)
	if err := a.Upkeep(a.t.Context()); err != nil {
		a.t.Fatal(err)
	}
	cases, err := a.store.CasesOf(a.t.Context(), []string{given[0].ID})
	if err != nil || len(cases) != 1 {
		a.t.Fatalf("%v, %v", cases, err)
	}
	for name, values := range map[string][]any{"id": {cases[given[0].ID][0].ID}, "kind": {"result_slip", "certificate"}, "donation_id": {given[0].ID, given[1].ID},
		"donor_key": {tested.Key}, "din": {string(given[0].DIN), "G1234"}, "name": {tested.Person.Name}} {
		a.maker.Known[name] = append(a.maker.Known[name], values...)
	}
}

// cursor is one that exists.
func (b *bench) cursor(k *kiosk) string {
	out, err := b.Pull(b.t.Context(), k.id, "", 0)
	if err != nil {
		b.t.Fatal(err)
	}
	return out.Cursor
}

// bearer is a token that is good for the operation. Whoever was thrown out by
// the operation itself comes in again.
func (a *abused) bearer(need api.Permission) string {
	if need == api.Public || need == api.Local {
		return ""
	}
	if held := a.access[need]; held != "" {
		if _, err := a.Admit(a.t.Context(), held, need); err == nil {
			return held
		}
	}
	switch need {
	case api.DeviceSync:
		a.access[need] = a.kiosk.bearer()
	case api.StationIntake:
		a.access[need] = a.client.bearer()
	case api.HospitalRelief:
		a.access[need] = a.ward.bearer()
	default:
		if a.people[need].Login == "" {
			a.t.Fatalf("nobody here may use what needs %s", need)
		}
		a.pass(time.Minute) // a code of the phone is good once
		a.access[need] = a.enter(a.people[need]).AccessToken.AccessToken
	}
	return a.access[need]
}

// send signs a drawn request in one of several ways and sends it.
func (a *abused) send(t *rapid.T, op apitest.Operation, r apitest.Request) {
	request, err := r.HTTP()
	if err != nil {
		return // no client can write such an address
	}
	switch bearer := a.bearer(op.Permission); rapid.SampledFrom([]string{"right", "right", "right", "right", "right", "right", "none", "text"}).Draw(t, "bearer") {
	case "right":
		request.Header.Set("Authorization", "Bearer "+bearer)
	case "text":
		request.Header.Set("Authorization", rapid.SampledFrom([]string{"Bearer", "Bearer ", "bearer a.b.c", "Basic eDp5", "Bearer " + bearer + ".x", "Bearer \u4e2d"}).Draw(t, "authorization"))
	}
	if op.ID == "push-operations" && rapid.Bool().Draw(t, "signed") {
		var in sync.PushRequest
		_ = json.Unmarshal(r.Body, &in) // what cannot be read is signed as it stands
		request.Header.Set(api.BatchSignatureHeader, token.SignBatch(a.kiosk.key, token.Batch{Device: a.kiosk.id, Seq: in.FirstSeq(), Body: r.Body}))
	}
	a.judge(t, op.ID, request)
}

// judge sends a request and holds the answer against what every answer must be.
func (a *abused) judge(t *rapid.T, what string, request *http.Request) *httptest.ResponseRecorder {
	// Whoever would wait for a change goes away at once.
	ctx, cancel := context.WithCancel(request.Context())
	defer cancel()
	if seconds, err := strconv.Atoi(request.URL.Query().Get("wait")); err == nil && seconds > 0 {
		cancel()
	}
	answer := httptest.NewRecorder()
	a.handler.ServeHTTP(answer, request.WithContext(ctx))
	if err := a.maker.Judge(answer); err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	return answer
}

// Whatever is sent to any operation, the center does not break, says what is
// wrong, and repeats nobody's values. `-rapid.checks` says how often.
func TestAbuseOfEveryOperation(t *testing.T) { onEach(t, abuseEveryOperation) }

func abuseEveryOperation(t *testing.T, b *bench) {
	a := newAbused(t, b)
	for _, op := range apitest.Read(t).Operations {
		if op.Permission == api.Local {
			continue // a kiosk answers these
		}
		t.Run(op.ID, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) { a.send(t, op, a.maker.Draw(t, op)) })
		})
	}
	a.wantQuiet()
}

// Operations whose place in the log and signature are right, but whose content is
// anything: the receiver says a fate for each and does not break.
func TestAbuseOfPushedContent(t *testing.T) { onEach(t, abusePushedContent) }

func abusePushedContent(t *testing.T, b *bench) {
	a := newAbused(t, b)
	document := apitest.Read(t)
	contents := []*apitest.Schema{document.Schema(t, "Visit"), document.Schema(t, "StaffCall"), {}}
	kinds := []outbox.Kind{outbox.VisitCheckedIn, outbox.VisitDeferred, outbox.StaffCallRaised, outbox.StaffCallCleared, "visit.unheard_of", ""}
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
		op := a.kiosk.made(rapid.SampledFrom(kinds).Draw(t, "kind"), json.RawMessage(payload))
		body, err := json.Marshal(request(op))
		if err != nil {
			t.Fatal(err)
		}
		call := httptest.NewRequest(http.MethodPost, "/sync/push", bytes.NewReader(body))
		call.Header.Set("Content-Type", "application/json")
		call.Header.Set("Authorization", "Bearer "+a.bearer(api.DeviceSync))
		call.Header.Set(api.BatchSignatureHeader, token.SignBatch(a.kiosk.key, token.Batch{Device: a.kiosk.id, Seq: op.Seq, Body: body}))
		answer := a.judge(t, "push", call)
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
	text := a.log.String()
	for _, personal := range a.maker.Personal {
		if strings.Contains(text, personal) {
			a.t.Errorf("the log holds %q", personal)
		}
	}
	if !strings.Contains(text, `"route"`) {
		a.t.Error("there is no log to look at")
	}
}
