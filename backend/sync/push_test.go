package sync_test

import (
	"context"
	"encoding/json"
	"reflect"
	"slices"
	"testing"

	newjson "github.com/go-json-experiment/json/v1"

	"lianxin/backend/outbox"
	"lianxin/backend/store/storetest"
	"lianxin/backend/sync"
	"lianxin/backend/visit"
)

// A long log goes batch after batch; what was read ahead is sent only where the log goes on.
func TestALongLogIsSentInOrderWhateverTheLineDoes(t *testing.T) {
	for name, mishaps := range map[string][]mishap{
		"nothing happens": nil, "half arrives": {none, truncated}, "its end arrives": {none, firstHalfLost},
		"no answer": {none, answerLost}, "twice": {twice, twice},
	} {
		t.Run(name, func(t *testing.T) {
			c := sqliteCenter(t)
			k := newKiosk(t, c)
			err := k.InTx(t.Context(), func(ctx context.Context) error {
				for range 1600 {
					k.made++
					if _, err := k.AppendOperation(ctx, of(t, unknown, k.made)); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			k.line.next = func() mishap {
				if len(mishaps) == 0 {
					return none
				}
				next := mishaps[0]
				mishaps = mishaps[1:]
				return next
			}
			for len(mishaps) > 0 {
				_ = k.replica.PushAll(t.Context()) // fails when the line does
			}
			k.drain(t)
			agree(t, k, c)
			for _, in := range k.line.pushed {
				ops := in.Operations
				for i, op := range ops {
					if op.Seq != ops[0].Seq+int64(i) {
						t.Fatalf("a push from %d on has %d in place %d", ops[0].Seq, op.Seq, i)
					}
				}
			}
		})
	}
}

// What reads pushes and visits reads them as encoding/json does, whatever they look like.
func TestJSONIsReadAsBefore(t *testing.T) {
	whole, err := json.Marshal(storetest.Visit(1))
	if err != nil {
		t.Fatal(err)
	}
	texts := []string{string(whole), `{}`, `null`, `[]`, `""`, ``, ` `, `{`, `{"id":"a","id":"b"}`, `{"ID":"a","Site_Id":"b"}`, `{"id":null,"day":null,"screening":null}`,
		`{"id":1}`, `{"volume_ml":200.0}`, `{"volume_ml":2e2}`, `{"volume_ml":"200"}`, `{"volume_ml":99999999999999999999}`, `{"clock_offset":-5}`,
		"{\"id\":\"\xff\xfe\"}", `{"id":"\ud800"}`, `{"id":"<&>\u2028"}`, `{"new":{"a":[1,2,{"b":null}]},"id":"x"}`, `{"screening":{"answers":{"b":1, "a" : 2.50}}}`,
		`{"screening":{"answers":null}}`, `{"screening":[]}`, `{"day":"2026-02-30"}`, `{"at":"2026-11-23T09:40:12.345678901+08:00"}`, `{"at":"2026-11-23"}`,
		`{"unprintable":[]}`, `{"unprintable":["a",null]}`, `{"id":"x"} {}`, `{"id":"x"},`, "\ufeff{}", `{"id":'x'}`, `{"verdict":{"by":{}}}`, `{"person":{"name":5}}`}
	for _, text := range texts {
		alike(t, text, new(visit.Visit), new(visit.Visit))
		alike(t, `{"protocol":1,"operations":[{"id":"x","seq":1,"prev":null,"hash":"AAE=","payload":`+text+`}]}`, new(sync.PushRequest), new(sync.PushRequest))
		alike(t, text, new(sync.PushResponse), new(sync.PushResponse))
	}
	for _, hash := range []string{`"AAE"`, `"AA\nE="`, `"A AE="`, `[1,2]`, `"-_8="`, `5`, `null`, `""`} {
		alike(t, `{"operations":[{"hash":`+hash+`,"device_time":"2026-11-23T01:40:12Z","payload": { "a" : 1.0 } }]}`, new(sync.PushRequest), new(sync.PushRequest))
	}
}

func alike[T any](t *testing.T, text string, old, now *T) {
	t.Helper()
	before, after := json.Unmarshal([]byte(text), old), newjson.Unmarshal([]byte(text), now)
	if (before == nil) != (after == nil) || before == nil && !reflect.DeepEqual(old, now) {
		t.Errorf("%s: %+v, %v; was %+v, %v", text, now, after, old, before)
	}
	one, before := json.Marshal(old)
	two, after := newjson.Marshal(now)
	if (before == nil) != (after == nil) || !slices.Equal(one, two) {
		t.Errorf("%s is written as %s, %v; was %s, %v", text, two, after, one, before)
	}
}

// A payload is the bytes its hash covers: none of them changes on the way.
func TestAPayloadKeepsItsBytes(t *testing.T) {
	op := outbox.Operation{ID: "x", Kind: outbox.VisitCheckedIn, Version: 1, Payload: json.RawMessage(`{"b":1.50,"a":"\u003c测\u2028","a":[]}`)}.Follow(0, nil)
	text, err := newjson.Marshal(sync.PushRequest{Operations: []outbox.Operation{op}})
	if err != nil {
		t.Fatal(err)
	}
	var back sync.PushRequest
	if err := newjson.Unmarshal(text, &back); err != nil || !back.Operations[0].Verify() {
		t.Errorf("%s: %v", text, err)
	}
}
