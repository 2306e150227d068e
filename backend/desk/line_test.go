package desk_test

import (
	"errors"
	"net/http"
	"strings"
	"sync"
)

// line is the network between a desk and its center, and how it fails.
type line struct {
	mu      sync.Mutex
	down    bool
	changes int  // of claims, that were asked for
	fails   int  // which of them does not come through; 0: none
	heard   bool // the center does what it is asked then, and only its answer is lost
}

var errLine = errors.New("the line is down")

func (l *line) set(do func(l *line)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	do(l)
}

// RoundTrip implements http.RoundTripper.
func (l *line) RoundTrip(r *http.Request) (*http.Response, error) {
	l.mu.Lock()
	if r.Method != http.MethodGet && strings.HasPrefix(r.URL.Path, "/claims") {
		l.changes++
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
