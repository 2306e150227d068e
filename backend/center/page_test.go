package center

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

func TestPages(t *testing.T) {
	built := fstest.MapFS{
		"first-run.html": {Data: []byte("<!doctype html><title>连心</title>")}, "index.html": {Data: []byte("the kiosk")},
		"gifts.html":              {Data: []byte("<!doctype html><title>礼品</title>")},
		"assets/first-run-abc.js": {Data: []byte("1")}, "assets/first-run-abc.css": {Data: []byte("a{}")}, "mark.svg": {Data: []byte("<svg/>")},
	}
	for _, c := range []struct {
		method, path string
		built        fstest.MapFS
		status       int
		has, header  string
		value        string
	}{
		{"GET", "/first-run", built, 200, "连心", "Content-Type", "text/html"},
		{"GET", "/first-run", built, 200, "", "Content-Security-Policy", "default-src 'none'"},
		{"GET", "/first-run", built, 200, "", "Cache-Control", "no-store"},
		{"GET", "/gifts", built, 200, "礼品", "Content-Security-Policy", "default-src 'none'"},
		{"GET", "/assets/first-run-abc.js", built, 200, "1", "Content-Type", "text/javascript"},
		{"GET", "/assets/first-run-abc.css", built, 200, "", "Cache-Control", "immutable"},
		{"GET", "/mark.svg", built, 200, "", "Content-Type", "image/svg+xml"},
		{"GET", "/assets/gone.js", built, 404, "", "Cache-Control", ""},
		{"GET", "/assets/", built, 404, "", "", ""},
		{"GET", "/assets/..%2findex.html", built, 400, "", "", ""},
		{"GET", "/index.html", built, 404, "", "", ""},
		{"DELETE", "/first-run", built, 405, "", "", ""},
		{"GET", "/first-run", fstest.MapFS{".gitkeep": {}}, 503, "lianxin-center user add", "", ""},
	} {
		mux := http.NewServeMux()
		servePages(mux, c.built)
		answer := httptest.NewRecorder()
		mux.ServeHTTP(answer, httptest.NewRequest(c.method, c.path, nil))
		got := answer.Header().Get(c.header)
		if answer.Code != c.status || !strings.Contains(answer.Body.String(), c.has) || !strings.Contains(got, c.value) || (c.header != "" && c.value == "" && got != "") {
			t.Errorf("%s %s: %d %s %q, body %q", c.method, c.path, answer.Code, c.header, got, answer.Body)
		}
	}
}
