package center

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/appointment"
	"lianxin/backend/calendar"
	"lianxin/backend/donor"
	"lianxin/backend/identity"
	"lianxin/backend/screening"
	"lianxin/backend/sync"
	"lianxin/backend/visit"
)

// known is somebody of another site with everything a lookup may find.
func (b *bench) known(p identity.Person, siteID string, answered time.Time) (donor.Donor, visit.Pass) {
	b.t.Helper()
	key := screening.Key(b.gateKey(), p.Document)
	d := donor.Donor{ID: b.config.NewID(), StationID: "station-1", SiteID: siteID, Key: key, Card: "card-" + p.Document.Number, Person: p, Phone: "19900000000"}
	pass := visit.Pass{ID: b.config.NewID(), DonorKey: key, SiteID: siteID, Questionnaire: "q|1", Answers: json.RawMessage(`{"said":"secret"}`), AnsweredAt: answered}
	for _, err := range []error{b.SaveDonor(b.t.Context(), d, nil, nil), b.SavePass(b.t.Context(), pass)} {
		if err != nil {
			b.t.Fatal(err)
		}
	}
	return d, pass
}

// A kiosk is told what belongs to the one hash it asks for, of today, and no more.
func TestLookupAnswersWhatWasAskedFor(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		k := b.newKiosk("site-1", b.serve())
		p, late := donorOf("902"), donorOf("904")
		d, pass := b.known(p, "site-2", b.clock())
		booked := b.books(p, "site-2")
		old, _ := b.known(late, "site-2", b.clock().Add(-24*time.Hour))
		codeKey := appointment.CodeKey(b.gateKey(), booked.Code)
		for name, c := range map[string]struct {
			in   sync.LookupRequest
			want string
		}{
			"document":                   {sync.LookupRequest{DonorKey: d.Key}, "pass " + pass.ID},
			"card":                       {sync.LookupRequest{CardKey: donor.CardKey(b.gateKey(), d.Card)}, "donor " + d.ID + ", pass " + pass.ID},
			"code":                       {sync.LookupRequest{CodeKey: codeKey, BookingID: booked.ID}, "appointment " + booked.ID + ", pass " + pass.ID},
			"answered yesterday":         {sync.LookupRequest{DonorKey: old.Key}, ""},
			"card, answered yesterday":   {sync.LookupRequest{CardKey: donor.CardKey(b.gateKey(), old.Card)}, "donor " + old.ID},
			"a code that is not its own": {sync.LookupRequest{CodeKey: strings.Repeat("A", 22), BookingID: booked.ID}, ""},
			"the code, no such booking":  {sync.LookupRequest{CodeKey: codeKey, BookingID: "nowhere"}, ""},
			"another key's hash":         {sync.LookupRequest{CardKey: donor.CardKey(make([]byte, screening.KeySize), d.Card)}, ""},
		} {
			out, err := k.line.Lookup(t.Context(), c.in)
			var got []string
			for _, change := range out.Changes {
				got = append(got, string(change.Noun)+" "+change.ID)
				if strings.Contains(string(change.Data), d.Phone) {
					t.Errorf("%s: a phone number in %s", name, change.Noun)
				}
			}
			if err != nil || strings.Join(got, ", ") != c.want {
				t.Errorf("%s: %v, %v, want %s", name, got, err, c.want)
			}
		}
		for name, in := range map[string]sync.LookupRequest{"nothing": {}, "two": {DonorKey: d.Key, CardKey: d.Key}, "half a code": {CodeKey: codeKey}} {
			if code := codeOf(k.line.Lookup(t.Context(), in)); code != "lookup.request" {
				t.Errorf("%s: %q", name, code)
			}
		}
		if code := codeOf(k.line.Lookup(t.Context(), sync.LookupRequest{DonorKey: "short"})); code == "" {
			t.Error("a part of a hash is taken")
		}
		b.pass(24 * time.Hour)
		if out, err := k.line.Lookup(t.Context(), sync.LookupRequest{CodeKey: codeKey, BookingID: booked.ID}); err != nil || len(out.Changes) != 0 {
			t.Errorf("a day later %+v, %v", out.Changes, err)
		}
	})
}

// Every lookup is in the audit log, by device and by what was handed out, and
// nothing of the person is.
func TestLookupsAreWrittenDown(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		k := b.newKiosk("site-1", b.serve())
		p := donorOf("902")
		d, pass := b.known(p, "site-2", b.clock())
		for _, key := range []string{d.Key, strings.Repeat("A", 22)} {
			if _, err := k.line.Lookup(t.Context(), sync.LookupRequest{DonorKey: key}); err != nil {
				t.Fatal(err)
			}
		}
		all := b.entries()
		handed, vain := all[len(all)-2], all[len(all)-1]
		if handed.Action != "lookup.handed_out" || handed.Object.ID != pass.ID || handed.Who != k.id || handed.Where.Site != "site-1" || handed.Role != atDevice {
			t.Errorf("written down %+v", handed)
		}
		if vain.Action != "lookup.nothing" || vain.Who != k.id {
			t.Errorf("written down %+v", vain)
		}
		text, err := json.Marshal(all)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{p.Name, p.Document.Number, d.Key, d.Card, "secret"} {
			if strings.Contains(string(text), secret) || strings.Contains(b.log.String(), secret) {
				t.Errorf("%q is written down", secret)
			}
		}
	})
}

// A device asks as often as people come, not as often as somebody tries keys out;
// one that was revoked asks nothing any more.
func TestLookupsAreBounded(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		address := b.serve()
		k, other := b.newKiosk("site-1", address), b.newKiosk("site-1", address)
		d, _ := b.known(donorOf("902"), "site-2", b.clock())
		in := sync.LookupRequest{DonorKey: d.Key}
		ask := func(by *kiosk, want string) {
			t.Helper()
			if code := codeOf(by.line.Lookup(t.Context(), in)); code != want {
				t.Fatalf("answered %q, want %q", code, want)
			}
		}
		for range lookupsAtOnce {
			ask(k, "")
		}
		ask(k, "lookup.too_many")
		ask(other, "")
		b.pass(lookupEvery)
		ask(k, "")
		ask(k, "lookup.too_many")
		if err := b.Revoke(t.Context(), other.id, api.Caller{StaffID: "terminal"}); err != nil {
			t.Fatal(err)
		}
		ask(other, "token.revoked")
	})
}

// A pass that is answered shortly before midnight in Beijing counts for that day.
func TestLookupGoesByBeijingsDay(t *testing.T) {
	b := newBench(t)
	k := b.newKiosk("site-1", b.serve())
	evening := time.Date(2026, 11, 23, 23, 59, 0, 0, calendar.Beijing)
	d, pass := b.known(donorOf("902"), "site-2", evening)
	b.pass(evening.Sub(b.clock()))
	for _, want := range []string{pass.ID, ""} {
		out, err := k.line.Lookup(t.Context(), sync.LookupRequest{DonorKey: d.Key})
		if err != nil || of(out.Changes, sync.Pass) != want {
			t.Errorf("%s: %+v, %v", b.clock(), out.Changes, err)
		}
		b.pass(2 * time.Minute)
	}
}
