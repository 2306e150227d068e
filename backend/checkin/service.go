// Package checkin is the journey of one person through a kiosk: who are you,
// booking or walk-in, may I donate today, questionnaire, consent, the private
// choice, the ticket.
//
// The journey lives here and not in the page, so that a page that is reloaded
// goes on where it was. It lives in memory only: what a person said before the
// end is gone when they walk away, and what they signed is on the disk before
// the screen says so.
package checkin

import (
	"context"
	"sync"
	"time"

	"lianxin/backend/account"
	"lianxin/backend/appointment"
	"lianxin/backend/calendar"
	"lianxin/backend/consent"
	"lianxin/backend/correction"
	"lianxin/backend/donation"
	"lianxin/backend/donor"
	"lianxin/backend/fault"
	"lianxin/backend/identity"
	"lianxin/backend/lang"
	"lianxin/backend/policy"
	"lianxin/backend/questionnaire"
	"lianxin/backend/redemption"
	"lianxin/backend/screening"
	"lianxin/backend/site"
	"lianxin/backend/visit"
)

// Place is where the kiosk stands, as the center said when it was enrolled.
type Place struct {
	DeviceID string
	SiteID   string
	Letter   string // first letter of its tickets
}

// Packs gives the rules and texts in force on a day.
type Packs interface {
	Selection(today calendar.Date) (*policy.Pack, error)
	Questionnaire(today calendar.Date) (*questionnaire.Questionnaire, error)
	Consent(today calendar.Date) (consent.Text, error)
}

// Clock is what the kiosk knows of the time.
type Clock interface {
	Now() time.Time        // the device's clock, as it says
	Offset() time.Duration // the center's clock minus the device's, when last known
	Moment() time.Time     // the time to decide by, the center's as far as it was ever heard
	Today() calendar.Date  // the day of Moment
	DataAsOf() time.Time   // when the center last said everything
}

// Paper prints what a visit's receipt row holds.
type Paper interface {
	// Print prints the paper of a visit and says how it went. It may take long.
	Print(ctx context.Context, v visit.Visit, again bool) Receipt
	// QR is the text of a QR with the ticket, for when the printer cannot.
	QR(v visit.Visit) string
}

// Directory finds sites.
type Directory interface {
	Site(ctx context.Context, id string) (site.Site, error)
}

// Elsewhere asks the center for what only other sites' kiosks have of one person,
// who has just shown a card or code, and puts it into the records. A failure is
// nothing found. It is never asked for a number that was typed.
type Elsewhere interface {
	OfDonor(ctx context.Context, donorKey string)
	OfCard(ctx context.Context, code string)
	OfBooking(ctx context.Context, notice appointment.Appointment, code string)
}

// Accounts asks the center for what is somebody's whose card was just read. It may
// take long. Faults "account.offline" without a line, "account.not_found" for who
// never gave.
type Accounts interface {
	Account(ctx context.Context, donorKey string) (account.Account, error)
}

// Records are the kiosk's stores.
type Records struct {
	Visits       visit.Store
	Appointments appointment.Store
	Donors       donor.Store
	Gate         screening.Store
	Sites        Directory
}

// Deps are what the journey stands on.
type Deps struct {
	Place       func() Place
	Clock       Clock
	Packs       Packs
	Records     Records
	Recorder    visit.Recorder
	Paper       Paper
	Memory      Memory
	Elsewhere   Elsewhere // nil: nobody is asked
	Accounts    Accounts
	Gifts       Gifts
	DonorKey    func(identity.Document) string
	NoticeCode  func(code string) string // code under which the notice of a booking at another site is kept
	NewID       func() string
	Changed     func() // the session changed without the page asking
	Corrections correction.Recorder
	Results     Results
	Issued      Issued
	YearCards   YearCards
}

// Service holds the session of the one person in front of the kiosk.
type Service struct {
	deps Deps

	mu      sync.Mutex
	current *session
	beside  sync.WaitGroup // what goes on beside the journey: printing, asking the center
}

// empty is a session of nobody yet.
func (s *Service) empty(id string, language lang.Tag, aim Aim) *session {
	return &session{id: id, aim: aim, language: language, step: StepIdentify, visitID: s.deps.NewID(),
		deferred: map[Choice]*recorded{}, touched: s.deps.Clock.Now()}
}

// session is everything known of the person, and never leaves this package unmasked.
type session struct {
	id          string
	aim         Aim
	language    lang.Tag
	step        Step
	day         calendar.Date // the day everything below was looked up for
	person      identity.Person
	source      visit.Source
	donorKey    string
	asked       bool // the center was asked for this person
	entry       screening.Entry
	bookings    []appointment.Appointment
	booking     *appointment.Appointment
	chosen      Choice
	verdict     policy.Verdict
	form        *questionnaire.Form
	pass        *visit.Pass
	passRefused bool // answers given elsewhere do not count: of another day, of another form, or unreadable
	consent     consent.Consent
	consented   consent.Text
	visitID     string
	recorded    *recorded            // what is on the disk; its paper is the one to print
	deferred    map[Choice]*recorded // what was already told "not today"
	account     AccountView
	redeem      RedemptionView
	mayBeHeld   string                 // the redemption that is set aside as far as this kiosk knows; "" for none
	wish        redemption.HoldRequest // the one in redeem, as the center was asked
	unheard     redemption.HoldRequest // a yes whose answer was lost: the gift may be theirs; ID "" for none
	voucher     VoucherView
	cancelled   CancelledView
	din         donation.DIN // typed for one result
	request     string       // the center's name of that asking
	result      ResultView
	paper       *PaperView
	yearCard    *YearCardView
	touched     time.Time
}

