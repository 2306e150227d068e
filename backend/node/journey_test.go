package node

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"lianxin/backend/api"
	"lianxin/backend/appointment"
	"lianxin/backend/checkin"
	"lianxin/backend/consent"
	document "lianxin/backend/identity"
	"lianxin/backend/outbox"
	"lianxin/backend/visit"
)

// testSite is a site with several bookings in the sample of the bench.
const testSite = "aoti"

// booked returns a person with a booking at the test site today and without a visit.
func (b *bench) booked(n int) appointment.Appointment {
	b.t.Helper()
	all, err := b.center.Store().AppointmentsAt(b.t.Context(), testSite, b.center.Today())
	if err != nil {
		b.t.Fatal(err)
	}
	if len(all) <= n {
		b.t.Fatalf("only %d people are booked at %s today", len(all), testSite)
	}
	return all[n]
}

// signature is a line a finger could draw.
func signature() []consent.Stroke {
	var s consent.Stroke
	for i := range 40 {
		s = append(s, consent.Point{X: 1000 + i*150, Y: 2000 + i%7*300, T: i * 20})
	}
	return []consent.Stroke{s}
}

// scan begins with the QR of a booking.
func (b *bench) scan(a appointment.Appointment, language string) checkin.Session {
	b.t.Helper()
	var s checkin.Session
	b.must("POST", "/kiosk/session", map[string]string{"language": language}, &s)
	b.must("POST", "/kiosk/session/code", map[string]string{"text": document.Code{Kind: document.BookingCode, ID: a.Code}.Text()}, &s)
	return s
}

// checkIn walks a booked person through the kiosk to the ticket.
func (b *bench) checkIn(a appointment.Appointment) checkin.Session {
	b.t.Helper()
	s := b.scan(a, "zh-CN")
	if s.Step != checkin.StepBooking || len(s.Bookings) == 0 || !s.Bookings[0].Usable {
		b.t.Fatalf("the booking was not found: %+v", s)
	}
	b.must("POST", "/kiosk/session/purpose", checkin.Purpose{BookingID: s.Bookings[0].ID}, &s)
	if s.Step != checkin.StepGate {
		b.t.Fatalf("at step %s: %+v", s.Step, s.Gate)
	}
	b.must("POST", "/kiosk/session/continue", nil, &s)
	if s.Step == checkin.StepQuestionnaire {
		s = b.answerAll(s)
		b.must("POST", "/kiosk/session/answers/submit", nil, &s)
	}
	b.must("POST", "/kiosk/session/consent", checkin.Signed{Version: s.Consent.Version, ScrolledIn: s.Language, Strokes: signature()}, &s)
	b.must("POST", "/kiosk/session/exclusion", map[string]string{"code": "use"}, &s)
	if s.Step != checkin.StepDone {
		b.t.Fatalf("at step %s", s.Step)
	}
	return s
}

// answerAll answers no or none wherever one can, and leaves the rest to staff.
func (b *bench) answerAll(s checkin.Session) checkin.Session {
	b.t.Helper()
	for {
		open := -1
		for i, q := range s.Questionnaire.Items {
			if q.Answer == nil {
				open = i
				break
			}
		}
		if open < 0 {
			return s
		}
		q, answer := s.Questionnaire.Items[open], checkin.Answer{Staff: true}
		no := false
		if q.Type == "boolean" {
			answer = checkin.Answer{Yes: &no}
		}
		for _, o := range q.Options {
			if o.Exclusive || o.Code == "no" {
				answer = checkin.Answer{Codes: []string{o.Code}}
			}
		}
		b.must("PUT", "/kiosk/session/answers/"+q.LinkID, answer, &s)
	}
}

