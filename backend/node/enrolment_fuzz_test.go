package node

import (
	"bytes"
	"crypto/rand"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"lianxin/backend/api"
	"lianxin/backend/token"
)

// enrolling is a network in which a center lets in, or answers one question as it is told.
type enrolling struct {
	method string // that is answered so; "": none
	status int
	text   []byte
}

// RoundTrip implements http.RoundTripper.
func (n *enrolling) RoundTrip(r *http.Request) (*http.Response, error) {
	status, text := http.StatusOK, []byte(`{"id":"e","status":"pending","fingerprint":"f"}`)
	switch r.Method {
	case n.method:
		status, text = n.status, n.text
	case http.MethodGet:
		text = []byte(`{"id":"e","status":"approved","grant":{"device_id":"d","site_id":"aoti","letter":"A","issuer":"https://center.example.invalid","gate_key":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}}`)
	}
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(text)), Request: r}, nil
}

// Whatever answers an enrolment in the center's place: the kiosk is let in with all it needs,
// or not, says so, and can be enrolled with the next code.
func FuzzEnrolment(f *testing.F) {
	network := &enrolling{}
	n, err := assembled(f.Context(), Config{Data: f.TempDir(), Demo: true, Version: "test", HTTP: &http.Client{Transport: network}})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() {
		if err := n.store.Close(); err != nil {
			f.Error(err)
		}
	})
	fresh := *n.identity.Load()
	drawn, err := token.NewCode(rand.Reader)
	if err != nil {
		f.Fatal(err)
	}
	code := api.EnrolInput{URL: "https://center.example.invalid", Token: string(drawn)}
	f.Add(true, 200, []byte(`{}`))
	f.Add(true, 200, []byte(`{"id":"../%zz?#","status":"approved","grant":{}}`))
	f.Add(true, 200, []byte(`{"id":"e","status":"of tomorrow"}`))
	f.Add(false, 200, []byte(`{"status":"approved"}`))
	f.Add(false, 200, []byte(`{"status":"approved","grant":{"name":"110101199003070000"}}`))
	f.Add(false, 200, []byte(`{"status":"refused","grant":null}`))
	f.Add(false, 404, []byte(`{"code":"enrolment.not_found"}`))
	f.Fuzz(func(t *testing.T, isClaim bool, status int, text []byte) {
		if status < 0 || status > 999 {
			return // no line of a status
		}
		enrol := func() error {
			if err := n.become(t.Context(), fresh); err != nil {
				t.Fatal(err)
			}
			n.enrol.set("")
			if _, err := n.Enrol(t.Context(), code); err != nil {
				return err
			}
			if state := n.enrolmentState().Status; state != "pending" {
				t.Fatalf("with a code that was used it is %s", state)
			}
			return n.askApproval(t.Context())
		}
		network.status, network.text, network.method = status, text, http.MethodGet
		if isClaim {
			network.method = http.MethodPost
		}
		if err := enrol(); err != nil && strings.Contains(err.Error(), "110101199003070000") {
			t.Fatal(err)
		}
		g := n.identity.Load().Grant
		if g != nil && (g.DeviceID == "" || g.SiteID == "" || g.Issuer == "" || len(g.GateKey) != 32) {
			t.Fatalf("let in by %d %q with %+v", status, text, g)
		}
		if state := n.enrolmentState().Status; !slices.Contains([]string{"none", "pending", "approved", "refused", "expired"}, state) {
			t.Fatalf("%d %q makes it %s", status, text, state)
		}
		network.method = ""
		if err := enrol(); err != nil || n.identity.Load().Grant == nil {
			t.Fatalf("after %d %q it is not let in: %v", status, text, err)
		}
	})
}
