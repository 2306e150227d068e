package center

import (
	"encoding/json"
	"net/http"
	"slices"
	"testing"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/appointment"
	"lianxin/backend/consent"
	"lianxin/backend/lang"
	"lianxin/backend/outbox"
	"lianxin/backend/policy"
	"lianxin/backend/staff"
	"lianxin/backend/sync"
	"lianxin/backend/visit"
)

// dataOf is the content of the last change of a noun.
func dataOf(changes []sync.Change, noun sync.Noun) json.RawMessage {
	for _, c := range slices.Backward(changes) {
		if c.Noun == noun {
			return c.Data
		}
	}
	return nil
}

// Kiosks of two sites check one person in; whichever the center hears first, all
// are told of the one who came first, and of nobody any more when the day is over.
func TestTheArrivalEverybodyHearsOfIsTheEarliest(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		address := b.serve()
		one, two, far := b.newKiosk("site-1", address), b.newKiosk("site-2", address), b.newKiosk("site-3", address)
		p := donorOf("902")
		first, second := one.visitOf(p, 1, ""), two.visitOf(p, 1, "")
		second.At = second.At.Add(time.Minute)
		told := func() visit.Arrival {
			t.Helper()
			changes, _ := far.pull("")
			var a visit.Arrival
			if err := json.Unmarshal(dataOf(changes, sync.Arrival), &a); err != nil {
				t.Fatal(err)
			}
			return a
		}
		if got := two.fates(two.made(outbox.VisitCheckedIn, second)); got != "applied" || told().SiteID != "site-2" {
			t.Errorf("%s, told of %+v", got, told())
		}
		if got := one.fates(one.made(outbox.VisitCheckedIn, first)); got != "applied" || told().SiteID != "site-1" {
			t.Errorf("%s, told of %+v", got, told())
		}
		if kept, err := b.store.Visit(t.Context(), second.ID); err != nil || kept.Outcome != visit.Duplicate || kept.DuplicateOf != first.ID {
			t.Errorf("the second is %+v, %v", kept, err)
		}
		changes, _ := two.pull("")
		if got := of(changes, sync.Visit); got != second.ID {
			t.Errorf("its own site hears of %q", got)
		}
		b.pass(72 * time.Hour)
		changes, _ = far.pull("")
		if got := of(changes, sync.Arrival); got != "-"+visit.ArrivalID(first.DonorKey, first.Day) {
			t.Errorf("days later a new kiosk is told %q", got)
		}
		if err := b.tidy(t.Context()); err != nil {
			t.Fatal(err)
		}
		if changes, _ = far.pull(""); of(changes, sync.Arrival) != "" {
			t.Errorf("it is kept for ever: %+v", changes)
		}
	})
}

// Somebody else's booking, an unknown text and an unknown form keep nobody out.
// Staff see that something does not match.
func TestWhatTheCenterDoubtsIsKeptAndShown(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		k := b.newKiosk("site-1", b.serve())
		theirs := b.books(donorOf("904"), "site-1")
		doubted := k.visitOf(donorOf("902"), 1, theirs.ID)
		sound := k.visitOf(donorOf("904"), 2, theirs.ID)
		sound.Screening = screened(t, b, sound.ID)
		if got := k.fates(k.made(outbox.VisitCheckedIn, doubted), k.made(outbox.VisitCheckedIn, sound)); got != "applied, applied" {
			t.Fatal(got)
		}
		booked, err := b.store.Appointment(t.Context(), theirs.ID)
		if err != nil || booked.Status != appointment.CheckedIn {
			t.Errorf("the booking is %s, %v", booked.Status, err)
		}
		bearer := b.enter(b.hire("reception.test", staff.Reception, staff.Scope{})).AccessToken.AccessToken
		var seen visit.Visit
		b.want("read", http.MethodGet, "/visits/"+doubted.ID, bearer, nil, &seen, "")
		want := []visit.Doubt{visit.ConsentAltered, visit.QuestionnaireUnknown, visit.BookingOfAnother}
		if !slices.Equal(seen.Doubts, want) || seen.AppointmentID != "" || seen.Outcome != visit.Waiting {
			t.Errorf("doubts %v with booking %q, want %v", seen.Doubts, seen.AppointmentID, want)
		}
		var rows []api.VisitRow
		b.want("list", http.MethodGet, "/sites/site-1/visits?day="+b.Today().String(), bearer, nil, &rows, "")
		if len(rows) != 2 || !slices.Equal(rows[0].Doubts, want) || rows[0].Flags != len(want) || len(rows[1].Doubts) > 0 {
			t.Errorf("rows %+v", rows)
		}
	})
}

// screened is what a person signed and answered, all of it known to the center.
func screened(t *testing.T, b *bench, visitID string) *visit.Screening {
	t.Helper()
	text, err := consent.Current(b.Today())
	if err != nil {
		t.Fatal(err)
	}
	form, err := b.packs.Questionnaire(b.Today())
	if err != nil {
		t.Fatal(err)
	}
	var stroke consent.Stroke
	for i := range 40 {
		stroke = append(stroke, consent.Point{X: 1000 + i*150, Y: 2000 + i%7*300, T: i * 20})
	}
	signed, err := consent.Sign(text, consent.Signing{VisitID: visitID, Version: text.Version, Language: lang.Chinese, ScrolledIn: lang.Chinese,
		Strokes: []consent.Stroke{stroke}, SignedAt: b.clock()})
	if err != nil {
		t.Fatal(err)
	}
	return &visit.Screening{Questionnaire: form.Canonical(), PackVersion: policy.BuiltIn().Version, Answers: json.RawMessage(`{}`),
		Consent: signed, Exclusion: consent.Use}
}
