package sync

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/go-json-experiment/json/v1"

	"lianxin/backend/fault"
	"lianxin/backend/token"
)

// maxAnswer bounds what a device reads from the center, in bytes.
const maxAnswer = 64 << 20

// HTTPCenter is the center over the network. It fetches access tokens with the
// device's key as it needs them and signs every push.
type HTTPCenter struct {
	URL      string // address the device reaches the center by
	Issuer   string // address the center calls itself; audience of assertions
	DeviceID string
	Key      token.Key
	Now      func() time.Time // the center's time as the device knows it
	NewID    func() string
	Client   *http.Client // nil: one with bounded times

	mu      sync.Mutex
	skew    time.Duration // what Now lacks, as the center said
	access  string
	expires time.Time
}

// Push implements Center.
func (h *HTTPCenter) Push(ctx context.Context, in PushRequest) (PushResponse, error) {
	var out PushResponse
	body, err := json.Marshal(in)
	if err != nil {
		return out, fmt.Errorf("encode push: %w", err)
	}
	signature := token.SignBatch(h.Key, token.Batch{Device: h.DeviceID, Seq: in.FirstSeq(), Body: body})
	err = h.authorised(ctx, http.MethodPost, "/sync/push", body, http.Header{"Lianxin-Batch-Signature": {signature}}, &out)
	if err == nil && out.Protocol < 1 {
		err = notACenter(nil)
	}
	return out, err
}

// notACenter is for the answer of something else at the center's address, such as
// the login page of a network. Its JSON may well decode into nothing.
func notACenter(err error) error { return fault.Wrap(err, fault.Unavailable, "sync.not_a_center") }

// Pull implements Center.
func (h *HTTPCenter) Pull(ctx context.Context, cursor string, wait time.Duration) (PullResponse, error) {
	var out PullResponse
	query := url.Values{"cursor": {cursor}, "wait": {strconv.Itoa(int(wait.Seconds()))}}
	err := h.authorised(ctx, http.MethodGet, "/sync/changes?"+query.Encode(), nil, nil, &out)
	if err == nil && out.Protocol < 1 {
		err = notACenter(nil)
	}
	return out, err
}

// Lookup asks for one person; see LookupRequest.
func (h *HTTPCenter) Lookup(ctx context.Context, in LookupRequest) (LookupResponse, error) {
	var out LookupResponse
	err := h.Post(ctx, "/sync/lookup", in, &out)
	if err == nil && out.Protocol < 1 {
		err = notACenter(nil)
	}
	return out, err
}

// Post asks the center something in the name of this device.
func (h *HTTPCenter) Post(ctx context.Context, path string, in, out any) error {
	return h.Call(ctx, http.MethodPost, path, in, out)
}

// Call asks the center something by any method; in may be nil.
func (h *HTTPCenter) Call(ctx context.Context, method, path string, in, out any) error {
	var body []byte
	if in != nil {
		var err error
		if body, err = json.Marshal(in); err != nil {
			return fmt.Errorf("encode what is asked: %w", err)
		}
	}
	return h.authorised(ctx, method, path, body, nil, out)
}

// Ask calls the center without a token, as enrolment does.
func Ask(ctx context.Context, client *http.Client, method, address string, header http.Header, in, out any) error {
	var body []byte
	if in != nil {
		var err error
		if body, err = json.Marshal(in); err != nil {
			return fmt.Errorf("encode request: %w", err)
		}
	}
	return call(ctx, client, method, address, body, header, out)
}

// authorised calls with an access token; when the center no longer takes it, a
// new one is fetched and the call repeated once.
func (h *HTTPCenter) authorised(ctx context.Context, method, path string, body []byte, header http.Header, out any) error {
	for attempt := 0; ; attempt++ {
		access, err := h.token(ctx)
		if err != nil {
			return err
		}
		with := http.Header{"Authorization": {"Bearer " + access}}
		for name, values := range header {
			with[name] = values
		}
		err = call(ctx, h.client(), method, strings.TrimSuffix(h.URL, "/")+path, body, with, out)
		if err == nil || attempt > 0 || fault.From(err).Kind != fault.Unauthorized {
			return err
		}
		h.forget(access)
	}
}

func (h *HTTPCenter) client() *http.Client {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.Client == nil {
		h.Client = NewHTTPClient(&Clock{Wall: h.Now}, nil)
	}
	return h.Client
}

// Access returns an access token that is good for a while, for a program that carries
// the calls of others to the center.
func (h *HTTPCenter) Access(ctx context.Context) (string, error) { return h.token(ctx) }

// Refused notes that the center no longer takes an access token.
func (h *HTTPCenter) Refused(access string) { h.forget(access) }

// tokenMargin is how long before its end an access token is no longer used.
const tokenMargin = 30 * time.Second

