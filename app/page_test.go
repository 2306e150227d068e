package app

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestPageHeaders(t *testing.T) {
	handler := secured(contentSecurityPolicy, http.FileServer(http.Dir("testdata/page")))
	for method, want := range map[string]int{"GET": 200, "HEAD": 200, "POST": 405, "PUT": 405, "DELETE": 405} {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest(method, "/page.js", nil))
		if w.Code != want {
			t.Errorf("%s: got %d, want %d", method, w.Code, want)
		}
		policy := w.Header().Get("Content-Security-Policy")
		for _, forbidden := range []string{"unsafe", "*", "http:", "blob:"} {
			if strings.Contains(policy, forbidden) {
				t.Errorf("the policy allows %q: %s", forbidden, policy)
			}
		}
		if !strings.HasPrefix(policy, "default-src 'none'") {
			t.Errorf("the policy does not begin with nothing: %s", policy)
		}
	}
}

func TestOnlyTheBrowserGetsThePage(t *testing.T) {
	handler := browserOnly(http.FileServer(http.Dir("testdata/page")))
	for _, c := range []struct {
		url  string
		code int
		page bool
	}{
		{"http://localhost:34115/", 200, true},
		{"http://localhost:34115/page.js", 200, false},
		{"http://wails/", 200, false},
		{"http://wails/page.js", 404, false},
	} {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest("GET", c.url, nil))
		if w.Code != c.code || strings.Contains(w.Body.String(), `id="app"`) != c.page {
			t.Errorf("%s: got %d %q", c.url, w.Code, w.Body)
		}
	}
}

// A kiosk shows no frame and stands in none; a desk shows its own pages only.
func TestOnlyADeskFramesItsOwn(t *testing.T) {
	if strings.Contains(contentSecurityPolicy, "frame-src") || !strings.Contains(contentSecurityPolicy, "frame-ancestors 'none'") {
		t.Errorf("a kiosk's: %s", contentSecurityPolicy)
	}
	if !strings.Contains(framingPolicy, "frame-src 'self'; frame-ancestors 'self'") || strings.Contains(framingPolicy, "'none'; frame-ancestors") {
		t.Errorf("a desk's: %s", framingPolicy)
	}
}
