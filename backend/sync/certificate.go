package sync

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"time"

	"lianxin/backend/fault"
)

// NewHTTPClient returns a client that soon notices a dead line: a screen that
// says "online" for a minute after the cable was pulled is not believed again.
// Certificates are judged by what the clock knows, not by the device's own time
// alone. Roots are the system's when nil.
func NewHTTPClient(clock *Clock, roots *x509.CertPool) *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DialContext = (&net.Dialer{Timeout: 5 * time.Second, KeepAlive: 10 * time.Second}).DialContext
	transport.ResponseHeaderTimeout = longPoll + 10*time.Second
	transport.MaxIdleConnsPerHost = 4
	transport.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots,
		Time: func() time.Time { return clock.times()[0] }}
	return &http.Client{Transport: &dated{clock: clock, Transport: transport}}
}

// dated asks again at another time when a certificate does not hold at the first.
type dated struct {
	*http.Transport
	clock *Clock
}

// RoundTrip implements http.RoundTripper. Fault "sync.certificate_time" when the
// certificate holds at no time the device may believe in.
func (d *dated) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := d.Transport.RoundTrip(r)
	invalid, ok := errors.AsType[x509.CertificateInvalidError](err)
	if !ok || invalid.Reason != x509.Expired {
		return response, err
	}
	for _, at := range d.others(invalid.Cert) {
		again, rewindErr := rewound(r)
		if rewindErr != nil {
			return nil, errors.Join(err, rewindErr)
		}
		// For this request only: what it learns of the time serves the next ones.
		once := d.Transport.Clone()
		once.DisableKeepAlives = true
		once.TLSClientConfig.Time = func() time.Time { return at }
		response, err = once.RoundTrip(again)
		if invalid, ok := errors.AsType[x509.CertificateInvalidError](err); !ok || invalid.Reason != x509.Expired {
			return response, err
		}
	}
	return nil, fault.Wrap(err, fault.Unavailable, "sync.certificate_time")
}

// others are the times at which a certificate may hold that did not at the first.
// One that is not valid yet by a clock that is behind is good evidence that its
// first day has come: no authority signs one for later. One that has expired gets no
// such grace; only the center's own earlier word may say that the clock is ahead.
func (d *dated) others(leaf *x509.Certificate) []time.Time {
	times := d.clock.times()
	if times[0].Before(leaf.NotBefore) {
		return append(times[1:], leaf.NotBefore)
	}
	return times[1:]
}

// rewound returns a request with its body from the beginning; none of it was sent.
func rewound(r *http.Request) (*http.Request, error) {
	again := r.Clone(r.Context())
	if r.GetBody == nil {
		return again, nil
	}
	var body io.ReadCloser
	var err error
	body, err = r.GetBody()
	again.Body = body
	return again, err
}
