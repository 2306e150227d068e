package api

import (
	"bytes"
	"net/http"
	"sync"
	"time"

	"lianxin/backend/fault"
)

// IdempotencyHeader names an unsafe call, so that a client which lost the answer
// may repeat the call and gets the first answer again.
const IdempotencyHeader = "Idempotency-Key"

// A page repeats a call for half a minute at most. What was answered may hold
// what a person said, so it is forgotten soon after that, and at once when the
// person has left.
const (
	remembered  = 64
	rememberFor = 40 * time.Second
)

// answer is a recorded response.
type answer struct {
	status int
	header http.Header
	body   bytes.Buffer
	done   chan struct{}
}

func newAnswer() *answer { return &answer{header: http.Header{}, done: make(chan struct{})} }

// Header implements http.ResponseWriter.
func (a *answer) Header() http.Header { return a.header }

// WriteHeader implements http.ResponseWriter.
func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

// Write implements http.ResponseWriter.
func (a *answer) Write(b []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.body.Write(b)
}

// repeats is the memory of a window's handler.
type repeats struct {
	next http.Handler

	mu    sync.Mutex
	known map[string]*answer
	order []string
}

// repeatable gives a repeated unsafe call the answer of the first. A repeat that
// comes while the first is still running waits for it. A failure of ours is not
// an answer: the repeat tries again.
func repeatable(next http.Handler) http.Handler {
	return &repeats{next: next, known: map[string]*answer{}}
}

// ServeHTTP implements http.Handler.
func (m *repeats) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	key := r.Header.Get(IdempotencyHeader)
	if key == "" || r.Method == http.MethodGet {
		m.next.ServeHTTP(w, r)
		return
	}
	key = r.Method + " " + r.URL.Path + " " + key
	a, isFirst := m.find(key)
	if isFirst {
		m.first(key, a, r)
	}
	select {
	case <-a.done:
	case <-r.Context().Done():
		return
	}
	if a.status == 0 { // the first caller hung up in the middle
		writeProblem(w, problemFor(r.Context(), fault.New(fault.Unavailable, "request.cancelled")))
		return
	}
	for name, values := range a.header {
		w.Header()[name] = values
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body.Bytes()) // the page is gone when this fails
}

// find returns the answer of a key, a new one for its first call.
func (m *repeats) find(key string) (a *answer, isFirst bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if a, ok := m.known[key]; ok {
		return a, false
	}
	a = newAnswer()
	m.known[key], m.order = a, append(m.order, key)
	if len(m.order) > remembered {
		delete(m.known, m.order[0])
		m.order = m.order[1:]
	}
	return a, true
}

// first runs the call. Whoever waits goes on whatever becomes of it.
func (m *repeats) first(key string, a *answer, r *http.Request) {
	defer func() {
		close(a.done)
		if a.status == 0 || a.status >= http.StatusInternalServerError {
			m.forget(key, a)
			return
		}
		if endsSession(r) {
			m.forgetOthers(key)
		}
		time.AfterFunc(rememberFor, func() { m.forget(key, a) })
	}()
	m.next.ServeHTTP(a, r)
}

// endsSession tells whether nothing of the person before may stay after a call.
func endsSession(r *http.Request) bool {
	return r.URL.Path == sessionPath && (r.Method == http.MethodDelete || r.Method == http.MethodPost)
}

func (m *repeats) forget(key string, a *answer) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.known[key] == a {
		delete(m.known, key)
		m.drop(func(other string) bool { return other == key })
	}
}

func (m *repeats) forgetOthers(key string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.drop(func(other string) bool { return other != key })
}

// drop removes keys; m.mu is held.
func (m *repeats) drop(isGone func(key string) bool) {
	var kept []string
	for _, key := range m.order {
		if isGone(key) {
			delete(m.known, key)
			continue
		}
		kept = append(kept, key)
	}
	m.order = kept
}
