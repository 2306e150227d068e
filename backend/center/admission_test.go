package center

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"lianxin/backend/outbox"
	"lianxin/backend/store"
	"lianxin/backend/sync"
)

// Beyond the crowd inside pushes are told to come again, before anything of them is
// read; whoever reads or pulls goes in.
func TestTheDoorForPushes(t *testing.T) {
	a := newAdmission(store.SQLite)
	handler := a.door(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	ask := func(method, path string, size int64) *httptest.ResponseRecorder {
		answer, request := httptest.NewRecorder(), httptest.NewRequest(method, path, nil)
		request.ContentLength = size
		handler.ServeHTTP(answer, request)
		return answer
	}
	for _, size := range []int64{0, 1, bytesInside, bytesInside + 1, -1, 0} { // each leaves again
		if answer := ask(http.MethodPost, "/sync/push", size); answer.Code != http.StatusNoContent {
			t.Fatalf("an empty center answers %d to %d bytes", answer.Code, size)
		}
	}
	if !a.inside.TryAcquire(bytesInside - 1000) {
		t.Fatal("somebody is still inside")
	}
	if answer := ask(http.MethodPost, "/sync/push", 1000); answer.Code != http.StatusNoContent {
		t.Errorf("what fits is answered with %d", answer.Code)
	}
	for _, size := range []int64{1001, -1} {
		refused := ask(http.MethodPost, "/sync/push", size)
		if refused.Code != http.StatusServiceUnavailable || refused.Header().Get("Retry-After") != "5" {
			t.Errorf("a full center answers %d to %d bytes, come again in %q", refused.Code, size, refused.Header().Get("Retry-After"))
		}
	}
	for _, free := range [][2]string{{http.MethodGet, "/sync/changes"}, {http.MethodGet, "/visits/1"}, {http.MethodPost, "/token"}, {http.MethodGet, "/sync/push"}} {
		if answer := ask(free[0], free[1], 1001); answer.Code != http.StatusNoContent {
			t.Errorf("%s %s: %d", free[0], free[1], answer.Code)
		}
	}
}

// While one is at the database the next gets ready, and nobody more.
func TestOneGetsReadyWhileAnotherHasTheTurn(t *testing.T) {
	a := newAdmission(store.SQLite)
	ready, order := make(chan int, 3), make(chan int, 3)
	done := make(chan error, 2)
	later := func(n int) {
		leave, err := a.getReady(t.Context(), mostPart, func() { ready <- n })
		if err == nil {
			err = a.inTurn(t.Context(), mostPart, func() error { order <- n; return nil })
			leave()
		}
		done <- err
	}
	leave, err := a.getReady(t.Context(), mostPart, func() {})
	if err != nil {
		t.Fatal(err)
	}
	err = a.inTurn(t.Context(), mostPart, func() error {
		go later(1)
		if n := <-ready; n != 1 {
			t.Errorf("%d got ready", n)
		}
		if a.ahead.TryAcquire(1) {
			t.Error("there is room for one more to get ready")
		}
		go later(2)
		if len(order) > 0 {
			t.Error("two are at the database")
		}
		return nil
	})
	leave()
	for range 2 {
		err = errors.Join(err, <-done)
	}
	if err != nil || <-ready != 2 || <-order != 1 || <-order != 2 {
		t.Error("the second was not the last: ", err)
	}
}

// Whoever gives up while waiting for a turn takes none.
func TestATurnIsGivenBack(t *testing.T) {
	a := newAdmission(store.SQLite)
	failed := errors.New("test failure")
	for range 3 {
		if err := a.inTurn(t.Context(), mostPart, func() error { return failed }); !errors.Is(err, failed) {
			t.Fatal(err)
		}
	}
	gone, leave := context.WithCancel(t.Context())
	leave()
	err := a.inTurn(t.Context(), firstPart, func() error {
		return a.inTurn(gone, 0, func() error { t.Error("two at a time"); return nil })
	})
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// Small pushes are at the database together, so that one commit serves them all.
func TestSmallPartsShareATurn(t *testing.T) {
	a := newAdmission(store.SQLite)
	inside := 0
	var enter func() error
	enter = func() error {
		if inside++; inside == firstPart {
			return nil
		}
		return a.inTurn(t.Context(), 1, enter)
	}
	if err := a.inTurn(t.Context(), 1, enter); err != nil || inside != firstPart {
		t.Errorf("%d inside, %v", inside, err)
	}
}

// Parts follow what the disk gives, and never by one slow write alone.
func TestPartsFollowTheDisk(t *testing.T) {
	a := newAdmission(store.SQLite)
	for range 10 {
		a.took(int(a.part.Load()), partTime/100)
	}
	if got := a.part.Load(); got != mostPart {
		t.Errorf("on a quick disk a part has %d operations", got)
	}
	a.took(mostPart, time.Hour)
	if got := a.part.Load(); got != mostPart/2 {
		t.Errorf("after one slow write a part has %d operations", got)
	}
	a.took(3, time.Hour) // the rest of a push says nothing
	for range 10 {
		a.took(int(a.part.Load()), time.Minute)
	}
	if got := a.part.Load(); got != leastPart {
		t.Errorf("on a slow disk a part has %d operations", got)
	}
	a.took(leastPart, partTime)
	if got := a.part.Load(); got != leastPart {
		t.Errorf("what fits is changed to %d", got)
	}
}

// A push is divided evenly, so that none of its parts is too small to say anything.
func TestAPushIsDividedEvenly(t *testing.T) {
	a := newAdmission(store.SQLite)
	for n, want := range map[int][]int{0: {0}, 1: {1}, firstPart: {firstPart}, firstPart + 1: {25, 26}, 184: {46, 46, 46, 46}, sync.MaxOperations + 1: {sync.MaxOperations + 1}} {
		in := sync.PushRequest{Operations: make([]outbox.Operation, n), Pending: 1000, Heard: []string{"late"}}
		sum := 0
		for i, part := range a.split(in) {
			if i >= len(want) || len(part.Operations) != want[i] || part.Pending != int64(1000-sum) || (part.Heard == nil) == (i == 0) {
				t.Errorf("%d operations: part %d has %d, %d are pending, %d heard", n, i, len(part.Operations), part.Pending, len(part.Heard))
			}
			sum += len(part.Operations)
		}
		if sum != n {
			t.Errorf("%d operations in parts of %d", n, sum)
		}
	}
}
