package node

import (
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"lianxin/backend/api"
	"lianxin/backend/appointment"
	"lianxin/backend/checkin"
	"lianxin/backend/donation"
	"lianxin/backend/donor"
	documents "lianxin/backend/identity"
	"lianxin/backend/reader"
	"lianxin/backend/screening"
)

// known makes a canary a donor of the center; every second one has a booking.
func (l *lobby) known(n int, site string) canary {
	l.t.Helper()
	c := newCanary(n)
	card, err := documents.NewCode(documents.DonorCode, chance(n))
	if err != nil {
		l.t.Fatal(err)
	}
	c.card = card.ID
	key := screening.Key(l.center.GateKey(), c.person.Document)
	d := donor.Donor{ID: fmt.Sprintf("01930000-0000-7000-8000-%012d", n), StationID: "beijing", SiteID: site, Key: key, Card: c.card, Person: c.person, Phone: c.phone}
	given, found := l.gave(c, n, d.ID, site)
	if err := l.center.SaveDonor(l.t.Context(), d, given, nil); err != nil {
		l.t.Fatal(err)
	}
	if err := l.center.SaveResults(l.t.Context(), found); err != nil {
		l.t.Fatal(err)
	}
	l.saves(d)
	if n%2 == 1 {
		return c
	}
	booking, err := documents.NewCode(documents.BookingCode, chance(n+1000))
	if err != nil {
		l.t.Fatal(err)
	}
	c.booking = booking.ID
	a := appointment.Appointment{ID: fmt.Sprintf("01930000-0000-7000-9000-%012d", n), Code: c.booking, SiteID: site, DonorKey: key, Person: c.person,
		Day: l.center.Today(), Start: "09:30", Product: donation.WholeBlood, VolumeML: 400, Status: appointment.Booked}
	if err := l.center.SaveAppointment(l.t.Context(), a); err != nil {
		l.t.Fatal(err)
	}
	return c
}

// chance is a source of bytes that differ for every number.
type chance int

// Read implements io.Reader.
func (c chance) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(int(c)*131 + i*29 + int(c)*int(c)*7*i)
	}
	return len(b), nil
}

// comes lets the canary in by card, code or keypad and walks to the end, or away
// in the middle.
func (l *lobby) comes(b *bench, c canary, n int) {
	l.t.Helper()
	var s checkin.Session
	b.must("POST", "/kiosk/session", map[string]string{"language": "zh-CN"}, &s)
	switch n % 4 {
	case 0:
		b.must("POST", "/kiosk/session/code", map[string]string{"text": documents.Code{Kind: documents.BookingCode, ID: c.booking}.Text()}, &s)
	case 1:
		b.ask("POST", "/kiosk/session/identity", checkin.TypedIdentity{Kind: documents.ResidentID, Number: c.person.Document.Number[:17] + "?"}, nil)
		b.ask("POST", "/kiosk/session/identity", checkin.TypedIdentity{Kind: documents.ResidentID, Number: c.person.Document.Number}, nil)
		b.ask("POST", "/kiosk/session/code", map[string]string{"text": c.person.Name + c.phone}, nil)
		b.must("POST", "/kiosk/session", map[string]string{"language": "en"}, &s)
		b.must("POST", "/kiosk/session/code", map[string]string{"text": documents.Code{Kind: documents.DonorCode, ID: c.card}.Text()}, &s)
	case 2:
		var err error
		if s, err = b.node.checkin.IdentifyCard(l.t.Context(), c.person); err != nil {
			l.t.Fatal(err)
		}
	default:
		s = l.lays(b, c) // as a real reader reads it, which takes its time
	}
	for s.Step != checkin.StepDone {
		switch s.Step {
		case checkin.StepBooking:
			b.must("POST", "/kiosk/session/purpose", purposeOf(s), &s)
		case checkin.StepGate:
			b.must("POST", "/kiosk/session/continue", nil, &s)
		case checkin.StepQuestionnaire:
			l.answers(b, c, s)
			if n%10 == 7 {
				b.must("DELETE", "/kiosk/session", nil, nil)
				return
			}
			b.must("POST", "/kiosk/session/answers/submit", nil, &s)
		case checkin.StepConsent:
			b.must("POST", "/kiosk/session/consent", checkin.Signed{Version: s.Consent.Version, ScrolledIn: s.Language, Strokes: c.strokes}, &s)
		case checkin.StepExclusion:
			b.must("POST", "/kiosk/session/exclusion", map[string]string{"code": "discard"}, &s)
		default:
			l.t.Fatalf("canary %d at %s", n, s.Step)
		}
	}
}

