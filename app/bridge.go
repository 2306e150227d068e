package app

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/net/http/httpguts"
)

// Bounds of one call. A page that needs more asks in pages.
const (
	DefaultFetchTime = 30 * time.Second
	DefaultFetchSize = 4 << 20 // bytes, of the request and of the response each
)

var bridgeMethods = []string{
	http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete,
}

// Bridge is the one struct the page can call. Its methods never panic and always
// answer: a panic in a bound method would leave the page's promise pending for ever.
type Bridge struct {
	handler http.Handler
	log     *slog.Logger
	beat    func()
	maxTime time.Duration
	maxSize int
}

// BridgeResponse is an HTTP response that crosses into the page as JSON.
// Body is text, or base64 of the bytes when Base64 is true.
// Repeated headers are joined with ", "; names are lower case.
type BridgeResponse struct {
	Status  int               `json:"status"`
	Headers map[string]string `json:"headers"`
	Body    string            `json:"body"`
	Base64  bool              `json:"base64"`
}

// NewBridge returns a bridge to handler with the default bounds.
// beat is called for every heartbeat of the page and must not block.
func NewBridge(handler http.Handler, log *slog.Logger, beat func()) *Bridge {
	return &Bridge{handler: handler, log: log, beat: beat, maxTime: DefaultFetchTime, maxSize: DefaultFetchSize}
}

// Heartbeat tells Go that the page's main thread runs; the page calls it every few seconds.
func (b *Bridge) Heartbeat() { b.beat() }

// Fetch runs one API call in this process. path starts with "/" and may carry a
// query; body is text. What goes wrong in between is a problem document
// (RFC 9457) with one of the codes bridge.request (400), bridge.too_large (413),
// bridge.panic (500), bridge.response_too_large (500), bridge.timeout (504).
func (b *Bridge) Fetch(method, path string, headers map[string]string, body string) BridgeResponse {
	if len(body) > b.maxSize {
		return problem(http.StatusRequestEntityTooLarge, "bridge.too_large")
	}
	ctx, cancel := context.WithTimeout(context.Background(), b.maxTime)
	defer cancel()
	request, err := newRequest(ctx, method, path, headers, body)
	if err != nil {
		b.log.Warn("bridge refused a call", "reason", err.Error())
		return problem(http.StatusBadRequest, "bridge.request")
	}
	done := make(chan BridgeResponse, 1)
	go func() { done <- b.serve(request) }()
	select {
	case response := <-done:
		return response
	case <-ctx.Done():
		b.log.Error("bridge call timed out", "method", method, "path", request.URL.Path)
		return problem(http.StatusGatewayTimeout, "bridge.timeout")
	}
}

func (b *Bridge) serve(request *http.Request) (response BridgeResponse) {
	recorder := &recorder{header: http.Header{}, limit: b.maxSize}
	defer func() {
		if value := recover(); value != nil {
			b.log.Error("panic behind the bridge", "method", request.Method, "path", request.URL.Path,
				"panic", panicText(value), "stack", string(debug.Stack()))
			response = problem(http.StatusInternalServerError, "bridge.panic")
		}
	}()
	b.handler.ServeHTTP(recorder, request)
	if recorder.overflow {
		b.log.Error("response over the bridge's bound", "method", request.Method, "path", request.URL.Path)
		return problem(http.StatusInternalServerError, "bridge.response_too_large")
	}
	return recorder.response()
}

// panicText keeps the runtime's own messages and only the type of anything else:
// a panic value may hold what a donor typed.
func panicText(value any) string {
	if err, ok := value.(runtime.Error); ok {
		return err.Error()
	}
	return fmt.Sprintf("%T", value)
}

// Reasons are fixed words: the input itself may be personal and goes to no log.
var (
	errMethod = errors.New("method")
	errPath   = errors.New("path")
	errHeader = errors.New("header")
)

func newRequest(ctx context.Context, method, path string, headers map[string]string, body string) (*http.Request, error) {
	if !slices.Contains(bridgeMethods, method) {
		return nil, errMethod
	}
	target, err := localTarget(path)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, method, target.String(), strings.NewReader(body))
	if err != nil {
		return nil, errPath
	}
	for name, value := range headers {
		if !httpguts.ValidHeaderFieldName(name) || !httpguts.ValidHeaderFieldValue(value) {
			return nil, errHeader
		}
		request.Header.Set(name, value)
	}
	request.Host = "lianxin.local"
	request.RequestURI = target.RequestURI()
	request.RemoteAddr = "127.0.0.1:0"
	return request, nil
}

// localTarget accepts an absolute path of this process and nothing that could name another host.
func localTarget(path string) (*url.URL, error) {
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsAny(path, "\\#") {
		return nil, errPath
	}
	target, err := url.ParseRequestURI(path)
	// Two slashes at the beginning, one of them escaped, become a host when they are written again.
	if err != nil || target.Scheme != "" || target.Host != "" || strings.HasPrefix(target.Path, "//") {
		return nil, errPath
	}
	return target, nil
}

// problem writes the bridge's own failures in the API's error format.
func problem(status int, code string) BridgeResponse {
	body, err := json.Marshal(struct {
		Type   string `json:"type"`
		Title  string `json:"title"`
		Status int    `json:"status"`
		Code   string `json:"code"`
	}{"urn:lianxin:fault:" + code, http.StatusText(status), status, code})
	if err != nil {
		panic(err) // three strings and a number always encode
	}
	return BridgeResponse{
		Status:  status,
		Headers: map[string]string{"content-type": "application/problem+json"},
		Body:    string(body),
	}
}

// recorder is a bounded http.ResponseWriter. Only the serving goroutine touches it.
type recorder struct {
	header   http.Header
	sent     http.Header // as it was when the status was written
	status   int
	body     bytes.Buffer
	limit    int
	overflow bool
}

func (r *recorder) Header() http.Header { return r.header }

func (r *recorder) WriteHeader(status int) {
	if r.status != 0 || status < 200 { // informational responses do not reach the page
		return
	}
	r.status = status
	r.sent = r.header.Clone()
}

func (r *recorder) Write(p []byte) (int, error) {
	r.WriteHeader(http.StatusOK)
	if r.body.Len()+len(p) > r.limit {
		r.overflow = true
		return 0, errors.New("response is over the bridge's bound")
	}
	return r.body.Write(p)
}

func (r *recorder) response() BridgeResponse {
	r.WriteHeader(http.StatusOK)
	headers := make(map[string]string, len(r.sent))
	for _, name := range slices.Sorted(maps.Keys(r.sent)) {
		headers[strings.ToLower(name)] = strings.Join(r.sent[name], ", ")
	}
	body := r.body.Bytes()
	if utf8.Valid(body) {
		return BridgeResponse{Status: r.status, Headers: headers, Body: string(body)}
	}
	return BridgeResponse{Status: r.status, Headers: headers, Body: base64.StdEncoding.EncodeToString(body), Base64: true}
}
