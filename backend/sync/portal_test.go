package sync_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"lianxin/backend/fault"
	"lianxin/backend/sync"
)

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
