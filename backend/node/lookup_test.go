package node

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/appointment"
	"lianxin/backend/checkin"
	"lianxin/backend/donation"
	"lianxin/backend/fault"
	document "lianxin/backend/identity"
	"lianxin/backend/sync"
	"lianxin/backend/visit"
)

// otherSite is where the people of these tests are booked and known.
const otherSite = "dongzhimen"

// answeredElsewhere is a booking of today at the other site whose owner has answered
// the questionnaire this morning.
func (b *bench) answeredElsewhere() (appointment.Appointment, visit.Pass) {
	b.t.Helper()
	all, err := b.center.Store().AppointmentsAt(b.t.Context(), otherSite, b.center.Today())
	if err != nil {
		b.t.Fatal(err)
	}
	for _, a := range all {
		pass, ok, err := b.center.Store().PassOf(b.t.Context(), a.DonorKey, time.Now())
		if err != nil {
			b.t.Fatal(err)
		}
		if ok {
			return a, pass
		}
	}
	b.t.Fatal("nobody has answered this morning")
	return appointment.Appointment{}, visit.Pass{}
}

// whole waits until the kiosk has everything the feed brings it.
func (b *bench) whole() {
	b.t.Helper()
	b.until("the whole feed", func(s api.KioskState) bool { return s.Online && time.Since(s.DataAsOf) < time.Minute })
}

// cutOff cuts the line; the kiosk notices with the next push, which is now.
func (b *bench) cutOff() {
	b.t.Helper()
	close(b.line.cut)
	b.node.replica.Made()
	b.until("offline", func(s api.KioskState) bool { return !s.Online })
}

// asWalkIn goes on to the questions, or past them with answers given elsewhere.
func (b *bench) asWalkIn() checkin.Session {
	b.t.Helper()
	var s checkin.Session
	b.must("POST", "/kiosk/session/purpose", checkin.Purpose{Choice: &checkin.Choice{Product: donation.WholeBlood, VolumeML: 200}}, &s)
	b.must("POST", "/kiosk/session/continue", nil, &s)
	return s
}

// fromPass tells whether answers given elsewhere were taken over.
func fromPass(s checkin.Session) bool {
	return s.Step == checkin.StepConsent && s.Consent.Pass != nil || s.Questionnaire != nil && s.Questionnaire.FromPass
}

func (b *bench) begin() {
	b.t.Helper()
	b.must("POST", "/kiosk/session", map[string]string{"language": "zh-CN"}, &checkin.Session{})
}

// Answers given this morning for one site count at another that is asked in the
// evening, for who brings the card, and only while there is a line.
func TestAPassOfAnotherSite(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		age     int // days since the answers
		offline bool
		typed   bool
		want    bool
	}{
		"card":                    {want: true},
		"answered yesterday":      {age: 1},
		"no line":                 {offline: true},
		"the number was typed":    {typed: true},
		"typed, and a line short": {typed: true, offline: true},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			a, pass := b.answeredElsewhere()
			pass.AnsweredAt = pass.AnsweredAt.AddDate(0, 0, -c.age)
			if err := b.center.SavePass(t.Context(), pass); err != nil {
				t.Fatal(err)
			}
			b.enrol(testSite)
			b.whole()
			if c.offline {
				b.cutOff()
			}
			b.begin()
			if c.typed {
				b.must("POST", "/kiosk/session/identity", checkin.TypedIdentity{Kind: a.Person.Document.Kind, Number: a.Person.Document.Number}, nil)
			} else if _, err := b.node.checkin.IdentifyCard(t.Context(), a.Person); err != nil {
				t.Fatal(err)
			}
			if s := b.asWalkIn(); fromPass(s) != c.want {
				t.Errorf("at %s, taken over: %v", s.Step, fromPass(s))
			}
			_, kept, err := b.node.store.PassOf(t.Context(), a.DonorKey, time.Now().AddDate(0, 0, -c.age))
			if err != nil || kept != c.want {
				t.Errorf("kept %v, %v", kept, err)
			}
			if asked := b.lookups(); c.typed && asked > 0 || !c.typed && !c.offline && asked == 0 {
				t.Errorf("the center was asked %d times", asked)
			}
		})
	}
}

// lookups counts in the center's audit log how often it was asked for somebody.
func (b *bench) lookups() (n int) {
	b.t.Helper()
	all, err := b.center.Store().Entries(b.t.Context(), 0, 10000)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, e := range all {
		if strings.HasPrefix(e.Action, "lookup.") {
			n++
		}
	}
	return n
}

