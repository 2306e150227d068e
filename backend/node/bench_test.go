package node

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/center"
	"lianxin/backend/printer"
)

// bench is a center over HTTP and a kiosk that can be cut off from it.
type bench struct {
	t      testing.TB
	center *center.Center
	node   *Node
	now    func() time.Time
	prints string
	line   *line
	phones inbox
}

// line is the network between kiosk and center; it can be cut.
type line struct {
	http.RoundTripper
	cut chan struct{} // closed when the network is down
}

// RoundTrip implements http.RoundTripper.
func (l *line) RoundTrip(r *http.Request) (*http.Response, error) {
	select {
	case <-l.cut:
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: context.DeadlineExceeded}
	default:
		return l.RoundTripper.RoundTrip(r)
	}
}

func newBench(t *testing.T) *bench { return newBenchAt(t, time.Now) }

// newBenchAt gives the kiosk a clock of its own.
func newBenchAt(t *testing.T, now func() time.Time) *bench {
	t.Helper()
	b := newCenterAt(t, now, nil)
	b.open(t.TempDir())
	return b
}

// newCenterAt is a bench without its kiosk; over is the certificate of its center, nil: none.
func newCenterAt(t *testing.T, now func() time.Time, over *tls.Config) *bench {
	t.Helper()
	return newCenterWith(t, now, nil, over)
}

// newCenterWith gives the center a clock of its own as well; nil is the system's.
func newCenterWith(t testing.TB, now, centers func() time.Time, over *tls.Config) *bench {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{t: t, now: now, prints: t.TempDir(), line: &line{RoundTripper: http.DefaultTransport, cut: make(chan struct{})}}
	scheme := "http://"
	if over != nil {
		scheme = "https://"
	}
	data := filepath.Join(t.TempDir(), "center")
	err = os.CopyFS(data, os.DirFS(seeded(t)))
	if err := errors.Join(err, os.Chmod(filepath.Join(data, "keys.json"), 0o600)); err != nil { // a copy is as readable as anything
		t.Fatal(err)
	}
	b.center, err = center.Open(t.Context(), center.Config{Data: data, URL: scheme + listener.Addr().String(), Demo: true, Version: "test", Messages: &b.phones, Now: centers})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(b.center.Handler())
	if err := server.Listener.Close(); err != nil {
		t.Fatal(err)
	}
	server.Listener = listener
	if server.TLS = over; over != nil {
		server.Config.ErrorLog = log.New(io.Discard, "", 0) // refused handshakes are what is tested
		server.StartTLS()
	} else {
		server.Start()
	}
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
		if err := b.center.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

// peopled is the folder of a center with made-up people, from which every bench has
// its own: making them anew would take two thirds of the time of all tests here.
var peopled = struct {
	once   sync.Once
	folder string
	err    error
}{}

func TestMain(m *testing.M) {
	code := m.Run()
	if err := os.RemoveAll(peopled.folder); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = max(code, 1)
	}
	os.Exit(code)
}

func seeded(t testing.TB) string {
	t.Helper()
	peopled.once.Do(func() {
		ctx := context.Background()
		if peopled.folder, peopled.err = os.MkdirTemp("", "lianxin-center-"); peopled.err != nil {
			return
		}
		c, err := center.Open(ctx, center.Config{Data: peopled.folder, URL: "http://center.example.invalid", Demo: true, Version: "test"})
		if err == nil {
			_, err = c.Seed(ctx, 1, 300, nil)
			err = errors.Join(err, c.Close())
		}
		peopled.err = err
	})
	if peopled.err != nil {
		t.Fatal(peopled.err)
	}
	return peopled.folder
}

// open starts a kiosk on a data folder.
func (b *bench) open(data string) {
	b.t.Helper()
	b.openAs(Config{Data: data, HTTP: &http.Client{Transport: b.line}})
}

