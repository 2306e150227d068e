package checkin

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"lianxin/backend/appointment"
	"lianxin/backend/calendar"
	"lianxin/backend/consent"
	"lianxin/backend/correction"
	"lianxin/backend/donation"
	"lianxin/backend/fault"
	"lianxin/backend/identity"
	"lianxin/backend/lang"
	"lianxin/backend/pack"
	"lianxin/backend/sample"
	"lianxin/backend/screening"
	"lianxin/backend/seal"
	"lianxin/backend/site"
	"lianxin/backend/store"
	"lianxin/backend/visit"
)

// kiosk is the journey on a real database with the real rules, questionnaire and
// consent; only the clock and the paper are parts of the test.
type kiosk struct {
	t       *testing.T
	store   *store.Store
	service *Service
	clock   *testClock
	paper   *testPaper
	place   Place
	shelf   *pack.Shelf
	gateKey []byte

	ids    int
	guests []identity.Person // nobody's name, number or birth date may reach the page
}

// A site that takes whole blood and platelets, and one that takes whole blood only.
const (
	here      = "dongzhimen"
	elsewhere = "wangfujing"
)

var (
	today = calendar.MustParse("2026-11-23")
	ten   = time.Date(2026, 11, 23, 10, 0, 0, 0, calendar.Beijing)
)

func newKiosk(t *testing.T) *kiosk {
	t.Helper()
	keyring, err := seal.Load(seal.Source{File: filepath.Join(t.TempDir(), "keys.json"), Demo: true, Now: ten})
	if err != nil {
		t.Fatal(err)
	}
	opened, err := store.Open(t.Context(), store.Options{URL: filepath.Join(t.TempDir(), "kiosk.db"), Keyring: keyring})
	if err != nil {
		t.Fatal(err)
	}
	k := &kiosk{t: t, store: opened, clock: &testClock{now: ten}, paper: newPaper(), gateKey: make([]byte, screening.KeySize),
		place: Place{DeviceID: "device-1", SiteID: here, Letter: "A"}, shelf: pack.NewShelf(opened)}
	if _, err := k.shelf.Fill(t.Context()); err != nil {
		t.Fatal(err)
	}
	sites, err := site.Samples()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sites {
		k.must(opened.SaveSite(t.Context(), s))
	}
	k.service = New(k.deps())
	t.Cleanup(func() {
		k.service.Wait()
		if err := opened.Close(); err != nil {
			t.Error(err)
		}
	})
	return k
}

func (k *kiosk) deps() Deps {
	return Deps{
		Place: func() Place { return k.place }, Clock: k.clock, Packs: k.shelf,
		Records:  Records{Visits: k.store, Appointments: k.store, Donors: k.store, Gate: k.store, Sites: k.store},
		Recorder: visit.Recorder{Store: k.store, Log: k.store, Papers: k.paper, NewID: k.newID},
		Paper:    k.paper, Memory: k.store, DonorKey: k.key, NewID: k.newID,
		Corrections: correction.Recorder{Store: k.store, Log: k.store, Now: k.clock.Now, NewID: k.newID},
		NoticeCode:  func(code string) string { return appointment.NoticeCode(appointment.CodeKey(k.gateKey, code)) },
		Changed:     func() { k.paper.changed <- struct{}{} },
	}
}

// newID counts, so that two runs of one journey have the same ids.
func (k *kiosk) newID() string {
	k.ids++
	return fmt.Sprintf("01930000-0000-7000-8000-%012d", k.ids)
}

func (k *kiosk) key(doc identity.Document) string { return screening.Key(k.gateKey, doc) }

func (k *kiosk) must(err error) {
	k.t.Helper()
	if err != nil {
		k.t.Fatal(err)
	}
}

// at returns the session a call answered, after looking through it for anything
// that must not leave the program, and fails when it is at another step.
func (k *kiosk) at(step Step, s Session, err error) Session {
	k.t.Helper()
	if err != nil {
		k.t.Fatalf("on the way to %s: %v", step, err)
	}
	if s.Step != step {
		k.t.Fatalf("at step %s, want %s: %s", s.Step, step, k.json(s))
	}
	k.mask(s)
	return s
}

// refused returns the fault of a call that must not work, and fails when it says
// another code or holds what the person entered.
func (k *kiosk) refused(code string, err error) *fault.Fault {
	k.t.Helper()
	if got := fault.CodeOf(err); got != code {
		k.t.Fatalf("fault %q (%v), want %q", got, err, code)
	}
	f := fault.From(err)
	body, jsonErr := json.Marshal(map[string]any{"params": f.Params, "places": f.Places})
	k.must(jsonErr)
	k.search("the fault "+code, string(body))
	return f
}

