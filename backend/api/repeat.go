package api

import (
	"bytes"
	"net/http"
	"sync"
)

// IdempotencyHeader names an unsafe call, so that a client which lost the answer
// may repeat the call and gets the first answer again.
const IdempotencyHeader = "Idempotency-Key"

// remembered is how many answers a window's handler keeps; a page repeats a
// call within seconds, so a few are enough.
const remembered = 64

// answer is a recorded response.
type answer struct {
	status int
	header http.Header
	body   bytes.Buffer
	done   chan struct{}
}

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

// repeatable gives a repeated unsafe call the answer of the first. A repeat that
// comes while the first is still running waits for it.
func repeatable(next http.Handler) http.Handler {
	var mu sync.Mutex
	known := map[string]*answer{}
	var order []string
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key := r.Header.Get(IdempotencyHeader)
		if key == "" || r.Method == http.MethodGet {
			next.ServeHTTP(w, r)
			return
		}
		key = r.Method + " " + r.URL.Path + " " + key
		mu.Lock()
		a, repeat := known[key]
		if !repeat {
			a = &answer{header: http.Header{}, done: make(chan struct{})}
			known[key], order = a, append(order, key)
			if len(order) > remembered {
				delete(known, order[0])
				order = order[1:]
			}
		}
		mu.Unlock()
		if !repeat {
			func() {
				defer close(a.done) // also when the handler panics: a repeat must not wait for ever
				next.ServeHTTP(a, r)
			}()
		}
		select {
		case <-a.done:
		case <-r.Context().Done():
			return
		}
		for name, values := range a.header {
			w.Header()[name] = values
		}
		w.WriteHeader(max(a.status, http.StatusOK))
		_, _ = w.Write(a.body.Bytes()) // the page is gone when this fails
	})
}
