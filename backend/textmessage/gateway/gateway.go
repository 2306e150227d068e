// Package gateway hands text messages to a provider's gateway over HTTPS.
//
// The contract, for whoever puts a gateway in front of a provider: POST to the
// address with a textmessage.Message as JSON, "Authorization: Bearer SECRET" when
// there is a secret, and "Idempotency-Key" with the message's ID, under which the
// same message may come again and must be sent once. Any 2xx means that the gateway
// has taken it over; everything else that it has not. Redirects are not followed.
package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"lianxin/backend/fault"
	"lianxin/backend/textmessage"
)

// timeout bounds one attempt.
const timeout = 10 * time.Second

// Gateway is the driver.
type Gateway struct {
	address, secret string
	client          *http.Client
}

// New returns a driver for the gateway at an address; secret may be "". Messages open
// results, so they cross a network encrypted only: fault "textmessage.address".
func New(address, secret string) (*Gateway, error) {
	at, err := url.Parse(address)
	if err != nil || at.Host == "" || at.User != nil || at.Scheme != "https" && (at.Scheme != "http" || !isHere(at.Hostname())) {
		return nil, fault.New(fault.Invalid, "textmessage.address")
	}
	client := &http.Client{Timeout: timeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return &Gateway{address, strings.TrimSpace(secret), client}, nil
}

func isHere(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Send implements textmessage.Driver. Faults "textmessage.unreachable", and
// "textmessage.refused" with the status.
func (g *Gateway) Send(ctx context.Context, m textmessage.Message) error {
	body, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("encode a message: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, g.address, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("address a message: %w", err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Idempotency-Key", m.ID)
	if g.secret != "" {
		request.Header.Set("Authorization", "Bearer "+g.secret)
	}
	answer, err := g.client.Do(request)
	if err != nil {
		return fault.Wrap(err, fault.Unavailable, "textmessage.unreachable")
	}
	if err := answer.Body.Close(); err != nil {
		return fmt.Errorf("close the gateway's answer: %w", err)
	}
	if answer.StatusCode/100 != 2 {
		return fault.New(fault.Unavailable, "textmessage.refused").With("status", answer.StatusCode)
	}
	return nil
}
