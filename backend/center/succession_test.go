package center

import (
	"net/http"
	"testing"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/device"
	"lianxin/backend/outbox"
	"lianxin/backend/staffcall"
	"lianxin/backend/token"
)

// anew enrols the machine of k again at a site; edit may spoil the claim. It
// returns the kiosk as it is afterwards and the code of a refusal.
func (k *kiosk) anew(site string, edit func(*api.EnrolmentClaim)) (next *kiosk, code string) {
	k.t.Helper()
	_, invitation, err := k.Invite(k.t.Context(), "一层大厅 1号机", "kiosk", site, "terminal", time.Minute)
	if err != nil {
		k.t.Fatal(err)
	}
	key := newKey(k.t)
	in := claimOf(invitation.Code, key)
	in.Predecessor, in.PredecessorProof = k.id, token.ProveSuccession(k.key, k.id, invitation.Code, key.Public())
	if edit != nil {
		edit(&in)
	}
	var waiting api.EnrolmentView
	if _, code := k.ask(http.MethodPost, "/enrolments", "", in, &waiting); code != "" {
		return nil, code
	}
	d, err := k.Approve(k.t.Context(), waiting.ID, waiting.Fingerprint, "terminal")
	if err != nil {
		return nil, codeOf(nil, err)
	}
	next = &kiosk{bench: k.bench, t: k.t, id: d.ID, site: site, letter: d.Letter, key: key, log: k.log}
	return next, ""
}

// A revoked kiosk is enrolled again, at another site: what it recorded before is
// taken, once, as what it was then, and its log goes on.
func TestMachineEnrolledAnewDeliversWhatItKept(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		address := b.serve()
		k, _ := b.newKiosk("site-1", address), b.newKiosk("site-2", address)
		k.push(k.made(outbox.VisitCheckedIn, k.visitOf(donorOf("902"), 1, "")))
		kept := []outbox.Operation{k.made(outbox.VisitCheckedIn, k.visitOf(donorOf("904"), 2, "")),
			k.made(outbox.StaffCallRaised, staffcall.Call{ID: "call-1", SiteID: "site-1", DeviceID: k.id, RaisedAt: b.clock()})}
		if err := b.Revoke(t.Context(), k.id, api.Caller{StaffID: "terminal"}); err != nil {
			t.Fatal(err)
		}
		next, code := k.anew("site-2", nil)
		if code != "" {
			t.Fatal(code)
		}
		next.dial(address)
		kept = append(kept, next.made(outbox.VisitCheckedIn, next.visitOf(donorOf("906"), 1, "")))
		if got := next.fates(kept...); got != "applied, applied, applied" {
			t.Errorf("what was kept: %s", got)
		}
		if got := next.fates(kept...); got != "already_applied, already_applied, already_applied" {
			t.Errorf("and again: %s", got)
		}
		for site, want := range map[string]int{"site-1": 2, "site-2": 1} {
			if all, err := b.store.VisitsAt(t.Context(), site, b.Today()); err != nil || len(all) != want {
				t.Errorf("%d visits at %s, want %d, %v", len(all), site, want, err)
			}
		}
		// A third life of the same machine still speaks for the first.
		last, code := next.anew("site-2", nil)
		if code != "" {
			t.Fatal(code)
		}
		last.dial(address)
		if got := last.fates(last.made(outbox.VisitCheckedIn, k.visitOf(donorOf("908"), 3, ""))); got != "applied" {
			t.Errorf("of its first life: %s", got)
		}
		before, err := b.store.Device(t.Context(), next.id)
		if err != nil || before.Status != device.Revoked {
			t.Errorf("a machine is two devices: %+v, %v", before, err)
		}
		b.wantEntry("terminal", "machine", "device.revoke", next.id, "")
	})
}

// Nobody goes on with the log of a machine whose key they do not have, nor twice.
func TestSuccessionIsProved(t *testing.T) {
	b := newBench(t)
	address := b.serve()
	k, other := b.newKiosk("site-1", address), b.newKiosk("site-1", address)
	for name, c := range map[string]struct {
		edit func(*api.EnrolmentClaim)
		want string
	}{
		"no proof":      {func(in *api.EnrolmentClaim) { in.PredecessorProof = "" }, "enrolment.predecessor_proof"},
		"another's log": {func(in *api.EnrolmentClaim) { in.Predecessor = other.id }, "enrolment.predecessor_proof"},
		"nobody's log":  {func(in *api.EnrolmentClaim) { in.Predecessor = "nobody" }, "enrolment.predecessor_unknown"},
		"an earlier proof": {func(in *api.EnrolmentClaim) {
			in.PredecessorProof = token.ProveSuccession(k.key, k.id, "another", k.key.Public())
		}, "enrolment.predecessor_proof"},
	} {
		if _, code := k.anew("site-1", c.edit); code != c.want {
			t.Errorf("%s: %q, want %q", name, code, c.want)
		}
	}
	silent, code := k.anew("site-1", nil)
	if code != "" {
		t.Fatal(code)
	}
	// The machine never got that answer and asks again: nothing is lost by it.
	next, code := k.anew("site-1", nil)
	if code != "" {
		t.Fatalf("after an enrolment nobody heard of: %s", code)
	}
	if d, err := b.store.Device(t.Context(), silent.id); err != nil || d.Status != device.Revoked {
		t.Errorf("the one nobody heard of is %s, %v", d.Status, err)
	}
	next.dial(address)
	next.push(next.made(outbox.VisitCheckedIn, next.visitOf(donorOf("902"), 1, "")))
	if _, code := k.anew("site-1", nil); code != "enrolment.predecessor_taken" {
		t.Errorf("a copied disk: %q", code)
	}
	// Without the proof it is a new machine, which may not speak for the old one.
	stranger, code := k.anew("site-1", func(in *api.EnrolmentClaim) { in.Predecessor, in.PredecessorProof = "", "" })
	if code != "" {
		t.Fatal(code)
	}
	stranger.dial(address)
	stranger.log = nil
	if got := stranger.fates(stranger.made(outbox.VisitCheckedIn, k.visitOf(donorOf("904"), 2, ""))); got != "refused visit.foreign_device" {
		t.Errorf("a stranger's visit: %s", got)
	}
}
