package node

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"lianxin/backend/api/apitest"
	"lianxin/backend/calendar"
	"lianxin/backend/checkin"
	documents "lianxin/backend/identity"
	"lianxin/backend/lang"
	replication "lianxin/backend/sync"
)

// abused is a kiosk that is brought to the moment an operation belongs to (moment_test.go)
// before the operation is abused there.
type abused struct {
	*bench
	apitest.Abuse
	came  int          // people so far
	cut   atomic.Bool  // the line to the center
	ahead atomic.Int64 // of all clocks here, in seconds
}

func newAbused(t testing.TB, tally *apitest.Tally) *abused {
	a := &abused{}
	a.Abuse = apitest.Abuse{Tally: tally, Ready: a.ready, Handler: func() http.Handler { return a.node.Handler() },
		Moment: func(op apitest.Operation) (g apitest.Good) {
			if moment, has := moments[op.ID]; has {
				g = moment(a)
			}
			return g
		}}
	a.bench = newCenterWith(t, a.clock, a.clock, nil)
	a.line.RoundTripper = homeOnly{http.DefaultTransport, &a.cut}
	a.opens()
	booked := a.booked(0)
	a.Maker = apitest.Maker{
		// The beginning of all names and numbers made up here is among them.
		Personal: []string{booked.Person.Name, booked.Person.Document.Number, booked.Code, "13800138000", "测试丙丁𠮷", "E12345678", "测试戊", "110198198"},
		Known: map[string][]any{
			"pin": {"135790", "000000"}, "booking_id": {booked.ID}, "kind": {string(documents.ResidentID)}, "language": {"zh-CN", "en"}, "aim": {"account", "gifts"},
			"number": {booked.Person.Document.Number, a.nobody().Document.Number}, "text": {documents.Code{Kind: documents.BookingCode, ID: booked.Code}.Text()},
			"scrolled_in": {"zh-CN", "en"}, "product": {"whole_blood"}, "volume_ml": {200, 400}, "strokes": {signature()}, "site_id": {testSite, otherSite},
		},
	}
	return a
}

// opens starts a kiosk on an empty disk.
func (a *abused) opens() {
	a.openAs(Config{Data: a.t.TempDir(), HTTP: &http.Client{Transport: a.line}, Tray: noTray{}, Elapsed: func() time.Duration { return replication.SinceBoot() + a.later() }})
}

// later is how much time has passed that nobody waited for: the center answers a kiosk only so
// often in a minute.
func (a *abused) later() time.Duration { return time.Duration(a.ahead.Load()) * time.Second }

func (a *abused) clock() time.Time { return time.Now().Add(a.later()) }

// noTray takes cards and lays none on the reader, which would let people in at any moment.
type noTray struct{}

// Put implements Tray.
func (noTray) Put(documents.Person) {}

// Lift implements Tray.
func (noTray) Lift() {}

// homeOnly lets calls reach this machine only: an address out of the air may be somebody's.
type homeOnly struct {
	http.RoundTripper
	cut *atomic.Bool
}

// RoundTrip implements http.RoundTripper.
func (h homeOnly) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Hostname() != "127.0.0.1" || h.cut.Load() {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: context.DeadlineExceeded}
	}
	return h.RoundTripper.RoundTrip(r)
}

// nobody is a person who has not been here yet.
func (a *abused) nobody() documents.Person {
	a.came++
	born := time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, a.came/900)
	// An area no district has, as that of the sample (110199), but not the same: of so many
	// people one was somebody there who had given blood three months before.
	document := documents.WithCheck(fmt.Sprintf("110198%s%03d", born.Format("20060102"), 100+a.came%900))
	return documents.Person{Name: "测试戊", Sex: document.Sex(), Born: calendar.Of(born), Nationality: "CHN", Document: document}
}

