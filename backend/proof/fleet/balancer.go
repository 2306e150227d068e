package fleet

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"slices"
	"sync"
)

// Balancer is the one address in front of the instances: every request goes to the
// next of them in turn, whoever asks. It keeps nobody at one instance.
type Balancer struct {
	URL    string
	server *httptest.Server

	mu      sync.Mutex
	targets []string // host:port
	turn    int
}

// NewBalancer starts one without anybody behind it. Close must follow.
func NewBalancer() *Balancer {
	b := &Balancer{}
	proxy := &httputil.ReverseProxy{Transport: &elsewhere{balancer: b, line: newLine()},
		Rewrite:      func(r *httputil.ProxyRequest) { r.Out.URL.Scheme = "http"; r.SetXForwarded() },
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) }}
	b.server = httptest.NewServer(proxy)
	b.URL = b.server.URL
	return b
}

// newLine is a transport for many requests at a time to few addresses.
func newLine() *http.Transport {
	return &http.Transport{MaxIdleConns: 2000, MaxIdleConnsPerHost: 1000, DialContext: (&net.Dialer{}).DialContext}
}

// Close ends it.
func (b *Balancer) Close() { b.server.Close() }

// Add puts an instance behind the address.
func (b *Balancer) Add(i *Instance) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.targets = append(b.targets, i.Address)
}

// Remove takes an instance away; requests on their way to it go on.
func (b *Balancer) Remove(i *Instance) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.targets = slices.DeleteFunc(b.targets, func(a string) bool { return a == i.Address })
}

// order returns the instances in the order a request tries them.
func (b *Balancer) order() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.targets) == 0 {
		return nil
	}
	b.turn = (b.turn + 1) % len(b.targets)
	return slices.Concat(b.targets[b.turn:], b.targets[:b.turn])
}

var errNobody = errors.New("no instance takes connections")

// elsewhere asks the next instance when one takes no connection: then nothing was
// sent and nothing can happen twice. An answer that got lost is the asker's to repeat.
type elsewhere struct {
	balancer *Balancer
	line     *http.Transport
}

// RoundTrip implements http.RoundTripper.
func (e *elsewhere) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		var err error
		if body, err = io.ReadAll(r.Body); err != nil {
			return nil, fmt.Errorf("read what was asked: %w", err)
		}
	}
	for _, address := range e.balancer.order() {
		r.URL.Host, r.Body = address, io.NopCloser(bytes.NewReader(body))
		answer, err := e.line.RoundTrip(r)
		if !isRefused(err) {
			return answer, err
		}
	}
	return nil, errNobody
}

func isRefused(err error) bool {
	failed, ok := errors.AsType[*net.OpError](err)
	return ok && failed.Op == "dial" && !errors.Is(err, context.Canceled)
}
