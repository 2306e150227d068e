package sync_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	gosync "sync"
	"testing"
	"testing/synctest"
	"time"

	"lianxin/backend/fault"
	"lianxin/backend/outbox"
	"lianxin/backend/store/storetest"
	"lianxin/backend/sync"
	"lianxin/backend/token"
)

// issuer is what the center calls itself; devices may reach it by another address.
const issuer = "https://center.test"

// gate is a center's HTTP end as a device sees it: it checks assertions, tokens
// and signatures as the real one does, and answers what it is told to.
type gate struct {
	t        testing.TB
	key      token.Key
	verifier token.AssertionVerifier
	life     time.Duration // of access tokens

	mu     gosync.Mutex
	good   string // the access token that counts
	tokens int    // how many were given out
	calls  []string
	answer http.HandlerFunc // for calls with a good token
}

func newGate(t testing.TB) *gate {
	t.Helper()
	key, err := token.KeyFromSeed(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	g := &gate{t: t, key: key, life: 10 * time.Minute}
	g.answer = func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, sync.PullResponse{Protocol: sync.Protocol, Cursor: "e;*=1", Now: now()})
	}
	g.verifier = token.AssertionVerifier{Audience: issuer + "/token", Now: time.Now, Replays: token.NewMemoryReplays(time.Now, 100),
		DeviceKey: func(context.Context, string) (token.PublicKey, error) { return key.Public(), nil }}
	return g
}

func writeJSON(w http.ResponseWriter, v any) { _ = json.NewEncoder(w).Encode(v) }

func problem(w http.ResponseWriter, status int, code string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	writeJSON(w, map[string]any{"type": "urn:x", "title": "x", "status": status, "code": code,
		"params": map[string]any{"needed": 2}, "errors": []fault.Place{{Location: "body.x", Code: "x.y", Detail: "d"}}})
}

func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.calls = append(g.calls, r.Method+" "+r.URL.Path)
	switch {
	case r.URL.Path == "/base/token":
		g.exchange(w, r)
	case r.Header.Get("Authorization") != "Bearer "+g.good:
		problem(w, http.StatusUnauthorized, "token.expired")
	default:
		g.answer(w, r)
	}
}

