package apitest

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Abuse sends requests around good ones to what one person stands before, a kiosk or a desk,
// and holds every answer against what each must be.
type Abuse struct {
	Maker   Maker
	Tally   *Tally
	Handler func() http.Handler
	// Ready is called before every request; nil for nothing to do.
	Ready func()
	// Moment brings it to where an operation has something to do, and says how it is asked there.
	Moment func(op Operation) Good
	// Done is called after an operation was done that changes something; nil for nothing to do.
	Done func(op Operation)

	good map[string]*around
}

// around is the good request others are drawn around, and for how long already.
type around struct {
	Good
	since int
	done  bool // what is abused has gone on
}

// AbuseOperation abuses one operation as often as -rapid.checks says, at whatever at gives for a
// request: a kiosk, or another one after so many.
func AbuseOperation(t *testing.T, op Operation, at func(asked int) *Abuse) {
	var a *Abuse
	asked := 0
	rapid.Check(t, func(rt *rapid.T) {
		if next := at(asked); next != a {
			a = next
			a.begins(t, op)
		}
		asked++
		of := a.near(op)
		drawn := a.Maker.Around(rt, op, of.Good)
		if rapid.SampledFrom([]int{0, 1, 2, 3, 4, 5, 6, 7}).Draw(rt, "from") == 0 {
			drawn = a.Maker.Draw(rt, op)
		}
		request, err := drawn.HTTP()
		if err != nil {
			rt.Skip("no page can write such an address") // another is drawn instead
		}
		a.send(rt, op, of, request)
	})
}

// begins sends the good request as it stands, which has to be done.
func (a *Abuse) begins(t *testing.T, op Operation) {
	of := a.near(op)
	request, err := of.Request(op).HTTP()
	if err != nil {
		t.Fatal(err)
	}
	if answer := a.send(t, op, of, request); answer.Code >= http.StatusMultipleChoices {
		t.Fatalf("the good request of %s was not done: %d %s", op.ID, answer.Code, answer.Body)
	}
}

// near is a good request for the moment it is in. Once it was done things have gone on: some
// requests come then, as from a page that has not heard of it, before it is brought back.
func (a *Abuse) near(op Operation) *around {
	if a.Ready != nil {
		a.Ready()
	}
	of := a.good[op.ID]
	if of == nil || of.since >= 25 || of.done && of.since >= 4 {
		of = &around{Good: a.Moment(op)}
		a.Maker.Learn(of.Good, func(any) bool { return false })
		if a.good == nil {
			a.good = map[string]*around{}
		}
		a.good[op.ID] = of
	}
	of.since++
	return of
}

// send sends a request and holds the answer against what every answer must be.
func (a *Abuse) send(t interface{ Fatalf(string, ...any) }, op Operation, of *around, request *http.Request) *httptest.ResponseRecorder {
	answer := httptest.NewRecorder()
	a.Handler().ServeHTTP(answer, request)
	if err := errors.Join(a.Maker.Judge(answer), op.Conforms(answer)); err != nil {
		t.Fatalf("%s: %v", op.ID, err)
	}
	a.Tally.Note(op.ID, answer)
	if answer.Code < http.StatusMultipleChoices && op.Method != http.MethodGet {
		of.done = true
		if a.Done != nil {
			a.Done(op)
		}
	}
	return answer
}

// WantQuiet fails when a log holds a value that is somebody's.
func (a *Abuse) WantQuiet(t testing.TB, log *Heard) {
	t.Helper()
	text := log.String()
	for _, personal := range a.Maker.Personal {
		if strings.Contains(text, personal) {
			t.Errorf("the log holds %q", personal)
		}
	}
}
