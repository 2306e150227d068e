package center

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/outbox"
	"lianxin/backend/sync"
	"lianxin/backend/token"
)

// running is a center that serves a real socket until stop is called.
func (b *bench) running() (address string, stop func() error) {
	b.t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(b.t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- b.Serve(ctx, listener) }()
	stopped := false
	stop = func() error {
		if stopped {
			return nil
		}
		stopped = true
		cancel()
		return <-ended
	}
	b.t.Cleanup(func() {
		if err := stop(); err != nil {
			b.t.Error(err)
		}
	})
	return "http://" + listener.Addr().String(), stop
}

// waits pulls on until a booking comes and sends its id, or the code of a fault.
func (b *bench) waits(k *kiosk, cursor string) <-chan string {
	b.t.Helper()
	said := make(chan string, 1)
	go func() {
		for {
			out, err := k.line.Pull(background(b.t), cursor, 30*time.Second)
			if err != nil {
				said <- codeOf(out, err)
				return
			}
			if booked := of(out.Changes, sync.Appointment); booked != "" {
				said <- booked
				return
			}
			cursor = out.Cursor
		}
	}()
	return said
}

// A stop sends away who only waits, at once, and lets a push that has begun end.
func TestAStopIsGraceful(t *testing.T) {
	b := newBench(t)
	address, stop := b.running()
	k := b.newKiosk("site-1", address)
	_, cursor := k.pull("")
	waiting := b.waits(k, cursor)

	held, release := make(chan struct{}), make(chan struct{})
	holding := make(chan error, 1)
	go func() { // keeps the one writer, so that the push is still under way when the stop comes
		holding <- b.store.InTx(background(t), func(context.Context) error {
			close(held)
			<-release
			return nil
		})
	}()
	<-held
	pushed := make(chan string, 1)
	op := k.made(outbox.VisitCheckedIn, k.visitOf(donorOf("902"), 1, ""))
	go func() {
		out, err := k.line.Push(background(t), request(op))
		if err != nil {
			pushed <- err.Error()
			return
		}
		pushed <- string(out.Answers[0].Fate)
	}()
	// The pull and the push.
	b.until(func() bool { return strings.Contains(b.metrics(), "lianxin_http_requests_running 2") })
	began := time.Now()
	ended := make(chan error, 1)
	go func() { ended <- stop() }()
	if code := <-waiting; code != "center.stopping" {
		t.Errorf("who waited was told %q", code)
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("who waited was sent away after %s", took)
	}
	close(release)
	if err := <-holding; err != nil {
		t.Fatal(err)
	}
	if fate := <-pushed; fate != "applied" {
		t.Errorf("the push ended as %q", fate)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if _, err := http.Get(address + "/healthz"); err == nil {
		t.Error("still answers after the stop")
	}
}

// A change wakes who waits.
func TestAChangeWakesWhoWaits(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		k := b.newKiosk("site-1", b.serve())
		_, cursor := k.pull("")
		waiting := b.waits(k, cursor)
		booked := b.books(donorOf("902"), "site-1")
		if got := <-waiting; got != booked.ID {
			t.Errorf("woken with %q", got)
		}
	})
}

func (b *bench) until(is func() bool) {
	b.t.Helper()
	deadline := time.After(20 * time.Second)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !is() {
		select {
		case <-tick.C:
		case <-deadline:
			b.t.Fatal("it did not come about")
		}
	}
}

func body(t *testing.T, address string) string {
	t.Helper()
	response, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// get reads a path without a token.
func (b *bench) get(path string) (int, string) {
	b.t.Helper()
	answer := httptest.NewRecorder()
	b.handler.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, path, nil))
	return answer.Code, answer.Body.String()
}

func (b *bench) metrics() string {
	b.t.Helper()
	answer := httptest.NewRecorder()
	b.Metrics().ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	if answer.Code != 200 {
		b.t.Fatalf("metrics: %d", answer.Code)
	}
	return answer.Body.String()
}

// Figures are for Prometheus on the center's machine; who reaches the center over
// the network is told of none.
func TestMetricsAreApart(t *testing.T) {
	b := newBench(t)
	if status, said := b.get("/metrics"); status != 404 || strings.Contains(said, "lianxin_") {
		t.Errorf("on the public address: %d %s", status, said)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- b.ServeMetrics(ctx, listener) }()
	if said := body(t, "http://"+listener.Addr().String()+"/metrics"); !strings.Contains(said, "lianxin_http_requests_running") {
		t.Errorf("on its own address: %s", said)
	}
	if said := body(t, "http://"+listener.Addr().String()+"/readyz"); strings.Contains(said, "status") {
		t.Error("the API is served beside the figures")
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// A refused call and its line in the log have the same name, each call another one.
func TestRequestsHaveNames(t *testing.T) {
	b := newBench(t)
	seen := map[string]bool{}
	for _, c := range []struct{ method, path, body string }{
		{"GET", "/staff/me", ""}, {"POST", "/staff/login", "{}"}, {"POST", "/staff/login", "half"}, {"GET", "/no/such/thing", ""}, {"GET", "/sync/changes?wait=x", ""},
	} {
		answer := httptest.NewRecorder()
		b.handler.ServeHTTP(answer, httptest.NewRequest(c.method, c.path, strings.NewReader(c.body)))
		var problem struct {
			RequestID string `json:"request_id"`
		}
		if err := json.Unmarshal(answer.Body.Bytes(), &problem); err != nil {
			t.Fatal(err)
		}
		id := problem.RequestID
		if id == "" || seen[id] || answer.Header().Get("X-Request-Id") != id {
			t.Errorf("%s %s: %q in the problem, %q in the header", c.method, c.path, id, answer.Header().Get("X-Request-Id"))
		}
		if strings.Count(b.log.String(), `"request":"`+id+`"`) != 1 {
			t.Errorf("%s %s: %q is not once in the log", c.method, c.path, id)
		}
		seen[id] = true
	}
}

func TestReady(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		for _, path := range []string{"/healthz", "/readyz"} {
			if status, body := b.get(path); status != 200 || !strings.Contains(body, `"status":"ok"`) {
				t.Errorf("%s: %d %s", path, status, body)
			}
		}
		if err := b.store.Close(); err != nil {
			t.Fatal(err)
		}
		if status, body := b.get("/readyz"); status != 503 || !strings.Contains(body, "center.database") || strings.Contains(body, b.data) {
			t.Errorf("without its database: %d %s", status, body)
		}
		if status, _ := b.get("/healthz"); status != 200 {
			t.Errorf("the process lives all the same: %d", status)
		}
	})
}

