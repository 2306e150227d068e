//go:build production

package app

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/center"
	"lianxin/backend/textmessage"
)

// standing is how a kiosk stands with its center. A lobby goes on from one to the next.
type standing int

const (
	unknown standing = iota
	asked            // it waits to be let in
	serving
	offline
	revoked
)

// becomes lets the kiosk stand another way with its center.
func (l *lobby) becomes(at standing) {
	l.t.Helper()
	if l.stands < at && l.stands >= serving {
		l.home()
	}
	for l.stands < at {
		l.stands++
		switch l.stands {
		case asked:
			l.asksIn()
		case serving:
			l.isLetIn()
		case offline:
			l.cut(true)
			l.untilState("without a line", func(s api.KioskState) bool { return !s.Online })
		case revoked:
			l.cut(false)
			if err := l.center.Revoke(l.t.Context(), l.device, api.Caller{StaffID: "test"}); err != nil {
				l.t.Fatal(err)
			}
			l.untilState("revoked", func(s api.KioskState) bool { return s.Phase == "revoked" })
		}
	}
}

// untilState waits for the kiosk to say something of itself.
func (l *lobby) untilState(what string, holds func(api.KioskState) bool) {
	l.t.Helper()
	l.untilWithin(2*patience, "a kiosk that is "+what, func() bool {
		var now api.KioskState
		l.must(http.MethodGet, "/kiosk/state", nil, &now)
		return holds(now)
	})
}

func (l *lobby) openCenter(data string) {
	t := l.t
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	l.phones = &phones{}
	c, err := center.Open(t.Context(), center.Config{Data: data, URL: "http://" + server.Listener.Addr().String(), Demo: true, Version: "test",
		Log: slog.New(slog.DiscardHandler), Messages: l.phones})
	if err != nil {
		t.Fatal(err)
	}
	l.center = c
	var gone atomic.Bool
	serve := c.Handler()
	server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if gone.Load() {
			panic(http.ErrAbortHandler) // the line breaks
		}
		serve.ServeHTTP(w, r)
	})
	l.cut = func(cut bool) {
		gone.Store(cut)
		server.CloseClientConnections() // a kiosk waits there for what is new
	}
	server.Start()
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := c.Seed(t.Context(), 1, 40, nil); err != nil {
		t.Fatal(err)
	}
}

// phones are everybody's: what the center sends them.
type phones struct {
	mu   sync.Mutex
	last textmessage.Message
}

// Send implements textmessage.Driver.
func (p *phones) Send(_ context.Context, m textmessage.Message) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.last = m
	return nil
}

// code is the code that came last.
func (p *phones) code() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.last.Params["code"]
}

// enrolling is a kiosk on its way in.
type enrolling struct{ id, fingerprint string }

// asksIn lets the kiosk ask to be let in.
func (l *lobby) asksIn() {
	l.t.Helper()
	made, invitation, err := l.center.Invite(l.t.Context(), "一层大厅 1号机", "kiosk", lobbySite, "test", time.Minute)
	if err != nil {
		l.t.Fatal(err)
	}
	payload, err := invitation.Encode()
	if err != nil {
		l.t.Fatal(err)
	}
	var state api.EnrolmentState
	l.must(http.MethodPost, "/kiosk/enrolment", api.EnrolInput{Payload: payload}, &state)
	l.asks = enrolling{made.ID, state.Fingerprint}
}

// isLetIn lets the kiosk in and waits until it serves.
func (l *lobby) isLetIn() {
	l.t.Helper()
	device, err := l.center.Approve(l.t.Context(), l.asks.id, l.asks.fingerprint, "test")
	if err != nil {
		l.t.Fatal(err)
	}
	l.device = device.ID
	l.untilState("ready", func(s api.KioskState) bool { return s.Phase == "ready" && s.Online })
}
