package desk_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
)

// line is the network between a desk and its center, and how it fails.
type line struct {
	mu      sync.Mutex
	down    bool
	changes int    // of claims, that were asked for
	fails   int    // which of them does not come through; 0: none
	heard   bool   // the center does what it is asked then, and only its answer is lost
	breaks  string // changes of claims with this ID end in a failure of the center; "": none
}

var errLine = errors.New("the line is down")

func (l *line) set(do func(l *line)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	do(l)
}

// isOf tells whether a request is of the claim that breaks.
func (l *line) isOf(r *http.Request) bool {
	if strings.HasPrefix(r.URL.Path, "/claims/"+l.breaks) {
		return true
	}
	if r.URL.Path != "/claims" || r.GetBody == nil {
		return false
	}
	body, err := r.GetBody()
	if err != nil {
		return false
	}
	text, err := io.ReadAll(body)
	return err == nil && strings.Contains(string(text), `"id":"`+l.breaks+`"`)
}

// RoundTrip implements http.RoundTripper.
func (l *line) RoundTrip(r *http.Request) (*http.Response, error) {
	l.mu.Lock()
	if r.Method != http.MethodGet && strings.HasPrefix(r.URL.Path, "/claims") {
		l.changes++
	}
	if l.breaks != "" && r.Method != http.MethodGet && !l.down && l.isOf(r) {
		l.mu.Unlock()
		return &http.Response{StatusCode: http.StatusInternalServerError, Header: http.Header{"Content-Type": {"application/problem+json"}}, Body: io.NopCloser(strings.NewReader(`{"code":"internal"}`)), Request: r}, nil
	}
	fails, heard := l.down || l.fails > 0 && l.changes == l.fails && r.Method != http.MethodGet && strings.HasPrefix(r.URL.Path, "/claims"), l.heard
	l.mu.Unlock()
	if fails && !heard {
		return nil, errLine
	}
	response, err := http.DefaultTransport.RoundTrip(r)
	if fails && err == nil {
		return nil, errors.Join(errLine, response.Body.Close())
	}
	return response, err
}
