package node

import (
	"net/http"
	"testing"

	"lianxin/backend/api"
	"lianxin/backend/outbox"
	"lianxin/backend/store/storetest"
	"lianxin/backend/visit"
)

// A kiosk is revoked while something waits to be sent. Enrolled again in the same
// folder, at another site, it delivers that, serves people, and still knows its
// own after a restart.
func TestRevokedKioskIsEnrolledAnew(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.enrol(testSite)
	first := b.node.place()
	if err := b.center.Revoke(t.Context(), first.DeviceID, api.Caller{StaffID: "terminal"}); err != nil {
		t.Fatal(err)
	}
	b.until("the kiosk to be revoked", func(s api.KioskState) bool { return s.Phase == phaseRevoked })
	if _, err := b.node.CallStaff(t.Context()); err != nil {
		t.Fatal(err)
	}
	v := storetest.Visit(1)
	v.DeviceID, v.SiteID, v.Day = first.DeviceID, first.SiteID, b.node.clock.Today().AddDays(-3)
	recorder := visit.Recorder{Store: b.node.store, Log: b.node.store, Papers: b.node.paper, NewID: b.node.config.NewID}
	if _, err := recorder.CheckIn(t.Context(), v, first.Letter); err != nil {
		t.Fatal(err)
	}
	fingerprint := b.node.enrolmentState().Fingerprint

	b.enrol("dongzhimen")
	b.until("what was kept to be delivered", func(s api.KioskState) bool { return s.Pending == 0 && s.DeadLetters == 0 && s.Online })
	now := b.node.place()
	if now.DeviceID == first.DeviceID || now.SiteID != "dongzhimen" || b.node.enrolmentState().Fingerprint == fingerprint {
		t.Errorf("it is still %+v", now)
	}
	if kept, err := b.center.Store().Visit(t.Context(), v.ID); err != nil || kept.DeviceID != first.DeviceID || kept.SiteID != testSite {
		t.Errorf("the visit at the center: %+v, %v", kept.DeviceID, err)
	}
	if n, err := b.node.store.CountOperations(t.Context(), outbox.Refused); err != nil || n != 0 {
		t.Errorf("%d refused, %v", n, err)
	}
	// Its own past visit is no other kiosk's, to be forgotten.
	if err := b.node.store.ForgetPast(t.Context(), b.node.identity.Load().devices(), b.node.clock.Today()); err != nil {
		t.Errorf("forgetting past days: %v", err)
	}
	if _, err := b.node.store.Visit(t.Context(), v.ID); err != nil {
		t.Errorf("its own visit: %v", err)
	}
	if status := b.ask(http.MethodPost, "/kiosk/enrolment", api.EnrolInput{URL: "http://localhost:1", Token: "x"}, nil); status != http.StatusConflict {
		t.Errorf("a kiosk that is in is enrolled again: %d", status)
	}
	// What is on the disk is the same to a start after a power cut.
	again := &Node{config: b.node.config, store: b.node.store}
	if err := again.loadIdentity(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := again.newReplica(t.Context()); err != nil {
		t.Fatal(err)
	}
	if again.place() != now || again.revoked.Load() {
		t.Errorf("after a restart it is %+v, revoked: %v", again.place(), again.revoked.Load())
	}
}
