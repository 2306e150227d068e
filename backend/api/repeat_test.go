package api

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"lianxin/backend/checkin"
	"lianxin/backend/outbox"
)

func recorded(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	answer := httptest.NewRecorder()
	h.ServeHTTP(answer, r)
	return answer
}

// A page that lost the answer of the last step asks again with the same key: one
// visit, the same answer.
func TestARepeatedStepIsOneDeed(t *testing.T) {
	w := newWindow(t, nil)
	w.typed()
	first := w.send("POST", sessionPath+"/purpose", "key-1", []byte(`{"choice":{"product":"whole_blood","volume_ml":400}}`))
	if first.Code != 200 {
		t.Fatalf("%d %s", first.Code, first.Body)
	}
	again := w.send("POST", sessionPath+"/purpose", "key-1", []byte(`{"choice":{"product":"whole_blood","volume_ml":400}}`))
	if again.Code != 200 || again.Body.String() != first.Body.String() || again.Header().Get("Content-Type") != first.Header().Get("Content-Type") {
		t.Errorf("the repeat is answered %d %s", again.Code, again.Body)
	}
	other := w.send("POST", sessionPath+"/purpose", "key-2", []byte(`{"choice":{"product":"whole_blood","volume_ml":400}}`))
	if p := problem(t, other); p.Code != "checkin.other_step" {
		t.Errorf("another call is answered %+v", p)
	}
	if n, err := w.store.CountOperations(t.Context(), outbox.Pending); n != 0 || err != nil {
		t.Errorf("%d operations, %v", n, err)
	}
}

// A refusal is an answer too.
func TestARepeatedRefusalIsTheSame(t *testing.T) {
	w := newWindow(t, nil)
	w.must("POST", sessionPath, map[string]string{"language": "en"})
	wrong := []byte(`{"kind":"resident_id","number":"110105194912310021"}`)
	first := w.send("POST", sessionPath+"/identity", "key-1", wrong)
	again := w.send("POST", sessionPath+"/identity", "key-1", wrong)
	if first.Code != 422 || again.Body.String() != first.Body.String() {
		t.Errorf("%d %s, then %d %s", first.Code, first.Body, again.Code, again.Body)
	}
}

func TestConcurrentRepeatsWaitForTheFirst(t *testing.T) {
	entered, hold := make(chan struct{}, 8), make(chan struct{})
	var calls atomic.Int64
	w := newWindow(t, func(string) { calls.Add(1); entered <- struct{}{}; <-hold })
	w.typed()
	answers := make([]*httptest.ResponseRecorder, 5)
	var group sync.WaitGroup
	group.Go(func() { answers[0] = w.send("POST", sessionPath+"/touch", "key-1", nil) })
	<-entered
	for i := 1; i < len(answers); i++ {
		group.Go(func() { answers[i] = w.send("POST", sessionPath+"/touch", "key-1", nil) })
	}
	close(hold)
	group.Wait()
	if n := calls.Load(); n != 1 {
		t.Errorf("the step ran %d times", n)
	}
	for i, a := range answers {
		if a.Code != 200 || a.Body.String() != answers[0].Body.String() {
			t.Errorf("caller %d got %d %s", i, a.Code, a.Body)
		}
	}
}

// A repeat whose page has given up does not wait on.
func TestAWaitingRepeatMayLeave(t *testing.T) {
	entered, hold := make(chan struct{}), make(chan struct{})
	w := newWindow(t, func(string) { entered <- struct{}{}; <-hold })
	w.typed()
	done := make(chan struct{})
	go func() { w.send("POST", sessionPath+"/touch", "key-1", nil); close(done) }()
	<-entered
	ctx, leave := context.WithCancel(t.Context())
	leave()
	request := httptest.NewRequestWithContext(ctx, "POST", sessionPath+"/touch", nil)
	request.Header.Set(IdempotencyHeader, "key-1")
	recorded(w.handler, request) // returns, or the test hangs
	close(hold)
	<-done
}

