package desk

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"lianxin/backend/api"
	"lianxin/backend/fault"
	"lianxin/backend/sync"
	"lianxin/backend/token"
)

// A page asks the center for what staff work with. What programs talk to each other,
// and logging in, is none of its business.
var notForPages = regexp.MustCompile(`^/(sync|token|first-run|stations|staff/(login|logout)|\.well-known|kiosk)(/|$)`)

// deciding is what somebody at a desk does about devices that wait; the rest of enrolments
// is between a device and the center.
var deciding = regexp.MustCompile(`^(GET /enrolments|POST /enrolments/[^/]+/(approve|refuse))$`)

func isForPages(r *http.Request) bool {
	if strings.HasPrefix(r.URL.Path, "/enrolments") {
		return deciding.MatchString(r.Method + " " + r.URL.Path)
	}
	return !notForPages.MatchString(r.URL.Path)
}

// forAnybody needs no login: the numbers in a waiting room.
var forAnybody = regexp.MustCompile(`^/(sites(/[^/]+(/called)?)?|readyz)$`)

// carried are the headers that go to the center, and brought those that come back.
var (
	carried = []string{"Accept", "Accept-Language", "Content-Type", "Idempotency-Key"}
	brought = []string{"Content-Type", "Content-Disposition", "Cache-Control", "Retry-After"}
)

// largestAnswer bounds what is carried to the page, in bytes.
const largestAnswer = 4 << 20

// forward carries one call of the page to the center, in the name of who is logged in.
func (d *Desk) forward(w http.ResponseWriter, r *http.Request) {
	if !isForPages(r) {
		api.Refuse(w, r, fault.New(fault.NotFound, "request.not_found"))
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		api.Refuse(w, r, fault.Wrap(err, fault.TooLarge, "request.too_large"))
		return
	}
	answer, err := d.carry(r.Context(), r, body)
	if err != nil {
		api.Refuse(w, r, said(err))
		return
	}
	for _, name := range brought {
		if value := answer.header.Get(name); value != "" {
			w.Header().Set(name, value)
		}
	}
	w.WriteHeader(answer.status)
	_, _ = w.Write(answer.body) // the page is gone when this fails
}

type answer struct {
	status int
	header http.Header
	body   []byte
}

// carry asks the center; when it no longer takes the access token a new one is fetched
// and the call repeated once.
func (d *Desk) carry(ctx context.Context, r *http.Request, body []byte) (answer, error) {
	if r.Method == http.MethodGet && forAnybody.MatchString(r.URL.Path) {
		return d.ask(ctx, r, body, "")
	}
	l, err := d.open()
	if err != nil {
		return answer{}, err
	}
	for attempt := 0; ; attempt++ {
		access, err := l.center.Access(ctx)
		if err != nil {
			return answer{}, d.ended(l, err)
		}
		out, err := d.ask(ctx, r, body, access)
		if err != nil || out.status != http.StatusUnauthorized {
			return d.unlessLocked(l, out, err)
		}
		if attempt > 0 {
			d.forget(l)
			return answer{}, fault.New(fault.Unauthorized, "desk.signed_out")
		}
		l.center.Refused(access)
	}
}

// unlessLocked holds an answer back that came after the desk was locked.
func (d *Desk) unlessLocked(l *login, out answer, err error) (answer, error) {
	if err != nil {
		return out, err
	}
	now, err := d.open()
	if err == nil && now != l {
		err = fault.New(fault.Unauthorized, "desk.signed_out")
	}
	return out, err
}

// ended forgets a login the center no longer knows.
func (d *Desk) ended(l *login, err error) error {
	d.heard(!isLine(err))
	if slices.Contains(token.Ended, fault.CodeOf(err)) {
		d.forget(l)
		return fault.Wrap(err, fault.Unauthorized, "desk.signed_out")
	}
	return err
}

// ask sends one request and reads the answer.
func (d *Desk) ask(ctx context.Context, r *http.Request, body []byte, access string) (answer, error) {
	request, err := http.NewRequestWithContext(ctx, r.Method, d.config.Center+r.URL.RequestURI(), bytes.NewReader(body))
	if err != nil {
		return answer{}, fault.Wrap(err, fault.Invalid, "request.malformed")
	}
	for _, name := range carried {
		if value := r.Header.Get(name); value != "" {
			request.Header.Set(name, value)
		}
	}
	if access != "" {
		request.Header.Set("Authorization", "Bearer "+access)
	}
	response, err := sync.Direct(d.client).Do(request)
	if err != nil {
		if ctx.Err() != nil {
			return answer{}, context.Cause(ctx)
		}
		d.heard(false)
		return answer{}, sync.Unreachable(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, largestAnswer+1))
	switch {
	case err != nil:
		d.heard(false)
		return answer{}, sync.Unreachable(err)
	case len(text) > largestAnswer:
		return answer{}, fault.New(fault.Unavailable, "bridge.response_too_large")
	case !isAnswer(response.StatusCode):
		return answer{}, fault.New(fault.Unavailable, "sync.not_a_center")
	}
	d.heard(true)
	return answer{response.StatusCode, response.Header, text}, nil
}

// isAnswer tells whether a status is one a center answers with. With others the page could
// not be answered at all: three digits are enough to be a status on a line.
func isAnswer(status int) bool {
	return status >= http.StatusOK && status < http.StatusMultipleChoices || status >= http.StatusBadRequest && status < 600
}

// isLine tells whether there was no center at the other end.
func isLine(err error) bool {
	switch fault.CodeOf(err) {
	case "sync.unreachable", "sync.not_a_center", "sync.certificate_time":
		return true
	}
	return false
}

// said words a failed line for who sits at a desk: nothing waits here to be sent later.
func said(err error) error {
	if fault.CodeOf(err) == "sync.unreachable" {
		return fault.Wrap(err, fault.Unavailable, "desk.offline")
	}
	return err
}