// recorded is a visit on the disk and how its paper stands.
type recorded struct {
	visit   visit.Visit // without answers, consent and the private choice
	ahead   int
	there   lang.Text // name of the site, when it is another one
	receipt Receipt
}

// New returns a service without a person.
func New(deps Deps) *Service { return &Service{deps: deps} }

// Wait returns when nothing goes on beside the journey any more.
func (s *Service) Wait() { s.beside.Wait() }

// Start begins for a new person and wipes what the last one left.
func (s *Service) Start(_ context.Context, language lang.Tag, aim Aim) (Session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.leave()
	s.current = s.empty(s.deps.NewID(), language, aim)
	return s.view()
}

// Current returns the running session; fault "checkin.no_session". Asking for one whose
// time is up does not end it: Tick does, and says so to whoever shows it.
func (s *Service) Current(context.Context) (Session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.current; c != nil && s.remaining(c) <= 0 {
		return Session{}, errNoSession()
	}
	return s.view()
}

// End wipes the session.
func (s *Service) End(context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.leave()
	return nil
}

// leave wipes the session of whoever was there; what was set aside for them is given
// back. s.mu is held.
func (s *Service) leave() {
	if s.current != nil {
		s.letGo(s.current)
	}
	s.current = nil
}

// Touch starts the idle time anew.
func (s *Service) Touch(ctx context.Context) (Session, error) {
	return s.do(ctx, func(*session) error { return nil })
}

// SetLanguage switches the language of what is still to be shown and printed.
func (s *Service) SetLanguage(ctx context.Context, language lang.Tag) (Session, error) {
	return s.do(ctx, func(c *session) error { c.language = language; return nil })
}

// Tick wipes the session when its time is up and tells whether it did.
func (s *Service) Tick() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.expire()
}

// Step returns the step of the running session, "" without one.
func (s *Service) Step() Step {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current == nil {
		return ""
	}
	return s.current.step
}

// AsksForCard tells whether a card put on the reader now would count: where one is
// asked for, and at the booking for whoever typed a number or showed a code.
func (s *Service) AsksForCard() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.current
	return c != nil && (c.step == StepIdentify || c.step == StepProof || c.step == StepBooking && c.source != visit.Card)
}

// do runs one step of the journey on the running session. A step that fails
// leaves the session as it was, so that the person may simply try again.
func (s *Service) do(ctx context.Context, step func(*session) error) (Session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expire()
	c := s.current
	if c == nil {
		return Session{}, errNoSession()
	}
	c.touched = s.deps.Clock.Now()
	if err := s.turnPage(ctx, c); err != nil {
		return Session{}, err
	}
	before := *c
	if err := step(c); err != nil {
		*c = before
		return Session{}, err
	}
	return s.view()
}

// turnPage starts again from the choice when the day has changed since the
// person was recognised, at midnight or because the clock was put right: what
// was decided for another day does not count. Answers given by hand stay; a pass
// was for the other day.
func (s *Service) turnPage(ctx context.Context, c *session) error {
	switch {
	case c.step == StepIdentify, c.step == StepRepeat, c.step == StepProof, c.step == StepDone, c.step == StepAccount, c.step == StepGifts, c.step == StepResult, c.day == s.deps.Clock.Today():
		return nil
	}
	if c.pass != nil {
		c.pass, c.form = nil, nil
	}
	c.chosen, c.booking, c.verdict = Choice{}, nil, policy.Verdict{}
	c.consent, c.consented = consent.Consent{}, consent.Text{}
	c.recorded, c.deferred = nil, map[Choice]*recorded{}
	return s.lookUp(ctx, c)
}

func errNoSession() error { return fault.New(fault.NotFound, "checkin.no_session") }

// errStep is the answer to a call that does not belong to the present step, as
// after two taps on one button. The page fetches the session and shows it.
func errStep(at Step) error { return fault.New(fault.Conflict, "checkin.other_step").With("step", at) }

// idle is how long each step may stand untouched. Reading takes longer than
// tapping; the end is left to the next person soon.
var idle = map[Step]time.Duration{
	StepIdentify: 60 * time.Second, StepBooking: 75 * time.Second, StepRepeat: 45 * time.Second, StepProof: 60 * time.Second,
	StepGate: 60 * time.Second, StepDeferred: 90 * time.Second, StepQuestionnaire: 120 * time.Second,
	StepConsent: 180 * time.Second, StepExclusion: 90 * time.Second, StepDone: 40 * time.Second,
	StepAccount: 90 * time.Second, StepGifts: 90 * time.Second, StepResult: 150 * time.Second,
}

// warn is how long the countdown is visible before the wipe.
const warn = 20 * time.Second

// expire wipes a session whose time is up. Time is measured by the monotonic
// clock inside time.Time, so a jump of the wall clock neither wipes nor keeps.
func (s *Service) expire() bool {
	c := s.current
	if c == nil || s.remaining(c) > 0 {
		return false
	}
	s.leave()
	return true
}

// remaining is how long a session may still stand untouched.
func (s *Service) remaining(c *session) time.Duration {
	return idle[c.step] - s.deps.Clock.Now().Sub(c.touched)
}
