package center

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/fault"
	"lianxin/backend/site"
	"lianxin/backend/staff"
	"lianxin/backend/token"
)

const testSite = "site-test"

// claimed is a kiosk that has used a code and waits, with its key.
func (b *bench) claimed() (enrolment api.EnrolmentView, key token.Key) {
	b.t.Helper()
	if err := b.SaveSite(b.t.Context(), site.Site{ID: testSite, Station: "station-test", District: "110105"}); err != nil {
		b.t.Fatal(err)
	}
	_, invitation, err := b.Invite(b.t.Context(), "一层大厅 1号机", "kiosk", testSite, "terminal", time.Minute)
	if err != nil {
		b.t.Fatal(err)
	}
	key = newKey(b.t)
	claim := api.EnrolmentClaim{Code: string(invitation.Code), PublicKey: key.Public().Bytes(), Proof: token.ProvePossession(key, invitation.Code), Version: "test"}
	b.want("claim", http.MethodPost, "/enrolments", "", claim, &enrolment, "")
	return enrolment, key
}

// status asks as a waiting kiosk does.
func (b *bench) status(id string, key token.Key) (view api.EnrolmentView, code string) {
	b.t.Helper()
	request := httptest.NewRequest(http.MethodGet, "/enrolments/"+id, nil)
	request.Header.Set("Lianxin-Proof", token.ProvePossession(key, token.Code(id)))
	answer := httptest.NewRecorder()
	b.handler.ServeHTTP(answer, request)
	var problem struct {
		Code string `json:"code"`
	}
	into := any(&view)
	if answer.Code >= 300 {
		into = &problem
	}
	if err := json.Unmarshal(answer.Body.Bytes(), into); err != nil {
		b.t.Fatal(err)
	}
	return view, problem.Code
}

// enrolled is a kiosk that was let in.
func (b *bench) enrolled() (id string, key token.Key) {
	b.t.Helper()
	waiting, key := b.claimed()
	if _, err := b.Approve(b.t.Context(), waiting.ID, waiting.Fingerprint, "terminal"); err != nil {
		b.t.Fatal(err)
	}
	return waiting.ID, key
}

func TestAdministratorApproves(t *testing.T) {
	b := newBench(t)
	boss := b.hire("boss.test", staff.Admin, staff.Scope{})
	bearer := b.enter(boss).AccessToken.AccessToken
	waiting, key := b.claimed()
	if view, _ := b.status(waiting.ID, key); view.Status != "pending" || view.Grant != nil {
		t.Errorf("before approval: %+v", view)
	}
	var list []api.WaitingEnrolment
	b.want("list", http.MethodGet, "/enrolments", bearer, nil, &list, "")
	if len(list) != 1 || list[0].ID != waiting.ID || list[0].Status != "pending" || list[0].Fingerprint != key.Public().Fingerprint() || list[0].SiteID != testSite {
		t.Fatalf("%+v", list)
	}
	path := "/enrolments/" + waiting.ID
	b.want("another fingerprint", http.MethodPost, path+"/approve", bearer, map[string]string{"fingerprint": newKey(t).Public().Fingerprint()}, nil, "enrolment.fingerprint_mismatch")
	var made api.DeviceView
	b.want("approve", http.MethodPost, path+"/approve", bearer, map[string]string{"fingerprint": list[0].Fingerprint}, &made, "")
	if made.ID != waiting.ID || made.SiteID != testSite || made.Letter != "A" {
		t.Errorf("%+v", made)
	}
	b.want("twice", http.MethodPost, path+"/approve", bearer, map[string]string{"fingerprint": list[0].Fingerprint}, nil, "enrolment.not_pending")
	b.want("list", http.MethodGet, "/enrolments", bearer, nil, &list, "")
	if len(list) != 0 {
		t.Errorf("decided, but still waiting: %+v", list)
	}
	b.wantEntry(boss.ID, "admin", "enrolment.approve", made.ID, "")
	b.want("revoke", http.MethodPost, "/devices/"+made.ID+"/revoke", bearer, nil, nil, "")
	b.wantEntry(boss.ID, "admin", "device.revoke", made.ID, testSite)
	if _, code := b.exchange(made.ID, key); code != "token.revoked" {
		t.Errorf("a token for a revoked device: %q", code)
	}
	if _, code := b.status(made.ID, key); code != "enrolment.not_found" {
		t.Errorf("the grant of a revoked device: %q", code)
	}
}