// lays puts the canary's card on the real reader and waits until it was read. The
// reader must have seen the last one go first.
func (l *lobby) lays(b *bench, c canary) (s checkin.Session) {
	l.t.Helper()
	changed := make(chan struct{}, 1)
	defer b.node.Subscribe(func(string, any) {
		select {
		case changed <- struct{}{}:
		default:
		}
	})()
	isLaid := false
	for {
		b.must("GET", "/kiosk/session", nil, &s)
		if s.Step != checkin.StepIdentify {
			return s
		}
		if !isLaid && b.node.reader.Part().State == string(reader.Ready) {
			l.trays[b].Put(c.person)
			defer l.trays[b].Lift()
			isLaid = true
		}
		select {
		case <-changed:
		case <-l.t.Context().Done():
			l.t.Fatal("the card was not read")
		}
	}
}

func purposeOf(s checkin.Session) checkin.Purpose {
	if len(s.Bookings) > 0 && s.Bookings[0].Usable {
		return checkin.Purpose{BookingID: s.Bookings[0].ID}
	}
	return checkin.Purpose{Choice: &s.Choices[0]}
}

// answers says yes where a day is asked for then, and tells the canary's day.
func (l *lobby) answers(b *bench, c canary, s checkin.Session) {
	l.t.Helper()
	yes := true
	for _, q := range s.Questionnaire.Items {
		if q.Type == "boolean" && q.Answer == nil {
			b.must("PUT", "/kiosk/session/answers/"+q.LinkID, checkin.Answer{Yes: &yes}, &s)
		}
	}
	for _, q := range s.Questionnaire.Items {
		if q.Type == "date" && q.Answer == nil {
			b.ask("PUT", "/kiosk/session/answers/"+q.LinkID, checkin.Answer{Date: c.answer}, nil)
		}
	}
	b.must("GET", "/kiosk/session", nil, &s)
	b.answerAll(s)
}

