package center

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/appointment"
	"lianxin/backend/donation"
	"lianxin/backend/donor"
	"lianxin/backend/identity"
	"lianxin/backend/outbox"
	"lianxin/backend/pack"
	"lianxin/backend/staffcall"
	"lianxin/backend/sync"
	"lianxin/backend/token"
	"lianxin/backend/visit"
)

// What one kiosk recorded is at the center and at the other kiosks of the site,
// without what nobody there needs; the booking is used.
func TestACheckInArrivesEverywhereItBelongs(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		address := b.serve()
		one, two, far := b.newKiosk("site-1", address), b.newKiosk("site-1", address), b.newKiosk("site-2", address)
		p := donorOf("902")
		booked := b.books(p, "site-1")
		_, cursor := two.pull("")
		_, elsewhere := far.pull("")
		v := one.visitOf(p, 1, booked.ID)
		op := one.made(outbox.VisitCheckedIn, v)
		if got := one.fates(op); got != "applied" {
			t.Fatal(got)
		}
		if got := one.fates(op); got != "already_applied" {
			t.Errorf("sent again: %s", got)
		}
		kept, err := b.store.Visit(t.Context(), v.ID)
		if err != nil || kept.Ticket != "A001" || kept.Person.Name != p.Name || kept.Screening == nil || kept.Screening.Exclusion != "" {
			t.Errorf("the center has %+v, %v", kept, err)
		}
		used, err := b.store.Appointment(t.Context(), booked.ID)
		if err != nil || used.Status != appointment.CheckedIn {
			t.Errorf("the booking is %q, %v", used.Status, err)
		}

		changes, _ := two.pull(cursor)
		if of(changes, sync.Visit) != v.ID || of(changes, sync.Appointment) != booked.ID {
			t.Errorf("the other kiosk hears of %+v", changes)
		}
		for _, c := range changes {
			for _, private := range []string{"well-today", "strokes", "discard", "screening"} {
				if strings.Contains(string(c.Data), private) {
					t.Errorf("%s carries %q: %s", c.Noun, private, c.Data)
				}
			}
		}
		changes, _ = far.pull(elsewhere)
		if len(changes) != 2 || of(changes, sync.Notice) != booked.ID || of(changes, sync.Arrival) != visit.ArrivalID(v.DonorKey, v.Day) {
			t.Fatalf("another site hears of %+v", changes)
		}
		for _, c := range changes {
			for _, private := range []string{p.Name, p.Document.Number, booked.Code, v.ID, "whole_blood400", "well-today"} {
				if strings.Contains(string(c.Data), private) {
					t.Errorf("another site is told %q: %s", private, c.Data)
				}
			}
		}
		var arrival visit.Arrival
		if err := json.Unmarshal(dataOf(changes, sync.Arrival), &arrival); err != nil || arrival != v.Arrival() || arrival.Ticket != "A001" {
			t.Errorf("the arrival is %+v, %v", arrival, err)
		}
	})
}