// walk brings a new person to a step.
func (a *abused) walk(to checkin.Step) (s checkin.Session) {
	a.must("POST", "/kiosk/session", map[string]string{"language": "zh-CN"}, &s)
	for s.Step != to {
		switch s.Step {
		case checkin.StepIdentify:
			var err error
			if s, err = a.node.checkin.IdentifyCard(a.t.Context(), a.nobody()); err != nil {
				a.t.Fatal(err)
			}
		case checkin.StepBooking:
			a.must("POST", "/kiosk/session/purpose", checkin.Purpose{Choice: &s.Choices[0]}, &s)
		case checkin.StepGate:
			a.must("POST", "/kiosk/session/continue", nil, &s)
		case checkin.StepQuestionnaire:
			s = a.answerAll(s)
			a.must("POST", "/kiosk/session/answers/submit", nil, &s)
		case checkin.StepConsent:
			a.must("POST", "/kiosk/session/consent", checkin.Signed{Version: s.Consent.Version, Language: lang.Chinese, ScrolledIn: lang.Chinese, Strokes: signature()}, &s)
		case checkin.StepExclusion:
			a.must("POST", "/kiosk/session/exclusion", map[string]string{"code": "use"}, &s)
		default:
			a.t.Fatalf("at %s on the way to %s, person %d, %v: %+v", s.Step, to, a.came, a.clock(), s.Gate)
		}
	}
	if to == checkin.StepQuestionnaire {
		a.learn(s)
	}
	return s
}

// learn notes the questions and what can be answered to them.
func (a *abused) learn(s checkin.Session) {
	var items, codes []any
	for _, q := range s.Questionnaire.Items {
		items = append(items, q.LinkID)
		for _, o := range q.Options {
			codes = append(codes, o.Code)
		}
	}
	a.Maker.Known["link_id"], a.Maker.Known["codes"] = items, codes
}

// ready forgets the attempts of before: what they have blocked would answer for all the rest.
func (a *abused) ready() {
	a.node.attempts.mu.Lock()
	a.node.attempts.wrong, a.node.attempts.until = 0, time.Time{}
	a.node.attempts.mu.Unlock()
	// A number may be typed once a minute; here every one is the first.
	if err := a.node.store.SaveSetting(a.t.Context(), "checkin.typing", map[string]any{"left": 10, "at": a.node.config.Now()}); err != nil {
		a.t.Fatal(err)
	}
}

// Whatever the page, or somebody in its place, sends: the kiosk does not break, says what is
// wrong, and its refusals and its log repeat nobody's values. A few times in one kiosk, and
// many times in new ones for each operation, side by side.
func TestAbuseOfEveryOperation(t *testing.T) {
	isFew := apitest.Few(t, 6)
	tally, log := &apitest.Tally{}, &apitest.Heard{}
	log.LogsOf(t)
	var one *abused
	if isFew {
		one = newAbused(t, tally)
		one.enrols()
	}
	for _, op := range apitest.Read(t).Operations {
		if !strings.HasPrefix(op.Path, "/kiosk/") { // the desk's and the center's
			continue
		}
		t.Run(op.ID, func(t *testing.T) {
			if !isFew {
				t.Parallel()
			}
			a, isFresh, here := one, op.ID == "enrol-kiosk", apitest.NewStretch(t)
			apitest.AbuseOperation(t, op, func(asked int) *apitest.Abuse {
				if asked%renewed == 0 && (!isFew || isFresh) {
					here.End()
					kiosk := newAbused(here, tally)
					here.Cleanup(func() { kiosk.node.checkin.Wait() })
					a = kiosk
					if !isFresh {
						a.enrols()
					}
				}
				return &a.Abuse
			})
			a.WantQuiet(t, log)
		})
	}
	t.Cleanup(func() { tally.Check(t, "a kiosk") }) // after those that run side by side
}

// renewed is after how many requests an operation goes on at another kiosk: what ten thousand
// people leave in one makes every one after them slower.
const renewed = 1000

// enrols makes the kiosk one of the center's that has heard everything.
func (a *abused) enrols() {
	a.enrol(testSite)
	a.whole()
}