func (g *gate) exchange(w http.ResponseWriter, r *http.Request) {
	var in struct {
		GrantType string `json:"grant_type"`
		Assertion string `json:"assertion"`
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil || in.GrantType != "urn:ietf:params:oauth:grant-type:jwt-bearer" {
		g.t.Errorf("token request: %+v, %v", in, err)
	}
	claims, err := g.verifier.Verify(r.Context(), in.Assertion)
	if err != nil || claims.Subject != storetest.DeviceID {
		problem(w, http.StatusUnauthorized, fault.CodeOf(err))
		return
	}
	g.tokens++
	g.good = fmt.Sprintf("access-%d", g.tokens)
	writeJSON(w, map[string]any{"access_token": g.good, "token_type": "Bearer", "expires_in": int(g.life.Seconds())})
}

// device returns the device's end for this gate.
func (g *gate) device(url string, client *http.Client) *sync.HTTPCenter {
	n := 0
	return &sync.HTTPCenter{URL: url + "/base/", Issuer: issuer + "/", DeviceID: storetest.DeviceID, Key: g.key, Now: time.Now,
		NewID: func() string { n++; return fmt.Sprint("assertion-", n) }, Client: client}
}

func serve(t *testing.T, handler http.Handler) string {
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

func TestHTTPCenterSignsWhatItSends(t *testing.T) {
	g := newGate(t)
	in := sync.PushRequest{Protocol: 1, Version: "test", Pending: 2, SentAt: now(), Operations: checkIns(t, 2)}
	g.answer = func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		batch := token.Batch{Device: storetest.DeviceID, Seq: 1, Body: body}
		if err := token.VerifyBatch(g.key.Public(), batch, r.Header.Get("Lianxin-Batch-Signature")); err != nil {
			t.Errorf("signature: %v", err)
		}
		var got sync.PushRequest
		if err := json.Unmarshal(body, &got); err != nil || !got.Operations[1].Verify() {
			t.Errorf("an operation does not survive the way: %v", err)
		}
		equal(t, "type", r.Header.Get("Content-Type"), "application/json")
		writeJSON(w, sync.PushResponse{Protocol: 1, Now: now(), Answers: []outbox.Answer{{ID: "a", Seq: 1, Fate: outbox.Refused, Code: "x.y"}}, ResendFrom: 3})
	}
	h := g.device(serve(t, g), nil)
	out, err := h.Push(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "answer", out, sync.PushResponse{Protocol: 1, Now: now(), ResendFrom: 3,
		Answers: []outbox.Answer{{ID: "a", Seq: 1, Fate: outbox.Refused, Code: "x.y"}}})
	if _, err := h.Push(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	equal(t, "calls", g.calls, []string{"POST /base/token", "POST /base/sync/push", "POST /base/sync/push"})
}

func TestHTTPCenterPulls(t *testing.T) {
	g := newGate(t)
	g.answer = func(w http.ResponseWriter, r *http.Request) {
		equal(t, "query", r.URL.Query().Encode(), "cursor=e%3B%2A%3D1%3Bs%3D2&wait=25")
		writeJSON(w, sync.PullResponse{Protocol: 1, Now: now(), Cursor: "next", More: true, Changes: []sync.Change{{Noun: sync.Site, ID: "a", Data: json.RawMessage(`{"id":"a"}`)}}})
	}
	out, err := g.device(serve(t, g), nil).Pull(t.Context(), "e;*=1;s=2", 25*time.Second)
	equal(t, "answer", []any{out.Cursor, out.More, ids(out.Changes), err}, []any{"next", true, []string{"a"}, nil})
}

func TestHTTPCenterRenewsATokenOnce(t *testing.T) {
	g := newGate(t)
	h := g.device(serve(t, g), nil)
	pull := func() error { _, err := h.Pull(t.Context(), "", 0); return err }
	if err := pull(); err != nil {
		t.Fatal(err)
	}
	g.good = "rolled" // the center's keys were replaced: no old token counts
	if err := pull(); err != nil {
		t.Fatalf("after the keys were rolled: %v", err)
	}
	equal(t, "tokens", g.tokens, 2)

	g.answer = func(w http.ResponseWriter, _ *http.Request) {
		problem(w, http.StatusUnauthorized, "token.revoked")
	}
	g.calls = nil
	if err := pull(); fault.CodeOf(err) != "token.revoked" {
		t.Errorf("%v", err)
	}
	equal(t, "asked twice and no more", len(g.calls), 3)
}

// over answers requests within the process, so that a test's clock holds for both ends.
type over struct{ http.Handler }

func (o over) RoundTrip(r *http.Request) (*http.Response, error) {
	recorder := httptest.NewRecorder()
	o.ServeHTTP(recorder, r)
	return recorder.Result(), r.Context().Err()
}

func TestHTTPCenterRenewsATokenBeforeItEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(t)
		h := g.device("http://center.test", &http.Client{Transport: over{g}})
		for minute, want := range []int{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2} {
			if _, err := h.Pull(t.Context(), "", 0); err != nil {
				t.Fatal(err)
			}
			equal(t, fmt.Sprintf("tokens after %d minutes", minute), g.tokens, want)
			time.Sleep(time.Minute)
			synctest.Wait()
		}
	})
}

// A kiosk whose clock stands years off is told the time by the refusal.
func TestHTTPCenterWithAWrongClock(t *testing.T) {
	g := newGate(t)
	g.verifier.Now = func() time.Time { return time.Now().AddDate(3, 0, 0) }
	refusing := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		recorder := httptest.NewRecorder()
		g.ServeHTTP(recorder, r)
		body := recorder.Body.Bytes()
		if recorder.Code == http.StatusUnauthorized {
			body = fmt.Appendf(nil, `{"code":"token.expired","params":{"now":%d}}`, g.verifier.Now().Unix())
		}
		w.WriteHeader(recorder.Code)
		_, _ = w.Write(body)
	})
	h := g.device(serve(t, refusing), nil)
	if _, err := h.Pull(t.Context(), "", 0); err != nil {
		t.Fatal(err)
	}
	equal(t, "calls", g.calls, []string{"POST /base/token", "POST /base/token", "GET /base/sync/changes"})
}