func TestABookedDonorChecksInAndTheCenterHasIt(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.enrol(testSite)
	a := b.booked(0)
	s := b.checkIn(a)
	if s.Done.Ticket != "A001" {
		t.Errorf("ticket %q, want A001", s.Done.Ticket)
	}
	b.until("an empty queue", func(s api.KioskState) bool { return s.Pending == 0 && s.DeadLetters == 0 })
	v, ok, err := b.center.Store().WaitingVisit(t.Context(), a.DonorKey, b.center.Today())
	if err != nil || !ok {
		t.Fatalf("the center has no visit: %v", err)
	}
	if v.Ticket != "A001" || v.Source != visit.Code || v.Person.Name != a.Person.Name || v.AppointmentID != a.ID || v.Screening == nil {
		t.Errorf("the center's visit is another: %+v", v)
	}
	used, err := b.center.Store().Appointment(t.Context(), a.ID)
	if err != nil || used.Status != appointment.CheckedIn {
		t.Errorf("the booking is %q (%v), want checked_in", used.Status, err)
	}
	b.node.checkin.Wait()
	b.must("GET", "/kiosk/session", nil, &s)
	if s.Done.Receipt.State != "printed" {
		t.Errorf("receipt is %+v", s.Done.Receipt)
	}
	papers, err := filepath.Glob(filepath.Join(b.prints, "*.pdf"))
	if err != nil || len(papers) != 1 {
		t.Errorf("%d papers (%v), want 1", len(papers), err)
	}
}

func TestOfflineItGoesOnAndSendsLater(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.enrol(testSite)
	close(b.line.cut)
	a := b.booked(1)
	s := b.checkIn(a)
	if s.Done.Ticket != "A001" {
		t.Errorf("ticket %q offline, want A001", s.Done.Ticket)
	}
	state := b.until("offline", func(s api.KioskState) bool { return !s.Online })
	if state.Pending == 0 || state.DataAsOf.IsZero() {
		t.Errorf("offline, the state says %+v", state)
	}
	if _, ok, err := b.center.Store().WaitingVisit(t.Context(), a.DonorKey, b.center.Today()); ok || err != nil {
		t.Fatalf("the center has a visit it cannot have (%v)", err)
	}
	b.line.cut = make(chan struct{})
	b.until("an empty queue", func(s api.KioskState) bool { return s.Online && s.Pending == 0 })
	v, ok, err := b.center.Store().WaitingVisit(t.Context(), a.DonorKey, b.center.Today())
	if err != nil || !ok || v.Ticket != "A001" {
		t.Fatalf("after the network came back the center has %+v, %v", v, err)
	}
}

func TestTheSecondTimeShowsTheFirstTicketAndReprints(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.enrol(testSite)
	a := b.booked(0)
	b.checkIn(a)
	s := b.scan(a, "en")
	if s.Step != checkin.StepRepeat || s.Done == nil || s.Done.Ticket != "A001" {
		t.Fatalf("the second time: %+v", s)
	}
	b.must("POST", "/kiosk/session/print", nil, &s)
	b.node.checkin.Wait()
	papers, err := filepath.Glob(filepath.Join(b.prints, "*.pdf"))
	if err != nil || len(papers) != 2 {
		t.Errorf("%d papers (%v), want the first and a reprint", len(papers), err)
	}
}

func TestWhatWasRecordedSurvivesTheProgram(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.enrol(testSite)
	close(b.line.cut)
	a := b.booked(0)
	b.checkIn(a)
	data := b.node.config.Data
	if err := b.node.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.line.cut = make(chan struct{})
	b.open(data)
	b.until("an empty queue", func(s api.KioskState) bool { return s.Online && s.Pending == 0 })
	if _, ok, err := b.center.Store().WaitingVisit(t.Context(), a.DonorKey, b.center.Today()); !ok || err != nil {
		t.Errorf("the visit is lost (%v)", err)
	}
}

// TestNothingPersonalLiesOnTheKioskInPlainText looks through every file.
func TestNothingPersonalLiesOnTheKioskInPlainText(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.enrol(testSite)
	a := b.booked(0)
	b.checkIn(a)
	n, err := b.node.store.CountOperations(t.Context(), outbox.Pending)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d operations still pending", n)
	files := 0
	err = filepath.WalkDir(b.node.config.Data, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		for _, secret := range []string{a.Person.Name, a.Person.Document.Number} {
			if bytes.Contains(content, []byte(secret)) {
				t.Errorf("%s holds %q in plain text", filepath.Base(path), secret)
			}
		}
		return nil
	})
	if err != nil || files < 2 {
		t.Errorf("%d files read (%v)", files, err)
	}
}

// TestNothingPersonalReachesThePage looks through every answer of a journey.
func TestNothingPersonalReachesThePage(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.enrol(testSite)
	a := b.booked(0)
	s := b.checkIn(a)
	body, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{a.Person.Name, a.Person.Document.Number, a.Person.Born.String()} {
		if bytes.Contains(body, []byte(secret)) {
			t.Errorf("the page holds %q", secret)
		}
	}
}
