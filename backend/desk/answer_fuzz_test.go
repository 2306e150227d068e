package desk_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"lianxin/backend/api"
	"lianxin/backend/api/apitest"
	"lianxin/backend/desk"
)

// told is a network in which one path is answered as it is told, and others as a center does.
type told struct {
	mu     sync.Mutex
	path   string
	status int
	text   []byte
}

// goodSession is a login a desk can work with.
var goodSession = []byte(`{"session_id":"s","member":{"id":"m","role":"front_desk"},"ends_at":"2026-11-23T14:00:00Z",` +
	`"access_token":"a.` + base64.RawURLEncoding.EncodeToString([]byte(`{"iss":"https://center.example.invalid"}`)) + `.c","expires_in":600,"device_cookie":"c"}`)

// RoundTrip implements http.RoundTripper.
func (n *told) RoundTrip(r *http.Request) (*http.Response, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	status, text := http.StatusOK, []byte(`{}`)
	switch r.URL.Path {
	case n.path:
		status, text = n.status, n.text
	case "/staff/login":
		text = goodSession
	case "/token":
		text = []byte(`{"access_token":"good","expires_in":600}`)
	}
	return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(bytes.NewReader(text)), Request: r}, nil
}

// somebody stands in what a center says, and never in a log.
const somebody = "110101199003070000"

// Whatever answers in the center's place, a desk answers its page as it should, and the log
// repeats nothing of it.
func FuzzCenterAnswers(f *testing.F) {
	n, log := &told{}, &apitest.Heard{}
	d := desk.Open(desk.Config{Center: "http://center.example.invalid", Data: f.TempDir(), Version: "test", Hash: cheap, Client: &http.Client{Transport: n},
		Log: slog.New(slog.NewJSONHandler(log, nil))})
	f.Cleanup(func() { _ = d.Close(f.Context()) })
	handler := d.Handler()
	ask := func(method, path, body string) *httptest.ResponseRecorder {
		request := httptest.NewRequest(method, path, strings.NewReader(body))
		request.Header.Set("Content-Type", "application/json")
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, request)
		return answer
	}
	paths := []string{"/sites", "/staff/login", "/token", "/claims"}
	f.Add(uint8(0), 200, []byte(`{"sites":[]}`))
	f.Add(uint8(0), 42, []byte(`{}`))
	f.Add(uint8(0), 302, []byte(`<html>`))
	f.Add(uint8(1), 200, goodSession)
	f.Add(uint8(1), 200, []byte(`{"session_id":"`+somebody+`","member":`+somebody+`}`))
	f.Add(uint8(1), 200, bytes.Replace(goodSession, []byte(`"m"`), []byte(`"../../m"`), 1))
	f.Add(uint8(2), 200, []byte(`{"access_token":"a\nb","expires_in":9223372036854775807}`))
	f.Add(uint8(2), 401, []byte(`{"code":"token.revoked"}`))
	f.Add(uint8(3), 101, []byte(`{"code":"`+somebody+`"}`))
	f.Add(uint8(3), 401, []byte(`{"code":"token.expired"}`))
	f.Fuzz(func(t *testing.T, kind uint8, status int, text []byte) {
		if status < 0 || status > 999 {
			return // no line of a status
		}
		n.mu.Lock()
		n.path, n.status, n.text = paths[int(kind)%len(paths)], status, text
		n.mu.Unlock()
		answers := []*httptest.ResponseRecorder{ask(http.MethodGet, "/sites", "")}
		answers = append(answers, ask(http.MethodPost, "/desk/login", `{"login":"a","password":"b","code":"123456"}`))
		answers = append(answers, ask(http.MethodGet, "/claims", ""), ask(http.MethodGet, "/desk/state", ""), ask(http.MethodPost, "/desk/logout", "{}"))
		for i, a := range answers {
			var p api.Problem
			switch own := i == 1 || i == 3 || i == 4; {
			case a.Code < 200 || a.Code > 599, own && a.Code == http.StatusInternalServerError:
				t.Fatalf("%d: %d %s to %d %q", i, a.Code, a.Body, status, text)
			case own && a.Code >= 300 && (json.Unmarshal(a.Body.Bytes(), &p) != nil || p.Code == ""):
				t.Fatalf("%d: %d %s to %d %q", i, a.Code, a.Body, status, text)
			}
		}
		if strings.Contains(log.String(), somebody) {
			t.Fatalf("the log repeats %q", text)
		}
	})
}