// openAs starts a kiosk as config says, with the rest as every bench has it.
func (b *bench) openAs(config Config) {
	b.t.Helper()
	if config.Version == "" {
		config.Version = "test"
	}
	config.LongPoll = time.Second // who waits for the line to be tried anew need not wait for half a minute
	config.Demo, config.PIN, config.Now, config.Printer = true, "135790", b.now, printer.NewFolder(b.prints)
	var err error
	b.node, err = Open(b.t.Context(), config)
	if err != nil {
		b.t.Fatal(err)
	}
	opened := b.node
	b.t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := opened.Close(ctx); err != nil {
			b.t.Error(err)
		}
	})
}

// ask calls the kiosk's API as the page does and returns the status.
func (b *bench) ask(method, path string, in, out any) int {
	b.t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		b.t.Fatal(err)
	}
	request := httptest.NewRequest(method, path, strings.NewReader(string(body)))
	request.Header.Set("Content-Type", "application/json")
	answer := httptest.NewRecorder()
	b.node.Handler().ServeHTTP(answer, request)
	if answer.Code >= 300 {
		b.t.Logf("%s %s: %d %s", method, path, answer.Code, answer.Body)
		return answer.Code
	}
	if out != nil {
		// A fresh value: decoding into a used one would keep what is no longer there.
		reflect.ValueOf(out).Elem().SetZero()
		if err := json.Unmarshal(answer.Body.Bytes(), out); err != nil {
			b.t.Fatalf("%s %s: %v in %s", method, path, err, answer.Body)
		}
	}
	return answer.Code
}

// must is ask for calls that have to work.
func (b *bench) must(method, path string, in, out any) {
	b.t.Helper()
	if code := b.ask(method, path, in, out); code >= 300 {
		b.t.Fatalf("%s %s answered %d", method, path, code)
	}
}

// until waits for the kiosk's events until its state is as wanted.
func (b *bench) until(what string, wanted func(api.KioskState) bool) api.KioskState {
	b.t.Helper()
	changed := make(chan struct{}, 1)
	cancel := b.node.Subscribe(func(string, any) {
		select {
		case changed <- struct{}{}:
		default:
		}
	})
	defer cancel()
	deadline := time.After(30 * time.Second)
	for {
		state, err := b.node.State(b.t.Context())
		if err != nil {
			b.t.Fatal(err)
		}
		if wanted(state) {
			return state
		}
		select {
		case <-changed:
		case <-deadline:
			b.t.Fatalf("%s did not come about: %+v", what, state)
		}
	}
}

// enrol lets the kiosk in at a site and waits until it may serve.
func (b *bench) enrol(site string) {
	b.t.Helper()
	made, invitation, err := b.center.Invite(b.t.Context(), "一层大厅 1号机", "kiosk", site, "test", time.Minute)
	if err != nil {
		b.t.Fatal(err)
	}
	payload, err := invitation.Encode()
	if err != nil {
		b.t.Fatal(err)
	}
	var state api.EnrolmentState
	b.must(http.MethodPost, "/kiosk/enrolment", api.EnrolInput{Payload: payload}, &state)
	if _, err := b.center.Approve(b.t.Context(), made.ID, state.Fingerprint, "test"); err != nil {
		b.t.Fatal(err)
	}
	b.until("a kiosk that may serve", func(s api.KioskState) bool { return s.Phase == phaseReady && s.Online })
}

// rewritten changes a piece of what the center answers, when it is on.
type rewritten struct {
	http.RoundTripper
	on       atomic.Bool
	from, to []byte
}

// RoundTrip implements http.RoundTripper.
func (r *rewritten) RoundTrip(q *http.Request) (*http.Response, error) {
	answer, err := r.RoundTripper.RoundTrip(q)
	if err != nil || !r.on.Load() {
		return answer, err
	}
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	if err := answer.Body.Close(); err != nil {
		return nil, err
	}
	body = bytes.ReplaceAll(body, r.from, r.to)
	answer.Body, answer.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return answer, nil
}