func (k *kiosk) json(s Session) string {
	k.t.Helper()
	body, err := json.Marshal(s)
	k.must(err)
	return string(body)
}

func (k *kiosk) mask(s Session) {
	k.t.Helper()
	k.search("step "+string(s.Step), k.json(s))
}

// search looks for the planted people.
func (k *kiosk) search(where, text string) {
	k.t.Helper()
	for _, p := range k.guests {
		for _, secret := range []string{p.Name, p.LatinName, p.Document.Number, p.Born.String(), strings.ReplaceAll(p.Born.String(), "-", ""), p.PassNumber} {
			if secret != "" && strings.Contains(text, secret) {
				k.t.Errorf("%s holds %q: %s", where, secret, text)
			}
		}
	}
}

// guest makes a person up; sequence has three digits, an odd last one is a man.
func (k *kiosk) guest(name, born, sequence string) identity.Person {
	doc := identity.WithCheck("110199" + strings.ReplaceAll(born, "-", "") + sequence)
	birth, ok := doc.BirthDate()
	if !ok {
		k.t.Fatalf("%s is no birth date", born)
	}
	p := identity.Person{Name: name, Sex: doc.Sex(), Born: birth, Nationality: "CHN", Document: doc,
		ValidFrom: today.AddYears(-5), ValidUntil: today.AddYears(15)}
	k.guests = append(k.guests, p)
	return p
}

// books gives a person a booking of 400 mL whole blood today at this site, changed by edit.
func (k *kiosk) books(p identity.Person, edit func(*appointment.Appointment)) appointment.Appointment {
	k.t.Helper()
	code, err := identity.NewCode(identity.BookingCode, strings.NewReader(fmt.Sprintf("%016d", k.ids)))
	k.must(err)
	a := appointment.Appointment{ID: k.newID(), Code: code.ID, SiteID: here, DonorKey: k.key(p.Document), Person: p, Day: today,
		Start: "10:30", Product: donation.WholeBlood, VolumeML: 400, Status: appointment.Booked}
	if edit != nil {
		edit(&a)
	}
	k.must(k.store.SaveAppointment(k.t.Context(), a))
	return a
}

// answered gives a person a pass with a healthy person's answers.
func (k *kiosk) answered(p identity.Person, at time.Time) visit.Pass {
	k.t.Helper()
	definition, err := k.shelf.Questionnaire(today)
	k.must(err)
	form, err := sample.Healthy(definition, p.Sex, donation.WholeBlood)
	k.must(err)
	body, err := json.Marshal(form.Response(at))
	k.must(err)
	pass := visit.Pass{ID: k.newID(), DonorKey: k.key(p.Document), SiteID: here, Questionnaire: form.Canonical(), Answers: body, AnsweredAt: at}
	k.must(k.store.SavePass(k.t.Context(), pass))
	return pass
}

func (k *kiosk) start(language lang.Tag) Session {
	k.t.Helper()
	s, err := k.service.Start(k.t.Context(), language, AimCheckIn)
	return k.at(StepIdentify, s, err)
}

// card puts a card on the reader for a person who has just begun.
func (k *kiosk) card(p identity.Person) Session {
	k.t.Helper()
	k.start(lang.Chinese)
	s, err := k.service.IdentifyCard(k.t.Context(), p)
	return k.at(StepBooking, s, err)
}

// choose takes a walk-in's choice and expects the step after it.
func (k *kiosk) choose(step Step, c Choice) Session {
	k.t.Helper()
	s, err := k.service.Choose(k.t.Context(), Purpose{Choice: &c})
	return k.at(step, s, err)
}

var (
	blood400  = Choice{Product: donation.WholeBlood, VolumeML: 400}
	blood200  = Choice{Product: donation.WholeBlood, VolumeML: 200}
	platelets = Choice{Product: donation.Apheresis, Units: 1}
)

// well is what a healthy person says where "no" or "none" is not it.
var well = map[string]Answer{
	"well-today": {Yes: yes(true)}, "weight-band": {Codes: []string{"50_or_more"}}, "sleep-hours": {Number: "8"},
	"last-meal": {Codes: []string{"within_4h"}}, "menses": {Codes: []string{"not_near"}}, "fainting": {Codes: []string{"never"}},
	"understand-truthful": {Yes: yes(true)}, "understand-not-a-test": {Yes: yes(true)}, "understand-withdraw": {Yes: yes(true)},
}

