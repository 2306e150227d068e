package node

import (
	"context"
	"net"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"lianxin/backend/api"
)

// deafTo answers nothing at one path, while it is deaf.
type deafTo struct {
	http.RoundTripper
	path string
	deaf atomic.Bool
}

// RoundTrip implements http.RoundTripper.
func (d *deafTo) RoundTrip(q *http.Request) (*http.Response, error) {
	if d.deaf.Load() && q.URL.Path == d.path {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: context.DeadlineExceeded}
	}
	return d.RoundTripper.RoundTrip(q)
}

// Somebody who comes right after the center is back is answered, although the pull
// still rests from its last failure.
func TestOneDirectionIsEnoughToAsk(t *testing.T) {
	b := newCenterAt(t, time.Now, nil)
	line := &deafTo{RoundTripper: http.DefaultTransport, path: "/sync/changes"}
	b.openAs(Config{Data: t.TempDir(), HTTP: &http.Client{Transport: line}})
	b.enrol(testSite)
	b.whole()
	d, _ := b.saver()
	line.deaf.Store(true)
	b.until("the pull failed", func(s api.KioskState) bool { return !s.Online })
	if s := b.atGifts(d); s.Account.Account == nil {
		t.Errorf("the account is %s, %s", s.Account.State, s.Account.Code)
	}
}