func TestProblemsComeBackAsFaults(t *testing.T) {
	for status, kind := range map[int]fault.Kind{
		400: fault.Invalid, 401: fault.Unauthorized, 403: fault.Forbidden, 404: fault.NotFound, 409: fault.Conflict,
		413: fault.TooLarge, 422: fault.Invalid, 426: fault.Outdated, 429: fault.TooMany, 500: fault.Unavailable, 503: fault.Unavailable,
	} {
		g := newGate(t)
		g.answer = func(w http.ResponseWriter, _ *http.Request) { problem(w, status, "some.code") }
		_, err := g.device(serve(t, g), nil).Push(t.Context(), sync.PushRequest{Protocol: 1})
		f, ok := errors.AsType[*fault.Fault](err)
		if !ok {
			t.Errorf("%d: %v", status, err)
			continue
		}
		equal(t, fmt.Sprint(status), []any{f.Kind, f.Code, f.Params["needed"], f.Places}, []any{kind, "some.code", 2.0,
			[]fault.Place{{Location: "body.x", Code: "x.y", Detail: "d"}}})
	}
}

// The network of a lobby may answer in the center's place: with a login page,
// with a redirect to one, or with JSON of its own. None of it is taken for an
// answer, and nothing is sent on to where it points.
func TestSomethingElseAnswers(t *testing.T) {
	elsewhere := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t.Errorf("%s %s was sent elsewhere", r.Method, r.URL.Path)
		writeJSON(w, sync.PushResponse{Protocol: 1})
	}))
	page := "<!doctype html><title>Wi-Fi login</title>"
	answers := map[string]http.HandlerFunc{
		"a page":                 func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, page) },
		"nothing":                func(http.ResponseWriter, *http.Request) {},
		"no content":             func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) },
		"a page that is missing": func(w http.ResponseWriter, _ *http.Request) { http.Error(w, page, http.StatusNotFound) },
		"a proxy that is down":   func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "bad gateway", http.StatusBadGateway) },
		"login needed":           func(w http.ResponseWriter, _ *http.Request) { http.Error(w, page, http.StatusUnauthorized) },
		"network login needed": func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, page, http.StatusNetworkAuthenticationRequired)
		},
		"other JSON":            func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"result":"ok","protocol":0}`) },
		"null":                  func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `null`) },
		"an error without code": func(w http.ResponseWriter, _ *http.Request) { http.Error(w, `{"error":"x"}`, http.StatusForbidden) },
		"cut off":               func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"protocol":1,"answers":[`) },
	}
	for _, status := range []int{301, 302, 303, 307, 308} {
		answers[fmt.Sprint("redirect ", status)] = func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere+"/login", status) }
		answers[fmt.Sprint("bare redirect ", status)] = func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", elsewhere)
			w.WriteHeader(status)
		}
	}
	in := sync.PushRequest{Protocol: 1, Operations: checkIns(t, 1)}
	for name, answer := range answers {
		g := newGate(t)
		g.answer = answer
		h := g.device(serve(t, g), nil)
		_, pushErr := h.Push(t.Context(), in)
		_, pullErr := h.Pull(t.Context(), "", 0)
		_, tokenErr := newGate(t).device(serve(t, answer), nil).Pull(t.Context(), "", 0)
		for call, err := range map[string]error{"push": pushErr, "pull": pullErr, "token": tokenErr} {
			if f := fault.From(err); f.Code != "sync.not_a_center" || f.Kind != fault.Unavailable {
				t.Errorf("%s to %s: %v", name, call, err)
			}
			if err != nil && strings.Contains(err.Error(), "测试") {
				t.Errorf("%s to %s: the error repeats personal data", name, call)
			}
		}
	}
}

func TestNobodyAnswers(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	h := newGate(t).device(server.URL, nil)
	if _, err := h.Pull(t.Context(), "", 0); fault.CodeOf(err) != "sync.unreachable" {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.Pull(ctx, "", 0); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	h.URL = "http://[broken"
	if _, err := h.Pull(t.Context(), "", 0); fault.CodeOf(err) != "sync.address" {
		t.Errorf("%v", err)
	}
	dropped := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		_, _ = w.Write([]byte(`{"protocol":1`)) // and the line is cut
	}))
	if _, err := newGate(t).device(dropped, nil).Pull(t.Context(), "", 0); fault.CodeOf(err) != "sync.unreachable" {
		t.Errorf("%v", err)
	}
}
