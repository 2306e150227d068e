package center

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"pgregory.net/rapid"

	"lianxin/backend/api"
	"lianxin/backend/api/apitest"
	"lianxin/backend/outbox"
	"lianxin/backend/sync"
	"lianxin/backend/token"
)

// Operations whose place in the log and signature are right, but whose content is
// anything: the receiver says a fate for each and does not break.
func TestAbuseOfPushedContent(t *testing.T) {
	apitest.Few(t, 100)
	onEach(t, abusePushedContent)
}

func abusePushedContent(t *testing.T, b *bench) {
	a := newAbused(t, b)
	a.others.LogsOf(b.t)
	document := apitest.Read(t)
	push := document.Operation(t, "push-operations")
	contents := []*apitest.Schema{document.Schema(t, "Visit"), document.Schema(t, "StaffCall"), document.Schema(t, "RedemptionHoldRequest"), {}}
	kinds, k := a.kinds(), a.kiosks[here]
	rapid.Check(t, func(t *rapid.T) {
		wrong := rapid.SampledFrom([]apitest.Wrongness{0, 2, 10, 40}).Draw(t, "wrongness")
		content := a.maker.Value(t, rapid.SampledFrom(contents).Draw(t, "content"), "", wrong)
		payload, err := json.Marshal(content)
		if err != nil { // nested deeper than the encoder goes: as a text it goes all the same
			payload, err = json.Marshal(fmt.Sprint(content))
		}
		if err != nil {
			t.Fatal(err)
		}
		op := k.made(outbox.Kind(rapid.SampledFrom(kinds).Draw(t, "kind").(string)), json.RawMessage(payload))
		body, err := json.Marshal(request(op))
		if err != nil {
			t.Fatal(err)
		}
		call := httptest.NewRequest(http.MethodPost, "/sync/push", bytes.NewReader(body))
		call.Header.Set("Content-Type", "application/json")
		call.Header.Set("Authorization", "Bearer "+a.bearer(api.DeviceSync, role{kiosk: k}))
		call.Header.Set(api.BatchSignatureHeader, token.SignBatch(k.key, token.Batch{Device: k.id, Seq: op.Seq, Body: body}))
		answer := a.judge(t, push, call)
		var out sync.PushResponse
		if err := json.Unmarshal(answer.Body.Bytes(), &out); err != nil || len(out.Answers) != 1 || out.Answers[0].Fate == "" {
			t.Fatalf("no fate for %s: %d %s", body, answer.Code, answer.Body)
		}
	})
	a.wantQuiet()
}