// Nothing that is written to a file which was taken away is ever found again.
func TestReadyWithoutItsFile(t *testing.T) {
	b := newBench(t)
	file := filepath.Join(b.data, "center.db")
	if err := os.Rename(file, file+".moved"); err != nil {
		t.Fatal(err)
	}
	if status, body := b.get("/readyz"); status != 503 || !strings.Contains(body, "center.database") {
		t.Errorf("%d %s", status, body)
	}
}

// A panic in a handler is a problem document, a line in the log and a number in
// the metrics, and takes nobody else down.
func TestAPanicIsAProblem(t *testing.T) {
	b := newBench(t)
	k := b.newKiosk("site-1", "")
	b.config.NewID = func() string { panic("110105" + "19491231002X") }
	assertion, err := token.Assertion{Device: k.id, Audience: b.tokenEndpoint(), ID: "1"}.Sign(k.key, b.clock())
	if err != nil {
		t.Fatal(err)
	}
	status, code := b.ask(http.MethodPost, "/token", "", map[string]string{"grant_type": api.AssertionGrant, "assertion": assertion}, nil)
	if status != 500 || code != "internal" {
		t.Errorf("%d %q", status, code)
	}
	if log := b.log.String(); !strings.Contains(log, `"status":500`) || strings.Contains(log, "002X") {
		t.Errorf("log %s", log)
	}
	if !strings.Contains(b.metrics(), `lianxin_http_request_seconds_count{route="POST /token",status="500"} 1`) {
		t.Error("the metrics do not count it")
	}
}

// TestLogsAndMetricsNameNobody does everything a day brings and looks through
// every line.
func TestLogsAndMetricsNameNobody(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		k := b.newKiosk("site-1", b.serve())
		p := donorOf("902")
		booked := b.books(p, "site-1")
		v := k.visitOf(p, 1, booked.ID)
		k.push(k.made(outbox.VisitCheckedIn, v), k.made(outbox.VisitCheckedIn, "broken"))
		k.pull("")
		for _, path := range []string{"/visits/" + v.ID, "/sites/site-1/visits?day=2026-11-23", "/nowhere/" + p.Document.Number,
			"/enrolments/" + k.id, "/sites/" + p.Name, "/sync/changes?cursor=" + booked.Code} {
			k.raw(http.MethodGet, strings.ReplaceAll(path, p.Name, "%E6%B5%8B%E8%AF%95"), "", "", nil)
		}
		k.raw(http.MethodPost, "/enrolments", "", "", []byte(`{"code":"`+p.Document.Number+`"}`))
		log, metrics := b.log.String(), b.metrics()
		if lines := strings.Count(log, `"msg":"request"`); lines < 10 {
			t.Fatalf("%d lines: %s", lines, log)
		}
		if !strings.Contains(log, `"route":"GET /visits/{id}"`) || !strings.Contains(metrics, `route="POST /sync/push"`) {
			t.Errorf("no routes in %s", log)
		}
		for where, text := range map[string]string{"log": log, "metrics": metrics} {
			for _, secret := range []string{p.Name, "%E6%B5%8B", p.Document.Number, p.Document.Number[6:14], v.ID, v.DonorKey, booked.ID, booked.Code, v.Ticket, "2026-11-23?"} {
				if strings.Contains(text, secret) {
					t.Errorf("%s holds %q", where, secret)
				}
			}
		}
		if strings.Contains(log, k.id) {
			t.Errorf("the log holds the id of a device")
		}
	})
}

// A path that could be written in another way is not there: nobody is sent elsewhere.
func TestNobodyIsSentElsewhere(t *testing.T) {
	b := newBench(t)
	for _, path := range []string{"/sites//called", "//sites", "/sites/../sites", "/sites/./here", "/visits//reception"} {
		request := httptest.NewRequest(http.MethodGet, testURL+path, nil)
		answer := httptest.NewRecorder()
		b.handler.ServeHTTP(answer, request)
		if answer.Code != http.StatusNotFound || answer.Header().Get("Location") != "" || !strings.Contains(answer.Body.String(), `"code":"request.not_found"`) {
			t.Errorf("%s: %d %q %s", path, answer.Code, answer.Header().Get("Location"), answer.Body)
		}
	}
}