// A donor card of another site opens the check-in here, and is forgotten with the
// next tidying; without a line the person is told to use another way.
func TestADonorCardOfAnotherSite(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	all, err := b.center.Store().DonorsAt(t.Context(), otherSite, 50)
	if err != nil {
		t.Fatal(err)
	}
	card := ""
	for _, d := range all {
		card = d.Card
		if card != "" {
			break
		}
	}
	code := map[string]string{"text": document.Code{Kind: document.DonorCode, ID: card}.Text()}
	b.enrol(testSite)
	b.whole()
	b.begin()
	var s checkin.Session
	b.must("POST", "/kiosk/session/code", code, &s)
	if s.Step != checkin.StepBooking || s.Donor.Source != "code" {
		t.Fatalf("at %s: %+v", s.Step, s.Donor)
	}
	if _, err := b.node.store.DonorByCard(t.Context(), card); err != nil {
		t.Fatal(err)
	}
	if err := b.node.forget(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := b.node.store.DonorByCard(t.Context(), card); fault.CodeOf(err) != "donor.not_found" {
		t.Errorf("still here: %v", err)
	}
	b.cutOff()
	b.begin()
	if status := b.ask("POST", "/kiosk/session/code", code, nil); status != http.StatusNotFound {
		t.Errorf("without a line answered %d", status)
	}
}

// The code of a booking at another site tells this kiosk whose it is; what changes
// of the booking takes that away again.
func TestABookingCodeOfAnotherSite(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.enrol(testSite)
	b.whole()
	a, _ := b.answeredElsewhere()
	s := b.scan(a, "zh-CN")
	if s.Step != checkin.StepBooking || len(s.Bookings) != 1 || s.Bookings[0].Why != "other_site" {
		t.Fatalf("at %s: %+v", s.Step, s.Bookings)
	}
	if s := b.asWalkIn(); !fromPass(s) {
		t.Errorf("at %s, the answers do not count", s.Step)
	}
	moved := a
	moved.Start = "16:30"
	if err := b.center.SaveAppointment(t.Context(), moved); err != nil {
		t.Fatal(err)
	}
	var kept []appointment.Appointment
	b.until("the change", func(api.KioskState) bool {
		var err error
		kept, err = b.node.store.AppointmentsOf(t.Context(), a.DonorKey, b.center.Today())
		return err == nil && len(kept) == 1 && kept[0].Start == "16:30"
	})
	if kept[0].ID != appointment.NoticeID(a.ID) || kept[0].Person.Name != "" {
		t.Errorf("kept %+v", kept[0])
	}
}

// What cannot be asked for holds nobody up for long and stops nobody.
func TestALookupThatFails(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	a, _ := b.answeredElsewhere()
	b.enrol(testSite)
	b.whole()
	for name, answer := range map[string]http.HandlerFunc{
		"refuses": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTooManyRequests) },
		"rubbish": func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) },
		"hangs":   func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"broken content": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(`{"protocol":1,"changes":[{"noun":"pass","id":"x","data":7}]}`))
		},
		"what may not come so": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(`{"protocol":1,"changes":[{"noun":"site","id":"aoti","deleted":true}]}`))
		},
	} {
		center := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body) // only then does the server notice that nobody listens any more
			if r.URL.Path == "/token" {
				_, _ = w.Write([]byte(`{"access_token":"test","expires_in":600}`))
				return
			}
			answer(w, r)
		}))
		own := b.node.line.Load()
		b.node.line.Store(&sync.HTTPCenter{URL: center.URL, Issuer: own.Issuer, DeviceID: own.DeviceID, Key: own.Key, Now: own.Now, NewID: own.NewID,
			Client: http.DefaultClient})
		b.begin()
		began := time.Now()
		s, err := b.node.checkin.IdentifyCard(t.Context(), a.Person)
		if err != nil || s.Step != checkin.StepBooking || time.Since(began) > lookupTime+5*time.Second {
			t.Errorf("%s: at %s after %v, %v", name, s.Step, time.Since(began), err)
		}
		b.node.line.Store(own)
		center.CloseClientConnections()
		center.Close()
	}
	if _, err := b.node.store.Site(t.Context(), "aoti"); err != nil {
		t.Errorf("a site was taken away: %v", err)
	}
	if _, ok, err := b.node.store.PassOf(t.Context(), a.DonorKey, time.Now()); ok || err != nil {
		t.Errorf("kept %v, %v", ok, err)
	}
}
