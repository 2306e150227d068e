package center

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"lianxin/backend/store"
)

// Beyond the crowd inside pushes are told to come again, before anything of them is
// read; whoever reads or pulls goes in.
func TestTheDoorForPushes(t *testing.T) {
	a := newAdmission(store.SQLite)
	handler := a.door(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	ask := func(method, path string) *httptest.ResponseRecorder {
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, httptest.NewRequest(method, path, nil))
		return answer
	}
	for range 2 * pushesInside { // each leaves again
		if answer := ask(http.MethodPost, "/sync/push"); answer.Code != http.StatusNoContent {
			t.Fatalf("an empty center answers %d", answer.Code)
		}
	}
	for range pushesInside {
		a.inside <- struct{}{}
	}
	refused := ask(http.MethodPost, "/sync/push")
	if refused.Code != http.StatusServiceUnavailable || refused.Header().Get("Retry-After") != "5" {
		t.Errorf("a full center answers %d, come again in %q", refused.Code, refused.Header().Get("Retry-After"))
	}
	for _, free := range [][2]string{{http.MethodGet, "/sync/changes"}, {http.MethodGet, "/visits/1"}, {http.MethodPost, "/token"}, {http.MethodGet, "/sync/push"}} {
		if answer := ask(free[0], free[1]); answer.Code != http.StatusNoContent {
			t.Errorf("%s %s: %d", free[0], free[1], answer.Code)
		}
	}
}

// Whoever gives up while waiting for a turn takes none.
func TestATurnIsGivenBack(t *testing.T) {
	a := newAdmission(store.SQLite)
	failed := errors.New("test failure")
	for range 3 {
		if err := a.inTurn(t.Context(), func() error { return failed }); !errors.Is(err, failed) {
			t.Fatal(err)
		}
	}
	gone, leave := context.WithCancel(t.Context())
	leave()
	err := a.inTurn(t.Context(), func() error {
		return a.inTurn(gone, func() error { t.Error("two at a time"); return nil })
	})
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
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