func TestScopes(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		address := b.serve()
		one, two := b.newKiosk("site-1", address), b.newKiosk("site-2", address)
		p := donorOf("902")
		here, there := b.books(p, "site-1"), b.books(donorOf("904"), "site-2")
		card, err := identity.ParseCode(identity.Code{Kind: identity.DonorCode, ID: "0123456789ABCDEFGHJKMNPQRS"}.Text())
		if err != nil {
			t.Fatal(err)
		}
		d := donor.Donor{ID: "donor-1", SiteID: "site-2", Key: here.DonorKey, Card: card.ID, Person: p, Phone: "010-5550-0001", ABO: "AB"}
		if err := b.SaveDonor(t.Context(), d, []donor.Donation{{ID: "donation-1", DonorID: d.ID, SiteID: "site-2", DIN: "G123417654321",
			Product: donation.WholeBlood, VolumeML: 400, On: b.Today().AddDays(-10)}}, nil); err != nil {
			t.Fatal(err)
		}
		if err := b.SavePass(t.Context(), visit.Pass{ID: "pass-2", DonorKey: there.DonorKey, SiteID: "site-2", Answers: json.RawMessage(`{}`), AnsweredAt: b.clock()}); err != nil {
			t.Fatal(err)
		}
		first, cursor := one.pull("")
		if of(first, sync.Appointment) != here.ID || of(first, sync.Donor) != "" || of(first, sync.Pass) != "" {
			t.Errorf("site 1 gets bookings %q, donors %q, passes %q", of(first, sync.Appointment), of(first, sync.Donor), of(first, sync.Pass))
		}
		if of(first, sync.Site) != "site-1 site-2" || of(first, sync.Gate) != d.Key {
			t.Errorf("everywhere: sites %q, held back %q", of(first, sync.Site), of(first, sync.Gate))
		}
		second, _ := two.pull("")
		if of(second, sync.Appointment) != there.ID || of(second, sync.Donor) != d.ID || of(second, sync.Pass) != "pass-2" {
			t.Errorf("site 2 gets %q, %q, %q", of(second, sync.Appointment), of(second, sync.Donor), of(second, sync.Pass))
		}
		for _, c := range append(first, second...) {
			// The list of who is held back names nobody; a donor card needs no phone and no blood group.
			if c.Noun == sync.Gate && (strings.Contains(string(c.Data), p.Name) || strings.Contains(string(c.Data), p.Document.Number)) ||
				c.Noun == sync.Donor && (strings.Contains(string(c.Data), d.Phone) || strings.Contains(string(c.Data), `"AB"`)) {
				t.Errorf("%s carries %s", c.Noun, c.Data)
			}
		}

		// A booking that is moved leaves the kiosks of the site it was at.
		here.SiteID = "site-2"
		if err := b.SaveAppointment(t.Context(), here); err != nil {
			t.Fatal(err)
		}
		if changes, _ := one.pull(cursor); of(changes, sync.Appointment) != "-"+here.ID {
			t.Errorf("the old site hears %+v", changes)
		}
		if changes, _ := two.pull(""); !strings.Contains(of(changes, sync.Appointment), here.ID) {
			t.Errorf("the new site hears %+v", changes)
		}
		d.SiteID = "site-1"
		if err := b.SaveDonor(t.Context(), d, nil, nil); err != nil {
			t.Fatal(err)
		}
		if changes, _ := two.pull(""); of(changes, sync.Donor) != "-"+d.ID {
			t.Errorf("the donor card stays at %q", of(changes, sync.Donor))
		}
	})
}

// What cannot be read for a moment is not gone; what is of another day is told nobody.
func TestWhatIsLoadedForTheFeed(t *testing.T) {
	b := newBench(t)
	k := b.newKiosk("site-1", "")
	booked := b.books(donorOf("902"), "site-1")
	v := k.visitOf(donorOf("904"), 1, "")
	if err := b.store.InsertVisit(t.Context(), v); err != nil {
		t.Fatal(err)
	}
	p := visit.Pass{ID: "pass-1", DonorKey: booked.DonorKey, SiteID: "site-1", Answers: json.RawMessage(`{}`), AnsweredAt: b.clock()}
	if err := b.SavePass(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	ids := map[sync.Noun]string{sync.Appointment: booked.ID, sync.Notice: booked.ID, sync.Visit: v.ID, sync.Pass: p.ID}
	load := func(days int, wantFound int) {
		t.Helper()
		for noun, id := range ids {
			found, err := b.loaders()[noun](t.Context(), []string{id})
			if err != nil || len(found) != wantFound {
				t.Errorf("%s after %d days: %d found, %v", noun, days, len(found), err)
			}
		}
	}
	load(0, 1)
	b.pass(24 * time.Hour)
	load(1, 1)
	b.pass(24 * time.Hour)
	load(2, 0)
	if err := b.store.Close(); err != nil {
		t.Fatal(err)
	}
	for noun, id := range ids {
		if found, err := b.loaders()[noun](t.Context(), []string{id}); err == nil {
			t.Errorf("%s without a database: %v, as if it were gone", noun, found)
		}
	}
}

// Two kiosks that cannot hear each other check one person in: both records stay,
// the later marked, whatever the order they arrive in.
func TestCheckedInTwiceOffline(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		address := b.serve()
		one, two := b.newKiosk("site-1", address), b.newKiosk("site-1", address)
		p := donorOf("902")
		booked := b.books(p, "site-1")
		first, second := one.visitOf(p, 1, booked.ID), two.visitOf(p, 1, booked.ID)
		a, z := one.made(outbox.VisitCheckedIn, first), two.made(outbox.VisitCheckedIn, second)
		if got := one.fates(a) + ", " + two.fates(z); got != "applied, applied" {
			t.Fatal(got)
		}
		kept, err := b.store.Visit(t.Context(), second.ID)
		if err != nil || kept.Outcome != visit.Duplicate || kept.DuplicateOf != first.ID || kept.Ticket != "B001" || kept.Screening == nil {
			t.Errorf("the second is %+v, %v", kept, err)
		}
		if kept, err := b.store.Visit(t.Context(), first.ID); err != nil || kept.Outcome != visit.Waiting {
			t.Errorf("the first is %+v, %v", kept, err)
		}
		changes, _ := one.pull("")
		if got := of(changes, sync.Visit); got != first.ID+" "+second.ID {
			t.Errorf("the first kiosk hears of %q", got)
		}
	})
}

