package app

import (
	"context"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"
)

func TestFreePort(t *testing.T) {
	if got, err := freePort("localhost:34115"); err != nil || got != "localhost:34115" {
		t.Errorf("a chosen port: got %q, %v", got, err)
	}
	got, err := freePort("localhost:0")
	if err != nil || !strings.HasPrefix(got, "localhost:") || got == "localhost:0" {
		t.Fatalf("got %q, %v", got, err)
	}
	listener, err := net.Listen("tcp", got)
	if err != nil {
		t.Fatalf("the port is not free: %v", err)
	}
	_ = listener.Close()
	if _, err := freePort("localhost"); err == nil {
		t.Error("an address without a port was taken")
	}
}

func TestReleaseBuildsHaveNoDevServer(t *testing.T) {
	page := fstest.MapFS{"index.html": {}}
	_, err := New(Config{Node: quietNode{}, Page: page, DevServer: "localhost:0"})
	if (err != nil) != !devBuild {
		t.Errorf("development build %v: got %v", devBuild, err)
	}
	if _, err := New(Config{Page: fstest.MapFS{}}); err != ErrNoPage {
		t.Errorf("no page: got %v", err)
	}
}

// quietNode answers nothing and never ends.
type quietNode struct{}

func (quietNode) Handler() http.Handler                         { return http.NotFoundHandler() }
func (quietNode) Subscribe(func(topic string, data any)) func() { return func() {} }
func (quietNode) ExitRequested() <-chan struct{}                { return nil }
func (quietNode) Close(context.Context) error                   { return nil }