func TestAdministratorRefuses(t *testing.T) {
	b := newBench(t)
	bearer := b.enter(b.hire("boss.test", staff.Admin, staff.Scope{})).AccessToken.AccessToken
	waiting, key := b.claimed()
	b.want("refuse", http.MethodPost, "/enrolments/"+waiting.ID+"/refuse", bearer, nil, nil, "")
	if view, _ := b.status(waiting.ID, key); view.Status != "refused" || view.Grant != nil {
		t.Errorf("%+v", view)
	}
	b.want("regret", http.MethodPost, "/enrolments/"+waiting.ID+"/approve", bearer, map[string]string{"fingerprint": waiting.Fingerprint}, nil, "enrolment.not_pending")
	b.claimed()
	b.pass(token.MaxCodeLife)
	var list []api.WaitingEnrolment
	bearer = b.enter(b.hire("boss2.test", staff.Admin, staff.Scope{})).AccessToken.AccessToken
	b.want("list", http.MethodGet, "/enrolments", bearer, nil, &list, "")
	if len(list) != 0 {
		t.Errorf("expired, but still waiting: %+v", list)
	}
}

// The proof a kiosk polls with never changes. Whoever overheard it gets the grant
// no more once the kiosk itself has had its first token.
func TestGrantIsGivenUntilTheFirstToken(t *testing.T) {
	b := newBench(t)
	id, key := b.enrolled()
	for range 2 { // an answer may get lost
		view, code := b.status(id, key)
		if code != "" || view.Grant == nil || view.Grant.DeviceID != id || len(view.Grant.GateKey) != 32 || len(view.Grant.LetterKey) != 32 {
			t.Fatalf("%+v, %q", view, code)
		}
	}
	if _, code := b.status(id, newKey(t)); code != "enrolment.not_found" {
		t.Errorf("with another key: %q", code)
	}
	if _, code := b.exchange(id, key); code != "" {
		t.Fatal(code)
	}
	if view, code := b.status(id, key); code != "enrolment.not_found" || view.Grant != nil {
		t.Errorf("after the first token: %+v, %q", view, code)
	}
	if _, code := b.exchange(id, key); code != "" {
		t.Errorf("the next token: %q", code)
	}
	_, err := b.Status(t.Context(), "nobody", "")
	if fault.CodeOf(err) != "enrolment.not_found" {
		t.Error(err)
	}
}

// Two administrators decide at the same moment: one of them does, and the other
// is told. What the device then sees is what was written down.
func TestDecisionsAtOnce(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		site, instance := b.newKiosk("site-1", b.serve()).site, b.open()
		for round := range 8 {
			_, invitation, err := b.Invite(t.Context(), "一层大厅 2号机", "kiosk", site, "terminal", time.Minute)
			if err != nil {
				t.Fatal(err)
			}
			var waiting api.EnrolmentView
			b.want("claim", http.MethodPost, "/enrolments", "", claimOf(invitation.Code, newKey(t)), &waiting, "")
			begin := make(chan struct{})
			decided := make(chan error, 2)
			go func() {
				<-begin
				_, err := b.Approve(background(t), waiting.ID, waiting.Fingerprint, "admin-1")
				decided <- err
			}()
			go func() {
				<-begin
				decided <- instance.Refuse(background(t), waiting.ID, "admin-2")
			}()
			close(begin)
			codes := []string{fault.CodeOf(<-decided), fault.CodeOf(<-decided)}
			slices.Sort(codes)
			if !slices.Equal(codes, []string{"", "enrolment.not_pending"}) {
				t.Errorf("round %d: both decide: %q", round, codes)
			}
			e, err := b.store.Enrolment(t.Context(), waiting.ID)
			_, found := b.store.Device(t.Context(), waiting.ID)
			if err != nil || (e.Status == token.Approved) != (found == nil) {
				t.Errorf("round %d: the enrolment is %s, its device: %v", round, e.Status, found)
			}
		}
	})
}