// A whole day of made-up people leaves none of their values in plain text in
// anything that was written, logged, counted, addressed or refused.
func TestNobodyIsFoundInWhatADayLeaves(t *testing.T) {
	l := newLobby(t)
	one, two := l.kiosk("kiosk-1", testSite), l.kiosk("kiosk-2", testSite)
	const people = 24
	var personal, identifying []string
	var came []canary
	for n := range people {
		c := l.known(n, testSite)
		came, personal, identifying = append(came, c), append(personal, c.all()...), append(identifying, c.identifying()...)
	}
	desk := newOffice(l)
	one.hears(came[people-1])
	two.hears(came[people-1])
	for n, c := range came {
		b := one
		if n%2 == 1 {
			b = two
		}
		if n > 0 && n < 6 {
			l.looks(b, c)
		}
		if n == people/2 {
			personal, identifying = append(personal, desk.day(one, came[1:6])...), append(identifying, desk.identifying...)
			close(one.line.cut) // the rest of the day without the center
		}
		l.comes(b, c, n)
	}
	one.node.checkin.Wait()
	two.node.checkin.Wait()
	two.until("an empty queue", func(s api.KioskState) bool { return s.Pending == 0 })
	if len(personal) < 100 {
		t.Fatalf("only %d values were planted", len(personal))
	}
	l.wentThrough(one, two, came)
	l.search(personal, identifying)
	l.keepsNothing(came[1:6])
	t.Logf("%d values of %d people", len(personal), people)
	// And when everything was put away.
	for _, b := range []*bench{one, two} {
		if err := b.node.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	folder(t, l.dir, personal)
}

// hears waits until a kiosk knows a donor card.
func (b *bench) hears(c canary) {
	b.t.Helper()
	b.until("the last donor card", func(api.KioskState) bool {
		_, err := b.node.store.DonorByCard(b.t.Context(), c.card)
		return err == nil
	})
}

// search looks through all that a day leaves.
func (l *lobby) search(personal, identifying []string) {
	l.t.Helper()
	if files := folder(l.t, l.dir, personal); files < 10 {
		l.t.Errorf("only %d files were looked through", files)
	}
	metrics := httptest.NewRecorder()
	l.center.Metrics().ServeHTTP(metrics, httptest.NewRequest("GET", "/metrics", nil))
	for what, text := range map[string][]byte{"an address": []byte(l.addresses.String()), "a refusal": []byte(l.refusals.String()), "the log": []byte(l.log.String()), "the metrics": metrics.Body.Bytes()} {
		if len(text) == 0 {
			l.t.Errorf("there is nothing to look for in %s", what)
		}
		for _, value := range plain(text, personal) {
			l.t.Errorf("%s holds %q", what, value)
		}
	}
	for _, value := range plain([]byte(l.shown.String()), identifying) {
		l.t.Errorf("a screen was given %q unmasked", value)
	}
	l.papers(personal)
}

// papers looks at the text of what was printed: it is there, and masked. The receipt of a
// claim is the applicant's own, and names donor and patient (decision 50); it holds no other value.
func (l *lobby) papers(personal []string) {
	l.t.Helper()
	papers, err := filepath.Glob(l.dir + "/*-prints/*.pdf")
	if err != nil || len(papers) < 12 {
		l.t.Fatalf("%d papers, %v", len(papers), err)
	}
	for _, paper := range papers {
		text, err := exec.Command("pdftotext", paper, "-").Output()
		if err != nil {
			l.t.Fatal(err)
		}
		isApplicants := strings.Contains(paper, "-acceptance-")
		if !strings.Contains(string(text), "鹋*") && !isApplicants {
			l.t.Errorf("%s shows no masked name: %s", paper, text)
		}
		for _, value := range plain(text, personal) {
			if !isApplicants || !strings.HasPrefix(value, "鹋") {
				l.t.Errorf("%s shows %q", paper, value)
			}
		}
	}
}

// wentThrough makes sure that the values were there to be leaked: the stores give
// them back to who holds the key, and a plain one in a file would be seen.
func (l *lobby) wentThrough(one, two *bench, came []canary) {
	l.t.Helper()
	found := map[string]bool{}
	for _, b := range []*bench{one, two} {
		visits, err := b.node.store.VisitsAt(l.t.Context(), testSite, l.center.Today())
		if err != nil {
			l.t.Fatal(err)
		}
		for _, v := range visits {
			found[v.Person.Name], found[v.Person.Document.Number] = true, true
			if v.Screening != nil {
				for _, c := range came {
					found[c.answer.String()] = found[c.answer.String()] || strings.Contains(string(v.Screening.Answers), c.answer.String())
				}
			}
		}
	}
	for n, c := range came {
		for _, value := range []string{c.person.Name, c.person.Document.Number, c.answer.String()} {
			if n%10 != 7 && !found[value] {
				l.t.Errorf("%q of canary %d went nowhere", value, n)
			}
		}
	}
	planted := l.t.TempDir() + "/plain"
	if err := os.WriteFile(planted, []byte("…"+came[0].person.Name+"…"), 0o600); err != nil {
		l.t.Fatal(err)
	}
	if body, err := os.ReadFile(planted); err != nil || len(plain(body, came[0].all())) != 1 {
		l.t.Errorf("a plain name was not seen: %v", err)
	}
}