func TestRefusedOperationsSayWhyAndBlockNothing(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		address := b.serve()
		k, other := b.newKiosk("site-1", address), b.newKiosk("site-2", address)
		p := donorOf("902")
		theirs := b.books(donorOf("904"), "site-1")
		foreign := other.visitOf(p, 1, "")
		somebody := k.visitOf(p, 1, theirs.ID)
		half := k.visitOf(p, 1, "")
		half.Ticket, half.Screening = "", nil
		good := k.visitOf(donorOf("906"), 2, "")
		ops := []outbox.Operation{
			k.made(outbox.VisitCheckedIn, foreign), k.made(outbox.VisitCheckedIn, somebody), k.made(outbox.VisitCheckedIn, half),
			k.made(outbox.VisitCheckedIn, "not a visit"), k.made("sandwich.eaten", map[string]string{"from": "a newer kiosk"}),
			k.made(outbox.StaffCallRaised, staffcall.Call{ID: "call-1", SiteID: "site-1", DeviceID: k.id, RaisedAt: b.clock()}),
			k.made(outbox.StaffCallRaised, staffcall.Call{ID: "call-2", SiteID: "site-1", DeviceID: other.id, RaisedAt: b.clock()}),
			k.made(outbox.StaffCallRaised, staffcall.Call{ID: "", SiteID: "site-1", DeviceID: k.id, RaisedAt: b.clock()}),
			k.made(outbox.VisitCheckedIn, good),
		}
		want := "refused visit.foreign_device, applied, refused visit.malformed, refused visit.malformed, parked, " +
			"applied, refused staff_call.foreign_device, refused staff_call.malformed, applied"
		if got := k.fates(ops...); got != want {
			t.Errorf("fates\n%s, want\n%s", got, want)
		}
		again := strings.ReplaceAll(want, "applied", "already_applied")
		if got := k.fates(ops...); got != again {
			t.Errorf("sent again\n%s, want\n%s", got, again)
		}
		changed := ops[8]
		changed.Payload = json.RawMessage(`{"id":"another"}`)
		if got := k.fates(changed); got != "refused operation.id_reused" {
			t.Errorf("the same id for something else: %s", got)
		}
		if visits, err := b.store.VisitsAt(t.Context(), "site-1", b.Today()); len(visits) != 2 || err != nil {
			t.Errorf("%d visits, %v", len(visits), err)
		}
	})
}

