package app

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"
)

// echo is a real handler with the ways a handler can behave.
func echo() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/echo", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("Content-Type", "application/json")
		w.Header().Add("X-Twice", "a")
		w.Header().Add("X-Twice", "b")
		w.WriteHeader(http.StatusCreated)
		_ = json.NewEncoder(w).Encode(map[string]string{
			"method": r.Method, "query": r.URL.RawQuery, "key": r.Header.Get("Idempotency-Key"), "body": string(body),
			"host": r.Host, "uri": r.RequestURI,
		})
		w.Header().Set("X-Late", "too late")
	})
	mux.HandleFunc("/bytes", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte{0xff, 0x00, 0xfe}) })
	mux.HandleFunc("/empty", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("/panic", func(http.ResponseWriter, *http.Request) { panic("张三丰测试 secret") })
	mux.HandleFunc("/nil", func(w http.ResponseWriter, _ *http.Request) {
		var node *Bridge
		_, _ = w.Write([]byte{byte(node.maxSize)})
	})
	mux.HandleFunc("/large", func(w http.ResponseWriter, _ *http.Request) {
		chunk := bytes.Repeat([]byte("x"), 1<<16)
		for {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	})
	mux.HandleFunc("/slow", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	return mux
}

func testBridge(t *testing.T) (*Bridge, *bytes.Buffer) {
	t.Helper()
	var logged bytes.Buffer
	return NewBridge(echo(), slog.New(slog.NewJSONHandler(&logged, nil)), func() {}), &logged
}

func TestFetchCarriesACallBothWays(t *testing.T) {
	bridge, _ := testBridge(t)
	got := bridge.Fetch("POST", "/echo?a=1&b=%E5%BC%A0", map[string]string{"Idempotency-Key": "k1"}, `{"name":"王𬭎"}`)
	if got.Status != http.StatusCreated || got.Base64 {
		t.Fatalf("got status %d, base64 %v", got.Status, got.Base64)
	}
	var seen map[string]string
	if err := json.Unmarshal([]byte(got.Body), &seen); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"method": "POST", "query": "a=1&b=%E5%BC%A0", "key": "k1", "body": `{"name":"王𬭎"}`,
		"host": "lianxin.local", "uri": "/echo?a=1&b=%E5%BC%A0",
	}
	for name := range want {
		if seen[name] != want[name] {
			t.Errorf("%s: got %q, want %q", name, seen[name], want[name])
		}
	}
	if got.Headers["content-type"] != "application/json" || got.Headers["x-twice"] != "a, b" {
		t.Errorf("headers: %v", got.Headers)
	}
	if _, late := got.Headers["x-late"]; late {
		t.Error("a header set after the status was sent")
	}
}

func TestFetchSendsBytesAsBase64(t *testing.T) {
	bridge, _ := testBridge(t)
	got := bridge.Fetch("GET", "/bytes", nil, "")
	raw, err := base64.StdEncoding.DecodeString(got.Body)
	if err != nil || !got.Base64 || !bytes.Equal(raw, []byte{0xff, 0x00, 0xfe}) {
		t.Fatalf("got %+v, %v", got, err)
	}
	if got := bridge.Fetch("GET", "/empty", nil, ""); got.Status != 204 || got.Body != "" || got.Base64 {
		t.Errorf("empty: %+v", got)
	}
	if got := bridge.Fetch("GET", "/unknown", nil, ""); got.Status != 404 {
		t.Errorf("unknown path: %d", got.Status)
	}
}

func TestFetchAnswersEveryFailure(t *testing.T) {
	for _, c := range []struct {
		name, method, path string
		headers            map[string]string
		body               string
		status             int
		code               string
	}{
		{"panic", "GET", "/panic", nil, "", 500, "bridge.panic"},
		{"nil pointer", "GET", "/nil", nil, "", 500, "bridge.panic"},
		{"endless response", "GET", "/large", nil, "", 500, "bridge.response_too_large"},
		{"slow handler", "GET", "/slow", nil, "", 504, "bridge.timeout"},
		{"large request", "POST", "/echo", nil, strings.Repeat("x", DefaultFetchSize+1), 413, "bridge.too_large"},
		{"absolute URL", "GET", "http://example.com/", nil, "", 400, "bridge.request"},
		{"scheme-relative URL", "GET", "//example.com/", nil, "", 400, "bridge.request"},
		{"backslash host", "GET", "/\\example.com/", nil, "", 400, "bridge.request"},
		{"other scheme", "GET", "file:///etc/passwd", nil, "", 400, "bridge.request"},
		{"relative path", "GET", "echo", nil, "", 400, "bridge.request"},
		{"empty path", "GET", "", nil, "", 400, "bridge.request"},
		{"line break in path", "GET", "/echo\r\nX: y", nil, "", 400, "bridge.request"},
		{"bad escape", "GET", "/echo%zz", nil, "", 400, "bridge.request"},
		{"method", "CONNECT", "/echo", nil, "", 400, "bridge.request"},
		{"lower-case method", "get", "/echo", nil, "", 400, "bridge.request"},
		{"header name", "GET", "/echo", map[string]string{"a b": "c"}, "", 400, "bridge.request"},
		{"header value", "GET", "/echo", map[string]string{"A": "b\r\nc: d"}, "", 400, "bridge.request"},
	} {
		t.Run(c.name, func(t *testing.T) {
			bridge, logged := testBridge(t)
			if c.code == "bridge.timeout" {
				bridge.maxTime = 20 * time.Millisecond
			}
			got := bridge.Fetch(c.method, c.path, c.headers, c.body)
			var problem struct {
				Status int
				Code   string
			}
			if err := json.Unmarshal([]byte(got.Body), &problem); err != nil {
				t.Fatal(err)
			}
			if got.Status != c.status || problem.Status != c.status || problem.Code != c.code {
				t.Errorf("got %d %+v, want %d %s", got.Status, problem, c.status, c.code)
			}
			if got.Headers["content-type"] != "application/problem+json" {
				t.Errorf("content type %q", got.Headers["content-type"])
			}
			if strings.Contains(logged.String(), "张三丰测试") || strings.Contains(logged.String(), "example.com") {
				t.Errorf("the log holds input: %s", logged)
			}
		})
	}
}

func TestRecorderRefusesWhatIsOverTheBound(t *testing.T) {
	r := &recorder{header: http.Header{}, limit: 3}
	if n, err := r.Write([]byte("abc")); n != 3 || err != nil {
		t.Fatal(n, err)
	}
	if n, err := r.Write([]byte("d")); n != 0 || err == nil || !r.overflow {
		t.Fatal(n, err, r.overflow)
	}
}

func TestHeartbeatReachesGo(t *testing.T) {
	beats := 0
	NewBridge(nil, slog.New(slog.DiscardHandler), func() { beats++ }).Heartbeat()
	if beats != 1 {
		t.Fatalf("got %d beats", beats)
	}
}

func TestPanicTextHoldsNoValue(t *testing.T) {
	if got := panicText(errors.New("donor 11010519491231002X")); got != "*errors.errorString" {
		t.Errorf("got %q", got)
	}
}
