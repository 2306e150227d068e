package main

import (
	"bytes"
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/center"
	"lianxin/backend/fault"
	"lianxin/backend/staffcall"
)

// screen is a terminal whose lines can be waited for.
type screen struct {
	mu   sync.Mutex
	text bytes.Buffer
	more chan struct{}
}

// Write implements io.Writer.
func (s *screen) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.text.Write(b)
	close(s.more)
	s.more = make(chan struct{})
	return len(b), nil
}

func (s *screen) until(t *testing.T, want string) {
	t.Helper()
	late := time.After(30 * time.Second)
	for {
		s.mu.Lock()
		text, more := s.text.String(), s.more
		s.mu.Unlock()
		if strings.Contains(text, want) {
			return
		}
		select {
		case <-more:
		case <-late:
			t.Fatalf("no %q on the screen:\n%s", want, text)
		}
	}
}

func TestWatchingCalls(t *testing.T) {
	p := Place{Data: t.TempDir(), URL: "http://center.example.invalid", Demo: true}
	err := p.begins(func(ctx context.Context, c *center.Center) error {
		ctx, stop := context.WithCancel(ctx)
		out, ended := &screen{more: make(chan struct{})}, make(chan error, 1)
		go func() { ended <- CallsListCmd{Place: p, Watch: true}.show(ctx, c, out) }()
		out.until(t, ": 0 open")
		call := staffcall.Call{ID: "call-1", SiteID: "site-1", DeviceID: "device-1", RaisedAt: time.Now()}
		if err := c.Store().SaveCall(ctx, call); err != nil {
			t.Error(err)
		}
		out.until(t, "nobody yet")
		if err := c.AcknowledgeCall(ctx, "call-1", api.Caller{StaffID: operator}); err != nil {
			t.Error(err)
		}
		out.until(t, "terminal is on the way")
		stop()
		return <-ended
	})
	if err != nil {
		t.Error(err)
	}
	does(t, "clear", CallsClearCmd{p, "call-1"})
	if err := (CallsAcknowledgeCmd{p, "call-1"}).Run(); fault.CodeOf(err) != "staff_call.closed" || !strings.Contains(explain(err), "→") {
		t.Errorf("%v", err)
	}
}