func TestABatchIsSignedAsItIs(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		k, other := b.newKiosk("site-1", ""), b.newKiosk("site-1", "")
		body := func(in any) []byte {
			t.Helper()
			out, err := json.Marshal(in)
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		op := k.made(outbox.VisitCheckedIn, k.visitOf(donorOf("902"), 1, ""))
		good := body(request(op))
		signed := token.SignBatch(k.key, token.Batch{Device: k.id, Seq: 1, Body: good})
		altered := []byte(strings.Replace(string(good), "A001", "A002", 1))
		newer := []byte(strings.Replace(string(good), `"protocol":1`, `"protocol":1,"mood":"good"`, 1))
		for _, c := range []struct {
			name, bearer, signature string
			body                    []byte
			status                  int
			code                    string
		}{
			{"no signature", k.bearer(), "", good, 401, "token.batch_signature"},
			{"not a signature", k.bearer(), "v1.x", good, 401, "token.batch_signature"},
			{"another version", k.bearer(), "v2" + signed[2:], good, 401, "token.batch_signature"},
			{"altered body", k.bearer(), signed, altered, 401, "token.batch_signature"},
			{"a space more", k.bearer(), signed, append([]byte(" "), good...), 401, "token.batch_signature"},
			{"signed for another place", k.bearer(), token.SignBatch(k.key, token.Batch{Device: k.id, Seq: 2, Body: good}), good, 401, "token.batch_signature"},
			{"signed by another", k.bearer(), token.SignBatch(other.key, token.Batch{Device: k.id, Seq: 1, Body: good}), good, 401, "token.batch_signature"},
			{"another device's token", other.bearer(), signed, good, 401, "token.batch_signature"},
			{"half a body", k.bearer(), signed, good[:len(good)/2], 422, "request.invalid"},
			{"no body", k.bearer(), signed, nil, 400, "request.malformed"},
			{"no token", "", signed, good, 401, "token.missing"},
			{"too old a protocol", k.bearer(), "", []byte(`{"protocol":0,"operations":[]}`), 426, "sync.protocol_too_old"},
			{"a newer kiosk's fields", k.bearer(), "", newer, 200, ""},
			{"right, after all that", k.bearer(), signed, good, 200, ""},
		} {
			if c.signature == "" && c.name != "no signature" {
				seq := int64(1)
				if c.status == 426 {
					seq = 0
				}
				c.signature = token.SignBatch(k.key, token.Batch{Device: k.id, Seq: seq, Body: c.body})
			}
			if status, code := k.raw(http.MethodPost, "/sync/push", c.bearer, c.signature, c.body); status != c.status || code != c.code {
				t.Errorf("%s: %d %q, want %d %q", c.name, status, code, c.status, c.code)
			}
		}
		if visits, err := b.store.VisitsAt(t.Context(), "site-1", b.Today()); len(visits) != 1 || visits[0].Ticket != "A001" || err != nil {
			t.Errorf("%d visits, %v", len(visits), err)
		}
	})
}

func TestAPushHasABound(t *testing.T) {
	b := newBench(t)
	k := b.newKiosk("site-1", "")
	if status, code := k.raw(http.MethodPost, "/sync/push", k.bearer(), "x", make([]byte, 17<<20)); status != 413 || code != "request.too_large" {
		t.Errorf("%d %q", status, code)
	}
}

func TestCursors(t *testing.T) {
	b := newBench(t)
	k := b.newKiosk("site-1", b.serve())
	_, cursor := k.pull("")
	for name, c := range map[string]struct{ cursor, code string }{
		"as it was given":    {cursor, ""},
		"of another life":    {"another-epoch;*=99;site-1=99", ""},
		"not a number":       {"e;*=x", "sync.cursor"},
		"below zero":         {"e;*=-1", "sync.cursor"},
		"no sign between":    {"e;site-1", "sync.cursor"},
		"more than it takes": {strings.Repeat("x", 500), "request.invalid"},
	} {
		out, err := k.line.Pull(t.Context(), c.cursor, 0)
		if got := codeOf(out, err); got != c.code {
			t.Errorf("%s: %q, want %q", name, got, c.code)
		}
		if name == "of another life" && len(out.Changes) == 0 {
			t.Error("a device of another life does not start over")
		}
	}
}

// A pack that does not pass its check reaches nobody.
func TestABadPackIsNotSent(t *testing.T) {
	b := newBench(t)
	k := b.newKiosk("site-1", b.serve())
	_, err := b.PublishPack(t.Context(), pack.Pack{ID: "donor-selection", Version: "2027.1", Kind: pack.Selection, Content: []byte("pack: {")}, "terminal")
	if code := codeOf(nil, err); code == "" || code == "internal" {
		t.Errorf("a bad pack: %v", err)
	}
	if changes, _ := k.pull(""); of(changes, sync.Pack) != "" {
		t.Errorf("sent all the same: %q", of(changes, sync.Pack))
	}
}

// What a revoked kiosk recorded before is not taken any more either: somebody
// may have its disk. It keeps it, and staff see it there.
func TestARevokedKioskIsNotHeard(t *testing.T) {
	b := newBench(t)
	k := b.newKiosk("site-1", b.serve())
	k.push(k.made(outbox.VisitCheckedIn, k.visitOf(donorOf("902"), 1, "")))
	if err := b.Revoke(t.Context(), k.id, api.Caller{StaffID: "terminal"}); err != nil {
		t.Fatal(err)
	}
	out, err := k.line.Push(t.Context(), request(k.made(outbox.VisitCheckedIn, k.visitOf(donorOf("904"), 2, ""))))
	if codeOf(out, err) != "token.revoked" {
		t.Errorf("heard: %+v, %v", out, err)
	}
}