func yes(v bool) *bool { return &v }

// answerAll answers every open question as a healthy person, one a screen.
func (k *kiosk) answerAll(s Session) Session {
	k.t.Helper()
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
		q := s.Questionnaire.Items[open]
		answer, ok := well[q.LinkID]
		if !ok && q.Type == "boolean" {
			answer, ok = Answer{Yes: yes(false)}, true
		}
		for _, o := range q.Options {
			if !ok && (o.Exclusive || o.Code == "no") {
				answer, ok = Answer{Codes: []string{o.Code}}, true
			}
		}
		if !ok {
			k.t.Fatalf("nobody knows a healthy answer to %s", q.LinkID)
		}
		next, err := k.service.Answer(k.t.Context(), q.LinkID, answer)
		s = k.at(StepQuestionnaire, next, err)
	}
}

// signature is a line a finger could draw.
func signature() []consent.Stroke {
	var s consent.Stroke
	for i := range 40 {
		s = append(s, consent.Point{X: 1000 + i*150, Y: 2000 + i%7*300, T: i * 20})
	}
	return []consent.Stroke{s}
}

// sign signs the text of a session at the consent step.
func (k *kiosk) sign(s Session) Session {
	k.t.Helper()
	next, err := k.service.Sign(k.t.Context(), Signed{Version: s.Consent.Version, ScrolledIn: s.Language, Strokes: signature()})
	return k.at(StepExclusion, next, err)
}

// toConsent walks a walk-in to the consent.
func (k *kiosk) toConsent(p identity.Person) Session {
	k.t.Helper()
	k.card(p)
	k.choose(StepGate, blood400)
	s, err := k.service.Continue(k.t.Context())
	k.answerAll(k.at(StepQuestionnaire, s, err))
	s, err = k.service.Submit(k.t.Context())
	return k.at(StepConsent, s, err)
}

// finish walks a walk-in to the ticket and waits for the paper.
func (k *kiosk) finish(p identity.Person, choice string) Session {
	k.t.Helper()
	k.sign(k.toConsent(p))
	s, err := k.service.Exclude(k.t.Context(), choice)
	k.at(StepDone, s, err)
	<-k.paper.changed
	s, err = k.service.Current(k.t.Context())
	return k.at(StepDone, s, err)
}

// visitsToday are what the kiosk has on its disk.
func (k *kiosk) visitsToday() []visit.Visit {
	k.t.Helper()
	all, err := k.store.VisitsAt(k.t.Context(), here, calendar.Of(k.clock.Now()))
	k.must(err)
	return all
}

// testClock is a clock that moves when it is told to.
type testClock struct {
	mu     sync.Mutex
	now    time.Time
	offset time.Duration
}

func (c *testClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *testClock) Offset() time.Duration   { return c.offset }
func (c *testClock) Moment() time.Time       { return c.Now().Add(c.offset) }
func (c *testClock) Today() calendar.Date    { return calendar.Of(c.Moment()) }
func (c *testClock) DataAsOf() time.Time     { return ten.Add(-time.Minute) }
func (c *testClock) advance(d time.Duration) { c.set(c.Now().Add(d)) }
func (c *testClock) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = t
}

// testPaper is a printer that does what the test says and remembers what it printed.
type testPaper struct {
	mu      sync.Mutex
	result  Receipt
	hold    chan struct{} // nil: prints at once; else when it is closed
	printed []visit.Visit
	again   []bool
	kept    []visit.Visit
	full    error // Keep fails with it
	changed chan struct{}
}

func newPaper() *testPaper {
	return &testPaper{result: Receipt{State: "printed"}, changed: make(chan struct{}, 16)}
}

func (p *testPaper) Print(_ context.Context, v visit.Visit, again bool) Receipt {
	p.mu.Lock()
	hold := p.hold
	p.mu.Unlock()
	if hold != nil {
		<-hold
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.printed, p.again = append(p.printed, v), append(p.again, again)
	result := p.result
	result.QR = "QR " + v.Ticket
	return result
}

func (p *testPaper) QR(v visit.Visit) string { return "QR " + v.Ticket }

func (p *testPaper) Unprintable(string) []string { return nil }

func (p *testPaper) Keep(_ context.Context, v visit.Visit) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.full != nil {
		return p.full
	}
	p.kept = append(p.kept, v)
	return nil
}