// token returns an access token that is good for a while. A center that refuses
// the assertion because of its time says its own: a kiosk whose battery died
// and which believes in another year takes that and asks once more.
func (h *HTTPCenter) token(ctx context.Context) (string, error) {
	h.mu.Lock()
	access, expires := h.access, h.expires
	h.mu.Unlock()
	// time.Now is right here: only the length of the token's life counts.
	if access != "" && time.Now().Before(expires) {
		return access, nil
	}
	err := h.exchange(ctx)
	if theirs, ok := centerTime(err); ok {
		h.mu.Lock()
		h.skew = theirs.Sub(h.Now())
		h.mu.Unlock()
		err = h.exchange(ctx)
	}
	if err != nil {
		return "", err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.access, nil
}

// lastSecond is 2200-01-01: whoever says a later time is no center.
const lastSecond = 7258118400

// centerTime is the center's clock as a refusal for a wrong time tells it.
func centerTime(err error) (time.Time, bool) {
	switch f := fault.From(err); f.Code {
	case "token.expired", "token.early":
		seconds, ok := f.Params["now"].(float64)
		return time.Unix(int64(seconds), 0), ok && seconds > 0 && seconds < lastSecond
	}
	return time.Time{}, false
}

// accessShape is what may follow Bearer in a header (RFC 6750). With anything else no call
// would leave, and nobody would say that the token is no good.
var accessShape = regexp.MustCompile(`^[A-Za-z0-9._~+/-]+=*$`)

// exchange signs an assertion and takes an access token for it.
func (h *HTTPCenter) exchange(ctx context.Context) error {
	h.mu.Lock()
	now := h.Now().Add(h.skew)
	h.mu.Unlock()
	endpoint := strings.TrimSuffix(h.Issuer, "/") + "/token"
	assertion, err := token.Assertion{Device: h.DeviceID, Audience: endpoint, ID: h.NewID()}.Sign(h.Key, now)
	if err != nil {
		return err
	}
	in := map[string]string{"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": assertion}
	var out struct {
		AccessToken string `json:"access_token"`
		ExpiresIn   int    `json:"expires_in"`
	}
	if err := Ask(ctx, h.client(), http.MethodPost, strings.TrimSuffix(h.URL, "/")+"/token", nil, in, &out); err != nil {
		return err
	}
	if !accessShape.MatchString(out.AccessToken) {
		return notACenter(nil)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.access, h.expires = out.AccessToken, time.Now().Add(time.Duration(out.ExpiresIn)*time.Second-tokenMargin)
	return nil
}

func (h *HTTPCenter) forget(access string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.access == access {
		h.access = ""
	}
}

// call makes one request and turns every failure into a fault.
func call(ctx context.Context, client *http.Client, method, address string, body []byte, header http.Header, out any) error {
	request, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "sync.address")
	}
	for name, values := range header {
		request.Header[name] = values
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := Direct(client).Do(request)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return unreachable(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return fault.Wrap(err, fault.Unavailable, "sync.unreachable")
	}
	if response.StatusCode < http.StatusOK || response.StatusCode >= http.StatusMultipleChoices {
		return faultOf(response.StatusCode, text)
	}
	if out == nil {
		return nil
	}
	// What keeps it from being read would repeat what stands there, which may be of somebody.
	if err := json.Unmarshal(text, out); err != nil {
		return notACenter(fmt.Errorf("%d bytes that are no answer", len(text)))
	}
	return nil
}

// Unreachable is the fault of a call that got no answer; a reason that is known stays.
func Unreachable(err error) error { return unreachable(err) }

// unreachable is for a call that got no answer; a reason that is known stays.
func unreachable(err error) error {
	if f, ok := errors.AsType[*fault.Fault](err); ok {
		return f
	}
	return fault.Wrap(err, fault.Unavailable, "sync.unreachable")
}

// kindOf is the way back from HTTP statuses to kinds of failure.
var kindOf = map[int]fault.Kind{
	http.StatusBadRequest: fault.Invalid, http.StatusUnprocessableEntity: fault.Invalid,
	http.StatusNotFound: fault.NotFound, http.StatusConflict: fault.Conflict,
	http.StatusUnauthorized: fault.Unauthorized, http.StatusForbidden: fault.Forbidden,
	http.StatusRequestEntityTooLarge: fault.TooLarge, http.StatusTooManyRequests: fault.TooMany,
	http.StatusUpgradeRequired: fault.Outdated,
}

// code is what a fault's code looks like. Anything else came from something that
// only stands where the center should, and has no business in a log or on a screen.
var code = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$`)

// FaultOf is the fault in an answer that is none of success, for who reads answers themselves.
func FaultOf(status int, text []byte) error { return faultOf(status, text) }

// faultOf reads a problem document back into a fault.
func faultOf(status int, text []byte) error {
	kind, ok := kindOf[status]
	if !ok {
		kind = fault.Unavailable
	}
	var problem struct {
		Code   string         `json:"code"`
		Params map[string]any `json:"params"`
		Errors []fault.Place  `json:"errors"`
	}
	// A center that fails is one all the same: what else waits may be done.
	if err := json.Unmarshal(text, &problem); err != nil || len(problem.Code) > 60 || problem.Code != "internal" && !code.MatchString(problem.Code) {
		return notACenter(fmt.Errorf("status %d", status))
	}
	f := fault.New(kind, problem.Code)
	f.Params, f.Places = problem.Params, problem.Errors
	return f
}

// Direct is client, following nobody elsewhere. The center answers where it is asked:
// whoever sends elsewhere is not it, and must not get a body full of personal data.
func Direct(client *http.Client) *http.Client {
	direct := *client
	direct.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &direct
}