// A panic is a problem document for everybody who waits, and the next repeat
// tries again; the log says where and not what was entered.
func TestAPanicIsAProblem(t *testing.T) {
	var log bytes.Buffer
	previous := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	t.Cleanup(func() { slog.SetDefault(previous) })
	var calls atomic.Int64
	w := newWindow(t, func(string) {
		if calls.Add(1) == 1 {
			panic(errors.New("bad value " + canary))
		}
	})
	w.typed()
	answer := w.send("POST", sessionPath+"/touch", "key-1", nil)
	if strings.Contains(answer.Body.String(), canary) {
		t.Error("the problem repeats the value")
	}
	if p := problem(t, answer); p.Status != 500 || p.Code != "internal" {
		t.Errorf("problem %+v", p)
	}
	if !strings.Contains(log.String(), "request panicked") || !strings.Contains(log.String(), "repeat_test.go") || strings.Contains(log.String(), canary) {
		t.Errorf("log %s", log.String())
	}
	if again := w.send("POST", sessionPath+"/touch", "key-1", nil); again.Code != 200 {
		t.Errorf("the repeat is answered %d %s", again.Code, again.Body)
	}
}

func TestAPanicThatAborts(t *testing.T) {
	h := repeatable(recovered(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })))
	request := httptest.NewRequest("POST", "/x", nil)
	request.Header.Set(IdempotencyHeader, "key-1")
	defer func() {
		if recover() != http.ErrAbortHandler {
			t.Error("the abort was swallowed")
		}
	}()
	recorded(h, request)
}

// Half an answer must not look like a whole one.
func TestAPanicInTheMiddleOfAnAnswer(t *testing.T) {
	h := recovered(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("half"))
		panic("test")
	}))
	defer func() {
		if recover() != http.ErrAbortHandler {
			t.Error("the connection would be kept")
		}
	}()
	recorded(h, httptest.NewRequest("GET", "/x", nil))
}

func (m *repeats) count(t *testing.T) int {
	t.Helper()
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.known) != len(m.order) {
		t.Errorf("%d answers in %d places", len(m.known), len(m.order))
	}
	return len(m.known)
}

// remembered tells how many answers are remembered.
func (w *window) remembered() int {
	for h := w.handler; ; {
		switch v := h.(type) {
		case *repeats:
			return v.count(w.t)
		case limited:
			h = v.next
		default:
			w.t.Fatalf("no memory in %T", h)
		}
	}
}

// What a person said is in the answers; it leaves with them.
func TestWhatIsRememberedLeavesWithThePerson(t *testing.T) {
	w := newWindow(t, nil)
	for _, end := range []struct{ method, body string }{{"DELETE", ""}, {"POST", `{"language":"en"}`}} {
		w.send("POST", sessionPath, "key-0", []byte(`{"language":"zh-CN"}`))
		w.send("POST", sessionPath+"/touch", "key-1", nil)
		w.send("POST", sessionPath+"/touch", "key-2", nil)
		if n := w.remembered(); n != 3 {
			t.Fatalf("%d answers are remembered, want 3", n)
		}
		w.send(end.method, sessionPath, "key-end", []byte(end.body))
		if n := w.remembered(); n != 1 {
			t.Errorf("%s leaves %d answers", end.method, n)
		}
		w.send("DELETE", sessionPath, "key-last", nil)
	}
}

func TestAnswersAreForgottenInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls := 0
		m := &repeats{known: map[string]*answer{}, next: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			calls++
			w.WriteHeader(http.StatusNoContent)
		})}
		ask := func(key string) {
			request := httptest.NewRequest("POST", "/x", nil)
			request.Header.Set(IdempotencyHeader, key)
			recorded(m, request)
		}
		ask("a")
		time.Sleep(rememberFor - time.Second)
		ask("a")
		if calls != 1 {
			t.Errorf("called %d times", calls)
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if n := m.count(t); n != 0 {
			t.Errorf("%d answers are still remembered", n)
		}
		for i := range 3 * remembered {
			ask(strconv.Itoa(i))
		}
		if n := m.count(t); n != remembered {
			t.Errorf("%d answers are remembered", n)
		}
		time.Sleep(rememberFor)
		synctest.Wait()
	})
}

// A read is never remembered: it shows how things are now.
func TestReadsAreNotRemembered(t *testing.T) {
	w := newWindow(t, nil)
	w.must("POST", sessionPath, map[string]string{"language": "en"})
	w.send("GET", sessionPath, "key-1", nil)
	w.typed()
	s := w.must("GET", sessionPath, nil)
	if n := w.remembered(); n != 0 || s.Step != checkin.StepBooking {
		t.Errorf("%d remembered, at %s", n, s.Step)
	}
}
