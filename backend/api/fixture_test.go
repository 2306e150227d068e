package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/checkin"
	"lianxin/backend/identity"
	"lianxin/backend/pack"
	"lianxin/backend/screening"
	"lianxin/backend/seal"
	"lianxin/backend/site"
	"lianxin/backend/store"
	"lianxin/backend/visit"
)

// window is the handler of a kiosk's window over the real journey.
type window struct {
	t       *testing.T
	handler http.Handler
	service *checkin.Service
	store   *store.Store
}

// testNow is a Monday morning.
var testNow = time.Date(2026, 11, 23, 10, 0, 0, 0, calendar.Beijing)

type testClock struct{}

func (testClock) Now() time.Time        { return testNow }
func (testClock) Offset() time.Duration { return 0 }
func (testClock) Moment() time.Time     { return testNow }
func (testClock) Today() calendar.Date  { return calendar.Of(testNow) }
func (testClock) DataAsOf() time.Time   { return testNow }

type testPaper struct{}

func (testPaper) Print(context.Context, visit.Visit, bool) checkin.Receipt {
	return checkin.Receipt{State: "printed"}
}
func (testPaper) QR(v visit.Visit) string                 { return v.Ticket }
func (testPaper) Unprintable(string) []string             { return nil }
func (testPaper) Keep(context.Context, visit.Visit) error { return nil }

// wired is a part of the real services that a test may stand in front of.
type wired struct {
	CheckIn
	before func(name string)
}

func (w wired) Touch(ctx context.Context) (checkin.Session, error) {
	w.before("touch")
	return w.CheckIn.Touch(ctx)
}

// newWindow opens a kiosk; before is called when a touch arrives.
func newWindow(t *testing.T, before func(name string)) *window {
	t.Helper()
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	keyring, err := seal.Load(seal.Source{File: filepath.Join(t.TempDir(), "keys.json"), Demo: true, Now: testNow})
	must(err)
	opened, err := store.Open(t.Context(), store.Options{URL: filepath.Join(t.TempDir(), "kiosk.db"), Keyring: keyring})
	must(err)
	shelf := pack.NewShelf(opened)
	_, err = shelf.Fill(t.Context())
	must(err)
	sites, err := site.Samples()
	must(err)
	must(opened.SaveSite(t.Context(), sites[0]))
	var ids atomic.Int64
	newID := func() string { return fmt.Sprintf("01930000-0000-7000-8000-%012d", ids.Add(1)) }
	service := checkin.New(checkin.Deps{
		Place: func() checkin.Place { return checkin.Place{DeviceID: "device-1", SiteID: sites[0].ID, Letter: "A"} }, Clock: testClock{}, Packs: shelf,
		Records:  checkin.Records{Visits: opened, Appointments: opened, Donors: opened, Gate: opened, Sites: opened},
		Recorder: visit.Recorder{Store: opened, Log: opened, Papers: testPaper{}, NewID: newID}, Paper: testPaper{},
		Memory:   opened,
		DonorKey: func(d identity.Document) string { return screening.Key(make([]byte, screening.KeySize), d) }, NewID: newID, Changed: func() {},
	})
	t.Cleanup(func() {
		service.Wait()
		if err := opened.Close(); err != nil {
			t.Error(err)
		}
	})
	if before == nil {
		before = func(string) {}
	}
	return &window{t: t, handler: NewKiosk(KioskServices{CheckIn: wired{service, before}}), service: service, store: opened}
}

// send makes one call with a body as it stands.
func (w *window) send(method, path, key string, body []byte) *httptest.ResponseRecorder {
	request := httptest.NewRequest(method, path, bytes.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	if key != "" {
		request.Header.Set(IdempotencyHeader, key)
	}
	answer := httptest.NewRecorder()
	w.handler.ServeHTTP(answer, request)
	return answer
}

// must makes a call that has to work.
func (w *window) must(method, path string, in any) checkin.Session {
	w.t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		w.t.Fatal(err)
	}
	answer := w.send(method, path, "", body)
	if answer.Code >= 300 {
		w.t.Fatalf("%s %s: %d %s", method, path, answer.Code, answer.Body)
	}
	var s checkin.Session
	if answer.Body.Len() > 0 {
		if err := json.Unmarshal(answer.Body.Bytes(), &s); err != nil {
			w.t.Fatal(err)
		}
	}
	return s
}

// typed begins and enters a made-up number.
func (w *window) typed() checkin.Session {
	w.t.Helper()
	w.must("POST", sessionPath, map[string]string{"language": "zh-CN"})
	return w.must("POST", sessionPath+"/identity", checkin.TypedIdentity{Kind: identity.ResidentID, Number: identity.WithCheck("11019919900304902").Number})
}

// problem reads a problem document and fails on anything else.
func problem(t *testing.T, answer *httptest.ResponseRecorder) Problem {
	t.Helper()
	if got := answer.Header().Get("Content-Type"); got != "application/problem+json" {
		t.Fatalf("%d with content type %q: %s", answer.Code, got, answer.Body)
	}
	reader := json.NewDecoder(answer.Body)
	reader.DisallowUnknownFields()
	var p Problem
	if err := reader.Decode(&p); err != nil {
		t.Fatal(err)
	}
	if p.Status != answer.Code || p.Type != "urn:lianxin:fault:"+p.Code || p.Title == "" || p.Code == "" {
		t.Errorf("the problem is incomplete: %d %+v", answer.Code, p)
	}
	return p
}
