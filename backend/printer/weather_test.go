package printer

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/OpenPrinting/goipp"
)

// weather stands between the driver and the real printer and spoils single
// messages; everything else passes as it is.
type weather struct {
	real string // http address of the printer
	mu   sync.Mutex
	seen []goipp.Op
	// spoil may change an answer before the driver gets it; an error breaks the
	// connection instead.
	spoil func(op goipp.Op, answer *goipp.Message) error
	// before runs before a request is passed on; an error breaks the connection.
	before func(op goipp.Op) error
}

var errBroken = errors.New("connection broken")

// behind puts weather before e and returns a driver through it.
func (e *eve) behind(w *weather, opt IPPOptions) *IPP {
	e.Helper()
	w.real = "http" + strings.TrimPrefix(e.uri, "ipp")
	server := httptest.NewServer(w)
	e.Cleanup(server.Close)
	return newIPP(e.T, "ipp"+strings.TrimPrefix(server.URL, "http")+"/ipp/print", opt)
}

func (w *weather) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	var m goipp.Message
	if err = errors.Join(err, m.DecodeBytes(body)); err != nil {
		panic(err)
	}
	op := goipp.Op(m.Code)
	w.mu.Lock()
	w.seen = append(w.seen, op)
	spoil, before := w.spoil, w.before
	w.mu.Unlock()
	if before != nil && before(op) != nil {
		panic(http.ErrAbortHandler)
	}
	res, err := http.Post(w.real, goipp.ContentType, bytes.NewReader(body))
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	defer res.Body.Close()
	var answer goipp.Message
	if err := answer.Decode(res.Body); err != nil {
		panic(err)
	}
	if spoil != nil && spoil(op, &answer) != nil {
		panic(http.ErrAbortHandler)
	}
	out.Header().Set("Content-Type", goipp.ContentType)
	_ = answer.Encode(out)
}

func (w *weather) set(spoil func(goipp.Op, *goipp.Message) error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.spoil = spoil
}

func (w *weather) count(op goipp.Op) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := 0
	for _, o := range w.seen {
		if o == op {
			n++
		}
	}
	return n
}

// awaitState asks the printer until its first job has the state.
func (w *weather) awaitState(state int) {
	p, err := NewIPP("ipp"+strings.TrimPrefix(w.real, "http"), IPPOptions{})
	if err != nil {
		panic(err)
	}
	for now := 0; now != state; {
		if now, err = p.jobState(context.Background(), 1); err != nil {
			panic(err)
		}
	}
}

// stoppedBy makes the printer say what printers of the office kind say.
func stoppedBy(reason string) func(goipp.Op, *goipp.Message) error {
	return func(op goipp.Op, answer *goipp.Message) error {
		if op != goipp.OpGetPrinterAttributes {
			return nil
		}
		change(answer, "printer-state", goipp.TagEnum, goipp.Integer(5))
		change(answer, "printer-state-reasons", goipp.TagKeyword, goipp.String(reason))
		return nil
	}
}

// obedient lets the printer's command end when the job is withdrawn, as the
// engine of a real printer does; ippeveprinter only takes note.
func (e *eve) obedient(more func(goipp.Op, *goipp.Message) error) func(goipp.Op, *goipp.Message) error {
	return func(op goipp.Op, answer *goipp.Message) error {
		if op == goipp.OpCancelJob {
			e.order("fail")
		}
		if more != nil {
			return more(op, answer)
		}
		return nil
	}
}

func change(m *goipp.Message, name string, tag goipp.Tag, value goipp.Value) {
	for g := range m.Groups {
		for i, a := range m.Groups[g].Attrs {
			if a.Name == name {
				m.Groups[g].Attrs[i] = goipp.MakeAttribute(name, tag, value)
			}
		}
	}
	i := slices.IndexFunc(m.Printer, func(a goipp.Attribute) bool { return a.Name == name })
	if i >= 0 {
		m.Printer[i] = goipp.MakeAttribute(name, tag, value)
	}
}

func TestStoppedPrinterIsToldBeforeSending(t *testing.T) {
	e := startEve(t, "-f", "application/pdf")
	w := &weather{}
	p := e.behind(w, IPPOptions{})
	for reason, code := range map[string]string{
		"media-empty-error": "printer.out_of_paper", "media-jam-error": "printer.jam", "cover-open-error": "printer.cover_open",
		"offline-report": "printer.offline", "paused": "printer.stopped", "none": "printer.stopped", "fuser-over-temp-error": "printer.trouble",
	} {
		w.set(stoppedBy(reason))
		expect(t, p.Print(t.Context(), aJob("receipt-1")), Failed, code)
	}
	if n := w.count(goipp.OpPrintJob); n != 0 {
		t.Errorf("%d jobs were sent to a stopped printer", n)
	}
}

func TestPaperRunsOutDuringTheJob(t *testing.T) {
	e := startEve(t, "-f", "application/pdf")
	w := &weather{}
	p := e.behind(w, IPPOptions{})
	done := printing(t, p, aJob("receipt-1"))
	e.begun()
	w.set(e.obedient(stoppedBy("media-empty-error")))
	expect(t, <-done, Failed, "printer.out_of_paper")
	if n := w.count(goipp.OpCancelJob); n != 1 {
		t.Errorf("the job was withdrawn %d times", n)
	}
	if _, titles := e.printed(); titles != "" {
		t.Errorf("printed %q", titles)
	}
}

