package node

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"lianxin/backend/api"
	"lianxin/backend/api/apitest"
	"lianxin/backend/calendar"
	"lianxin/backend/checkin"
	documents "lianxin/backend/identity"
	"lianxin/backend/lang"
)

// abused is a kiosk that is brought to the step an operation belongs to before
// the operation is abused there.
type abused struct {
	*bench
	maker apitest.Maker
	came  int // people so far
	log   quiet
}

// quiet keeps what is logged.
type quiet struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements io.Writer.
func (q *quiet) Write(b []byte) (int, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.text.Write(b)
}

// stepOf is where in the journey an operation has something to do.
var stepOf = map[string]checkin.Step{
	"identify-typed": checkin.StepIdentify, "identify-code": checkin.StepIdentify, "choose-purpose": checkin.StepBooking,
	"continue-session": checkin.StepGate, "answer-question": checkin.StepQuestionnaire, "submit-answers": checkin.StepQuestionnaire, "answer-anew": checkin.StepConsent,
	"back-session": checkin.StepQuestionnaire, "sign-consent": checkin.StepConsent, "choose-exclusion": checkin.StepExclusion,
	"print-paper": checkin.StepDone, "touch-session": checkin.StepBooking, "set-session-language": checkin.StepGate, "get-session": checkin.StepQuestionnaire,
}

func newAbused(t *testing.T, enrolled bool) *abused {
	a := &abused{bench: newBench(t)}
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewJSONHandler(&a.log, nil)))
	t.Cleanup(func() { slog.SetDefault(before) })
	a.line.RoundTripper = homeOnly{http.DefaultTransport}
	booked := a.booked(0)
	code := documents.Code{Kind: documents.BookingCode, ID: booked.Code}.Text()
	a.maker = apitest.Maker{
		Personal: []string{booked.Person.Name, booked.Person.Document.Number, booked.Code, "13800138000", "测试丙丁𠮷", "E12345678"},
		Known: map[string][]any{
			"pin": {"135790", "000000"}, "booking_id": {booked.ID}, "kind": {string(documents.ResidentID)}, "language": {"zh-CN", "en"},
			"number": {booked.Person.Document.Number, a.nobody().Document.Number}, "text": {code}, "scrolled_in": {"zh-CN", "en"}, "product": {"whole_blood"}, "volume_ml": {200, 400},
			"strokes": {signature()},
		},
	}
	if enrolled {
		a.enrol(testSite)
	}
	return a
}

// homeOnly lets calls reach this machine only: an address out of the air may be somebody's.
type homeOnly struct{ http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (h homeOnly) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Hostname() != "127.0.0.1" {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: context.DeadlineExceeded}
	}
	return h.RoundTripper.RoundTrip(r)
}

// nobody is a person who has not been here yet.
func (a *abused) nobody() documents.Person {
	a.came++
	born := time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, a.came/900)
	document := documents.WithCheck(fmt.Sprintf("110199%s%03d", born.Format("20060102"), 100+a.came%900))
	return documents.Person{Name: "测试戊", Sex: document.Sex(), Born: calendar.Of(born), Nationality: "CHN", Document: document}
}

// walk brings a new person to a step.
func (a *abused) walk(to checkin.Step) {
	var s checkin.Session
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
			a.learn(s)
			a.must("POST", "/kiosk/session/answers/submit", nil, &s)
		case checkin.StepConsent:
			a.maker.Known["version"] = []any{s.Consent.Version}
			a.must("POST", "/kiosk/session/consent", checkin.Signed{Version: s.Consent.Version, Language: lang.Chinese, ScrolledIn: lang.Chinese, Strokes: signature()}, &s)
		case checkin.StepExclusion:
			a.must("POST", "/kiosk/session/exclusion", map[string]string{"code": "use"}, &s)
		default:
			a.t.Fatalf("at %s on the way to %s", s.Step, to)
		}
	}
	if to == checkin.StepQuestionnaire {
		a.learn(s)
	}
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
	a.maker.Known["link_id"], a.maker.Known["codes"] = items, codes
}

// prepare brings the session back to where the operation belongs when it has left.
func (a *abused) prepare(t *rapid.T, op apitest.Operation) {
	a.node.attempts.mu.Lock()
	a.node.attempts.wrong, a.node.attempts.until = 0, time.Time{}
	a.node.attempts.mu.Unlock()
	// A number may be typed once a minute; here every one is the first.
	if err := a.node.store.SaveSetting(a.t.Context(), "checkin.typing", map[string]any{"left": 10, "at": a.node.config.Now()}); err != nil {
		a.t.Fatal(err)
	}
	step, has := stepOf[op.ID]
	if !has {
		return
	}
	s, err := a.node.checkin.Current(a.t.Context())
	if err != nil || s.Step != step && rapid.SampledFrom([]bool{false, false, false, false, true}).Draw(t, "brought back") {
		a.walk(step)
	}
}

func (a *abused) abuse(t *testing.T, op apitest.Operation) {
	t.Run(op.ID, func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			a.prepare(t, op)
			request, err := a.maker.Draw(t, op).HTTP()
			if err != nil {
				return // no page can write such an address
			}
			answer := httptest.NewRecorder()
			a.node.Handler().ServeHTTP(answer, request)
			if err := a.maker.Judge(answer); err != nil {
				t.Fatalf("%s: %v", op.ID, err)
			}
		})
	})
}

// Whatever the page, or somebody in its place, sends: the kiosk does not break,
// says what is wrong, and its refusals and its log repeat nobody's values.
func TestAbuseOfEveryOperation(t *testing.T) {
	enrolled, fresh := newAbused(t, true), newAbused(t, false)
	for _, op := range apitest.Read(t).Operations {
		switch {
		case op.Permission != api.Local:
		case op.ID == "enrol-kiosk":
			fresh.abuse(t, op)
		default:
			enrolled.abuse(t, op)
		}
	}
	enrolled.node.checkin.Wait()
	for _, a := range []*abused{enrolled, fresh} {
		for _, personal := range a.maker.Personal {
			if strings.Contains(a.log.text.String(), personal) {
				t.Errorf("the log holds %q", personal)
			}
		}
	}
}
