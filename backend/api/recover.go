package api

import (
	"fmt"
	"log/slog"
	"net/http"
	"path"
	"runtime"
	"runtime/debug"
)

// begun knows whether anything of an answer is on its way.
type begun struct {
	http.ResponseWriter
	yes bool
}

// WriteHeader implements http.ResponseWriter.
func (b *begun) WriteHeader(status int) {
	b.yes = true
	b.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (b *begun) Write(body []byte) (int, error) {
	b.yes = true
	return b.ResponseWriter.Write(body)
}

// Unwrap serves http.ResponseController.
func (b *begun) Unwrap() http.ResponseWriter { return b.ResponseWriter }

// recovered turns a panic into the problem "internal". The log gets the stack,
// and of the value only what the Go runtime itself said: a value of ours could
// hold what somebody entered.
func recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		out := &begun{ResponseWriter: w}
		defer func() {
			value := recover()
			if value == nil {
				return
			}
			if value == http.ErrAbortHandler {
				panic(value)
			}
			what := fmt.Sprintf("%T", value)
			if err, ok := value.(runtime.Error); ok {
				what = err.Error()
			}
			slog.ErrorContext(r.Context(), "request panicked", "request", requestID(r.Context()), "route", r.Pattern, "panic", what, "stack", string(debug.Stack()))
			if out.yes {
				panic(http.ErrAbortHandler) // half an answer must not look like a whole one
			}
			writeProblem(w, named(r.Context(), bare(http.StatusInternalServerError)))
		}()
		next.ServeHTTP(out, r)
	})
}

// answered gives paths and methods nobody serves a problem document as well.
func answered(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isClean(r.URL.EscapedPath()) {
			// The mux would send its caller to what the path comes to. Nobody of ours writes such
			// a path, and a body does not survive being sent elsewhere.
			writeProblem(w, named(r.Context(), bare(http.StatusNotFound)))
			return
		}
		if _, pattern := mux.Handler(r); pattern != "" {
			mux.ServeHTTP(w, r)
			return
		}
		refusal := newAnswer()
		mux.ServeHTTP(refusal, r) // tells 404 from 405, and what is allowed
		if allow := refusal.header.Get("Allow"); allow != "" {
			w.Header().Set("Allow", allow)
		}
		writeProblem(w, named(r.Context(), bare(refusal.status)))
	})
}

// isClean tells whether a path has no part that could be left out.
func isClean(p string) bool {
	clean := path.Clean(p)
	return p == clean || p == clean+"/"
}