func TestNobodyBringsPaper(t *testing.T) {
	e := startEve(t, "-f", "application/pdf")
	w := &weather{spoil: e.obedient(nil)}
	// Long enough that a busy machine has told of the paper before it is over: after that the job
	// is withdrawn, and its command hears no order.
	p := e.behind(w, IPPOptions{Patience: 25 * time.Second})
	done := printing(t, p, aJob("receipt-1"))
	e.begun()
	e.order("STATE: +media-empty") // this printer calls it a warning: patience, not attention
	expect(t, <-done, Failed, "printer.out_of_paper")
}

func TestWithdrawnByTheCaller(t *testing.T) {
	e := startEve(t, "-f", "application/pdf")
	p := e.behind(&weather{spoil: e.obedient(nil)}, IPPOptions{})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan Outcome, 1)
	go func() { done <- p.Print(ctx, aJob("receipt-1")) }()
	e.begun()
	cancel()
	expect(t, <-done, Failed, "printer.withdrawn")
	expect(t, p.Print(ctx, aJob("receipt-2")), Failed, "printer.withdrawn")
	if _, titles := e.printed(); titles != "" {
		t.Errorf("printed %q", titles)
	}
}

func TestWithdrawalThatIsNotConfirmed(t *testing.T) {
	e := startEve(t, "-f", "application/pdf")
	p := newIPP(t, e.uri, IPPOptions{Patience: time.Second, Farewell: 300 * time.Millisecond})
	done := printing(t, p, aJob("receipt-1"))
	e.begun()
	expect(t, <-done, Unknown, "printer.timeout")
	e.order("fail")
}

func TestWithdrawalThatComesTooLate(t *testing.T) {
	e := startEve(t, "-f", "application/pdf")
	w := &weather{}
	w.before = func(op goipp.Op) error {
		if op == goipp.OpCancelJob {
			e.order("print")
			w.awaitState(jobCompleted)
		}
		return nil
	}
	p := e.behind(w, IPPOptions{Patience: time.Second})
	done := printing(t, p, aJob("receipt-1"))
	e.begun()
	expect(t, <-done, Printed, "")
}

func TestPaperIsBroughtInTime(t *testing.T) {
	e := startEve(t, "-f", "application/pdf")
	w := &weather{}
	p := e.behind(w, IPPOptions{Attention: time.Hour})
	done := printing(t, p, aJob("receipt-1"))
	e.begun()
	w.set(stoppedBy("media-empty-error"))
	w.set(nil)
	e.order("print")
	expect(t, <-done, Printed, "")
}

func TestLostAnswerIsLookedForNotSentAgain(t *testing.T) {
	e := startEve(t, "-f", "application/pdf")
	w := &weather{spoil: func(op goipp.Op, _ *goipp.Message) error {
		if op == goipp.OpPrintJob {
			return errBroken
		}
		return nil
	}}
	p := e.behind(w, IPPOptions{})
	done := printing(t, p, aJob("receipt-1"))
	e.begun()
	e.order("print")
	expect(t, <-done, Printed, "")
	if _, titles := e.printed(); titles != "receipt-1\n" || w.count(goipp.OpPrintJob) != 1 {
		t.Errorf("printed %q with %d requests", titles, w.count(goipp.OpPrintJob))
	}
}

func TestConnectionBreaksWhileSending(t *testing.T) {
	e := startEve(t, "-f", "application/pdf")
	w := &weather{before: func(op goipp.Op) error {
		if op == goipp.OpPrintJob {
			return errBroken
		}
		return nil
	}}
	expect(t, e.behind(w, IPPOptions{}).Print(t.Context(), aJob("receipt-1")), Unknown, "printer.lost")
	if _, titles := e.printed(); titles != "" || w.count(goipp.OpPrintJob) != 1 {
		t.Errorf("printed %q with %d requests", titles, w.count(goipp.OpPrintJob))
	}
}

func TestPrinterForgetsTheJob(t *testing.T) {
	e := startEve(t, "-f", "application/pdf")
	w := &weather{spoil: func(op goipp.Op, answer *goipp.Message) error {
		if op == goipp.OpGetJobAttributes {
			answer.Code = goipp.Code(goipp.StatusErrorNotFound)
		}
		return nil
	}}
	expect(t, e.behind(w, IPPOptions{}).Print(t.Context(), aJob("receipt-1")), Unknown, "printer.lost")
}

func TestRefusals(t *testing.T) {
	e := startEve(t, "-f", "application/pdf")
	for status, code := range map[goipp.Status]string{
		goipp.StatusErrorBusy:                       "printer.busy",
		goipp.StatusErrorNotAcceptingJobs:           "printer.stopped",
		goipp.StatusErrorDocumentFormatNotSupported: "printer.no_pdf",
		goipp.StatusErrorNotAuthorized:              "printer.refused",
	} {
		w := &weather{spoil: func(op goipp.Op, answer *goipp.Message) error {
			if op == goipp.OpPrintJob {
				answer.Code = goipp.Code(status)
			}
			return nil
		}}
		o := e.behind(w, IPPOptions{}).Print(t.Context(), aJob("receipt-"+strings.TrimPrefix(code, "printer.")))
		expect(t, o, Failed, code)
	}
}
