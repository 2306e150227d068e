package api

import (
	"net/http"
	"strconv"
	"time"

	"lianxin/backend/fault"
)

// Busy answers that the center has no room for a request now, and after how long it
// is worth asking again (RFC 9110 §10.2.3), also as "retry_after" in seconds among
// the problem's parameters. Nothing of the request was read.
func Busy(w http.ResponseWriter, r *http.Request, after time.Duration) {
	seconds := int(after.Seconds())
	w.Header().Set("Retry-After", strconv.Itoa(seconds))
	writeProblem(w, problemFor(r.Context(), fault.New(fault.Unavailable, "center.busy").With("retry_after", seconds)))
}
