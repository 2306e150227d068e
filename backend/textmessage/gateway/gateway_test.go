package gateway

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"lianxin/backend/fault"
	"lianxin/backend/textmessage"
)

func TestWhatAGatewayIsTold(t *testing.T) {
	answer := http.StatusAccepted
	var got textmessage.Message
	var header http.Header
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header = r.Header
		if err := json.NewDecoder(r.Body).Decode(&got); err != nil {
			t.Error(err)
		}
		w.Header().Set("Location", "https://elsewhere.example.invalid/")
		w.WriteHeader(answer)
	}))
	defer server.Close()
	g, err := New(server.URL, "secret\n")
	if err != nil {
		t.Fatal(err)
	}
	m := textmessage.Message{ID: "m-1", To: "19900001234", Template: textmessage.ResultCode, Params: map[string]string{"code": "471108"}, Text: "471108"}
	if err := g.Send(t.Context(), m); err != nil || got.To != m.To || got.Params["code"] != "471108" ||
		header.Get("Authorization") != "Bearer secret" || header.Get("Idempotency-Key") != "m-1" {
		t.Errorf("%v, %+v, %v", err, got.Params, header)
	}
	for _, answer = range []int{http.StatusFound, http.StatusTooManyRequests, http.StatusInternalServerError} {
		if err := g.Send(t.Context(), m); fault.CodeOf(err) != "textmessage.refused" || strings.Contains(err.Error(), m.To) {
			t.Errorf("%d: %v", answer, err)
		}
	}
	server.Close()
	if err := g.Send(t.Context(), m); fault.CodeOf(err) != "textmessage.unreachable" || strings.Contains(err.Error(), m.To) || strings.Contains(err.Error(), "471108") {
		t.Errorf("%v", err)
	}
}

func TestAddressesOfGateways(t *testing.T) {
	for address, ok := range map[string]bool{"https://sms.example.org/send": true, "http://127.0.0.1:9/send": true, "http://localhost/send": true,
		"http://sms.example.org/send": false, "https://": false, "https://user:secret@sms.example.org/": false, "ftp://sms.example.org": false, "sms": false} {
		if _, err := New(address, ""); (err == nil) != ok || err != nil && fault.CodeOf(err) != "textmessage.address" {
			t.Errorf("%s: %v", address, err)
		}
	}
}
