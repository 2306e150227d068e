package sync_test

import (
	"bytes"
	"context"
	"encoding/json"
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

// What stands in the center's place may say what it likes; none of it becomes a
// fault's code, which goes to logs and screens.
func TestHTTPCenterTakesNoStrangeCode(t *testing.T) {
	g := newGate(t)
	h := g.device(serve(t, g), nil)
	for _, said := range []string{"", "wifi", "Please log in", "a.b\nc", "<script>.x", strings.Repeat("a", 80) + ".b"} {
		g.answer = func(w http.ResponseWriter, _ *http.Request) { problem(w, http.StatusForbidden, said) }
		if _, err := h.Pull(t.Context(), "", 0); fault.CodeOf(err) != "sync.not_a_center" {
			t.Errorf("%q became %q", said, fault.CodeOf(err))
		}
	}
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
