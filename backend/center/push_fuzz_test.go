package center

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"lianxin/backend/api"
	"lianxin/backend/api/apitest"
	"lianxin/backend/outbox"
	"lianxin/backend/sync"
	"lianxin/backend/token"
)

// pushing is an enrolled kiosk whose bytes go to the center as they are.
func pushing(f *testing.F) (k *kiosk, send func(body []byte, seq int64) *httptest.ResponseRecorder) {
	b := newBench(f)
	k = b.newKiosk("site-1", testURL)
	bearer := k.bearer()
	return k, func(body []byte, seq int64) *httptest.ResponseRecorder {
		call := httptest.NewRequest(http.MethodPost, "/sync/push", strings.NewReader(string(body)))
		call.Header.Set("Content-Type", "application/json")
		call.Header.Set("Authorization", "Bearer "+bearer)
		call.Header.Set(api.BatchSignatureHeader, token.SignBatch(k.key, token.Batch{Device: k.id, Seq: seq, Body: body}))
		answer := httptest.NewRecorder()
		b.handler.ServeHTTP(answer, call)
		return answer
	}
}

// What a device signs may be anything: the center answers, and never with 500.
func FuzzPush(f *testing.F) {
	k, send := pushing(f)
	good, err := json.Marshal(request(k.made(outbox.VisitCheckedIn, k.visitOf(donorOf("902"), 1, ""))))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte(`{"protocol":9,"version":"","sent_at":"2026-11-23T04:00:00Z","pending":-1,"dead":-1,"last_seq":9223372036854775807,"operations":[]}`))
	f.Add([]byte(`{"protocol":1,"version":"x","sent_at":"0001-01-01T00:00:00Z","operations":[{"id":"","seq":0},{"seq":-1},null]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var in sync.PushRequest
		_ = json.Unmarshal(body, &in) // what cannot be read begins nowhere
		if err := (apitest.Maker{}).Judge(send(body, in.FirstSeq())); err != nil {
			t.Fatal(err)
		}
	})
}

// An operation that is rightly in its log gets a fate, whatever it says.
func FuzzPushedPayload(f *testing.F) {
	k, send := pushing(f)
	good, err := json.Marshal(k.visitOf(donorOf("904"), 1, ""))
	if err != nil {
		f.Fatal(err)
	}
	for _, kind := range k.kinds() {
		f.Add(kind.(string), good)
		f.Add(kind.(string), []byte(`{"id":"a","donor_key":"AAAAAAAAAAAAAAAAAAAAAA","at":"2026-11-23T04:00:00Z"}`))
	}
	f.Add(string(outbox.RedemptionRequested), []byte(`{"id":"6f1f4bb0-5f0e-4c7e-8a9c-0d0a1b2c3d4e","donor_key":"AAAAAAAAAAAAAAAAAAAAAA","gift_id":"cup","site_id":"site-1","points":1,"language":"en","at":"2026-11-23T04:00:00Z"}`))
	f.Add(string(outbox.SuggestionsSwitched), []byte(`{"donor_key":"AAAAAAAAAAAAAAAAAAAAAA","on":true,"at":"9999-12-31T23:59:59Z"}`))
	f.Add(string(outbox.CorrectionAsked), []byte(`{"id":"r","donor_key":"AAAAAAAAAAAAAAAAAAAAAA","subject":"missing","about":"2026-02-29","site_id":"site-1","at":"2026-11-23T04:00:00Z"}`))
	f.Add(string(outbox.VisitCheckedIn), []byte(`{"id":"\u0000","person":{"document":{"kind":"x","number":"\ud800"}},"day":"9999-12-31","at":"9999-12-31T23:59:59Z","clock_offset":9223372036854775807}`))
	f.Add(string(outbox.StaffCallRaised), []byte(`{"id":"a","raised_at":"2026-11-23T04:00:00Z"}`))
	f.Add(string(outbox.StaffCallCleared), []byte(`{}`))
	f.Add("of.tomorrow", []byte(`[]`))
	f.Fuzz(func(t *testing.T, kind string, payload []byte) {
		if !json.Valid(payload) {
			return
		}
		k.t = t
		op := k.made(outbox.Kind(kind), json.RawMessage(payload))
		body, err := json.Marshal(request(op))
		if err != nil {
			t.Fatal(err)
		}
		answer := send(body, op.Seq)
		var out sync.PushResponse
		if err := json.Unmarshal(answer.Body.Bytes(), &out); err != nil || len(out.Answers) != 1 || out.Answers[0].Fate == "" {
			t.Fatalf("no fate for %s: %d %s", body, answer.Code, answer.Body)
		}
	})
}
